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

static void prepare(struct lease_room *room, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		room->messages[i].data = user(room->bytes);
		room->messages[i].size = sizeof(room->bytes);
		room->messages[i].parts = 0;
	}
}

void lease_receive(int group, struct lease_room *room, unsigned int count, uint32_t flags)
{
	prepare(room, count);
	group_receive(group, room->messages, count, flags);
}

void lease_receive_next(int group, struct lease_room *room, unsigned int acks)
{
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_LEASE, .count = 1, .message_size = sizeof(*room->messages),
		.messages = user(room->messages), .acks = user(room->tokens), .ack_count = acks,
	};

	prepare(room, 1);
	room->tokens[0] = room->messages[0].token;
	must_be(1, ioctl(group, SYNCHMESS_RECEIVE, &batch));
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
