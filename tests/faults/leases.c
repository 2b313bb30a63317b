// SPDX-License-Identifier: GPL-2.0
/*
 * Leases, what becomes of them, and dead letters, with each allocation and user copy
 * failing once. A batch that was begun is no failure: as many as it says were leased, or
 * settled.
 */
#include "harness/batch.h"
#include "harness/charges.h"
#include "harness/fault.h"
#include "harness/lease.h"
#include "harness/quota.h"
#include "harness/registered.h"
#include "harness/sweep.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 66		/* more than the module handles under one lock */
#define SIZE 6
#define MANY 40		/* more than a queue's first index has room for */
#define PARTS 12	/* more than the kernel has room for without asking for some */
#define STAMP sizeof(struct synchmess_in)

static int fd, grave, other, sender;
static long charged, result;
static struct synchmess_in ins[MOST];
static char got[MOST][SIZE];
static struct iovec parts[MOST][PARTS];
static uint64_t tokens[MOST];
static unsigned int sent;

static void watch_all(void)
{
	charged = quota_charged();
	sweep_watch(fd);
	sweep_watch(grave);
}

static void begin(void)
{
	fd = batch_group(NULL);
	grave = batch_group(NULL);
	watch_all();
}

static void end(void)
{
	assert_int_equal(quota_charged(), charged);
	close(fd);
	close(grave);
	charges_expect_groups();
}

static const char *text_of(unsigned int i)
{
	static char text[16];

	snprintf(text, sizeof(text), "%0*u", SIZE, i);
	return text;
}

static void send_some(unsigned int count)
{
	for (sent = 0; sent < count; sent++)
		batch_send_text(fd, text_of(sent), 0, 0, 0);
}

static void expect_books(unsigned int queued, unsigned int leased)
{
	lease_expect_books(fd, queued, leased, (queued + leased) * SIZE);
}

/* From message @first to @last - 1, each leased so often before. */
static void take(unsigned int first, unsigned int last, unsigned int deliveries)
{
	for (; first < last; first++)
		assert_int_equal(batch_expect(fd, text_of(first)).deliveries, deliveries);
}

/* ---- receive */

struct leasing {
	unsigned int count, flags;
	bool in_parts;
};

static void send_as_asked(void)
{
	const struct leasing *leasing = sweep_argument;

	send_some(leasing->count);
}

/* A byte each, one behind the other. */
static struct synchmess_in into_parts(unsigned int i)
{
	unsigned int part;

	for (part = 0; part < PARTS; part++)
		parts[i][part] = (struct iovec){ got[i] + part, part < SIZE };
	return (struct synchmess_in){ .data = user(parts[i]), .parts = PARTS };
}

static long lease(int file, unsigned int count, unsigned int flags, bool in_parts)
{
	unsigned int i;

	memset(got, 'P', sizeof(got));
	for (i = 0; i < count; i++)
		ins[i] = in_parts ? into_parts(i) : batch_into(got[i], SIZE);
	return result = batch_receive(file, ins, count, SYNCHMESS_LEASE | SYNCHMESS_NOWAIT | flags);
}

static long lease_as_asked(void)
{
	const struct leasing *leasing = sweep_argument;

	return lease(fd, leasing->count, leasing->flags, leasing->in_parts);
}

static void expect_got(unsigned int i)
{
	assert_int_equal(ins[i].length, SIZE);
	assert_memory_equal(got[i], text_of(i), SIZE);
	assert_int_equal(ins[i].deliveries, 0);
	assert_int_not_equal(ins[i].token, 0);
	tokens[i] = ins[i].token;
}

/* What was not leased is at its place, as if nobody had tried. */
static void expect_leased(void)
{
	long i;

	expect_books(sent - result, result);
	for (i = 0; i < result; i++)
		expect_got(i);
	assert_int_equal(lease_settle(fd, SYNCHMESS_ACK, tokens, result, 0), result);
	take(result, sent, 0);
	expect_books(0, 0);
}

/* ---- the same of a mailbox */

static void begin_mailbox(void)
{
	sender = registered_as("sender", NULL);
	fd = registered_as("bob", NULL);
	grave = batch_group(NULL);
	watch_all();
}

