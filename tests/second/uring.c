// SPDX-License-Identifier: GPL-2.0
/* Commands of groups through io_uring: docs/interface-2.md, "io_uring". */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/lease.h"
#include "harness/memory.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/suite.h"
#include "harness/uring.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#define COUNT 70	/* more than the module handles under one lock */
#define FEW 40
#define READERS 4

static struct io_uring ring;
static struct synchmess_out out[COUNT];
static struct synchmess_in in[COUNT];
static char texts[COUNT][8];
static char readers[32], writers[32];

static int prepare(void **state)
{
	unsigned int i;
	int err = own_group_open(state);

	memset(texts, 0, sizeof(texts));
	for (i = 0; i < COUNT; i++) {
		out[i] = batch_text("hello");
		out[i].tag = i;
		in[i] = batch_into(texts[i], sizeof(texts[i]));
	}
	snprintf(readers, sizeof(readers), "group %u message", batch_stat(fd).descriptor);
	snprintf(writers, sizeof(writers), "group %u room", batch_stat(fd).descriptor);
	uring_open(&ring);
	return err;
}

static int finish(void **state)
{
	io_uring_queue_exit(&ring);
	return own_group_close(state);
}

#define TEST_RINGED(name) cmocka_unit_test_setup_teardown(name, prepare, finish)

static struct synchmess_batch sending(unsigned int count, unsigned int flags)
{
	return (struct synchmess_batch){
		.flags = flags, .count = count, .message_size = sizeof(out[0]),
		.messages = user(out),
	};
}

static struct synchmess_batch receiving(unsigned int count, unsigned int flags)
{
	return (struct synchmess_batch){
		.flags = flags, .count = count, .message_size = sizeof(in[0]),
		.messages = user(in),
	};
}

/* What is asked for is answered before anybody could have waited. */
static void expect_at_once(int file, unsigned int command, const void *argument, int result)
{
	uring_command(&ring, file, command, argument, 1);
	uring_expect(&ring, 1, result);
	uring_expect_no_worker();
}

static void limit_messages(unsigned int most)
{
	struct synchmess_settings settings = { .max_messages = most };

	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
}

static void expect_tags(unsigned int from, unsigned int to)
{
	for (; from < to; from++)
		assert_int_equal(batch_expect(fd, "hello").tag, from);
	batch_expect_none(fd);
	batch_expect_books(fd, 0, 0, 0);
}

static struct synchmess_why why(int file)
{
	struct synchmess_why told;

	assert_ok(ioctl(file, SYNCHMESS_WHY, &told));
	return told;
}

/* ---- what need not wait */

static void the_module_says_that_it_can(void **state)
{
	struct synchmess_query query;

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_QUERY, &query));
	assert_true(query.features & SYNCHMESS_FEATURE_URING);
}

static void what_need_not_wait_is_done_at_once(void **state)
{
	struct synchmess_batch send = sending(COUNT, 0), receive = receiving(COUNT, 0);
	unsigned int i;

	(void)state;
	expect_at_once(fd, SYNCHMESS_SEND, &send, COUNT);
	expect_at_once(fd, SYNCHMESS_RECEIVE, &receive, COUNT);
	for (i = 0; i < COUNT; i++) {
		assert_int_equal(out[i].id, i + 1);
		assert_int_equal(in[i].tag, i);
		assert_int_equal(in[i].pid, getpid());
		assert_int_equal(in[i].tid, gettid());
		assert_string_equal(texts[i], "hello");
	}
	batch_expect_books(fd, 0, 0, 0);
}

static void leases_are_settled(void **state)
{
	struct synchmess_batch receive = receiving(COUNT, SYNCHMESS_LEASE);
	uint64_t tokens[COUNT];
	struct synchmess_settle settle = {
		.what = SYNCHMESS_ACK, .count = COUNT, .tokens = user(tokens),
	};
	unsigned int i;

	(void)state;
	assert_int_equal(batch_send(fd, out, COUNT, 0), COUNT);
	expect_at_once(fd, SYNCHMESS_RECEIVE, &receive, COUNT);
	lease_expect_books(fd, 0, COUNT, 5 * COUNT);
	for (i = 0; i < COUNT; i++)
		tokens[i] = in[i].token;
	tokens[66] = 0;
	expect_at_once(fd, SYNCHMESS_SETTLE, &settle, 66);
	expect_at_once(fd, SYNCHMESS_SETTLE, &settle, -ESTALE);
	/* They are those of the file, whatever way it is asked. */
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, in[67].token, 0), 1);
	assert_int_equal(batch_expect(fd, "hello").tag, 67);
	lease_expect_books(fd, 0, 3, 15);
}

