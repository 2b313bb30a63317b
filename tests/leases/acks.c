// SPDX-License-Identifier: GPL-2.0
/* Acks that go with the next receive. */
#include "harness/batch.h"
#include "harness/lease.h"
#include "harness/memory.h"
#include "harness/named.h"
#include "harness/own_group.h"
#include "harness/registered.h"
#include "harness/signals.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MANY 200	/* more than the module handles under one lock */

static uint64_t tokens[MANY];
static struct synchmess_in in[MANY];
static char bytes[MANY][8];

static void send_many(unsigned int count)
{
	while (count--)
		batch_send_text(fd, "x", 0, 0, 0);
}

/* Leases so many, and keeps their tokens. */
static void hold(int from, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		in[i] = batch_into(bytes[i], sizeof(bytes[i]));
	assert_int_equal(lease_receive(from, in, count, 0), count);
	for (i = 0; i < count; i++)
		tokens[i] = in[i].token;
}

static struct synchmess_batch next_with(unsigned int acks)
{
	in[0] = batch_into(bytes[0], sizeof(bytes[0]));
	return (struct synchmess_batch){
		.flags = SYNCHMESS_LEASE | SYNCHMESS_NOWAIT, .count = 1,
		.message_size = sizeof(in[0]), .messages = user(in),
		.ack_count = acks, .acks = user(tokens),
	};
}

static void the_next_comes_with_the_ack(void **state)
{
	struct synchmess_batch batch;

	(void)state;
	send_many(3);
	hold(fd, 1);
	batch = next_with(1);
	assert_int_equal(ioctl(fd, SYNCHMESS_RECEIVE, &batch), 1);
	assert_int_equal(batch.ack_count, 0);
	assert_int_not_equal(in[0].token, tokens[0]);
	lease_expect_books(fd, 1, 1, 2);
	assert_int_equal(batch_stat(fd).delivered, 1);
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, tokens[0], 0), ESTALE);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, in[0].token, 0), 1);
}

static void acks_count_though_nothing_is_there(void **state)
{
	struct synchmess_batch batch;

	(void)state;
	send_many(MANY);
	hold(fd, MANY);
	batch = next_with(MANY);
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, &batch), EAGAIN);
	assert_int_equal(batch.ack_count, 0);
	lease_expect_books(fd, 0, 0, 0);
	assert_int_equal(batch_stat(fd).delivered, MANY);
}

static void they_go_with_any_receive(void **state)
{
	struct synchmess_batch batch;

	(void)state;
	send_many(4);
	hold(fd, 2);
	batch = next_with(1);
	batch.flags = 0;
	assert_int_equal(ioctl(fd, SYNCHMESS_RECEIVE, &batch), 1);
	lease_expect_books(fd, 1, 1, 2);
	batch = next_with(1);
	batch.acks = user(&tokens[1]);
	batch.flags = SYNCHMESS_PEEK;
	assert_int_equal(ioctl(fd, SYNCHMESS_RECEIVE, &batch), 1);
	lease_expect_books(fd, 1, 0, 1);
}

static void mailboxes_ack_as_well(void **state)
{
	int box = registered_as("box", NULL), sender = registered_as("sender", NULL);
	struct synchmess_batch batch;

	(void)state;
	assert_int_equal(registered_send(sender, "box", "one"), 1);
	assert_int_equal(registered_send(sender, "box", "two"), 1);
	hold(box, 1);
	batch = next_with(1);
	assert_int_equal(ioctl(box, SYNCHMESS_RECEIVE, &batch), 1);
	assert_int_equal(batch.ack_count, 0);
	lease_expect_books(box, 0, 1, 3);
	close(box);
	close(sender);
}

/* ---- what cannot be acked */

static void a_stale_one_ends_the_call(void **state)
{
	struct synchmess_batch batch;

	(void)state;
	send_many(MANY + 1);
	hold(fd, MANY);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, tokens[100], 0), 1);
	batch = next_with(MANY);
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, &batch), ESTALE);
	assert_int_equal(batch.ack_count, MANY - 100);
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, &(struct synchmess_batch){
		.count = 1, .message_size = sizeof(in[0]), .messages = user(in),
		.ack_count = 1, .acks = user(&tokens[100]) }), ESTALE);
	lease_expect_books(fd, 1, MANY - 101, MANY - 100);
	batch = next_with(MANY - 101);
	batch.acks = user(&tokens[101]);
	assert_int_equal(ioctl(fd, SYNCHMESS_RECEIVE, &batch), 1);
	lease_expect_books(fd, 0, 1, 1);
}

static void tokens_are_of_the_file_that_received(void **state)
{
	int other = batch_open(fd, O_RDWR);
	struct synchmess_batch batch;

	(void)state;
	send_many(2);
	hold(other, 1);
	batch = next_with(1);
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, &batch), ESTALE);
	assert_int_equal(batch.ack_count, 1);
	assert_int_equal(ioctl(other, SYNCHMESS_RECEIVE, &batch), 1);
	close(other);
}