static void end_mailbox(void)
{
	assert_int_equal(quota_charged(), charged);
	charges_expect_mailboxes();
	close(fd);
	close(sender);
	close(grave);
	charges_expect_groups();
}

static void send_to_mailbox(void)
{
	for (sent = 0; sent < 2; sent++)
		assert_int_equal(registered_send(sender, "bob", text_of(sent)), 1);
}

static long lease_two(void)
{
	return lease(fd, 2, 0, false);
}

/* ---- read */

struct reading {
	unsigned int flags, header;
	bool in_parts;
	unsigned int acks;	/* so many were read before */
};

static char bytes[STAMP + SIZE];
static unsigned long delivered;
static int error;

static void open_other(void)
{
	other = batch_open(fd, O_RDWR | O_NONBLOCK);
}

static long ask_for_reading(void)
{
	const struct synchmess_reading reading = {
		.flags = SYNCHMESS_LEASE, .header_size = STAMP, .lease = HOUR,
	};

	return ioctl(other, SYNCHMESS_READING, &reading);
}

/* It can only be said once, so it was not said. */
static void expect_bytes(void)
{
	send_some(1);
	assert_int_equal(read(other, bytes, sizeof(bytes)), SIZE);
	assert_memory_equal(bytes, text_of(0), SIZE);
	expect_books(0, 0);
}

static void expect_reading(void)
{
	send_some(1);
	assert_int_equal(read(other, bytes, sizeof(bytes)), STAMP + SIZE);
	assert_memory_equal(bytes + STAMP, text_of(0), SIZE);
	expect_books(0, 1);
	assert_int_equal(read(other, NULL, 0), 0);
	expect_books(0, 0);
	close(other);
}

static void prepare_reading(void)
{
	const struct reading *asked = sweep_argument;
	const struct synchmess_reading reading = {
		.flags = asked->flags, .header_size = asked->header,
	};
	unsigned int i;

	open_other();
	assert_ok(ioctl(other, SYNCHMESS_READING, &reading));
	send_some(asked->acks + 1);
	delivered = batch_stat(fd).delivered;
	for (i = 0; i < asked->acks; i++)
		assert_int_equal(read(other, bytes, sizeof(bytes)), asked->header + SIZE);
}

/* One behind the other; the stamp goes over many. */
static long read_into_parts(size_t size)
{
	size_t each = (size + PARTS - 1) / PARTS, from = 0;
	unsigned int part;

	for (part = 0; part < PARTS; part++) {
		parts[0][part].iov_base = bytes + from;
		parts[0][part].iov_len = size - from < each ? size - from : each;
		from += parts[0][part].iov_len;
	}
	return readv(other, parts[0], PARTS);
}

static long read_as_asked(void)
{
	const struct reading *asked = sweep_argument;
	size_t size = asked->header + SIZE;

	memset(bytes, 'P', sizeof(bytes));
	result = asked->in_parts ? read_into_parts(size) : read(other, bytes, size);
	error = errno;
	return result;
}

/* Where it failed only while it handed over, what was read before is done. */
static void expect_acked_at_most(void)
{
	const struct reading *asked = sweep_argument;
	unsigned int acked = batch_stat(fd).delivered - delivered;

	assert_true(acked <= (error == EFAULT));
	/* Of parts it may have been the array that could not be read. */
	if (!asked->in_parts)
		assert_int_equal(acked, error == EFAULT);
	expect_books(1, 1 - acked);
}

static void expect_stamp(bool leased)
{
	struct synchmess_in stamp;

	memcpy(&stamp, bytes, STAMP);
	assert_int_equal(stamp.size, SIZE);
	assert_int_equal(stamp.length, SIZE);
	assert_int_equal(stamp.deliveries, 0);
	assert_int_equal(!!stamp.token, leased);
}

/* What was read before counts once, whatever failed meanwhile. */
static void expect_read(void)
{
	const struct reading *asked = sweep_argument;
	bool leased = asked->flags & SYNCHMESS_LEASE;

	assert_int_equal(result, asked->header + SIZE);
	assert_memory_equal(bytes + asked->header, text_of(asked->acks), SIZE);
	if (asked->header)
		expect_stamp(leased);
	expect_books(0, leased);
	assert_int_equal(batch_stat(fd).delivered, delivered + sent - leased);
	assert_int_equal(read(other, NULL, 0), 0);
	expect_books(0, 0);
	assert_int_equal(batch_stat(fd).delivered, delivered + sent);
	close(other);
}

