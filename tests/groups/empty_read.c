// SPDX-License-Identifier: GPL-2.0
/* Reading an empty group: docs/interface-1.md, "Read" and `empty_read`. */
#include "harness/clock.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/signals.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GROUP 601
#define MOST_READERS 50

static struct reader {
	struct task task;
	int fd;
	char got[16];
} readers[MOST_READERS];

static int fresh(const char *empty)
{
	group_fresh(GROUP);
	group_set(GROUP, "empty_read", empty);
	return group_open(GROUP, O_RDWR);
}

static void expect_setting(const char *empty)
{
	char text[32] = "poison";

	group_get_text(GROUP, "empty_read", text, sizeof(text));
	assert_string_equal(text, empty);
}

static long read_one(void *argument)
{
	struct reader *reader = argument;

	return read(reader->fd, reader->got, sizeof(reader->got));
}

static void start_reader(int i, int fd)
{
	readers[i].fd = fd;
	memset(readers[i].got, '_', sizeof(readers[i].got));
	task_start(&readers[i].task, read_one, &readers[i]);
}

/* Starts readers and waits until all of them sleep. */
static void start_readers(int count, int fd)
{
	int i;

	for (i = 0; i < count; i++)
		start_reader(i, fd);
	for (i = 0; i < count; i++)
		task_await_asleep(&readers[i].task, SYS_read);
}

static void expect_read(int i, const char *text)
{
	task_expect(&readers[i].task, strlen(text), 0);
	assert_memory_equal(readers[i].got, text, strlen(text));
	assert_int_equal(readers[i].got[strlen(text)], '_');
}

static void expect_books(long delivered, long queued)
{
	assert_int_equal(group_get(GROUP, "statistics/delivered"), delivered);
	assert_int_equal(group_get(GROUP, "statistics/queued"), queued);
	group_expect_balance(GROUP);
}

static void a_group_starts_with_eof(void **state)
{
	char got[4] = "___";
	int fd;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	expect_setting("eof");
	assert_int_equal(read(fd, got, sizeof(got)), 0);
	assert_string_equal(got, "___");
	close(fd);
	fd = group_open(GROUP, O_RDONLY | O_NONBLOCK);
	assert_int_equal(read(fd, got, sizeof(got)), 0);
	close(fd);
}

static void again_fails_with_eagain(void **state)
{
	char got[4] = "___";
	int fd = fresh("again");

	(void)state;
	expect_setting("again");
	assert_fails(read(fd, got, sizeof(got)), EAGAIN);
	assert_string_equal(got, "___");
	group_send(fd, "x");
	group_expect(fd, "x");
	assert_fails(read(fd, got, sizeof(got)), EAGAIN);
	close(fd);
}

static void block_does_not_block_with_nonblock(void **state)
{
	char got[4] = "___";
	int fd = fresh("block");
	int nonblock = group_open(GROUP, O_RDONLY | O_NONBLOCK);

	(void)state;
	expect_setting("block");
	assert_fails(read(nonblock, got, sizeof(got)), EAGAIN);
	group_send(fd, "x");
	group_expect(nonblock, "x");
	assert_fails(read(nonblock, got, sizeof(got)), EAGAIN);

	/* The flag may come later, too. */
	assert_ok(fcntl(fd, F_SETFL, O_NONBLOCK));
	assert_fails(read(fd, got, sizeof(got)), EAGAIN);
	close(nonblock);
	close(fd);
}

static void reading_into_nothing_never_waits(void **state)
{
	char got[1];
	int fd = fresh("block");

	(void)state;
	assert_int_equal(read(fd, got, 0), 0);
	group_set(GROUP, "empty_read", "again");
	assert_int_equal(read(fd, got, 0), 0);
	close(fd);
}

static void the_setting_changes_for_all_at_once(void **state)
{
	int fd = fresh("eof"), other = group_open(GROUP, O_RDONLY);
	char got[4];

	(void)state;
	group_expect_empty(other);
	group_set(GROUP, "empty_read", "again\n");
	expect_setting("again");
	assert_fails(read(fd, got, sizeof(got)), EAGAIN);
	assert_fails(read(other, got, sizeof(got)), EAGAIN);
	group_set(GROUP, "empty_read", "eof");
	expect_setting("eof");
	group_expect_empty(fd);
	group_expect_empty(other);
	close(fd);
	close(other);
}

static void no_other_word_is_taken(void **state)
{
	static const char * const wrong[] = {
		"\n", "EOF", "eo", "eoff", "again and again", " block", "block ", "0", "1", "-1",
	};
	size_t i;
	int fd = fresh("again");

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_fails(group_try_set(GROUP, "empty_read", wrong[i]), EINVAL);
		expect_setting("again");
	}
	close(fd);
}

static void a_message_wakes_a_reader(void **state)
{
	int fd = fresh("block"), round;

	(void)state;
	for (round = 1; round <= 30; round++) {
		start_readers(1, fd);
		group_send(fd, "wake up");
		expect_read(0, "wake up");
		expect_books(round, 0);
	}
	close(fd);
}

