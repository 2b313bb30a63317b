// SPDX-License-Identifier: GPL-2.0
/* What a reader finds in its ring, what goes through the queue, and a reader that lies. */
#include "harness/batch.h"
#include "harness/events.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/ringed.h"
#include "harness/signals.h"
#include "harness/suite.h"
#include "harness/task.h"
#include "harness/tracing.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE 4096
#define HEADER sizeof(struct synchmess_in)

static struct ring ring;

static int open_with_ring(void **state)
{
	int err = own_group_open(state);

	ring = ringed(fd, RING_LEAST);
	return err;
}

static int close_with_ring(void **state)
{
	ring_close(&ring);
	return own_group_close(state);
}

#define TEST_WITH_RING(name) \
	cmocka_unit_test_setup_teardown(name, open_with_ring, close_with_ring)

static char bytes[2 * SYNCHMESS_MAX_RECORD_LENGTH];

static void fill_bytes(unsigned int with, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = with + i * 7;
}

/* ---- stamps and bytes */

static void a_write_is_there_with_its_stamp(void **state)
{
	uint64_t before = now_ns();
	struct synchmess_in in;

	(void)state;
	group_send(fd, "hello");
	in = ringed_expect(&ring, "hello");
	assert_in_range(in.sent_at, before, now_ns());
	assert_int_equal(in.published_at, in.sent_at);
	assert_int_equal(in.size, 5);
	assert_int_equal(in.id, 1);
	assert_int_equal(in.sequence, 1);
	assert_int_equal(in.pid, getpid());
	assert_int_equal(in.tid, gettid());
	assert_int_equal(in.uid, 0);
	assert_int_equal(in.gid, 0);
	assert_int_equal(in.tag | in.priority | in.deliveries | in.flags | in.mailbox[0], 0);
	assert_int_equal(in.data | in.parts | in.token | in.origin | in.reserved, 0);
	ringed_expect_none(&ring);
}

static void it_counts_as_delivered(void **state)
{
	(void)state;
	group_send(fd, "hello");
	batch_expect_books(fd, 0, 0, 0);
	assert_int_equal(batch_stat(fd).delivered, 1);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, 1), ENOENT);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0), 0);
	ringed_expect(&ring, "hello");
}

static int send_as(void *text)
{
	CHILD_CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	return 0;
}

static void each_has_its_own_sender(void **state)
{
	struct synchmess_in in;
	pid_t child;

	(void)state;
	group_send(fd, "mine");
	child = process_start_as("alice", send_as, "hers");
	assert_int_equal(process_wait(child), 0);
	group_send(fd, "mine again");
	assert_int_equal(ringed_expect(&ring, "mine").pid, getpid());
	in = ringed_expect(&ring, "hers");
	assert_int_equal(in.pid, child);
	assert_int_equal(in.tid, child);
	assert_int_equal(in.uid, 1000);
	assert_int_equal(ringed_expect(&ring, "mine again").pid, getpid());
}

static void expect_bytes(size_t size)
{
	const struct synchmess_in *in = ring_peek(&ring);

	assert_non_null(in);
	assert_int_equal(in->length, size);
	assert_memory_equal(ring_payload(&ring, in), bytes, size);
	ring_done(&ring, in);
}

static void all_sizes_come_as_they_are(void **state)
{
	size_t size;

	(void)state;
	for (size = 1; size <= PAGE - HEADER; size += 1 + size / 64) {
		fill_bytes(size, size);
		assert_int_equal(write(fd, bytes, size), size);
		expect_bytes(size);
	}
	batch_expect_books(fd, 0, 0, 0);
	ringed_expect_flags(&ring, 0);
}

static void nothing_else_comes_with_them(void **state)
{
	const struct synchmess_in *in;
	const char *payload;
	size_t size, i;

	(void)state;
	for (size = 1; size < 25; size++) {
		memset(bytes, 'x', size);
		assert_int_equal(write(fd, bytes, size), size);
	}
	for (size = 1; size < 25; size++) {
		in = ring_peek(&ring);
		assert_non_null(in);
		payload = ring_payload(&ring, in);
		for (i = size; i % 8; i++)
			assert_int_equal(payload[i], 0);
		ring_done(&ring, in);
	}
}

