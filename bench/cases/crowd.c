// SPDX-License-Identifier: GPL-2.0
/* Several processes that send, several that receive, and a queue that is full or empty often. */
#include "cases/cases.h"
#include "measure.h"
#include "peers/channel.h"
#include "process.h"

#include <pthread.h>
#include <stdio.h>

#define SIZE		64
#define DEPTH		64
#define MOST		4	/* on either side */
#define OPERATIONS	1000

/* What all see. */
struct start {
	pthread_barrier_t gate;
	unsigned long messages;
};

struct crowd {
	struct channel channel;
	struct letter *letter;
	unsigned int producers;
	unsigned int consumers;
	struct start *start;
};

static void produce(void *context)
{
	struct crowd *crowd = context;
	unsigned long i;

	for (;;) {
		pthread_barrier_wait(&crowd->start->gate);
		for (i = 0; i < crowd->start->messages / crowd->producers; i++)
			channel_send(&crowd->channel, crowd->letter, SIZE);
		pthread_barrier_wait(&crowd->start->gate);
	}
}

static void consume(void *context)
{
	struct crowd *crowd = context;
	unsigned long i;

	for (;;) {
		pthread_barrier_wait(&crowd->start->gate);
		for (i = 0; i < crowd->start->messages / crowd->consumers; i++)
			channel_receive(&crowd->channel, crowd->letter, SIZE);
		pthread_barrier_wait(&crowd->start->gate);
	}
}

/* So many that each side can share them out evenly. */
static uint64_t let_run(void *context, unsigned long operations)
{
	struct crowd *crowd = context;
	uint64_t start;

	crowd->start->messages = operations * MOST;
	start = now();
	pthread_barrier_wait(&crowd->start->gate);
	pthread_barrier_wait(&crowd->start->gate);
	return now() - start;
}

static void open_gate(struct crowd *crowd)
{
	pthread_barrierattr_t attributes;

	crowd->start = process_share(sizeof(*crowd->start));
	pthread_barrierattr_init(&attributes);
	pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&crowd->start->gate, &attributes,
			     crowd->producers + crowd->consumers + 1);
}

static void run(struct crowd *crowd, const char *subject)
{
	unsigned int people = crowd->producers + crowd->consumers, i;
	char shape[16];
	const struct plan plan = {
		.subject = subject, .parameter = "producers x consumers", .text = shape,
		.per = "message", .operations = OPERATIONS, .each = MOST,
	};
	pid_t children[people];

	snprintf(shape, sizeof(shape), "%ux%u", crowd->producers, crowd->consumers);
	open_gate(crowd);
	for (i = 0; i < people; i++)
		children[i] = process_start(i < crowd->producers ? produce : consume, crowd);
	measure(&plan, let_run, crowd);
	for (i = 0; i < people; i++)
		process_kill(children[i]);
	process_unshare(crowd->start, sizeof(*crowd->start));
}

static void measure_crowd(const struct channel_kind *kind, unsigned int producers,
			  unsigned int consumers)
{
	struct crowd crowd = { .producers = producers, .consumers = consumers };

	if (!channel_open(&crowd.channel, kind, SIZE, DEPTH))
		return;
	crowd.letter = letter_new(SIZE);
	run(&crowd, kind->name);
	letter_free(crowd.letter);
	channel_close(&crowd.channel);
}

void case_crowd(void)
{
	const struct channel_kind * const *kind;

	for (kind = channel_kinds; *kind; kind++) {
		measure_crowd(*kind, 1, 1);
		measure_crowd(*kind, MOST, 1);
		measure_crowd(*kind, 1, MOST);
		measure_crowd(*kind, MOST, MOST);
	}
}
