// SPDX-License-Identifier: GPL-2.0
/* One among many: found by its name, used, made and removed. */
#include "cases/audience.h"
#include "cases/cases.h"
#include "measure.h"
#include "must.h"
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OPERATIONS 1000

struct groups {
	unsigned int count;
	int *fds;
};

static uint64_t tell_one(void *context, unsigned long operations)
{
	struct audience *audience = context;
	uint64_t start = now();
	unsigned int listener;

	while (operations--) {
		listener = rand() % audience->count;
		audience_tell(audience, listener);
		audience_hear(audience, listener);
	}
	return now() - start;
}

static void measure_mailboxes(unsigned int count)
{
	const struct plan plan = {
		.subject = "synchmess-mailbox", .parameter = "mailboxes", .value = count,
		.per = "pair", .operations = OPERATIONS,
	};
	struct audience audience;

	audience_open(&audience, count, 1);
	measure(&plan, tell_one, &audience);
	audience_close(&audience);
}

static int open_group(unsigned int number)
{
	char name[16];

	snprintf(name, sizeof(name), "bench%u", number);
	return group_open_named(name);
}

static uint64_t write_to_one(void *context, unsigned long operations)
{
	struct groups *groups = context;
	char bytes[AUDIENCE_SIZE] = "";
	uint64_t start = now();
	int group;

	while (operations--) {
		group = groups->fds[rand() % groups->count];
		must_be(sizeof(bytes), write(group, bytes, sizeof(bytes)));
		must_be(sizeof(bytes), read(group, bytes, sizeof(bytes)));
	}
	return now() - start;
}

static uint64_t find_one(void *context, unsigned long operations)
{
	struct groups *groups = context;
	uint64_t start = now();

	while (operations--)
		must(close(open_group(rand() % groups->count)));
	return now() - start;
}

/* It goes with its only descriptor. */
static uint64_t make_one(void *context, unsigned long operations)
{
	struct groups *groups = context;
	uint64_t start = now();

	while (operations--)
		must(close(open_group(groups->count)));
	return now() - start;
}

static void open_groups(struct groups *groups, unsigned int count)
{
	unsigned int i;

	groups->count = count;
	groups->fds = must_have(calloc(count, sizeof(*groups->fds)));
	for (i = 0; i < count; i++)
		groups->fds[i] = open_group(i);
}

static void close_groups(struct groups *groups)
{
	unsigned int i;

	for (i = 0; i < groups->count; i++)
		must(close(groups->fds[i]));
	free(groups->fds);
}

/* Devices that come and go occupy udev, too, which is not to be measured. */
static void await_udev(void)
{
	must_be(0, system("udevadm settle"));
}

static void measure_groups(unsigned int count)
{
	struct plan plan = { .parameter = "groups", .value = count, .operations = OPERATIONS };
	struct groups groups;

	open_groups(&groups, count);
	await_udev();
	plan.subject = "synchmess";
	plan.per = "pair";
	measure(&plan, write_to_one, &groups);
	plan.subject = "synchmess-find";
	plan.per = "group";
	measure(&plan, find_one, &groups);
	plan.subject = "synchmess-create";
	plan.operations = 50;
	measure(&plan, make_one, &groups);
	close_groups(&groups);
	await_udev();
}

void case_many(void)
{
	static const unsigned int counts[] = { 1, 64, 1024, 4096 };
	size_t i;

	for (i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		if (!options_bear(counts[i]))
			continue;
		if (audience_fits(counts[i]))
			measure_mailboxes(counts[i]);
		measure_groups(counts[i]);
	}
}
