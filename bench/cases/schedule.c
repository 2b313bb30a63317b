// SPDX-License-Identifier: GPL-2.0
/* Delayed messages, and such that expire. */
#include "cases/cases.h"
#include "cases/expiry.h"
#include "measure.h"
#include "must.h"
#include "options.h"
#include "peers/group.h"

#include <stdlib.h>
#include <unistd.h>

#define SIZE		64
#define HOUR		(3600 * NANOSECONDS)
#define OPERATIONS	1000

struct agenda {
	int group;
	unsigned long pending;
	uint64_t ids[OPERATIONS * 10];
};

static const char bytes[SIZE];

/* They come due in no order. */
static struct synchmess_out delayed(void)
{
	return (struct synchmess_out){
		.data = user(bytes), .size = SIZE, .delay = HOUR + rand(),
	};
}

static void fill(struct agenda *agenda)
{
	unsigned long missing = agenda->pending - group_stat(agenda->group).scheduled;
	struct synchmess_out messages[64];
	unsigned int i, portion;

	for (; missing; missing -= portion) {
		portion = missing < 64 ? missing : 64;
		for (i = 0; i < portion; i++)
			messages[i] = delayed();
		group_send(agenda->group, messages, portion);
	}
}

static uint64_t send_and_revoke(void *context, unsigned long operations)
{
	struct agenda *agenda = context;
	struct synchmess_out message;
	uint64_t start = now();

	while (operations--) {
		message = delayed();
		group_send(agenda->group, &message, 1);
		group_revoke(agenda->group, SYNCHMESS_REVOKE_ID, message.id);
	}
	return now() - start;
}

static uint64_t insert(void *context, unsigned long operations)
{
	struct agenda *agenda = context;
	struct synchmess_out message;
	uint64_t start = now(), time;
	unsigned long i;

	for (i = 0; i < operations; i++) {
		message = delayed();
		group_send(agenda->group, &message, 1);
		agenda->ids[i] = message.id;
	}
	time = now() - start;
	for (i = 0; i < operations; i++)
		group_revoke(agenda->group, SYNCHMESS_REVOKE_ID, agenda->ids[i]);
	return time;
}

static uint64_t flush(void *context, unsigned long operations)
{
	struct agenda *agenda = context;
	uint64_t start, time = 0;

	while (operations--) {
		fill(agenda);
		start = now();
		must(fsync(agenda->group));
		time += now() - start;
		must_be(agenda->pending,
			group_revoke(agenda->group, SYNCHMESS_REVOKE_EVERYTHING, 0));
	}
	return time;
}

static uint64_t revoke_all(void *context, unsigned long operations)
{
	struct agenda *agenda = context;
	uint64_t start, time = 0;

	while (operations--) {
		fill(agenda);
		start = now();
		must_be(agenda->pending, group_revoke(agenda->group, SYNCHMESS_REVOKE_DELAYED, 0));
		time += now() - start;
	}
	return time;
}

static void measure_pending(unsigned long pending)
{
	struct agenda agenda = { .pending = pending };
	struct plan plan = { .parameter = "pending", .value = pending, .per = "message" };

	agenda.group = group_create(SIZE, SIZE * (pending + OPERATIONS * 10));
	fill(&agenda);

	plan.operations = OPERATIONS;
	plan.subject = "synchmess-delay-revoke";
	measure(&plan, send_and_revoke, &agenda);
	plan.subject = "synchmess-delay";
	measure(&plan, insert, &agenda);

	/* They refill what they empty. */
	plan.operations = pending < 1000 ? 100 : 1;
	plan.each = pending;
	plan.once = pending > 100000;
	plan.subject = "synchmess-flush";
	measure(&plan, flush, &agenda);
	plan.subject = "synchmess-revoke-delayed";
	measure(&plan, revoke_all, &agenda);
	must(close(agenda.group));
}

void case_schedule(void)
{
	static const unsigned long numbers[] = { 1, 1000, 100000, 1000000 };
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (!options_bear(numbers[i]))
			continue;
		measure_pending(numbers[i]);
		if (numbers[i] > 1)
			expiry_measure(numbers[i]);
	}
}