static void a_message_that_is_there_is_read_at_once(void **state)
{
	int fd = fresh("block");

	(void)state;
	group_send(fd, "there");
	group_expect(fd, "there");
	close(fd);
}

/* How many of the first COUNT readers have ended. */
static int ended(int count)
{
	int i, sum = 0;

	for (i = 0; i < count; i++)
		sum += readers[i].got[0] != '_';
	return sum;
}

static void one_message_is_for_one_reader(void **state)
{
	int fd = fresh("block"), i;
	uint64_t deadline;

	(void)state;
	start_readers(5, fd);
	for (i = 1; i <= 5; i++) {
		group_send(fd, "x");
		deadline = clock_ms() + PATIENCE_S * 1000;
		while (ended(5) < i && clock_ms() < deadline)
			usleep(200);
		assert_int_equal(ended(5), i);
		expect_books(i, 0);
	}
	for (i = 0; i < 5; i++)
		expect_read(i, "x");
	close(fd);
}

static void as_many_messages_wake_as_many_readers(void **state)
{
	static const int counts[] = { 2, 10, MOST_READERS };
	int fd = fresh("block"), i;
	long delivered = 0;
	size_t round;

	(void)state;
	for (round = 0; round < sizeof(counts) / sizeof(counts[0]); round++) {
		start_readers(counts[round], fd);
		for (i = 0; i < counts[round]; i++)
			group_send(fd, "x");
		for (i = 0; i < counts[round]; i++)
			expect_read(i, "x");
		delivered += counts[round];
		expect_books(delivered, 0);
	}
	close(fd);
}

/* Readers that are about to sleep while messages come: none is left behind. */
static void no_reader_sleeps_beside_a_message(void **state)
{
	uint64_t seed = random_seed();
	int fd = fresh("block"), round, i;

	(void)state;
	for (round = 0; round < 100; round++) {
		int count = 1 + random_below(&seed, 6), sent = 0, started = 0;

		while (sent < count || started < count) {
			if (sent < count && random_below(&seed, 2)) {
				group_send(fd, "x");
				sent++;
			} else if (started < count) {
				start_reader(started++, fd);
			}
		}
		for (i = 0; i < count; i++)
			expect_read(i, "x");
	}
	assert_int_equal(group_get(GROUP, "statistics/queued"), 0);
	close(fd);
}

static void a_signal_ends_the_wait(void **state)
{
	int fd = fresh("block"), round;

	(void)state;
	signals_install();
	for (round = 0; round < 20; round++) {
		start_readers(1, fd);
		task_signal(&readers[0].task, INTERRUPTS);
		task_expect(&readers[0].task, -1, EINTR);
	}
	group_send(fd, "x");
	group_expect(fd, "x");
	expect_books(1, 0);
	close(fd);
}

static void with_sa_restart_the_wait_goes_on(void **state)
{
	int fd = fresh("block"), round;
	uint64_t deadline;

	(void)state;
	signals_install();
	start_readers(1, fd);
	for (round = 1; round <= 10; round++) {
		task_await_asleep(&readers[0].task, SYS_read);
		task_signal(&readers[0].task, RESTARTS);
		deadline = clock_ms() + PATIENCE_S * 1000;
		while (signals_handled < round && clock_ms() < deadline)
			usleep(100);
		assert_int_equal(signals_handled, round);
	}
	group_send(fd, "at last");
	expect_read(0, "at last");
	close(fd);
}

/* One of two readers is interrupted while a message comes: one of the two reads it. */
static void an_interrupted_reader_takes_no_wakeup_along(void **state)
{
	uint64_t seed = random_seed();
	int fd = fresh("block"), round;

	(void)state;
	signals_install();
	for (round = 1; round <= 60; round++) {
		int victim = random_below(&seed, 2);

		start_readers(2, fd);
		task_signal(&readers[victim].task, INTERRUPTS);
		group_send(fd, "x");
		if (task_join(&readers[victim].task) == 1) {
			group_send(fd, "x");
		} else {
			assert_int_equal(readers[victim].task.result, -1);
			assert_int_equal(readers[victim].task.error, EINTR);
		}
		expect_read(!victim, "x");
		assert_int_equal(group_get(GROUP, "statistics/queued"), 0);
	}
	close(fd);
}

static int read_as_child(void *argument)
{
	int *fd = argument;
	char got[16];

	CHILD_CHECK(read(*fd, got, sizeof(got)) == 1);
	return 0;
}

/* What is sent after kill() has returned is not for the one that was killed. */
static void a_killed_reader_takes_no_message_along(void **state)
{
	uint64_t seed = random_seed();
	int fd = fresh("block"), round;

	(void)state;
	for (round = 1; round <= 60; round++) {
		pid_t pair[2] = {
			process_start(read_as_child, &fd), process_start(read_as_child, &fd),
		};
		int victim = random_below(&seed, 2);

		thread_await_asleep(pair[0], SYS_read);
		thread_await_asleep(pair[1], SYS_read);
		assert_ok(kill(pair[victim], SIGKILL));
		group_send(fd, "x");
		assert_int_equal(process_wait(pair[victim]), -SIGKILL);
		group_await(GROUP, "statistics/delivered", round);
		assert_int_equal(process_wait(pair[!victim]), 0);
	}
	close(fd);
}