/* What a read does that fails, acking, is seen by expect_acked_at_most(). */
static void begin_acking(void)
{
	fd = batch_group(NULL);
	grave = batch_group(NULL);
	charged = quota_charged();
	sweep_watch(grave);
}

/* ---- settle */

struct settling {
	unsigned int count, what;
	uint64_t time;
};

/* Through this file. */
static void lease_for_sure(int file, unsigned int count)
{
	unsigned int i;

	send_some(count);
	assert_int_equal(lease(file, count, 0, false), count);
	for (i = 0; i < count; i++)
		expect_got(i);
}

static void lease_to_settle(void)
{
	const struct settling *settling = sweep_argument;

	lease_for_sure(fd, settling->count);
}

static long settle(void)
{
	const struct settling *settling = sweep_argument;

	return result = lease_settle(fd, settling->what, tokens, settling->count, settling->time);
}

/* With a receive that finds nothing. */
static long ack_by_receive(void)
{
	const struct settling *settling = sweep_argument;
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_LEASE | SYNCHMESS_NOWAIT, .count = 1,
		.message_size = sizeof(ins[0]), .messages = user(ins),
		.acks = user(tokens), .ack_count = settling->count,
	};

	ioctl(fd, SYNCHMESS_RECEIVE, &batch);
	result = settling->count - batch.ack_count;
	return result ?: -1;
}

static void ack_rest(void)
{
	unsigned int rest = sent - result;

	if (rest)
		assert_int_equal(lease_settle(fd, SYNCHMESS_ACK, tokens + result, rest, 0), rest);
	expect_books(0, 0);
}

static void expect_acked(void)
{
	expect_books(0, sent - result);
	ack_rest();
}

static void expect_returned(void)
{
	expect_books(result, sent - result);
	take(0, result, 1);
	ack_rest();
}

/* By themselves, soon. */
static void expect_to_return(void)
{
	lease_await(fd, sent - result);
	expect_returned();
}

static void expect_kept(void)
{
	long count = result;

	expect_books(0, sent);
	assert_int_equal(lease_settle(fd, SYNCHMESS_ACK, tokens, count, 0), count);
	ack_rest();
}

/* ---- the end of the file that holds them */

static void lease_by_another(void)
{
	other = batch_open(fd, O_RDWR);
	lease_for_sure(other, 3);
}

static long close_other(void)
{
	return close(other);
}

static void expect_all_back(void)
{
	expect_books(sent, 0);
	take(0, sent, 1);
}

/* ---- how often, and what then */

#define OFTEN 7
#define SELDOM 3

static void set_often(void)
{
	assert_ok(lease_set_retries(fd, OFTEN, other));
}

static void begin_retries(void)
{
	begin();
	other = batch_group(NULL);
}

static void end_retries(void)
{
	close(other);
	end();
}

static long set_seldom(void)
{
	return lease_set_retries(fd, SELDOM, grave);
}

static long set_without_grave(void)
{
	return lease_set_retries(fd, SELDOM, -1);
}

static void expect_retries(unsigned int most, unsigned int number)
{
	assert_int_equal(batch_stat(fd).max_deliveries, most);
	assert_int_equal(batch_stat(fd).dead_letters, number);
}

static void expect_often(void)
{
	expect_retries(OFTEN, batch_stat(other).descriptor);
}

static void expect_seldom(void)
{
	expect_retries(SELDOM, batch_stat(grave).descriptor);
}

static void expect_no_grave(void)
{
	expect_retries(SELDOM, 0);
}

/* ---- dead letters */

static void begin_deadly(void)
{
	begin();
	assert_ok(lease_set_retries(fd, 1, grave));
}

static void begin_deadly_mailbox(void)
{
	begin_mailbox();
	assert_ok(lease_set_retries(fd, 1, grave));
}