static void parts_are_put_together(void **state)
{
	const struct iovec parts[] = { { "one", 3 }, { "", 0 }, { "two", 3 } };

	(void)state;
	assert_int_equal(writev(fd, parts, 3), 6);
	ringed_expect(&ring, "onetwo");
}

static void a_batch_goes_there_too(void **state)
{
	struct synchmess_out out[20];
	struct synchmess_in in;
	unsigned int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		out[i] = batch_text("many");
		out[i].tag = 100 + i;
		out[i].priority = i % SYNCHMESS_PRIORITIES;
	}
	assert_int_equal(batch_send(fd, out, 20, 0), 20);
	batch_expect_books(fd, 0, 0, 0);
	for (i = 0; i < 20; i++) {
		in = ringed_expect(&ring, "many");
		assert_int_equal(in.tag, 100 + i);
		assert_int_equal(in.id, out[i].id);
		assert_int_equal(in.priority, i % SYNCHMESS_PRIORITIES);
	}
}

static void bad_memory_sends_nothing(void **state)
{
	(void)state;
	assert_fails(write(fd, memory_bad(), 10), EFAULT);
	assert_fails(write(fd, memory_bad(), 1000), EFAULT);
	assert_int_equal(write(fd, "", 0), 0);
	assert_int_equal(batch_stat(fd).sent, 0);
	ringed_expect_none(&ring);
}

static void limits_hold(void **state)
{
	const struct synchmess_settings settings = { .max_message_size = 4 };

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	assert_fails(write(fd, "12345", 5), EMSGSIZE);
	group_send(fd, "1234");
	ringed_expect(&ring, "1234");
}

/* ---- around and through the queue */

static void send_number(unsigned int number)
{
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "number %u", number);
	group_send(fd, text);
}

static void expect_number(unsigned int number)
{
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "number %u", number);
	assert_int_equal(ringed_expect(&ring, text).id, number);
}

static void it_goes_round_and_round(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 1; i <= 20; i++)
		send_number(i);
	for (; i <= 2000; i++) {
		send_number(i);
		expect_number(i - 20);
	}
	for (i -= 20; i <= 2000; i++)
		expect_number(i);
	batch_expect_books(fd, 0, 0, 0);
}

static void a_full_one_falls_back_and_comes_back(void **state)
{
	unsigned int most = RING_LEAST / (HEADER + 16), i;

	(void)state;
	for (i = 1; i <= most + 10; i++)
		send_number(i);
	ringed_expect_flags(&ring, SYNCHMESS_RING_MORE);
	assert_int_equal(batch_stat(fd).queued, 10);
	assert_ok(ringed_move(&ring));
	assert_int_equal(batch_stat(fd).queued, 10);
	expect_number(1);
	/* There is room, but those of the queue come first. */
	send_number(most + 11);
	assert_int_equal(batch_stat(fd).queued, 11);
	assert_ok(ringed_move(&ring));
	assert_int_equal(batch_stat(fd).queued, 10);
	for (i = 2; i <= most + 1; i++)
		expect_number(i);
	ringed_expect_none(&ring);
	assert_ok(ringed_move(&ring));
	ringed_expect_flags(&ring, 0);
	send_number(most + 12);
	for (; i <= most + 12; i++)
		expect_number(i);
	batch_expect_books(fd, 0, 0, 0);
}