static void the_other_commands_of_queues(void **state)
{
	struct synchmess_settings settings = { .max_messages = 3 };
	struct synchmess_revoke revoke = { .what = SYNCHMESS_REVOKE_EVERYTHING };
	struct synchmess_retries retries = { .max_deliveries = 7, .dead_letters = -1 };

	(void)state;
	expect_at_once(fd, SYNCHMESS_SET, &settings, 0);
	assert_int_equal(batch_stat(fd).max_messages, 3);
	assert_int_equal(batch_send(fd, out, 3, 0), 3);
	expect_at_once(fd, SYNCHMESS_REVOKE, &revoke, 3);
	expect_at_once(fd, SYNCHMESS_RETRIES, &retries, 0);
	assert_int_equal(batch_stat(fd).max_deliveries, 7);
}

/* One after the other, in one system call: an answer that is a number breaks no chain. */
static void commands_can_be_linked(void **state)
{
	struct synchmess_batch send = sending(COUNT, 0), receive = receiving(COUNT, 0);
	unsigned int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		uring_add_command(&ring, fd, SYNCHMESS_SEND, &send, 1)->flags = IOSQE_IO_LINK;
		uring_add_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 2);
		uring_submit(&ring);
		uring_expect(&ring, 1, COUNT);
		uring_expect(&ring, 2, COUNT);
	}
	uring_expect_no_worker();
	batch_expect_books(fd, 0, 0, 0);
}

static void a_thread_of_the_ring_does_it_if_it_is_told_to(void **state)
{
	struct synchmess_batch send = sending(FEW, 0), receive = receiving(COUNT, 0);

	(void)state;
	uring_add_command(&ring, fd, SYNCHMESS_SEND, &send, 1)->flags = IOSQE_ASYNC;
	uring_submit(&ring);
	uring_expect(&ring, 1, FEW);
	uring_add_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 2)->flags = IOSQE_ASYNC;
	uring_submit(&ring);
	uring_expect(&ring, 2, FEW);
	/* It is one of the process, and its stamp says which. */
	assert_int_equal(in[0].pid, getpid());
	assert_int_not_equal(in[0].tid, gettid());
	assert_int_equal(in[0].uid, geteuid());
	assert_int_equal(in[FEW - 1].tag, FEW - 1);
}

static void rings_of_all_kinds(void **state)
{
	static const unsigned int kinds[] = {
		IORING_SETUP_SQPOLL, IORING_SETUP_SQE128, IORING_SETUP_CQE32,
		IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
	};
	struct synchmess_batch send = sending(1, 0), receive = receiving(1, 0);
	unsigned long long name;
	struct io_uring other;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		assert_int_equal(io_uring_queue_init(8, &other, kinds[i]), 0);
		uring_command(&other, fd, SYNCHMESS_RECEIVE, &receive, 1);
		uring_await_waiting(readers, getpid(), 1);
		uring_command(&other, fd, SYNCHMESS_SEND, &send, 2);
		/* Which of the two answers comes first is the ring's affair. */
		assert_int_equal(uring_answer(&other, &name), 1);
		assert_int_equal(uring_answer(&other, &name), 1);
		assert_int_equal(in[0].pid, getpid());
		io_uring_queue_exit(&other);
	}
	batch_expect_books(fd, 0, 0, 0);
}

static void payloads_in_parts(void **state)
{
	struct synchmess_batch send = sending(1, 0), receive = receiving(1, 0);
	struct iovec from[] = { { "hel", 3 }, { "lo", 2 } };
	struct iovec to[] = { { texts[0], 1 }, { texts[1], 8 } };
	unsigned int flags;

	(void)state;
	out[0] = (struct synchmess_out){ .data = user(from), .parts = 2 };
	in[0] = (struct synchmess_in){ .data = user(to), .parts = 2 };
	for (flags = 0; flags <= IOSQE_ASYNC; flags += IOSQE_ASYNC) {
		memset(texts, 0, sizeof(texts));
		uring_add_command(&ring, fd, SYNCHMESS_SEND, &send, 1)->flags = flags;
		uring_submit(&ring);
		uring_expect(&ring, 1, 1);
		uring_add_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 2)->flags = flags;
		uring_submit(&ring);
		uring_expect(&ring, 2, 1);
		assert_memory_equal(texts[0], "h", 2);
		assert_string_equal(texts[1], "ello");
	}
}