static void a_change_to_eof_ends_the_wait(void **state)
{
	int fd = fresh("block"), i;

	(void)state;
	start_readers(10, fd);
	group_set(GROUP, "empty_read", "eof");
	for (i = 0; i < 10; i++)
		task_expect(&readers[i].task, 0, 0);
	close(fd);
}

static void a_change_to_again_ends_the_wait(void **state)
{
	int fd = fresh("block"), i;

	(void)state;
	start_readers(10, fd);
	group_set(GROUP, "empty_read", "again");
	for (i = 0; i < 10; i++)
		task_expect(&readers[i].task, -1, EAGAIN);
	close(fd);
}

static void a_change_to_block_leaves_the_sleepers_asleep(void **state)
{
	int fd = fresh("block");

	(void)state;
	start_readers(2, fd);
	group_set(GROUP, "empty_read", "block");
	task_await_asleep(&readers[0].task, SYS_read);
	task_await_asleep(&readers[1].task, SYS_read);
	assert_int_equal(ended(2), 0);
	group_send(fd, "1");
	group_send(fd, "1");
	expect_read(0, "1");
	expect_read(1, "1");
	close(fd);
}

static void the_end_of_a_delay_wakes_readers(void **state)
{
	int fd = fresh("block"), i;

	(void)state;
	start_readers(3, fd);
	group_set_delay(fd, 100);
	for (i = 0; i < 3; i++)
		group_send(fd, "late");
	for (i = 0; i < 3; i++)
		expect_read(i, "late");
	expect_books(3, 0);
	close(fd);
}

static void fsync_wakes_readers(void **state)
{
	int fd = fresh("block"), i;

	(void)state;
	start_readers(3, fd);
	group_set_delay(fd, 3600000);
	for (i = 0; i < 3; i++)
		group_send(fd, "late");
	assert_int_equal(group_get(GROUP, "statistics/scheduled"), 3);
	assert_int_equal(ended(3), 0);
	assert_ok(fsync(fd));
	for (i = 0; i < 3; i++)
		expect_read(i, "late");
	expect_books(3, 0);
	close(fd);
}

static void a_delayed_message_wakes_nobody(void **state)
{
	int fd = fresh("block");

	(void)state;
	start_readers(1, fd);
	group_set_delay(fd, 3600000);
	group_send(fd, "late");
	task_await_asleep(&readers[0].task, SYS_read);
	assert_int_equal(ended(1), 0);
	assert_ok(fsync(fd));
	expect_read(0, "late");
	close(fd);
}

static long read_into_the_void(void *argument)
{
	struct reader *reader = argument;

	return read(reader->fd, memory_bad(), 16);
}

/* The message that a fault put back is for the other reader. */
static void a_fault_passes_the_message_on(void **state)
{
	int fd = fresh("block"), round;

	(void)state;
	for (round = 1; round <= 30; round++) {
		readers[0].fd = fd;
		task_start(&readers[0].task, read_into_the_void, &readers[0]);
		task_await_asleep(&readers[0].task, SYS_read);
		start_reader(1, fd);
		task_await_asleep(&readers[1].task, SYS_read);

		/* Which of the two is woken first is not ours to say. */
		group_send(fd, "x");
		expect_read(1, "x");
		expect_books(2 * round - 1, 0);
		group_send(fd, "y");
		task_expect(&readers[0].task, -1, EFAULT);
		expect_books(2 * round - 1, 1);
		group_expect(fd, "y");
	}
	close(fd);
}

static const struct CMUnitTest tests[] = {
	TEST(a_group_starts_with_eof),
	TEST(again_fails_with_eagain),
	TEST(block_does_not_block_with_nonblock),
	TEST(reading_into_nothing_never_waits),
	TEST(the_setting_changes_for_all_at_once),
	TEST(no_other_word_is_taken),
	TEST(a_message_wakes_a_reader),
	TEST(a_message_that_is_there_is_read_at_once),
	TEST(one_message_is_for_one_reader),
	TEST(as_many_messages_wake_as_many_readers),
	TEST(no_reader_sleeps_beside_a_message),
	TEST(a_signal_ends_the_wait),
	TEST(with_sa_restart_the_wait_goes_on),
	TEST(an_interrupted_reader_takes_no_wakeup_along),
	TEST(a_killed_reader_takes_no_message_along),
	TEST(a_change_to_eof_ends_the_wait),
	TEST(a_change_to_again_ends_the_wait),
	TEST(a_change_to_block_leaves_the_sleepers_asleep),
	TEST(the_end_of_a_delay_wakes_readers),
	TEST(fsync_wakes_readers),
	TEST(a_delayed_message_wakes_nobody),
	TEST(a_fault_passes_the_message_on),
};

int main(void)
{
	return RUN_SUITE("groups: empty read", tests);
}
