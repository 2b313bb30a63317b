// SPDX-License-Identifier: GPL-2.0
/* A request to another process, and its answer. */
#include "cases/cases.h"
#include "measure.h"
#include "must.h"
#include "options.h"
#include "peers/channel.h"
#include "process.h"

#include <unistd.h>

#define SIZE		64
#define OPERATIONS	4000

struct table {
	struct channel request;
	struct channel answer;
	struct letter *letter;
	unsigned int far;	/* the processor of who answers */
};

static const struct channel_kind * const signals[] = { &eventfd_channel, &futex_channel, NULL };

static void answer(void *context)
{
	struct table *table = context;

	process_pin(table->far);
	for (;;) {
		channel_receive(&table->request, table->letter, SIZE);
		channel_send(&table->answer, table->letter, SIZE);
	}
}

static uint64_t play(void *context, unsigned long operations)
{
	struct table *table = context;
	uint64_t start = now();

	while (operations--) {
		channel_send(&table->request, table->letter, SIZE);
		channel_receive(&table->answer, table->letter, SIZE);
	}
	return now() - start;
}

static void measure_pingpong(const struct channel_kind *kind, unsigned int cpus)
{
	const struct plan plan = {
		.subject = kind->name, .parameter = "cpus", .value = cpus, .per = "round trip",
		.operations = OPERATIONS,
	};
	struct table table = { .letter = letter_new(SIZE), .far = cpus - 1 };
	pid_t child;

	must_be(true, channel_open(&table.request, kind, SIZE, 1));
	must_be(true, channel_open(&table.answer, kind, SIZE, 1));
	child = process_start(answer, &table);
	measure(&plan, play, &table);
	process_kill(child);
	channel_close(&table.request);
	channel_close(&table.answer);
	letter_free(table.letter);
}

static void measure_all(const struct channel_kind * const *kind)
{
	for (; *kind; kind++) {
		measure_pingpong(*kind, 1);
		if (!options.instructions && sysconf(_SC_NPROCESSORS_ONLN) > 1)
			measure_pingpong(*kind, 2);
	}
}

void case_pingpong(void)
{
	process_pin(0);
	measure_all(channel_kinds);
	measure_all(signals);
	process_unpin();
}
