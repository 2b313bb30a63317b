// SPDX-License-Identifier: GPL-2.0
#include "cases/expiry.h"

#include "measure.h"
#include "must.h"
#include "peers/group.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

#define SIZE		16
#define PORTION		64
#define TO_SEND		UINT64_C(20000)	/* nanoseconds for each message, and more than enough */

struct mortals {
	int group;
	unsigned long count;
};

static const char bytes[SIZE];

static uint64_t monotonic(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * NANOSECONDS + time.tv_nsec;
}

static void send_until(struct mortals *mortals, uint64_t end)
{
	struct synchmess_out message = { .data = user(bytes), .size = SIZE };
	unsigned long left, portion;

	for (left = mortals->count; left; left -= portion) {
		portion = left < PORTION ? left : PORTION;
		message.lifetime = end - monotonic();
		group_fill(mortals->group, &message, portion);
	}
}

/* There is room for the longest message when all are gone. */
static uint64_t let_expire(void *context, unsigned long operations)
{
	struct mortals *mortals = context;
	struct pollfd room = { .fd = mortals->group, .events = POLLOUT };
	uint64_t end, sum = 0;

	while (operations--) {
		end = monotonic() + NANOSECONDS / 10 + mortals->count * TO_SEND;
		send_until(mortals, end);
		must_be(mortals->count, group_stat(mortals->group).queued);
		must_be(1, poll(&room, 1, -1));
		sum += monotonic() - end;
	}
	return sum;
}

void expiry_measure(unsigned long count)
{
	const struct plan plan = {
		.subject = "synchmess-expiry", .parameter = "pending", .value = count,
		.per = "message", .operations = 1, .each = count, .once = count > 100000,
	};
	struct mortals mortals = {
		.group = group_create(SIZE * count, SIZE * count), .count = count,
	};

	measure(&plan, let_expire, &mortals);
	must(close(mortals.group));
}