static void the_queue_orders_what_is_in_it(void **state)
{
	unsigned int fits;

	(void)state;
	memset(bytes, 'x', 500);
	fits = ringed_fill(&ring, bytes, 500);
	batch_send_text(fd, "low 1", 0, 0, 0);
	batch_send_text(fd, "high 1", 7, 0, 0);
	batch_send_text(fd, "low 2", 0, 0, 0);
	batch_send_text(fd, "high 2", 7, 0, 0);
	while (fits--)
		expect_bytes(500);
	assert_ok(ringed_move(&ring));
	assert_int_equal(ringed_expect(&ring, "high 1").priority, 7);
	ringed_expect(&ring, "high 2");
	expect_bytes(500);
	ringed_expect(&ring, "low 1");
	ringed_expect(&ring, "low 2");
}

static void what_was_there_before_comes_first(void **state)
{
	int own = batch_group(NULL);
	struct ring late;

	(void)state;
	group_send(own, "early");
	late = ringed(own, RING_LEAST);
	ringed_expect_flags(&late, SYNCHMESS_RING_MORE);
	group_send(own, "late");
	ringed_expect_none(&late);
	assert_ok(ringed_move(&late));
	ringed_expect(&late, "early");
	ringed_expect(&late, "late");
	ring_close(&late);
	close(own);
}

static void what_is_delayed_comes_through_the_queue(void **state)
{
	struct synchmess_in in;

	(void)state;
	batch_send_text(fd, "later", 0, HOUR, 0);
	ringed_expect_flags(&ring, 0);
	group_send(fd, "now");
	ringed_expect(&ring, "now");
	assert_ok(fsync(fd));
	ringed_expect_flags(&ring, SYNCHMESS_RING_MORE);
	assert_ok(ringed_move(&ring));
	in = ringed_expect(&ring, "later");
	assert_int_equal(in.id, 1);
	assert_int_equal(in.sequence, 2);
	assert_true(in.published_at > in.sent_at);
	batch_send_text(fd, "mortal", 0, 0, HOUR);
	ringed_expect_none(&ring);
	assert_ok(ringed_move(&ring));
	ringed_expect(&ring, "mortal");
}

static void what_has_expired_does_not_come(void **state)
{
	(void)state;
	batch_send_text(fd, "gone", 0, 0, 1);
	batch_await_expired(fd, 1);
	assert_fails(ringed_move(&ring), EAGAIN);
	ringed_expect_flags(&ring, 0);
}