/* The number says which structure it is, as with ioctl(2). */
static void structures_of_other_versions(void **state)
{
	struct {
		struct synchmess_batch batch;
		uint64_t unknown;
	} send = { .batch = sending(1, 0) };
	const unsigned int first = 48, later = sizeof(send);

	(void)state;
	expect_at_once(fd, _IOC(_IOC_READ | _IOC_WRITE, SYNCHMESS_IOC_MAGIC, 40, first), &send, 1);
	expect_at_once(fd, _IOC(_IOC_READ | _IOC_WRITE, SYNCHMESS_IOC_MAGIC, 40, later), &send, 1);
	send.unknown = 1;
	expect_at_once(fd, _IOC(_IOC_READ | _IOC_WRITE, SYNCHMESS_IOC_MAGIC, 40, later), &send,
		       -E2BIG);
	expect_at_once(fd, _IOC(_IOC_READ | _IOC_WRITE, SYNCHMESS_IOC_MAGIC, 40, first - 1), &send,
		       -EINVAL);
}

/* ---- what waits */

static void a_receive_waits_for_a_message(void **state)
{
	struct synchmess_batch receive = receiving(COUNT, 0);
	unsigned int round;

	(void)state;
	for (round = 0; round < 20; round++) {
		uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, round);
		uring_await_waiting(readers, getpid(), 1);
		uring_expect_none(&ring);
		batch_send_text(fd, "come", 0, 0, 0);
		uring_expect(&ring, round, 1);
		assert_memory_equal(texts[0], "come", 4);
	}
	batch_expect_books(fd, 0, 0, 0);
}

static void a_peek_waits_too(void **state)
{
	struct synchmess_batch receive = receiving(1, SYNCHMESS_PEEK);

	(void)state;
	uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 1);
	uring_await_waiting(readers, getpid(), 1);
	batch_send_text(fd, "come", 0, 0, 0);
	uring_expect(&ring, 1, 1);
	batch_expect(fd, "come");
}

static void so_does_who_leases(void **state)
{
	struct synchmess_batch receive = receiving(2, SYNCHMESS_LEASE);

	(void)state;
	uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 1);
	uring_await_waiting(readers, getpid(), 1);
	batch_send_text(fd, "come", 0, 0, 0);
	uring_expect(&ring, 1, 1);
	lease_expect_books(fd, 0, 1, 4);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, in[0].token, 0), 1);
}

/* What acks is looked at once more when it has waited. */
static void who_acks_and_waits_acks_once(void **state)
{
	struct synchmess_batch receive;
	uint64_t token;

	(void)state;
	batch_send_text(fd, "done", 0, 0, 0);
	token = lease_token(fd, "done");
	receive = receiving(2, SYNCHMESS_LEASE);
	receive.acks = user(&token);
	receive.ack_count = 1;
	uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 1);
	uring_await_waiting(readers, getpid(), 1);
	lease_expect_books(fd, 0, 0, 0);
	batch_send_text(fd, "come", 0, 0, 0);
	uring_expect(&ring, 1, 1);
	assert_int_equal(receive.ack_count, 0);
	lease_expect_books(fd, 0, 1, 4);
}

static void each_of_many_receives_gets_one_message(void **state)
{
	struct synchmess_batch receive[READERS];
	unsigned int i, seen = 0;
	unsigned long long name;

	(void)state;
	for (i = 0; i < READERS; i++) {
		receive[i] = receiving(1, 0);
		receive[i].messages = user(&in[i]);
		uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive[i], i);
	}
	uring_await_waiting(readers, getpid(), READERS);
	assert_int_equal(batch_send(fd, out, READERS, 0), READERS);
	for (i = 0; i < READERS; i++) {
		assert_int_equal(uring_answer(&ring, &name), 1);
		seen |= 1 << in[name].tag;
	}
	assert_int_equal(seen, (1 << READERS) - 1);
	batch_expect_books(fd, 0, 0, 0);
}

