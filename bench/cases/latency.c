// SPDX-License-Identifier: GPL-2.0
/*
 * How long a message is under way while others are, too: between two threads, one every so often,
 * beside two that exchange as fast as they can. Only in time: where instructions are counted
 * nothing happens at once.
 */
#include "cases/cases.h"
#include "cases/team.h"
#include "measure.h"
#include "must.h"
#include "options.h"
#include "peers/channel.h"
#include "result.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZE		64
#define DEPTH		64
#define MESSAGES	10000
#define PACE		200	/* microseconds */

struct traffic {
	struct channel measured;
	struct channel other;
	unsigned long count;
	double *times;
	atomic_bool over;
};

static void *receive_measured(void *context)
{
	struct traffic *traffic = context;
	struct letter *letter = letter_new(SIZE);
	unsigned long i;
	uint64_t sent;

	for (i = 0; i < traffic->count; i++) {
		channel_receive(&traffic->measured, letter, SIZE);
		memcpy(&sent, letter->bytes, sizeof(sent));
		traffic->times[i] = now() - sent;
	}
	letter_free(letter);
	return NULL;
}

static void send_measured(struct traffic *traffic)
{
	struct letter *letter = letter_new(SIZE);
	unsigned long i;
	uint64_t time;

	for (i = 0; i < traffic->count; i++) {
		usleep(PACE);
		time = now();
		memcpy(letter->bytes, &time, sizeof(time));
		channel_send(&traffic->measured, letter, SIZE);
	}
	letter_free(letter);
}

static void *exchange_other(void *context)
{
	struct traffic *traffic = context;
	struct letter *letter = letter_new(SIZE);

	while (!traffic->over) {
		channel_send(&traffic->other, letter, SIZE);
		channel_receive(&traffic->other, letter, SIZE);
	}
	letter_free(letter);
	return NULL;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void print(const char *subject, struct traffic *traffic)
{
	static const double percentiles[] = { 50, 99, 99.9 };
	struct plan plan = { .subject = subject, .parameter = "percentile", .per = "message" };
	size_t i;

	qsort(traffic->times, traffic->count, sizeof(*traffic->times), compare);
	for (i = 0; i < sizeof(percentiles) / sizeof(*percentiles); i++) {
		plan.value = percentiles[i];
		result_print(&plan, result_time_unit(),
			     &traffic->times[(size_t)(percentiles[i] / 100 * traffic->count)], 1);
	}
}

static void run(struct traffic *traffic)
{
	struct team busy, reader;

	team_start(&busy, 2, exchange_other, traffic);
	team_start(&reader, 1, receive_measured, traffic);
	send_measured(traffic);
	team_join(&reader);
	traffic->over = true;
	team_join(&busy);
}

static void measure_latency(const struct channel_kind *kind)
{
	struct traffic traffic = { .count = options_scale(MESSAGES) };

	traffic.times = must_have(calloc(traffic.count, sizeof(*traffic.times)));
	must_be(true, channel_open(&traffic.measured, kind, SIZE, DEPTH));
	must_be(true, channel_open(&traffic.other, kind, SIZE, DEPTH));
	run(&traffic);
	print(kind->name, &traffic);
	channel_close(&traffic.measured);
	channel_close(&traffic.other);
	free(traffic.times);
}

void case_latency(void)
{
	static const struct channel_kind * const kinds[] = {
		&synchmess_channel, &mqueue_channel, &seqpacket_channel, &pipe_channel,
	};
	size_t i;

	if (options.instructions)
		return;
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		measure_latency(kinds[i]);
}
