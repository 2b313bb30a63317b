// SPDX-License-Identifier: GPL-2.0
/* Mailboxes through io_uring: docs/interface-1.md, "Polling". */
#include "harness/mailbox.h"
#include "harness/uring.h"

#include <unistd.h>

static char room[16];

static void a_read_waits_without_a_thread(void **state)
{
	int fd = mailbox_register("a"), other = mailbox_register("b"), round;
	struct io_uring ring;

	(void)state;
	uring_open(&ring);
	for (round = 0; round < 50; round++) {
		uring_read(&ring, fd, room, sizeof(room), round);
		uring_expect_none(&ring);
		mailbox_do(other, "/msg a come");
		uring_expect(&ring, round, 4);
		assert_memory_equal(room, "come", 4);
	}
	uring_expect_no_worker();
	io_uring_queue_exit(&ring);
	close(other);
	close(fd);
}

static void commands_are_executed_at_once(void **state)
{
	int fd = mailbox_open();
	struct io_uring ring;

	(void)state;
	uring_open(&ring);
	uring_write(&ring, fd, "/msg a x", 8, 1);
	uring_expect(&ring, 1, -EACCES);
	uring_write(&ring, fd, "/reg a", 6, 2);
	uring_expect(&ring, 2, 6);
	uring_write(&ring, fd, "/msg a x", 8, 3);
	uring_expect(&ring, 3, 8);
	uring_read(&ring, fd, room, sizeof(room), 4);
	uring_expect(&ring, 4, 1);
	uring_expect_no_worker();
	io_uring_queue_exit(&ring);
	close(fd);
}

static void with_nowait_nothing_waits(void **state)
{
	int fd = mailbox_register("a");
	struct io_uring ring;

	(void)state;
	uring_open(&ring);
	uring_read_nowait(&ring, fd, room, sizeof(room), 1);
	uring_expect(&ring, 1, -EAGAIN);
	io_uring_queue_exit(&ring);
	close(fd);
}

static void a_read_outlives_the_mailbox(void **state)
{
	int fd = mailbox_register("a"), other = mailbox_register("b");
	struct io_uring ring;

	(void)state;
	uring_open(&ring);
	uring_read(&ring, fd, room, sizeof(room), 1);
	mailbox_do(fd, "/unr");
	/* It is as if that had come first. */
	uring_expect(&ring, 1, -ENOENT);
	mailbox_do(fd, "/reg a");
	uring_read(&ring, fd, room, sizeof(room), 2);
	mailbox_do(other, "/msg a x");
	uring_expect(&ring, 2, 1);
	io_uring_queue_exit(&ring);
	close(other);
	close(fd);
}

static void what_is_cancelled_takes_no_message(void **state)
{
	int fd = mailbox_register("a"), round;
	struct io_uring ring;

	(void)state;
	for (round = 0; round < 30; round++) {
		uring_open(&ring);
		uring_read(&ring, fd, room, sizeof(room), 1);
		if (round % 2)
			uring_cancel(&ring, 1);
		io_uring_queue_exit(&ring);
		mailbox_do(fd, "/msg a mine");
		mailbox_expect(fd, "mine");
	}
	close(fd);
}

static const struct CMUnitTest tests[] = {
	MAILBOX_TEST(a_read_waits_without_a_thread),
	MAILBOX_TEST(commands_are_executed_at_once),
	MAILBOX_TEST(with_nowait_nothing_waits),
	MAILBOX_TEST(a_read_outlives_the_mailbox),
	MAILBOX_TEST(what_is_cancelled_takes_no_message),
};

int main(void)
{
	return RUN_SUITE("mailboxes: uring", tests);
}
