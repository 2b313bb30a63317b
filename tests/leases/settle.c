// SPDX-License-Identifier: GPL-2.0
/* What the holder of a leased message can do with it. */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/lease.h"
#include "harness/memory.h"
#include "harness/own_group.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COUNT 150	/* more than the module handles under one lock */

static void send_three(void)
{
	batch_send_text(fd, "one", 0, 0, 0);
	batch_send_text(fd, "two", 0, 0, 0);
	batch_send_text(fd, "three", 0, 0, 0);
}

static void expect_three(void)
{
	batch_expect(fd, "one");
	batch_expect(fd, "two");
	batch_expect(fd, "three");
	lease_expect_books(fd, 0, 0, 0);
}

static void what_is_leased_is_nobody_elses_and_still_stored(void **state)
{
	int other = batch_open(fd, O_RDWR);

	(void)state;
	send_three();
	lease_token(fd, "one");
	lease_expect_books(fd, 2, 1, 11);
	batch_expect(other, "two");
	batch_expect(fd, "three");
	batch_expect_none(fd);
	batch_expect_none(other);
	lease_expect_books(fd, 0, 1, 3);
	close(other);
}

static void acked_it_is_delivered(void **state)
{
	uint64_t token;

	(void)state;
	send_three();
	token = lease_token(fd, "one");
	assert_int_equal(batch_stat(fd).delivered, 0);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, token, 0), 1);
	assert_int_equal(batch_stat(fd).delivered, 1);
	lease_expect_books(fd, 2, 0, 8);
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, token, 0), ESTALE);
	assert_fails(lease_settle_one(fd, SYNCHMESS_RETURN, token, 0), ESTALE);
	assert_fails(lease_settle_one(fd, SYNCHMESS_EXTEND, token, 0), ESTALE);
}

static void returned_it_is_at_its_place(void **state)
{
	uint64_t first, second;

	(void)state;
	send_three();
	first = lease_token(fd, "one");
	second = lease_token(fd, "two");
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, first, 0), 1);
	lease_expect_books(fd, 2, 1, 11);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, second, 0), 1);
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, first, 0), ESTALE);
	expect_three();
}

static void in_any_order_they_are_where_they_were(void **state)
{
	uint64_t first, second, third;

	(void)state;
	send_three();
	batch_send_text(fd, "urgent", 7, 0, 0);
	batch_send_text(fd, "last", 0, 0, 0);
	first = lease_token(fd, "urgent");
	second = lease_token(fd, "one");
	third = lease_token(fd, "two");
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, third, 0), 1);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, first, 0), 1);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, second, 0), 1);
	batch_expect(fd, "urgent");
	batch_expect(fd, "one");
	batch_expect(fd, "two");
	batch_expect(fd, "three");
	batch_expect(fd, "last");
}

static void the_stamp_counts_the_leases(void **state)
{
	struct synchmess_in in;
	unsigned int round;
	uint64_t sent_at = 0, before = 0;

	(void)state;
	batch_send_text(fd, "again", 3, 0, 0);
	for (round = 0; round < 5; round++) {
		in = lease_expect(fd, "again", 0);
		assert_int_equal(in.deliveries, round);
		assert_int_equal(in.flags, 0);
		assert_int_equal(in.origin, 0);
		assert_true(in.token > before);
		if (round)
			assert_int_equal(in.sent_at, sent_at);
		before = in.token;
		sent_at = in.sent_at;
		assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, in.token, 0), 1);
	}
	in = batch_expect(fd, "again");
	assert_int_equal(in.deliveries, 5);
	assert_int_equal(in.token, 0);
}

static void returned_after_a_while_it_comes_back_by_itself(void **state)
{
	uint64_t token, began;

	(void)state;
	send_three();
	token = lease_token(fd, "one");
	began = now_ns();
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, token, 50 * MS), 1);
	/* It is nobody's meanwhile. */
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, token, 0), ESTALE);
	lease_await(fd, 0);
	assert_true(now_ns() - began >= 50 * MS);
	expect_three();
}

static void its_time_can_be_extended(void **state)
{
	uint64_t token;

	(void)state;
	send_three();
	token = lease_expect(fd, "one", 20 * MS).token;
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_EXTEND, token, HOUR), 1);
	usleep(40000);
	assert_int_equal(batch_stat(fd).leased, 1);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_EXTEND, token, 0), 1);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_EXTEND, token, 1), 1);
	lease_await(fd, 0);
	assert_fails(lease_settle_one(fd, SYNCHMESS_EXTEND, token, HOUR), ESTALE);
	expect_three();
}

/* The token fences: whoever has the message now is not disturbed by who had it. */
static void who_is_late_is_told_so(void **state)
{
	int other = batch_open(fd, O_RDWR);
	struct synchmess_in again;
	uint64_t token;

	(void)state;
	send_three();
	token = lease_expect(fd, "one", MS).token;
	lease_await(fd, 0);
	again = lease_expect(other, "one", 0);
	assert_int_equal(again.deliveries, 1);
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, token, 0), ESTALE);
	assert_fails(lease_settle_one(fd, SYNCHMESS_RETURN, token, 0), ESTALE);
	assert_int_equal(lease_settle_one(other, SYNCHMESS_ACK, again.token, 0), 1);
	close(other);
}

