// SPDX-License-Identifier: GPL-2.0
/* One text for many mailboxes: at once, or to each by name. */
#include "cases/cases.h"
#include "bounds.h"
#include "measure.h"
#include "must.h"
#include "peers/group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SIZE		64
#define BLOCK		16	/* broadcasts until the queues are read */
#define COPIES		4096	/* in a repetition */

struct audience {
	int speaker;
	unsigned int count;
	int *listeners;
	char text[SIZE + 16];
};

/* "NAME" is 7 digits. */
static void name_listener(char *name, unsigned int number)
{
	sprintf(name, "%07u", number);
}

static void open_audience(struct audience *audience, unsigned int count)
{
	char name[16];
	unsigned int i;

	audience->speaker = mailbox_register("speaker", 1);
	audience->count = count;
	audience->listeners = must_have(calloc(count, sizeof(*audience->listeners)));
	for (i = 0; i < count; i++) {
		name_listener(name, i);
		audience->listeners[i] = mailbox_register(name, BLOCK);
	}
	memset(audience->text, 'x', sizeof(audience->text));
}

static void close_audience(struct audience *audience)
{
	unsigned int i;

	for (i = 0; i < audience->count; i++)
		must(close(audience->listeners[i]));
	must(close(audience->speaker));
	free(audience->listeners);
}

static void listen(struct audience *audience, unsigned long copies)
{
	char bytes[SIZE];
	unsigned long i, copy;

	for (i = 0; i < audience->count; i++)
		for (copy = 0; copy < copies; copy++)
			must_be(SIZE, read(audience->listeners[i], bytes, SIZE));
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
	must_be(SIZE + 5, write(audience->speaker, audience->text, SIZE + 5));
}

static void send_all(struct audience *audience)
{
	struct synchmess_out message = { .data = user(audience->text), .size = SIZE };
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_ALL, .count = 1, .message_size = sizeof(message),
		.messages = user(&message),
	};

	must_be(1, ioctl(audience->speaker, SYNCHMESS_SEND, &batch));
}

static void write_each(struct audience *audience)
{
	unsigned int i;

	memcpy(audience->text, "/msg ", 5);
	audience->text[12] = ' ';
	for (i = 0; i < audience->count; i++) {
		name_listener(audience->text + 5, i);
		audience->text[12] = ' ';
		must_be(SIZE + 13, write(audience->speaker, audience->text, SIZE + 13));
	}
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

	open_audience(&audience, count);
	plan.subject = "synchmess-all";
	measure(&plan, by_write, &audience);
	plan.subject = "synchmess-send-all";
	measure(&plan, by_send, &audience);
	plan.subject = "synchmess-msg";
	measure(&plan, one_by_one, &audience);
	close_audience(&audience);
}

void case_broadcast(void)
{
	static const unsigned int counts[] = { 1, 8, 64, 512 };
	size_t most = bounds_read("/sys/module/synchmess/parameters/MAX_DEVICES"), i;

	for (i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		if (counts[i] + 1 <= most)
			measure_broadcast(counts[i]);
}
