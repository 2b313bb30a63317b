// SPDX-License-Identifier: GPL-2.0
#include "process.h"

#include "must.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void end_with(int signal, siginfo_t *child, void *context)
{
	(void)signal;
	(void)context;
	if (child->si_code == CLD_EXITED && child->si_status)
		_exit(EXIT_FAILURE);
}

void process_watch(void)
{
	struct sigaction action = { .sa_sigaction = end_with, .sa_flags = SA_SIGINFO | SA_RESTART };

	must(sigaction(SIGCHLD, &action, NULL));
}

pid_t process_start(void (*body)(void *context), void *context)
{
	pid_t child = must(fork());

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	body(context);
	_exit(EXIT_SUCCESS);
}

void process_kill(pid_t child)
{
	must(kill(child, SIGKILL));
	must_be(child, waitpid(child, NULL, 0));
}

void process_run(void (*body)(void *context), void *context)
{
	pid_t child = process_start(body, context);
	int status;

	must_be(child, waitpid(child, &status, 0));
	must_be(0, status);
}

void process_pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	must(sched_setaffinity(0, sizeof(set), &set));
}

void process_unpin(void)
{
	cpu_set_t set;

	memset(&set, 0xff, sizeof(set));
	must(sched_setaffinity(0, sizeof(set), &set));
}

void *process_share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return must_have(memory == MAP_FAILED ? NULL : memory);
}

void process_unshare(void *memory, size_t size)
{
	must(munmap(memory, size));
}