/* Nothing is sent twice, nothing left out. */
static void a_send_goes_on_where_it_had_to_wait(void **state)
{
	static const unsigned int limits[] = { 1, 31, 32, 33, FEW, 64, COUNT - 1 };
	unsigned int i, tag;

	(void)state;
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct synchmess_batch send = sending(COUNT, 0);
		uint64_t first = batch_stat(fd).sent + 1;

		limit_messages(limits[i]);
		uring_command(&ring, fd, SYNCHMESS_SEND, &send, 1);
		uring_await_waiting(writers, getpid(), 1);
		uring_expect_none(&ring);
		assert_int_equal(batch_stat(fd).queued, limits[i]);
		limit_messages(COUNT);
		uring_expect(&ring, 1, COUNT);
		for (tag = 0; tag < COUNT; tag++)
			assert_int_equal(out[tag].id, first + tag);
		expect_tags(0, COUNT);
	}
}

static void what_was_sent_before_the_end_counts(void **state)
{
	struct synchmess_batch send = sending(COUNT, 0);
	int other = batch_open(fd, O_RDWR);

	(void)state;
	limit_messages(FEW);
	uring_command(&ring, fd, SYNCHMESS_SEND, &send, 1);
	uring_await_waiting(writers, getpid(), 1);
	assert_int_equal(uring_interrupt(&ring, 1), FEW);
	assert_int_equal(why(fd).error, 0);
	expect_tags(0, FEW);

	send.deadline = now_ns() + 50 * MS;
	uring_command(&ring, fd, SYNCHMESS_SEND, &send, 2);
	uring_expect(&ring, 2, FEW);
	expect_tags(0, FEW);

	send.deadline = 0;
	uring_command(&ring, fd, SYNCHMESS_SEND, &send, 3);
	uring_await_waiting(writers, getpid(), 1);
	group_remove(batch_stat(fd).descriptor);
	uring_expect(&ring, 3, FEW);
	close(other);
}

/* The thread of the ring has read it, or is yet to: what was sent at first counts. */
static void a_structure_that_changes_while_it_waits(void **state)
{
	struct synchmess_batch send;
	unsigned long long name;
	unsigned int round;
	int sent;

	(void)state;
	for (round = 0; round < 50; round++) {
		send = sending(COUNT, 0);
		limit_messages(FEW);
		uring_command(&ring, fd, SYNCHMESS_SEND, &send, 1);
		send.count = 1;
		limit_messages(COUNT);
		sent = uring_answer(&ring, &name);
		assert_true(sent == FEW || sent == COUNT);
		expect_tags(0, sent);
	}
}

static void a_deadline_ends_the_waiting(void **state)
{
	struct synchmess_batch receive = receiving(1, 0);

	(void)state;
	receive.deadline = 1;
	uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 1);
	uring_expect(&ring, 1, -ETIMEDOUT);
	receive.deadline = now_ns() + 50 * MS;
	uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 2);
	uring_expect(&ring, 2, -ETIMEDOUT);
	assert_true(now_ns() >= receive.deadline);
}

static void removal_ends_what_waits(void **state)
{
	struct synchmess_batch receive = receiving(1, 0), send = sending(2, 0);
	int full = batch_group(&(struct synchmess_settings){ .max_messages = 1 });
	char line[32];
	unsigned int i;

	(void)state;
	for (i = 0; i < READERS; i++)
		uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 1);
	uring_await_waiting(readers, getpid(), READERS);
	group_remove(batch_stat(fd).descriptor);
	for (i = 0; i < READERS; i++)
		uring_expect(&ring, 1, -ENODEV);
	uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 1);
	uring_expect(&ring, 1, -ENODEV);

	batch_send_text(full, "full", 0, 0, 0);
	uring_command(&ring, full, SYNCHMESS_SEND, &send, 2);
	snprintf(line, sizeof(line), "group %u room", batch_stat(full).descriptor);
	uring_await_waiting(line, getpid(), 1);
	group_remove(batch_stat(full).descriptor);
	uring_expect(&ring, 2, -ENODEV);
	close(full);
}

/* ---- cancelling */