static void bad_memory_acks_and_receives_nothing(void **state)
{
	uint64_t *last = (uint64_t *)memory_edge() - 1;
	struct synchmess_batch *batch = mmap(NULL, sizeof(*batch), PROT_READ | PROT_WRITE,
					     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	send_many(3);
	hold(fd, 2);
	*last = tokens[0];
	*batch = next_with(2);
	batch->acks = user(last);
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, batch), EFAULT);
	assert_int_equal(batch->ack_count, 2);
	/* Where it cannot be told how many are left. */
	batch->acks = user(tokens);
	assert_ok(mprotect(batch, sizeof(*batch), PROT_READ));
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, batch), EFAULT);
	lease_expect_books(fd, 1, 2, 3);
	assert_ok(mprotect(batch, sizeof(*batch), PROT_READ | PROT_WRITE));
	assert_int_equal(ioctl(fd, SYNCHMESS_RECEIVE, batch), 1);
	assert_ok(munmap(batch, sizeof(*batch)));
}

static void bad_terms_ack_nothing(void **state)
{
	struct synchmess_batch batch;

	(void)state;
	send_many(2);
	hold(fd, 1);
	batch = next_with(SYNCHMESS_MAX_BATCH + 1);
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, &batch), EINVAL);
	batch = next_with(1);
	batch.flags |= SYNCHMESS_PEEK;
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, &batch), EINVAL);
	batch.flags = 1u << 31;
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, &batch), EINVAL);
	lease_expect_books(fd, 1, 1, 2);
}

static void who_sends_acks_nothing(void **state)
{
	int box = registered_as("box", NULL);
	struct synchmess_out out = batch_text("x");
	struct synchmess_batch batch = {
		.count = 1, .message_size = sizeof(out), .messages = user(&out),
		.ack_count = 1, .acks = user(tokens),
	};

	(void)state;
	send_many(1);
	hold(fd, 1);
	assert_fails(ioctl(fd, SYNCHMESS_SEND, &batch), EINVAL);
	batch.flags = SYNCHMESS_ALL;
	assert_fails(ioctl(box, SYNCHMESS_SEND, &batch), EINVAL);
	lease_expect_books(fd, 0, 1, 1);
	close(box);
}

static void a_removed_group_acks_nothing(void **state)
{
	struct synchmess_batch batch;
	int other = batch_open(fd, O_RDWR);

	(void)state;
	send_many(1);
	hold(fd, 1);
	assert_ok(named_remove(batch_stat(fd).descriptor, NULL));
	batch = next_with(1);
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, &batch), ENODEV);
	assert_int_equal(batch.ack_count, 1);
	close(other);
}

/* ---- waiting */

static long receive_waiting(void *batch)
{
	return ioctl(fd, SYNCHMESS_RECEIVE, batch);
}

static struct synchmess_batch waiting;
static struct task reader;

static void start_reader(void)
{
	signals_install();
	send_many(1);
	hold(fd, 1);
	waiting = next_with(1);
	waiting.flags = SYNCHMESS_LEASE;
	task_start(&reader, receive_waiting, &waiting);
	task_await_asleep(&reader, SYS_ioctl);
	assert_int_equal(waiting.ack_count, 0);
	lease_expect_books(fd, 0, 0, 0);
}

static void a_restarted_call_does_not_ack_again(void **state)
{
	int before;

	(void)state;
	start_reader();
	before = signals_handled;
	task_signal(&reader, RESTARTS);
	while (signals_handled == before)
		sched_yield();
	task_await_asleep(&reader, SYS_ioctl);
	send_many(1);
	task_expect(&reader, 1, 0);
	lease_expect_books(fd, 0, 1, 1);
}

static void an_interrupted_call_has_acked(void **state)
{
	(void)state;
	start_reader();
	task_signal(&reader, INTERRUPTS);
	task_expect(&reader, -1, EINTR);
	assert_int_equal(batch_stat(fd).delivered, 1);
}

static void it_is_a_feature(void **state)
{
	struct synchmess_query query;

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_QUERY, &query));
	assert_true(query.features & SYNCHMESS_FEATURE_ACKS);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_GROUP(the_next_comes_with_the_ack),
	TEST_WITH_GROUP(acks_count_though_nothing_is_there),
	TEST_WITH_GROUP(they_go_with_any_receive),
	TEST_WITH_GROUP(mailboxes_ack_as_well),
	TEST_WITH_GROUP(a_stale_one_ends_the_call),
	TEST_WITH_GROUP(tokens_are_of_the_file_that_received),
	TEST_WITH_GROUP(bad_memory_acks_and_receives_nothing),
	TEST_WITH_GROUP(bad_terms_ack_nothing),
	TEST_WITH_GROUP(who_sends_acks_nothing),
	TEST_WITH_GROUP(a_removed_group_acks_nothing),
	TEST_WITH_GROUP(a_restarted_call_does_not_ack_again),
	TEST_WITH_GROUP(an_interrupted_call_has_acked),
	TEST_WITH_GROUP(it_is_a_feature),
};

int main(void)
{
	return RUN_SUITE("leases: acks", tests);
}
