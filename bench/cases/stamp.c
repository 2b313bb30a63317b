// SPDX-License-Identifier: GPL-2.0
/* A plain write, and what it costs to receive it with all that is known of it. */
#include "cases/cases.h"
#include "cases/lease.h"
#include "measure.h"
#include "must.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define OPERATIONS 2000

struct stamped {
	int group;
	struct lease_room room;
};

static uint64_t receive_stamped(void *context, unsigned long operations)
{
	struct stamped *stamped = context;
	uint64_t start = now();

	while (operations--) {
		must_be(LEASE_SIZE, write(stamped->group, stamped->room.bytes, LEASE_SIZE));
		lease_receive(stamped->group, &stamped->room, 1, 0);
	}
	return now() - start;
}

static uint64_t receive_leased(void *context, unsigned long operations)
{
	struct stamped *stamped = context;
	uint64_t start = now();

	while (operations--) {
		must_be(LEASE_SIZE, write(stamped->group, stamped->room.bytes, LEASE_SIZE));
		lease_receive(stamped->group, &stamped->room, 1, SYNCHMESS_LEASE);
		lease_settle(stamped->group, &stamped->room, 1);
	}
	return now() - start;
}

/* Each receive acks what was received before. */
static uint64_t receive_and_ack(void *context, unsigned long operations)
{
	struct stamped *stamped = context;
	uint64_t start = now();
	unsigned int acks = 0;

	while (operations--) {
		must_be(LEASE_SIZE, write(stamped->group, stamped->room.bytes, LEASE_SIZE));
		lease_receive_next(stamped->group, &stamped->room, acks);
		acks = 1;
	}
	lease_settle(stamped->group, &stamped->room, 1);
	return now() - start;
}

/* Each read acks what was read before. */
static uint64_t read_and_ack(void *context, unsigned long operations)
{
	struct stamped *stamped = context;
	struct {
		struct synchmess_in stamp;
		char bytes[LEASE_SIZE];
	} letter;
	uint64_t start = now();

	while (operations--) {
		must_be(LEASE_SIZE, write(stamped->group, stamped->room.bytes, LEASE_SIZE));
		must_be(sizeof(letter), read(stamped->group, &letter, sizeof(letter)));
	}
	return now() - start;
}

static void prepare_reading(int group)
{
	const struct synchmess_reading reading = {
		.flags = SYNCHMESS_LEASE, .header_size = sizeof(struct synchmess_in),
	};

	must(ioctl(group, SYNCHMESS_READING, &reading));
}

static void measure_stamp(const char *subject, measured_body body)
{
	const struct plan plan = {
		.subject = subject, .parameter = "bytes", .value = LEASE_SIZE, .per = "message",
		.operations = OPERATIONS,
	};
	/* One that is acked, and the next one. */
	struct stamped stamped = { .group = group_create(LEASE_SIZE, 2 * LEASE_SIZE) };

	if (body == read_and_ack)
		prepare_reading(stamped.group);
	measure(&plan, body, &stamped);
	must(close(stamped.group));
}

void case_stamp(void)
{
	measure_stamp("synchmess-stamp", receive_stamped);
	measure_stamp("synchmess-settle", receive_leased);
	measure_stamp("synchmess-receive", receive_and_ack);
	measure_stamp("synchmess-full", read_and_ack);
}