static void what_is_cancelled_takes_no_message(void **state)
{
	struct synchmess_batch receive = receiving(COUNT, 0);
	unsigned int round;

	(void)state;
	for (round = 0; round < 30; round++) {
		uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, round);
		uring_await_waiting(readers, getpid(), 1);
		assert_int_equal(uring_interrupt(&ring, round), -EINTR);
		batch_send_text(fd, "mine", 0, 0, 0);
		batch_expect(fd, "mine");
	}
	assert_int_equal(why(fd).error, EINTR);
	batch_expect_books(fd, 0, 0, 0);
}

static void a_race_with_cancelling_loses_nothing(void **state)
{
	struct synchmess_batch receive = receiving(COUNT, 0);
	uint64_t seed = random_seed();
	unsigned int round, delivered = 0;
	int result;

	(void)state;
	for (round = 0; round < 200; round++) {
		/* A name of its own: the thread that did the last one may still be busy with it. */
		uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, round);
		uring_await_waiting(readers, getpid(), 1);
		if (random_below(&seed, 2))
			batch_send_text(fd, "x", 0, 0, 0);
		result = uring_interrupt(&ring, round);
		assert_true(result == 1 || result == -EINTR);
		delivered += result == 1;
		while (batch_stat(fd).queued) {
			batch_expect(fd, "x");
			delivered++;
		}
	}
	assert_int_equal(batch_stat(fd).sent, delivered);
	batch_expect_books(fd, 0, 0, 0);
}

static int wait_for_ever(void *argument)
{
	struct synchmess_batch receive = receiving(READERS, *(unsigned int *)argument);
	struct io_uring_cqe *answer;
	struct io_uring mine;

	CHILD_CHECK(!io_uring_queue_init(4, &mine, 0));
	uring_add_command(&mine, fd, SYNCHMESS_RECEIVE, &receive, 1);
	CHILD_CHECK(io_uring_submit(&mine) == 1);
	io_uring_wait_cqe(&mine, &answer);
	return 0;
}

static void who_is_killed_takes_no_message(void **state)
{
	unsigned int flags[] = { 0, SYNCHMESS_LEASE }, round;
	pid_t child;

	(void)state;
	for (round = 0; round < 20; round++) {
		child = process_start(wait_for_ever, &flags[round % 2]);
		uring_await_waiting(readers, child, 1);
		process_kill(child);
		batch_send_text(fd, "mine", 0, 0, 0);
		batch_expect(fd, "mine");
	}
	lease_expect_books(fd, 0, 0, 0);
}

/* ---- what may not wait */

static void with_nowait_it_is_answered_at_once(void **state)
{
	struct synchmess_batch send = sending(COUNT, SYNCHMESS_NOWAIT);
	struct synchmess_batch receive = receiving(COUNT, SYNCHMESS_NOWAIT);

	(void)state;
	expect_at_once(fd, SYNCHMESS_RECEIVE, &receive, -EAGAIN);
	assert_int_equal(why(fd).error, EAGAIN);
	assert_int_equal(why(fd).tid, gettid());
	limit_messages(FEW);
	expect_at_once(fd, SYNCHMESS_SEND, &send, FEW);
	expect_at_once(fd, SYNCHMESS_SEND, &send, -EAGAIN);
	assert_int_equal(why(fd).rule, SYNCHMESS_WHY_MESSAGES);
	expect_at_once(fd, SYNCHMESS_RECEIVE, &receive, FEW);
	expect_at_once(fd, SYNCHMESS_RECEIVE, &receive, -EAGAIN);
}

static void so_it_is_with_nonblock(void **state)
{
	struct synchmess_batch send = sending(COUNT, 0), receive = receiving(COUNT, 0);
	int hasty = batch_open(fd, O_RDWR | O_NONBLOCK);

	(void)state;
	expect_at_once(hasty, SYNCHMESS_RECEIVE, &receive, -EAGAIN);
	limit_messages(FEW);
	expect_at_once(hasty, SYNCHMESS_SEND, &send, FEW);
	expect_at_once(hasty, SYNCHMESS_SEND, &send, -EAGAIN);
	close(hasty);
}

/* The thread of a ring that is told to do it answers likewise. */
static void and_in_a_thread_of_the_ring(void **state)
{
	struct synchmess_batch receive = receiving(1, SYNCHMESS_NOWAIT);

	(void)state;
	uring_add_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 1)->flags = IOSQE_ASYNC;
	uring_submit(&ring);
	uring_expect(&ring, 1, -EAGAIN);
}