static void tokens_are_of_the_file_that_received(void **state)
{
	int other = batch_open(fd, O_RDWR), same = dup(fd);
	uint64_t token;

	(void)state;
	send_three();
	token = lease_token(fd, "one");
	assert_fails(lease_settle_one(other, SYNCHMESS_ACK, token, 0), ESTALE);
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, token + 1, 0), ESTALE);
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, 0, 0), ESTALE);
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, ~0ull, 0), ESTALE);
	assert_int_equal(lease_settle_one(same, SYNCHMESS_ACK, token, 0), 1);
	close(same);
	close(other);
}

/* ---- batches */

static struct synchmess_in in[COUNT];
static char bytes[COUNT][8];
static uint64_t tokens[COUNT];

static void send_many(void)
{
	char text[8];
	unsigned int i;

	for (i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "%06u", i);
		batch_send_text(fd, text, 0, 0, 0);
		in[i] = batch_into(bytes[i], sizeof(bytes[i]));
	}
}

static void lease_many(void)
{
	unsigned int i;

	send_many();
	assert_int_equal(lease_receive(fd, in, COUNT, 0), COUNT);
	for (i = 0; i < COUNT; i++)
		tokens[i] = in[i].token;
}

static void expect_from(unsigned int first)
{
	char text[8];

	for (; first < COUNT; first++) {
		snprintf(text, sizeof(text), "%06u", first);
		batch_expect(fd, text);
	}
	lease_expect_books(fd, 0, 0, 0);
}

static void batches_are_leased_and_acked(void **state)
{
	unsigned int i;

	(void)state;
	lease_many();
	lease_expect_books(fd, 0, COUNT, COUNT * 6);
	for (i = 1; i < COUNT; i++) {
		assert_true(tokens[i] > tokens[i - 1]);
		assert_true(in[i].sequence > in[i - 1].sequence);
	}
	assert_int_equal(lease_settle(fd, SYNCHMESS_ACK, tokens, COUNT, 0), COUNT);
	lease_expect_books(fd, 0, 0, 0);
	assert_int_equal(batch_stat(fd).delivered, COUNT);
}

static void batches_are_returned(void **state)
{
	(void)state;
	lease_many();
	assert_int_equal(lease_settle(fd, SYNCHMESS_RETURN, tokens, COUNT, 0), COUNT);
	expect_from(0);
}

static void what_precedes_a_stale_token_is_settled(void **state)
{
	(void)state;
	lease_many();
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, tokens[100], 0), 1);
	assert_int_equal(lease_settle(fd, SYNCHMESS_ACK, tokens, COUNT, 0), 100);
	assert_fails(lease_settle(fd, SYNCHMESS_ACK, tokens + 100, COUNT - 100, 0), ESTALE);
	lease_expect_books(fd, 0, COUNT - 101, (COUNT - 101) * 6);
	assert_int_equal(lease_settle(fd, SYNCHMESS_RETURN, tokens + 101, COUNT - 101, 0),
			 COUNT - 101);
	expect_from(101);
}

static void a_lease_takes_what_is_there(void **state)
{
	(void)state;
	send_three();
	in[0] = batch_into(bytes[0], sizeof(bytes[0]));
	in[1] = in[0];
	assert_int_equal(lease_receive(fd, in, 2, 0), 2);
	assert_int_equal(lease_receive(fd, in, 2, 0), 1);
	assert_fails(lease_receive(fd, in, 2, 0), EAGAIN);
	lease_expect_books(fd, 0, 3, 11);
}

/* ---- bad input */

static void a_fault_leaves_it_as_if_nothing_had_been(void **state)
{
	(void)state;
	send_many();
	in[70].data = 1;
	assert_int_equal(lease_receive(fd, in, COUNT, 0), 70);
	lease_expect_books(fd, COUNT - 70, 70, COUNT * 6);
	assert_fails(lease_receive(fd, in + 70, 1, 0), EFAULT);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, in[69].token, 0), 1);
	assert_int_equal(batch_expect(fd, "000070").deliveries, 0);
	lease_expect_books(fd, COUNT - 71, 69, (COUNT - 2) * 6);
}

static void whole_leaves_what_does_not_fit(void **state)
{
	struct synchmess_in one = batch_into(bytes[0], 2);
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_LEASE | SYNCHMESS_WHOLE, .count = 1,
		.message_size = sizeof(one), .messages = user(&one),
	};

	(void)state;
	send_three();
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, &batch), EMSGSIZE);
	assert_int_equal(one.length, 3);
	lease_expect_books(fd, 3, 0, 11);
	batch.flags = SYNCHMESS_LEASE;
	assert_int_equal(ioctl(fd, SYNCHMESS_RECEIVE, &batch), 1);
	assert_int_equal(one.length, 3);
	/* It was cut off, but it is not gone. */
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, one.token, 0), 1);
	expect_three();
}

