// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/supervisor.h"

#include "fuzz/calls/shared.h"
#include "fuzz/calls/worker.h"
#include "harness/clock.h"
#include "harness/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS 10
#define PROGRESS_MS 5000
#define PATIENCE_MS 60000

static pid_t pids[MOST_WORKERS];

/* What they leave behind becomes ours, so that the quiet moment is quiet. */
static void prepare(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void supervisor_start(const struct job *job)
{
	prepare();
	fflush(stdout);
	pids[job->number] = fork();
	assert_ok(pids[job->number]);
	if (!pids[job->number])
		worker_run(job);
}

static void find(const char *format, long detail)
{
	if (atomic_exchange(&shared->failing, true))
		return;
	snprintf(shared->failure, sizeof(shared->failure), format, detail);
	shared->failed = true;
}

static void bury(pid_t pid, int status)
{
	unsigned int i;

	for (i = 0; i < MOST_WORKERS; i++) {
		if (pids[i] == pid)
			pids[i] = 0;
	}
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		find("# a worker died of signal %ld", WTERMSIG(status));
	if (WIFEXITED(status) && WEXITSTATUS(status))
		find("# a worker ended with status %ld", WEXITSTATUS(status));
}

/* Is anybody still there? */
static bool reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		bury(pid, status);
	return !pid;
}

/* Who cannot be killed is left behind, after a while: is it time? */
static bool kill_all(void)
{
	static uint64_t began;
	unsigned int i;

	if (!began)
		began = clock_ms();
	for (i = 0; i < MOST_WORKERS; i++) {
		if (pids[i])
			kill(pids[i], SIGKILL);
	}
	return clock_ms() - began > PATIENCE_MS / 10;
}

/* Who is stopped leaves the call in which it sleeps. */
static void stop_and_continue(void)
{
	static unsigned int tick;
	pid_t pid = pids[tick++ / 8 % MOST_WORKERS];

	if (pid && tick % 8 == 0) {
		kill(pid, SIGSTOP);
		kill(pid, SIGCONT);
	}
}

static void print_progress(uint64_t now)
{
	static uint64_t then;
	static unsigned long before;
	unsigned long calls = shared_calls();

	if (!then)
		then = now;
	if (now - then < PROGRESS_MS)
		return;
	printf("# %lu calls, %lu a second", calls,
	       (unsigned long)((calls - before) * 1000 / (now - then)));
	if (shared->guided)
		printf(", %u places, %u programs", shared->covered, shared->corpus_size);
	printf("\n");
	fflush(stdout);
	then = now;
	before = calls;
}

static void show_where(pid_t pid)
{
	char command[128];

	snprintf(command, sizeof(command),
		 "for t in /proc/%d/task/*; do cat $t/syscall $t/stack; done | sed 's/^/# /'", pid);
	if (system(command))
		printf("# nobody knows where process %d is\n", pid);
}

/* Calls that never end are a failure as well. */
static void watch(uint64_t now)
{
	static unsigned long before = -1ul;
	static uint64_t then;
	unsigned int i;

	if (shared_calls() != before) {
		before = shared_calls();
		then = now;
	}
	if (now - then < PATIENCE_MS)
		return;
	for (i = 0; i < MOST_WORKERS; i++) {
		if (pids[i])
			show_where(pids[i]);
	}
	find("# nothing has moved for %ld seconds", PATIENCE_MS / 1000);
}

void supervisor_wait(void)
{
	static const struct timespec tick = { .tv_nsec = TICK_MS * 1000000 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	while (reap()) {
		sigtimedwait(&set, NULL, &tick);
		print_progress(clock_ms());
		stop_and_continue();
		watch(clock_ms());
		if (shared->failed && kill_all())
			return;
	}
}