static void the_rules_of_the_queue_hold(void **state)
{
	struct synchmess_settings settings = {
		.max_messages = FEW, .full = SYNCHMESS_FULL_FAIL, .empty = SYNCHMESS_EMPTY_AGAIN,
	};
	struct synchmess_batch send = sending(COUNT, 0), receive = receiving(COUNT, 0);

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	expect_at_once(fd, SYNCHMESS_RECEIVE, &receive, -EAGAIN);
	expect_at_once(fd, SYNCHMESS_SEND, &send, FEW);
	expect_at_once(fd, SYNCHMESS_SEND, &send, -ENOSPC);
	assert_int_equal(why(fd).error, ENOSPC);
	assert_int_equal(why(fd).rule, SYNCHMESS_WHY_MESSAGES);
	assert_int_equal(why(fd).bound, FEW);
	settings.full = SYNCHMESS_FULL_DROP_OLDEST;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	expect_at_once(fd, SYNCHMESS_SEND, &send, COUNT);
	assert_int_equal(batch_stat(fd).overwritten, COUNT);
}

/* Nobody was refused yet who only goes elsewhere to wait. */
static void who_waits_has_not_failed(void **state)
{
	struct synchmess_batch receive = receiving(1, 0), send = sending(2, 0);

	(void)state;
	uring_command(&ring, fd, SYNCHMESS_RECEIVE, &receive, 1);
	uring_await_waiting(readers, getpid(), 1);
	assert_int_equal(why(fd).error, 0);
	batch_send_text(fd, "come", 0, 0, 0);
	uring_expect(&ring, 1, 1);
	limit_messages(1);
	uring_command(&ring, fd, SYNCHMESS_SEND, &send, 2);
	uring_await_waiting(writers, getpid(), 1);
	assert_int_equal(why(fd).error, 0);
	assert_int_equal(why(fd).rule, SYNCHMESS_WHY_NONE);
	batch_expect(fd, "hello");
	uring_expect(&ring, 2, 2);
	assert_int_equal(why(fd).error, 0);
}

/* ---- what is wrong */

static void bad_memory(void **state)
{
	struct synchmess_batch send = sending(COUNT, 0), receive = receiving(1, 0);

	(void)state;
	expect_at_once(fd, SYNCHMESS_SEND, NULL, -EFAULT);
	expect_at_once(fd, SYNCHMESS_SEND, memory_bad(), -EFAULT);
	expect_at_once(fd, SYNCHMESS_RECEIVE, memory_edge() - 8, -EFAULT);
	expect_at_once(fd, SYNCHMESS_SETTLE, memory_bad(), -EFAULT);
	assert_int_equal(why(fd).error, EFAULT);
	out[FEW].data = user(memory_bad());
	expect_at_once(fd, SYNCHMESS_SEND, &send, FEW);
	in[0].data = user(memory_bad());
	expect_at_once(fd, SYNCHMESS_RECEIVE, &receive, -EFAULT);
	expect_tags(0, FEW);
}

static void expect_refused(void)
{
	uring_submit(&ring);
	uring_expect(&ring, 1, -EINVAL);
}

static struct io_uring_sqe *add_send(const struct synchmess_batch *send)
{
	return uring_add_command(&ring, fd, SYNCHMESS_SEND, send, 1);
}

static void an_entry_has_nothing_else(void **state)
{
	struct synchmess_batch send = sending(1, 0);
	struct iovec memory = { texts, sizeof(texts) };
	struct io_uring_sqe *entry;
	unsigned int i;

	(void)state;
	for (i = 8; i < 16; i++) {
		entry = add_send(&send);
		entry->cmd[i] = 1;
		expect_refused();
	}
	assert_int_equal(why(fd).error, EINVAL);
	/* Nor flags: what the kernel would allow does not fit. */
	assert_int_equal(io_uring_register_buffers(&ring, &memory, 1), 0);
	entry = add_send(&send);
	entry->uring_cmd_flags = 1;
	expect_refused();
	/* The kernel itself sees to these. */
	entry = add_send(&send);
	entry->uring_cmd_flags = 1 << 24;
	expect_refused();
	entry = add_send(&send);
	entry->ioprio = 1;
	expect_refused();
	entry = add_send(&send);
	entry->__pad1 = 1;
	expect_refused();
	batch_expect_books(fd, 0, 0, 0);
}