static void receive_with(unsigned int flags, uint64_t span, int error)
{
	struct synchmess_in one = batch_into(bytes[0], sizeof(bytes[0]));
	struct synchmess_batch batch = {
		.flags = flags, .count = 1, .message_size = sizeof(one), .messages = user(&one),
		.lease = span,
	};

	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, &batch), error);
}

static void terms_that_make_no_sense_are_refused(void **state)
{
	struct synchmess_out out = batch_text("x");
	struct synchmess_batch batch = {
		.count = 1, .message_size = sizeof(out), .messages = user(&out), .lease = 1,
	};
	uint64_t token;

	(void)state;
	send_three();
	receive_with(SYNCHMESS_LEASE | SYNCHMESS_PEEK, 0, EINVAL);
	receive_with(0, 1, EINVAL);
	receive_with(SYNCHMESS_LEASE, 1ull << 63, EINVAL);
	assert_fails(ioctl(fd, SYNCHMESS_SEND, &batch), EINVAL);
	batch.lease = 0;
	batch.flags = SYNCHMESS_LEASE;
	assert_fails(ioctl(fd, SYNCHMESS_SEND, &batch), EINVAL);
	lease_expect_books(fd, 3, 0, 11);

	token = lease_token(fd, "one");
	assert_fails(lease_settle_one(fd, 0, token, 0), EINVAL);
	assert_fails(lease_settle_one(fd, 4, token, 0), EINVAL);
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, token, 1), EINVAL);
	assert_fails(lease_settle_one(fd, SYNCHMESS_RETURN, token, 1ull << 63), EINVAL);
	assert_fails(lease_settle(fd, SYNCHMESS_ACK, &token, 0, 0), EINVAL);
	assert_fails(lease_settle(fd, SYNCHMESS_ACK, &token, SYNCHMESS_MAX_BATCH + 1, 0), EINVAL);
	lease_expect_books(fd, 2, 1, 11);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, token, 0), 1);
}

static void bad_memory_settles_nothing(void **state)
{
	char *end = memory_edge();
	uint64_t *last = (uint64_t *)end - 2;

	(void)state;
	send_three();
	last[0] = lease_token(fd, "one");
	last[1] = lease_token(fd, "two");
	assert_fails(lease_settle(fd, SYNCHMESS_ACK, NULL, 1, 0), EFAULT);
	assert_fails(lease_settle(fd, SYNCHMESS_ACK, last, 3, 0), EFAULT);
	assert_fails(ioctl(fd, SYNCHMESS_SETTLE, NULL), EFAULT);
	lease_expect_books(fd, 1, 2, 11);
	assert_int_equal(lease_settle(fd, SYNCHMESS_RETURN, last, 2, 0), 2);
	expect_three();
}

static void settling_is_for_readers(void **state)
{
	int writer = batch_open(fd, O_WRONLY), reader = batch_open(fd, O_RDONLY);
	uint64_t token;

	(void)state;
	send_three();
	assert_fails(lease_receive(writer, in, 1, 0), EBADF);
	token = lease_token(reader, "one");
	assert_fails(lease_settle_one(writer, SYNCHMESS_ACK, token, 0), EBADF);
	assert_int_equal(lease_settle_one(reader, SYNCHMESS_ACK, token, 0), 1);
	close(writer);
	close(reader);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_GROUP(what_is_leased_is_nobody_elses_and_still_stored),
	TEST_WITH_GROUP(acked_it_is_delivered),
	TEST_WITH_GROUP(returned_it_is_at_its_place),
	TEST_WITH_GROUP(in_any_order_they_are_where_they_were),
	TEST_WITH_GROUP(the_stamp_counts_the_leases),
	TEST_WITH_GROUP(returned_after_a_while_it_comes_back_by_itself),
	TEST_WITH_GROUP(its_time_can_be_extended),
	TEST_WITH_GROUP(who_is_late_is_told_so),
	TEST_WITH_GROUP(tokens_are_of_the_file_that_received),
	TEST_WITH_GROUP(batches_are_leased_and_acked),
	TEST_WITH_GROUP(batches_are_returned),
	TEST_WITH_GROUP(what_precedes_a_stale_token_is_settled),
	TEST_WITH_GROUP(a_lease_takes_what_is_there),
	TEST_WITH_GROUP(a_fault_leaves_it_as_if_nothing_had_been),
	TEST_WITH_GROUP(whole_leaves_what_does_not_fit),
	TEST_WITH_GROUP(terms_that_make_no_sense_are_refused),
	TEST_WITH_GROUP(bad_memory_settles_nothing),
	TEST_WITH_GROUP(settling_is_for_readers),
};

int main(void)
{
	return RUN_SUITE("leases: settle", tests);
}