static void what_never_fits_is_to_be_received(void **state)
{
	struct synchmess_in in = batch_into(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(write(fd, bytes, PAGE), PAGE);
	group_send(fd, "behind it");
	assert_fails(ringed_move(&ring), EMSGSIZE);
	assert_int_equal(batch_receive(fd, &in, 1, 0), 1);
	assert_int_equal(in.length, PAGE);
	assert_ok(ringed_move(&ring));
	ringed_expect(&ring, "behind it");
}

static void nor_does_what_is_very_long(void **state)
{
	const struct synchmess_settings settings = { .max_message_size = sizeof(bytes) };
	int own = batch_group(&settings);
	struct ring large = ringed(own, 4 * SYNCHMESS_MAX_RECORD_LENGTH);

	(void)state;
	assert_int_equal(write(own, bytes, SYNCHMESS_MAX_RECORD_LENGTH),
			 SYNCHMESS_MAX_RECORD_LENGTH);
	assert_non_null(ring_peek(&large));
	ring_done(&large, ring_peek(&large));
	assert_int_equal(write(own, bytes, SYNCHMESS_MAX_RECORD_LENGTH + 1),
			 SYNCHMESS_MAX_RECORD_LENGTH + 1);
	assert_fails(ringed_move(&large), EMSGSIZE);
	ring_close(&large);
	close(own);
}

/* ---- waiting */

static struct task sleeper;

static long wait_for_ever(void *argument)
{
	(void)argument;
	return ring_wait(&ring, 0, 0);
}

static void start_waiting(void)
{
	task_start(&sleeper, wait_for_ever, NULL);
	task_await_asleep(&sleeper, SYS_ioctl);
}

static void a_message_wakes(void **state)
{
	(void)state;
	start_waiting();
	group_send(fd, "short");
	task_expect(&sleeper, 0, 0);
	ringed_expect(&ring, "short");
	start_waiting();
	memset(bytes, 'x', 1000);
	assert_int_equal(write(fd, bytes, 1000), 1000);
	task_expect(&sleeper, 0, 0);
	ring_done(&ring, ring_peek(&ring));
	start_waiting();
	batch_send_text(fd, "delayed", 0, 10 * MS, 0);
	task_expect(&sleeper, 0, 0);
	ringed_expect(&ring, "delayed");
}

static void what_is_unread_is_no_reason_to_wait(void **state)
{
	(void)state;
	group_send(fd, "hello");
	assert_ok(ring_wait(&ring, 0, 0));
	ringed_expect(&ring, "hello");
}

static void it_waits_no_longer_than_it_may(void **state)
{
	struct synchmess_ring_wait wait = { .flags = 2 };

	(void)state;
	assert_fails(ring_wait(&ring, 0, now_ns() + 10 * MS), ETIMEDOUT);
	assert_fails(ring_wait(&ring, SYNCHMESS_NOWAIT, 0), EAGAIN);
	assert_ok(fcntl(fd, F_SETFL, O_NONBLOCK));
	assert_fails(ring_wait(&ring, 0, 0), EAGAIN);
	assert_ok(fcntl(fd, F_SETFL, 0));
	assert_fails(ioctl(fd, SYNCHMESS_RING_WAIT, &wait), EINVAL);
	wait = (struct synchmess_ring_wait){ .flags = 1, .reserved = 1 };
	assert_fails(ioctl(fd, SYNCHMESS_RING_WAIT, &wait), EINVAL);
	assert_fails(ioctl(fd, SYNCHMESS_RING_WAIT, memory_bad()), EFAULT);
}

static void a_rule_forbids_waiting(void **state)
{
	const struct synchmess_settings settings = { .empty = SYNCHMESS_EMPTY_AGAIN };

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	assert_fails(ring_wait(&ring, 0, 0), EAGAIN);
}

static void a_signal_ends_it(void **state)
{
	(void)state;
	signals_install();
	start_waiting();
	task_signal(&sleeper, INTERRUPTS);
	task_expect(&sleeper, -1, EINTR);
}

static void without_a_ring_there_is_nothing_to_wait_for(void **state)
{
	int other = batch_open(fd, O_RDWR);
	struct synchmess_ring_wait wait = { };

	(void)state;
	assert_fails(ioctl(other, SYNCHMESS_RING_WAIT, &wait), EINVAL);
	close(other);
}

static void pollers_see_what_is_unread(void **state)
{
	int other = batch_open(fd, O_RDWR);
	static struct poller poller;

	(void)state;
	events_expect(fd, POLLOUT);
	poller_start(&poller, fd, POLLIN);
	group_send(fd, "hello");
	poller_expect(&poller, POLLIN);
	events_expect(fd, POLLIN | POLLOUT);
	events_expect(other, POLLOUT);
	ringed_expect(&ring, "hello");
	events_expect(fd, POLLOUT);
	batch_send_text(fd, "queued", 0, 0, HOUR);
	events_expect(fd, POLLIN | POLLOUT);
	events_expect(other, POLLOUT);
	ring_close(&ring);
	close(fd);
	fd = other;
	events_expect(fd, POLLIN | POLLOUT);
	ring = ringed(fd, RING_LEAST);
}

/* ---- who looks on */

#define FIELDS "id=1 size=4 priority=0 deliveries=0"

static void expect_event(const char *what)
{
	tracing_expect("message_%s: group=%u mailbox= " FIELDS " sender=%d", what,
		       batch_stat(fd).descriptor, getpid());
}

static void events_are_told(void **state)
{
	(void)state;
	tracing_begin();
	group_send(fd, "seen");
	ringed_expect_flags(&ring, SYNCHMESS_RING_MORE);
	assert_ok(ringed_move(&ring));
	expect_event("sent");
	expect_event("received");
	tracing_end();
	ringed_expect(&ring, "seen");
}

/* ---- a reader that lies */

static void scribble(uint64_t *seed)
{
	uint64_t *word = (uint64_t *)ring.control;
	size_t i;

	for (i = 0; i < ring.map_size / sizeof(*word); i++)
		word[i] = random_next(seed);
}

static void rubbish_hurts_nobody_else(void **state)
{
	int other = batch_open(fd, O_WRONLY), witness = batch_group(NULL);
	struct ring seen = ringed(witness, RING_LEAST);
	uint64_t seed = random_seed();
	unsigned int i;

	(void)state;
	for (i = 0; i < 200; i++) {
		scribble(&seed);
		assert_int_equal(write(other, "hello", 5), 5);
		assert_int_equal(write(other, bytes, 700), 700);
		ringed_move(&ring);
		group_send(witness, "unharmed");
		ringed_expect(&seen, "unharmed");
	}
	assert_int_equal(batch_stat(fd).sent, 400);
	batch_expect_books(fd, batch_stat(fd).queued, 0, batch_stat(fd).stored);
	ring_close(&seen);
	close(witness);
	close(other);
}

static void a_wrong_tail_is_a_full_ring(void **state)
{
	static const uint64_t wrong[] = { 1, 8, 4096, 1ull << 40, UINT64_MAX / 2, -4097ull };
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		ring.control->tail = wrong[i];
		group_send(fd, "queued");
		assert_int_equal(batch_stat(fd).queued, i + 1);
		assert_ok(ringed_move(&ring));
		assert_int_equal(batch_stat(fd).queued, i + 1);
	}
	ring.control->tail = 0;
	assert_ok(ringed_move(&ring));
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ringed_expect(&ring, "queued");
	batch_expect_books(fd, 0, 0, 0);
}

