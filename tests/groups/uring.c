// SPDX-License-Identifier: GPL-2.0
/* Groups through io_uring: docs/interface-1.md, "Polling". */
#include "harness/events.h"
#include "harness/group.h"
#include "harness/random.h"
#include "harness/sender.h"
#include "harness/suite.h"
#include "harness/uring.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROUP 614
#define RINGS 30
#define REQUESTS 20

static char rooms[RINGS][16];

/* Of 100 bytes; reads and writes wait. */
static int fresh(void)
{
	group_fresh(GROUP);
	group_set(GROUP, "max_storage_size", "100");
	group_set(GROUP, "full_write", "block");
	group_set(GROUP, "empty_read", "block");
	return group_open(GROUP, O_RDWR);
}

static void a_read_waits_without_a_thread(void **state)
{
	int fd = fresh(), round;
	struct io_uring ring;

	(void)state;
	uring_open(&ring);
	for (round = 0; round < 50; round++) {
		uring_read(&ring, fd, rooms[0], 16, round);
		uring_expect_none(&ring);
		uring_expect_no_worker();
		group_send(fd, "come");
		uring_expect(&ring, round, 4);
		assert_memory_equal(rooms[0], "come", 4);
	}
	uring_expect_no_worker();
	io_uring_queue_exit(&ring);
	close(fd);
}

static void what_is_there_is_read_at_once(void **state)
{
	struct io_uring ring;
	int fd = fresh();

	(void)state;
	uring_open(&ring);
	group_send(fd, "there");
	uring_read(&ring, fd, rooms[0], 16, 1);
	uring_expect(&ring, 1, 5);
	group_set(GROUP, "empty_read", "eof");
	uring_read(&ring, fd, rooms[0], 16, 2);
	uring_expect(&ring, 2, 0);
	uring_expect_no_worker();
	io_uring_queue_exit(&ring);
	close(fd);
}

static void with_nowait_nothing_waits(void **state)
{
	struct io_uring ring;
	int fd = fresh();

	(void)state;
	uring_open(&ring);
	uring_read_nowait(&ring, fd, rooms[0], 16, 1);
	uring_expect(&ring, 1, -EAGAIN);
	uring_write_nowait(&ring, fd, "x", 1, 2);
	uring_expect(&ring, 2, 1);
	group_set(GROUP, "max_storage_size", "1");
	uring_write_nowait(&ring, fd, "y", 1, 3);
	uring_expect(&ring, 3, -EAGAIN);
	uring_read_nowait(&ring, fd, rooms[0], 16, 4);
	uring_expect(&ring, 4, 1);
	io_uring_queue_exit(&ring);
	close(fd);
}

/* So it is with all files that a ring can poll. */
static void a_ring_waits_in_spite_of_nonblock(void **state)
{
	struct io_uring ring;
	int fd;

	(void)state;
	close(fresh());
	fd = group_open(GROUP, O_RDWR | O_NONBLOCK);
	uring_open(&ring);
	uring_read(&ring, fd, rooms[0], 16, 1);
	uring_expect_none(&ring);
	uring_expect_no_worker();
	group_send(fd, "x");
	uring_expect(&ring, 1, 1);
	io_uring_queue_exit(&ring);
	close(fd);
}

static void a_write_waits_without_a_thread(void **state)
{
	struct io_uring ring;
	int fd = fresh(), round;

	(void)state;
	uring_open(&ring);
	letters_send(fd, 'a', 100);
	uring_write(&ring, fd, "x", 1, 0);
	uring_expect_none(&ring);
	uring_expect_no_worker();
	letters_expect(fd, 'a', 100);
	uring_expect(&ring, 0, 1);
	group_expect(fd, "x");
	/* As large as what is waited for. */
	for (round = 1; round < 30; round++) {
		letters_send(fd, 'a', 50);
		letters_send(fd, 'b', 50);
		uring_write(&ring, fd, "y", 1, round);
		letters_expect(fd, 'a', 50);
		letters_expect(fd, 'b', 50);
		uring_expect(&ring, round, 1);
		group_expect(fd, "y");
	}
	uring_expect_no_worker();
	group_expect_books(GROUP, 0, 0, 0, 0);
	io_uring_queue_exit(&ring);
	close(fd);
}

static void other_errors_come_at_once(void **state)
{
	static char large[101];
	struct io_uring ring;
	int fd = fresh();

	(void)state;
	uring_open(&ring);
	uring_write(&ring, fd, large, sizeof(large), 1);
	uring_expect(&ring, 1, -EMSGSIZE);
	letters_send(fd, 'a', 100);
	group_set(GROUP, "full_write", "fail");
	uring_write(&ring, fd, "x", 1, 2);
	uring_expect(&ring, 2, -ENOSPC);
	io_uring_queue_exit(&ring);
	close(fd);
}