static void expect_dead_letter(unsigned int i)
{
	struct synchmess_in in = batch_expect(grave, text_of(i));

	assert_int_equal(in.flags, SYNCHMESS_DEAD_LETTER);
	assert_int_equal(in.origin, batch_stat(fd).descriptor);
	assert_int_equal(in.deliveries, 1);
}

static void await_dead_letters(unsigned int count)
{
	lease_await(fd, sent - count);
	lease_expect_books(grave, count, 0, count * SIZE);
}

static void expect_dead_letters(unsigned int count)
{
	unsigned int i;

	await_dead_letters(count);
	for (i = 0; i < count; i++)
		expect_dead_letter(i);
	lease_expect_books(grave, 0, 0, 0);
}

static void expect_buried(void)
{
	expect_dead_letters(result);
	ack_rest();
}

static void expect_all_buried(void)
{
	expect_dead_letters(sent);
	expect_books(0, 0);
}

static void expect_all_buried_in_any_order(void)
{
	unsigned int seen = 0, i;
	char text[SIZE + 1] = "";
	struct synchmess_in in;

	await_dead_letters(sent);
	for (i = 0; i < sent; i++) {
		in = batch_into(text, SIZE);
		assert_int_equal(batch_receive(grave, &in, 1, SYNCHMESS_NOWAIT), 1);
		assert_int_equal(in.flags, SYNCHMESS_DEAD_LETTER);
		seen |= 1u << strtoul(text, NULL, 10);
	}
	assert_int_equal(seen, (1u << sent) - 1);
	expect_books(0, 0);
}

static void lease_from_mailbox(void)
{
	send_to_mailbox();
	assert_int_equal(lease_two(), 2);
	expect_got(0);
	expect_got(1);
}

static long return_two(void)
{
	return result = lease_settle(fd, SYNCHMESS_RETURN, tokens, 2, 0);
}

/* The one who buries them is a thread of the kernel. He needs no memory for it. */
static void they_are_buried_without_memory(void **state)
{
	(void)state;
	begin_deadly();
	lease_for_sure(fd, MANY);
	fault_choose(true, true);
	fault_arm_workers(true);
	assert_int_equal(lease_settle(fd, SYNCHMESS_RETURN, tokens, MANY, 0), MANY);
	lease_await(fd, 0);
	fault_arm_workers(false);
	expect_all_buried();
	end();
}

#define WITHIN .begin = begin, .end = end
#define WITH_RETRIES .begin = begin_retries, .end = end_retries, .prepare = set_often
#define DEADLY .begin = begin_deadly, .end = end
#define NO_MEMORY_OR_FAULT .errors = { ENOMEM, EFAULT }
#define FAULT .errors = { EFAULT }

#define LEASE(name, least, ...) \
	SWEEP(name, WITHIN, NO_MEMORY_OR_FAULT, .refusals = (least), \
	      .argument = &(struct leasing){ __VA_ARGS__ }, .prepare = send_as_asked, \
	      .call = lease_as_asked, .done = expect_leased)

#define READ(name, least, ...) \
	SWEEP(name, WITHIN, NO_MEMORY_OR_FAULT, .refusals = (least), \
	      .argument = &(struct reading){ __VA_ARGS__ }, .prepare = prepare_reading, \
	      .call = read_as_asked, .done = expect_read)

#define ACK_BY_READ(name, least, ...) \
	SWEEP(name, .begin = begin_acking, .end = end, NO_MEMORY_OR_FAULT, .refusals = (least), \
	      .argument = &(struct reading){ .acks = 1, .flags = SYNCHMESS_LEASE, __VA_ARGS__ }, \
	      .prepare = prepare_reading, .call = read_as_asked, .undone = expect_acked_at_most, \
	      .done = expect_read)

#define SETTLE(name, how, ...) \
	SWEEP(name, WITHIN, FAULT, .refusals = 4, .argument = &(struct settling){ __VA_ARGS__ }, \
	      .prepare = lease_to_settle, .call = settle, .done = (how))

#define ACK_BY_RECEIVE(name, count) \
	SWEEP(name, WITHIN, FAULT, .refusals = 3, \
	      .argument = &(struct settling){ count, SYNCHMESS_ACK, 0 }, \
	      .prepare = lease_to_settle, .call = ack_by_receive, .done = expect_acked)

