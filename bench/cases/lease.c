// SPDX-License-Identifier: GPL-2.0
#include "cases/lease.h"

#include "cases/cases.h"
#include "measure.h"
#include "must.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define MESSAGES	2048

struct leasing {
	int group;
	unsigned int count;
	struct lease_room room;
};

void lease_receive(int group, struct lease_room *room, unsigned int count, uint32_t flags)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		room->messages[i].data = user(room->bytes);
		room->messages[i].size = sizeof(room->bytes);
		room->messages[i].parts = 0;
	}
	group_receive(group, room->messages, count, flags);
}

void lease_settle(int group, struct lease_room *room, unsigned int count)
{
	struct synchmess_settle settle = {
		.what = SYNCHMESS_ACK, .count = count, .tokens = user(room->tokens),
	};
	unsigned int i;

	for (i = 0; i < count; i++)
		room->tokens[i] = room->messages[i].token;
	must_be(count, ioctl(group, SYNCHMESS_SETTLE, &settle));
}

static uint64_t lend(void *context, unsigned long operations)
{
	struct leasing *leasing = context;
	const struct synchmess_out message = {
		.data = user(leasing->room.bytes), .size = LEASE_SIZE,
	};
	uint64_t start = now();

	while (operations--) {
		group_fill(leasing->group, &message, leasing->count);
		lease_receive(leasing->group, &leasing->room, leasing->count, SYNCHMESS_LEASE);
		lease_settle(leasing->group, &leasing->room, leasing->count);
	}
	return now() - start;
}

static void measure_lease(unsigned int count)
{
	const struct plan plan = {
		.subject = "synchmess-send", .parameter = "messages", .value = count,
		.per = "message", .operations = MESSAGES / count, .each = count,
	};
	struct leasing leasing = {
		.group = group_create(LEASE_SIZE, LEASE_SIZE * count), .count = count,
	};

	measure(&plan, lend, &leasing);
	must(close(leasing.group));
}

void case_lease(void)
{
	measure_lease(1);
	measure_lease(LEASE_BATCH);
}