static void removal_ends_what_waits(void **state)
{
	struct io_uring ring;
	int fd = fresh(), other, i;

	(void)state;
	uring_open(&ring);
	for (i = 0; i < REQUESTS; i++)
		uring_read(&ring, fd, rooms[i], 16, i);
	group_remove(GROUP);
	for (i = 0; i < REQUESTS; i++) {
		unsigned long long name;

		assert_int_equal(uring_answer(&ring, &name), -ENODEV);
	}
	close(fd);

	other = fresh();
	letters_send(other, 'a', 100);
	uring_write(&ring, other, "x", 1, 99);
	group_remove(GROUP);
	uring_expect(&ring, 99, -ENODEV);
	uring_expect_no_worker();
	io_uring_queue_exit(&ring);
	close(other);
}

static void what_is_cancelled_takes_no_message(void **state)
{
	struct io_uring ring;
	int fd = fresh(), round;

	(void)state;
	uring_open(&ring);
	for (round = 0; round < 50; round++) {
		uring_read(&ring, fd, rooms[0], 16, round);
		uring_cancel(&ring, round);
		group_send(fd, "mine");
		group_expect(fd, "mine");
	}
	letters_send(fd, 'a', 100);
	uring_write(&ring, fd, "x", 1, 1);
	uring_cancel(&ring, 1);
	letters_expect(fd, 'a', 100);
	group_expect_books(GROUP, 0, 0, 0, 0);
	io_uring_queue_exit(&ring);
	close(fd);
}

static void a_closed_ring_takes_no_message(void **state)
{
	struct io_uring ring;
	int fd = fresh(), round;

	(void)state;
	for (round = 0; round < 30; round++) {
		uring_open(&ring);
		uring_read(&ring, fd, rooms[0], 16, round);
		uring_read(&ring, fd, rooms[1], 16, round);
		io_uring_queue_exit(&ring);
		group_send(fd, "mine");
		group_expect(fd, "mine");
	}
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(fd);
}

/* Each of many readers gets one message, and each message has one reader. */
static void many_rings_share_the_messages(void **state)
{
	static struct io_uring rings[RINGS];
	int fd = fresh(), i, seen[RINGS] = { };
	unsigned long long name;

	(void)state;
	for (i = 0; i < RINGS; i++) {
		uring_open(&rings[i]);
		memset(rooms[i], 0, sizeof(rooms[i]));
		uring_read(&rings[i], fd, rooms[i], 16, i);
	}
	uring_expect_no_worker();
	group_send_numbers(fd, 0, RINGS);
	for (i = 0; i < RINGS; i++) {
		assert_true(uring_answer(&rings[i], &name) > 0);
		seen[atoi(rooms[i])]++;
		io_uring_queue_exit(&rings[i]);
	}
	for (i = 0; i < RINGS; i++)
		assert_int_equal(seen[i], 1);
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(fd);
}

/* Reads and cancellations race with messages: what was not read is still there. */
static void a_race_with_cancelling_loses_nothing(void **state)
{
	uint64_t seed = random_seed();
	struct io_uring ring;
	int fd = fresh(), round, delivered = 0;

	(void)state;
	uring_open(&ring);
	for (round = 0; round < 300; round++) {
		struct io_uring_sqe *entry;
		unsigned long long name;
		int i, result;

		uring_read(&ring, fd, rooms[0], 16, 1);
		if (random_below(&seed, 2))
			group_send(fd, "x");
		entry = io_uring_get_sqe(&ring);
		io_uring_prep_cancel64(entry, 1, 0);
		io_uring_sqe_set_data64(entry, 2);
		assert_int_equal(io_uring_submit(&ring), 1);
		for (i = 0; i < 2; i++) {
			result = uring_answer(&ring, &name);
			delivered += name == 1 && result == 1;
		}
	}
	while (events_now(fd) & POLLIN) {
		group_expect(fd, "x");
		delivered++;
	}
	assert_int_equal(group_get(GROUP, "statistics/sent"), delivered);
	group_expect_books(GROUP, 0, 0, 0, 0);
	io_uring_queue_exit(&ring);
	close(fd);
}

/* A read of an empty group that answers EAGAIN waits in a ring all the same. */
static void a_ring_waits_where_a_read_would_say_again(void **state)
{
	struct io_uring ring;
	int fd = fresh();

	(void)state;
	group_set(GROUP, "empty_read", "again");
	uring_open(&ring);
	uring_read(&ring, fd, rooms[0], 16, 1);
	uring_expect_none(&ring);
	group_send(fd, "x");
	uring_expect(&ring, 1, 1);
	uring_expect_no_worker();
	io_uring_queue_exit(&ring);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	TEST(a_read_waits_without_a_thread),
	TEST(what_is_there_is_read_at_once),
	TEST(with_nowait_nothing_waits),
	TEST(a_ring_waits_in_spite_of_nonblock),
	TEST(a_write_waits_without_a_thread),
	TEST(other_errors_come_at_once),
	TEST(removal_ends_what_waits),
	TEST(what_is_cancelled_takes_no_message),
	TEST(a_closed_ring_takes_no_message),
	TEST(many_rings_share_the_messages),
	TEST(a_race_with_cancelling_loses_nothing),
	TEST(a_ring_waits_where_a_read_would_say_again),
};

int main(void)
{
	return RUN_SUITE("groups: uring", tests);
}
