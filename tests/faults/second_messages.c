// SPDX-License-Identifier: GPL-2.0
/*
 * SEND, RECEIVE, REVOKE and SET, with each allocation and user copy failing once. A
 * batch that was begun is no failure: as many as it says were sent, or received.
 */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/quota.h"
#include "harness/sweep.h"

#include <linux/synchmess.h>

#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#define COUNT 3
#define PARTS 12	/* more than the kernel has room for without asking for some */

static int fd;
static long charged, result;
static const char * const texts[COUNT] = { "first", "second", "third" };
static char got[COUNT][TEXT_MAX];

static void begin(void)
{
	fd = batch_group(NULL);
	charged = quota_charged();
	sweep_watch(fd);
}

static void end(void)
{
	close(fd);
	assert_int_equal(quota_charged(), charged);
}

static struct synchmess_out outs[COUNT];
static struct synchmess_in ins[COUNT];

/* A byte each, one behind the other. */
static struct iovec parts[PARTS];

static void split(void *bytes)
{
	size_t i;

	for (i = 0; i < PARTS; i++)
		parts[i] = (struct iovec){ (char *)bytes + i, 1 };
}

/* ---- send */

static void write_batch(void)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		outs[i] = batch_text(texts[i]);
}

static long send_batch(void)
{
	return result = batch_send(fd, outs, COUNT, 0);
}

/* So many, from the first. */
static void take_sent(void)
{
	long i;

	for (i = 0; i < result; i++)
		assert_int_equal(batch_expect(fd, texts[i]).id, outs[i].id);
	batch_expect_books(fd, 0, 0, 0);
}

static const char letters[] = "abcdefghijkl";

static void write_parts(void)
{
	split((void *)letters);
	outs[0] = (struct synchmess_out){ .data = user(parts), .parts = PARTS };
}

static long send_one(void)
{
	return result = batch_send(fd, outs, 1, 0);
}

static void take_parts(void)
{
	batch_expect(fd, letters);
	batch_expect_books(fd, 0, 0, 0);
}

static void write_timed(void)
{
	outs[0] = batch_text("later");
	outs[0].delay = HOUR;
	outs[0].lifetime = 2 * HOUR;
	outs[0].priority = 7;
}

static void take_timed(void)
{
	batch_expect_books(fd, 0, 1, strlen("later"));
	assert_ok(fsync(fd));
	assert_int_equal(batch_expect(fd, "later").priority, 7);
	batch_expect_books(fd, 0, 0, 0);
}

/* ---- receive */

static void send_all(void)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		batch_send_text(fd, texts[i], 0, 0, 0);
}

static long receive(unsigned int count, unsigned int flags)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		ins[i] = batch_into(got[i], TEXT_MAX);
	return result = batch_receive(fd, ins, count, flags | SYNCHMESS_NOWAIT);
}

static long receive_batch(void)
{
	return receive(COUNT, 0);
}

static long receive_whole(void)
{
	return receive(COUNT, SYNCHMESS_WHOLE);
}

static long peek(void)
{
	return receive(1, SYNCHMESS_PEEK);
}

static long receive_parts(void)
{
	split(got[0]);
	ins[0] = (struct synchmess_in){ .data = user(parts), .parts = PARTS };
	return result = batch_receive(fd, ins, 1, SYNCHMESS_NOWAIT);
}

static void expect_got(long i)
{
	assert_int_equal(ins[i].length, strlen(texts[i]));
	assert_memory_equal(got[i], texts[i], strlen(texts[i]));
}

/* What was not received is there, from message @first on. */
static void take_rest(long first)
{
	for (; first < COUNT; first++)
		batch_expect(fd, texts[first]);
	batch_expect_books(fd, 0, 0, 0);
}

static void expect_received(void)
{
	long i;

	for (i = 0; i < result; i++)
		expect_got(i);
	take_rest(result);
}

static void expect_peeked(void)
{
	assert_int_equal(result, 1);
	expect_got(0);
	take_rest(0);
}

