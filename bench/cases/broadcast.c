// SPDX-License-Identifier: GPL-2.0
/* One text for many mailboxes: at once, or to each by name. */
#include "cases/cases.h"
#include "cases/audience.h"
#include "measure.h"
#include "must.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BLOCK		16	/* broadcasts until the queues are read */
#define COPIES		4096	/* in a repetition */

static void listen(struct audience *audience, unsigned long copies)
{
	unsigned long i, copy;

	for (i = 0; i < audience->count; i++)
		for (copy = 0; copy < copies; copy++)
			audience_hear(audience, i);
}

/* What listening takes is left out. */
static uint64_t in_blocks(struct audience *audience, unsigned long operations,
			  void (*speak)(struct audience *audience))
{
	unsigned long block, i;
	uint64_t start, sum = 0;

	for (; operations; operations -= block) {
		block = operations < BLOCK ? operations : BLOCK;
		start = now();
		for (i = 0; i < block; i++)
			speak(audience);
		sum += now() - start;
		listen(audience, block);
	}
	return sum;
}

static void write_all(struct audience *audience)
{
	memcpy(audience->text, "/all ", 5);
	must_be(AUDIENCE_SIZE + 5, write(audience->speaker, audience->text, AUDIENCE_SIZE + 5));
}

static void send_all(struct audience *audience)
{
	struct synchmess_out message = { .data = user(audience->text), .size = AUDIENCE_SIZE };
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_ALL, .count = 1, .message_size = sizeof(message),
		.messages = user(&message),
	};

	must_be(1, ioctl(audience->speaker, SYNCHMESS_SEND, &batch));
}

static void write_each(struct audience *audience)
{
	unsigned int i;

	for (i = 0; i < audience->count; i++)
		audience_tell(audience, i);
}

static uint64_t by_write(void *audience, unsigned long operations)
{
	return in_blocks(audience, operations, write_all);
}

static uint64_t by_send(void *audience, unsigned long operations)
{
	return in_blocks(audience, operations, send_all);
}

static uint64_t one_by_one(void *audience, unsigned long operations)
{
	return in_blocks(audience, operations, write_each);
}

static void measure_broadcast(unsigned int count)
{
	struct plan plan = {
		.parameter = "mailboxes", .value = count, .per = "receiver",
		.operations = COPIES / count, .each = count,
	};
	struct audience audience;

	audience_open(&audience, count, BLOCK);
	plan.subject = "synchmess-all";
	measure(&plan, by_write, &audience);
	plan.subject = "synchmess-send-all";
	measure(&plan, by_send, &audience);
	plan.subject = "synchmess-msg";
	measure(&plan, one_by_one, &audience);
	audience_close(&audience);
}

void case_broadcast(void)
{
	static const unsigned int counts[] = { 1, 8, 64, 512 };
	size_t i;

	for (i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		if (audience_fits(counts[i]))
			measure_broadcast(counts[i]);
}