static void other_commands_are_not_for_rings(void **state)
{
	static const unsigned int others[] = {
		0, ~0u, SYNCHMESS_QUERY, SYNCHMESS_WHY, SYNCHMESS_STAT, SYNCHMESS_SLEEP,
		SYNCHMESS_MEET, SYNCHMESS_JOIN, SYNCHMESS_WATCH, SYNCHMESS_CREATE, IOCTL_SLEEP,
		IOCTL_AWAKE,
	};
	char anything[256] = { };
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		expect_at_once(fd, others[i], anything, -ENOTTY);
	assert_int_equal(why(fd).error, 0);
}

static void other_files_have_no_commands_for_rings(void **state)
{
	struct synchmess_watch watch = { };
	int master = open(SYNCHMESS_MASTER_PATH, O_RDWR);
	int watcher = ioctl(fd, SYNCHMESS_WATCH, &watch);

	(void)state;
	assert_ok(master);
	assert_ok(watcher);
	expect_at_once(master, SYNCHMESS_LIST, NULL, -EOPNOTSUPP);
	expect_at_once(watcher, SYNCHMESS_RECEIVE, NULL, -EOPNOTSUPP);
	close(watcher);
	close(master);
}

static void a_descriptor_open_for_the_other_direction(void **state)
{
	struct synchmess_batch send = sending(1, 0), receive = receiving(1, 0);
	struct synchmess_settle settle = { .what = SYNCHMESS_ACK, .count = 1 };
	struct synchmess_settings settings = { };
	int reader = batch_open(fd, O_RDONLY), writer = batch_open(fd, O_WRONLY);

	(void)state;
	expect_at_once(reader, SYNCHMESS_SEND, &send, -EBADF);
	assert_int_equal(why(reader).error, EBADF);
	expect_at_once(writer, SYNCHMESS_RECEIVE, &receive, -EBADF);
	expect_at_once(writer, SYNCHMESS_SETTLE, &settle, -EBADF);
	expect_at_once(writer, SYNCHMESS_SET, &settings, -EBADF);
	close(writer);
	close(reader);
}

static const struct CMUnitTest tests[] = {
	/* First those that need no thread: once there is one it stays for a while. */
	TEST_RINGED(the_module_says_that_it_can),
	TEST_RINGED(what_need_not_wait_is_done_at_once),
	TEST_RINGED(leases_are_settled),
	TEST_RINGED(the_other_commands_of_queues),
	TEST_RINGED(commands_can_be_linked),
	TEST_RINGED(structures_of_other_versions),
	TEST_RINGED(with_nowait_it_is_answered_at_once),
	TEST_RINGED(so_it_is_with_nonblock),
	TEST_RINGED(the_rules_of_the_queue_hold),
	TEST_RINGED(bad_memory),
	TEST_RINGED(an_entry_has_nothing_else),
	TEST_RINGED(other_commands_are_not_for_rings),
	TEST_RINGED(other_files_have_no_commands_for_rings),
	TEST_RINGED(a_descriptor_open_for_the_other_direction),
	TEST_RINGED(a_thread_of_the_ring_does_it_if_it_is_told_to),
	TEST_RINGED(rings_of_all_kinds),
	TEST_RINGED(payloads_in_parts),
	TEST_RINGED(a_receive_waits_for_a_message),
	TEST_RINGED(a_peek_waits_too),
	TEST_RINGED(so_does_who_leases),
	TEST_RINGED(who_acks_and_waits_acks_once),
	TEST_RINGED(each_of_many_receives_gets_one_message),
	TEST_RINGED(a_send_goes_on_where_it_had_to_wait),
	TEST_RINGED(what_was_sent_before_the_end_counts),
	TEST_RINGED(a_structure_that_changes_while_it_waits),
	TEST_RINGED(a_deadline_ends_the_waiting),
	TEST_RINGED(removal_ends_what_waits),
	TEST_RINGED(what_is_cancelled_takes_no_message),
	TEST_RINGED(a_race_with_cancelling_loses_nothing),
	TEST_RINGED(who_is_killed_takes_no_message),
	TEST_RINGED(and_in_a_thread_of_the_ring),
	TEST_RINGED(who_waits_has_not_failed),
};

int main(void)
{
	return RUN_SUITE("second: uring", tests);
}