static void a_wrong_head_is_not_believed(void **state)
{
	(void)state;
	ring.control->head = 12345;
	ring.control->flags = ~0u;
	group_send(fd, "hello");
	ringed_expect(&ring, "hello");
	assert_int_equal(ring.control->head, ring.tail);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_RING(a_write_is_there_with_its_stamp),
	TEST_WITH_RING(it_counts_as_delivered),
	TEST_WITH_RING(each_has_its_own_sender),
	TEST_WITH_RING(all_sizes_come_as_they_are),
	TEST_WITH_RING(nothing_else_comes_with_them),
	TEST_WITH_RING(parts_are_put_together),
	TEST_WITH_RING(a_batch_goes_there_too),
	TEST_WITH_RING(bad_memory_sends_nothing),
	TEST_WITH_RING(limits_hold),
	TEST_WITH_RING(it_goes_round_and_round),
	TEST_WITH_RING(a_full_one_falls_back_and_comes_back),
	TEST_WITH_RING(the_queue_orders_what_is_in_it),
	TEST(what_was_there_before_comes_first),
	TEST_WITH_RING(what_is_delayed_comes_through_the_queue),
	TEST_WITH_RING(what_has_expired_does_not_come),
	TEST_WITH_RING(what_never_fits_is_to_be_received),
	TEST(nor_does_what_is_very_long),
	TEST_WITH_RING(a_message_wakes),
	TEST_WITH_RING(what_is_unread_is_no_reason_to_wait),
	TEST_WITH_RING(it_waits_no_longer_than_it_may),
	TEST_WITH_RING(a_rule_forbids_waiting),
	TEST_WITH_RING(a_signal_ends_it),
	TEST_WITH_RING(without_a_ring_there_is_nothing_to_wait_for),
	TEST_WITH_RING(pollers_see_what_is_unread),
	TEST_WITH_RING(events_are_told),
	TEST_WITH_RING(rubbish_hurts_nobody_else),
	TEST_WITH_RING(a_wrong_tail_is_a_full_ring),
	TEST_WITH_RING(a_wrong_head_is_not_believed),
};

int main(void)
{
	return RUN_SUITE("second: records", tests);
}