static const struct CMUnitTest tests[] = {
	LEASE("lease", 8, .count = 1),
	LEASE("lease_batch", 10, .count = 3),
	LEASE("lease_portions", 40, .count = MOST),
	LEASE("lease_whole", 10, .count = 3, .flags = SYNCHMESS_WHOLE),
	LEASE("lease_parts", 14, .count = 1, .in_parts = true),
	SWEEP("lease_of_a_mailbox", .begin = begin_mailbox, .end = end_mailbox,
	      NO_MEMORY_OR_FAULT, .refusals = 8, .prepare = send_to_mailbox, .call = lease_two,
	      .done = expect_leased),
	SWEEP("ask_for_reading", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 4,
	      .prepare = open_other, .call = ask_for_reading, .undone = expect_bytes,
	      .done = expect_reading),
	READ("read_stamped", 4, .header = STAMP),
	READ("read_stamped_parts", 20, .header = STAMP, .in_parts = true),
	READ("read_leased", 6, .flags = SYNCHMESS_LEASE, .header = STAMP),
	READ("read_leased_parts", 20, .flags = SYNCHMESS_LEASE, .header = STAMP,
	     .in_parts = true),
	READ("read_leased_bytes", 4, .flags = SYNCHMESS_LEASE),
	ACK_BY_READ("ack_by_read", 6, .header = STAMP),
	ACK_BY_READ("ack_by_read_parts", 20, .header = STAMP, .in_parts = true),
	ACK_BY_READ("ack_by_read_of_bytes", 4, .header = 0),
	SETTLE("ack", expect_acked, 1, SYNCHMESS_ACK, 0),
	SETTLE("ack_batch", expect_acked, 3, SYNCHMESS_ACK, 0),
	SETTLE("ack_portions", expect_acked, MOST, SYNCHMESS_ACK, 0),
	ACK_BY_RECEIVE("ack_by_receive", 1),
	ACK_BY_RECEIVE("ack_portions_by_receive", MOST),
	SETTLE("return", expect_returned, 1, SYNCHMESS_RETURN, 0),
	SETTLE("return_batch", expect_returned, 3, SYNCHMESS_RETURN, 0),
	SETTLE("return_portions", expect_returned, MOST, SYNCHMESS_RETURN, 0),
	SETTLE("return_soon", expect_to_return, 1, SYNCHMESS_RETURN, 1),
	SETTLE("return_batch_soon", expect_to_return, 3, SYNCHMESS_RETURN, 1),
	SETTLE("extend", expect_kept, 1, SYNCHMESS_EXTEND, HOUR),
	SETTLE("extend_batch", expect_kept, 3, SYNCHMESS_EXTEND, HOUR),
	SETTLE("extend_batch_not_for_long", expect_to_return, 3, SYNCHMESS_EXTEND, 1),
	SWEEP("close_with_leases", WITHIN, .prepare = lease_by_another, .call = close_other,
	      .done = expect_all_back),
	SWEEP("set_retries", WITH_RETRIES, NO_MEMORY_OR_FAULT, .refusals = 4,
	      .call = set_seldom, .undone = expect_often, .done = expect_seldom),
	SWEEP("set_retries_without_grave", WITH_RETRIES, FAULT, .refusals = 2,
	      .call = set_without_grave, .undone = expect_often, .done = expect_no_grave),
	SWEEP("dead_letters", DEADLY, FAULT, .refusals = 4,
	      .argument = &(struct settling){ 3, SYNCHMESS_RETURN, 0 }, .prepare = lease_to_settle,
	      .call = settle, .done = expect_buried),
	SWEEP("dead_letters_by_close", DEADLY, .prepare = lease_by_another, .call = close_other,
	      .done = expect_all_buried_in_any_order),
	SWEEP("dead_letters_of_a_mailbox", .begin = begin_deadly_mailbox, .end = end_mailbox,
	      FAULT, .refusals = 4, .prepare = lease_from_mailbox, .call = return_two,
	      .done = expect_buried),
	TEST(they_are_buried_without_memory),
};

int main(void)
{
	return RUN_SWEEPS("faults: leases", tests);
}