/* ---- revoke */

static void send_two(void)
{
	outs[0].id = batch_send_text(fd, "now", 0, 0, 0);
	batch_send_text(fd, "later", 0, HOUR, 0);
}

static long revoke_id(void)
{
	return result = batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, outs[0].id);
}

static long revoke_sender(void)
{
	return result = batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, getpid(), 0);
}

static long revoke_delayed(void)
{
	return result = batch_revoke(fd, SYNCHMESS_REVOKE_DELAYED, 0, 0);
}

static long revoke_everything(void)
{
	return result = batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0);
}

static void expect_one_delayed(void)
{
	assert_int_equal(result, 1);
	batch_expect_books(fd, 0, 1, strlen("later"));
	assert_int_equal(revoke_delayed(), 1);
}

static void expect_one_ready(void)
{
	assert_int_equal(result, 1);
	batch_expect(fd, "now");
	batch_expect_books(fd, 0, 0, 0);
}

static void expect_none(void)
{
	assert_int_equal(result, 2);
	batch_expect_books(fd, 0, 0, 0);
}

/* ---- set */

static const struct synchmess_settings before = { .max_messages = 3, .max_message_size = 7 };
static const struct synchmess_settings others = { .max_messages = 5, .max_message_size = 9 };

static long set(void)
{
	return ioctl(fd, SYNCHMESS_SET, &others);
}

static void set_before(void)
{
	assert_ok(ioctl(fd, SYNCHMESS_SET, &before));
}

static void expect_settings(const struct synchmess_settings *settings)
{
	assert_int_equal(batch_stat(fd).max_messages, settings->max_messages);
	assert_int_equal(batch_stat(fd).max_message_size, settings->max_message_size);
}

static void expect_unset(void)
{
	expect_settings(&before);
}

static void expect_set(void)
{
	expect_settings(&others);
}

#define WITHIN .begin = begin, .end = end
#define NO_MEMORY_OR_FAULT .errors = { ENOMEM, EFAULT }
#define FAULT .errors = { EFAULT }

static const struct CMUnitTest tests[] = {
	SWEEP("send_batch", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 4, .prepare = write_batch,
	      .call = send_batch, .done = take_sent),
	SWEEP("send_parts", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 7, .prepare = write_parts,
	      .call = send_one, .done = take_parts),
	SWEEP("send_timed", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 4, .prepare = write_timed,
	      .call = send_one, .done = take_timed),
	SWEEP("receive_batch", WITHIN, FAULT, .refusals = 4, .prepare = send_all,
	      .call = receive_batch, .done = expect_received),
	SWEEP("receive_whole", WITHIN, FAULT, .refusals = 4, .prepare = send_all,
	      .call = receive_whole, .done = expect_received),
	SWEEP("receive_parts", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 6, .prepare = send_all,
	      .call = receive_parts, .done = expect_received),
	SWEEP("peek", WITHIN, FAULT, .refusals = 4, .prepare = send_all, .call = peek,
	      .done = expect_peeked),
	SWEEP("revoke_id", WITHIN, FAULT, .refusals = 1, .prepare = send_two, .call = revoke_id,
	      .done = expect_one_delayed),
	SWEEP("revoke_sender", WITHIN, FAULT, .refusals = 1, .prepare = send_two,
	      .call = revoke_sender, .done = expect_none),
	SWEEP("revoke_delayed", WITHIN, FAULT, .refusals = 1, .prepare = send_two,
	      .call = revoke_delayed, .done = expect_one_ready),
	SWEEP("revoke_everything", WITHIN, FAULT, .refusals = 1, .prepare = send_two,
	      .call = revoke_everything, .done = expect_none),
	SWEEP("set", WITHIN, FAULT, .refusals = 1, .prepare = set_before, .call = set,
	      .undone = expect_unset, .done = expect_set),
};

int main(void)
{
	return RUN_SWEEPS("faults: messages of the second interface", tests);
}
