// SPDX-License-Identifier: GPL-2.0
#include "harness/process.h"

#include "harness/clock.h"
#include "harness/suite.h"

#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Leaving root behind takes all its capabilities, too. */
static void become(const char *user)
{
	const struct passwd *entry = getpwnam(user);

	if (!entry || initgroups(user, entry->pw_gid) ||
	    setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) ||
	    setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid)) {
		perror(user);
		_exit(125);
	}
}

pid_t process_start_as(const char *user, process_body body, void *argument)
{
	pid_t child;

	fflush(NULL);
	child = fork();
	assert_ok(child);
	if (child)
		return child;

	if (user)
		become(user);
	/* After the change of user, which would undo it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(body(argument));
}

pid_t process_start(process_body body, void *argument)
{
	return process_start_as(NULL, body, argument);
}

int process_wait(pid_t child)
{
	uint64_t deadline = clock_ms() + PATIENCE_S * 1000;
	pid_t ended;
	int status;

	while (!(ended = waitpid(child, &status, WNOHANG))) {
		if (clock_ms() > deadline) {
			kill(child, SIGKILL);
			fail_msg("child %d does not end", (int)child);
		}
		usleep(500);
	}
	assert_int_equal(ended, child);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

void process_go_first(void)
{
	const struct sched_param least = { .sched_priority = 1 };

	assert_ok(sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &least));
}

void process_kill(pid_t child)
{
	assert_ok(kill(child, SIGKILL));
	assert_int_equal(process_wait(child), -SIGKILL);
}

void process_run_as(const char *user, process_body body, void *argument)
{
	assert_int_equal(process_wait(process_start_as(user, body, argument)), 0);
}
