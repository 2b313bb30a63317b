// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/worker.h"

#include "fuzz/calls/area.h"
#include "fuzz/calls/opened.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/shared.h"
#include "fuzz/calls/stream.h"
#include "harness/clock.h"
#include "harness/random.h"
#include "harness/signals.h"
#include "harness/user.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SHORTEST_INTERVAL 5	/* milliseconds */
#define LONGEST_INTERVAL 100

static struct worker worker;
static struct stream stream;

/* One in four is root, but bound by the user's share, and one is an ordinary user. */
static void become_somebody(void)
{
	switch (worker.number % 4) {
	case 1:
		user_become(0, false);
		break;
	case 3:
		user_become(ALICE, false);
		/* What is its own stays its own, also in /proc. */
		prctl(PR_SET_DUMPABLE, 1);
		break;
	}
}

/* No handler does anything but interrupt; a crash is a crash, not cmocka's. */
static void handle_signals(void)
{
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS };
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		signal(crashes[i], SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	signals_install();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void prepare(const struct job *job)
{
	worker.number = job->number;
	worker.round = job->round;
	worker.random = program_seed(job->seed, job->number, job->round);
	worker.interval = SHORTEST_INTERVAL;
	opened_init(&worker);
	stream.worker = &worker;
	stream.program = &shared->corpus[0];
	stream_make_memory(&stream);
	ring_open(&stream.ring);
	if (shared->guided)
		kcov_open(&stream.kcov);
	become_somebody();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	handle_signals();
}

/* A killer at a random moment soon. */
static void arm_death(uint64_t random)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	struct itimerspec when = { .it_value.tv_nsec = 1 + random % 20000000 };
	timer_t timer;

	if (!timer_create(CLOCK_MONOTONIC, &event, &timer))
		timer_settime(timer, 0, &when, NULL);
}

/* Half of the guided ones are children of what reached something new. */
static void choose(struct program *program, const struct job *job)
{
	unsigned int size = shared->corpus_size;
	uint64_t *random = &worker.random;

	if (job->program) {
		*program = *job->program;
	} else if (shared->guided && size && random_below(random, 2)) {
		*program = shared->corpus[random_below(random, size)];
		program_mutate(program, &shared->corpus[random_below(random, size)], random);
	} else {
		program_generate(program, random);
	}
}

/* Two who add at once may lose one; nobody minds. */
static void keep(const struct program *program)
{
	unsigned int size = shared->corpus_size;

	if (size < MOST_PROGRAMS) {
		shared->corpus[size] = *program;
		shared->corpus_size = size + 1;
	}
}

/* Signals come so often that no call blocks for long, and leave time for the calls. */
static void adjust_interval(uint64_t milliseconds)
{
	worker.interval = milliseconds < 800 ? SHORTEST_INTERVAL + milliseconds / 8 :
		LONGEST_INTERVAL;
}

static void run(const struct program *program)
{
	uint64_t began = clock_ms();

	stream.program = program;
	stream.position = 0;
	kcov_clear(&stream.kcov);
	stream_begin_signals(&stream);
	stream_run(&stream);
	stream_join(&stream);
	stream_end_signals(&stream);
	ring_finish(&stream);
	if (kcov_collect(&stream.kcov))
		keep(program);
	adjust_interval(clock_ms() - began);
}

void worker_run(const struct job *job)
{
	static struct program program;
	unsigned int last = MOST_PROGRAMS_A_ROUND;
	uint64_t fate;

	prepare(job);
	/* Every third is killed somewhere on its way. */
	fate = random_next(&worker.random);
	if (fate % 3 == 0)
		last = (fate >> 8) % MOST_PROGRAMS_A_ROUND;
	for (; worker.ordinal < job->programs && !shared->failing; worker.ordinal++) {
		if (worker.ordinal == last)
			arm_death(fate >> 32);
		choose(&program, job);
		run(&program);
	}
	_exit(0);
}
