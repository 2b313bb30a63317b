// SPDX-License-Identifier: GPL-2.0
/* The line of those who wait for room: docs/interface-1.md, `full_write`. */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/sender.h"
#include "harness/signals.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define GROUP 612
#define MOST_SENDERS 26

static struct sender senders[MOST_SENDERS];
static int nonblock = -1;

/* Storage of 100 bytes, full with ten messages. */
static int fresh_and_full(void)
{
	int fd, i;

	group_fresh(GROUP);
	group_set(GROUP, "max_storage_size", "100");
	group_set(GROUP, "full_write", "block");
	group_set(GROUP, "empty_read", "block");
	fd = group_open(GROUP, O_RDWR);
	for (i = 0; i < 10; i++)
		letters_send(fd, '0' + i, 10);
	close(nonblock);
	nonblock = group_open(GROUP, O_WRONLY | O_NONBLOCK);
	return fd;
}

static void a_large_one_is_not_passed_by_small_ones(void **state)
{
	int fd = fresh_and_full(), i;

	(void)state;
	sender_start_waiting(&senders[0], fd, 'L', 60);
	sender_start_waiting(&senders[1], fd, 'a', 10);
	sender_start_waiting(&senders[2], fd, 'b', 10);
	for (i = 0; i < 5; i++) {
		letters_expect(fd, '0' + i, 10);
		/* It would fit, but others have come before. */
		assert_fails(letters_try_send(nonblock, 'x', 1), EAGAIN);
	}
	assert_int_equal(group_get(GROUP, "statistics/sent"), 10);
	for (i = 0; i < 3; i++)
		sender_expect_waiting(&senders[i]);

	letters_expect(fd, '5', 10);
	sender_expect_sent(&senders[0]);
	letters_expect(fd, '6', 10);
	sender_expect_sent(&senders[1]);
	letters_expect(fd, '7', 10);
	sender_expect_sent(&senders[2]);
	letters_expect(fd, '8', 10);
	letters_expect(fd, '9', 10);
	letters_expect(fd, 'L', 60);
	letters_expect(fd, 'a', 10);
	letters_expect(fd, 'b', 10);
	close(fd);
}

static void they_are_served_in_the_order_of_coming(void **state)
{
	uint64_t seed = random_seed();
	int fd = fresh_and_full(), i;

	(void)state;
	/* Larger than what is left by the one before: no two fit at once. */
	for (i = 0; i < MOST_SENDERS; i++)
		sender_start_waiting(&senders[i], fd, 'A' + i, 51 + random_below(&seed, 49));
	for (i = 0; i < 10; i++)
		letters_expect(fd, '0' + i, 10);
	for (i = 0; i < MOST_SENDERS; i++) {
		letters_expect(fd, 'A' + i, senders[i].size);
		sender_expect_sent(&senders[i]);
	}
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(fd);
}

static void much_room_serves_all_who_fit(void **state)
{
	int fd = fresh_and_full(), i;

	(void)state;
	for (i = 0; i < 10; i++)
		letters_expect(fd, '0' + i, 10);
	letters_send(fd, 'L', 100);
	for (i = 0; i < 12; i++)
		sender_start_waiting(&senders[i], fd, 'a' + i, 10);
	letters_expect(fd, 'L', 100);
	for (i = 0; i < 10; i++)
		sender_expect_sent(&senders[i]);
	sender_expect_waiting(&senders[10]);
	sender_expect_waiting(&senders[11]);
	group_set(GROUP, "max_storage_size", "120");
	sender_expect_sent(&senders[10]);
	sender_expect_sent(&senders[11]);
	close(fd);
}

/* Who comes before the other has woken finds the room taken. */
static void nobody_steals_the_room_that_was_handed_over(void **state)
{
	int fd = fresh_and_full(), i, round;

	(void)state;
	for (i = 0; i < 9; i++)
		letters_expect(fd, '0' + i, 10);
	letters_send(fd, '9', 90);
	letters_expect(fd, '9', 10);
	letters_send(fd, 'x', 10);
	for (round = 0; round < 100; round++) {
		sender_start_waiting(&senders[0], fd, round % 2 ? 'x' : '9', round % 2 ? 10 : 90);
		letters_expect(fd, round % 2 ? 'x' : '9', round % 2 ? 10 : 90);
		assert_fails(letters_try_send(nonblock, 'T', 1), EAGAIN);
		sender_expect_sent(&senders[0]);
	}
	close(fd);
}

/* The first wants 60, the others 10 each, and 50 are free. */
static void start_behind_a_large_one(int fd)
{
	int i;

	for (i = 0; i < 5; i++)
		letters_expect(fd, '0' + i, 10);
	for (i = 1; i <= 5; i++)
		sender_start_waiting(&senders[i], fd, 'a' + i, 10);
}

static void expect_the_others_sent(void)
{
	int i;

	for (i = 1; i <= 5; i++)
		sender_expect_sent(&senders[i]);
	assert_int_equal(group_get(GROUP, "statistics/stored"), 100);
	assert_int_equal(group_get(GROUP, "statistics/sent"), 15);
}

static void when_the_first_is_interrupted_the_next_have_their_turn(void **state)
{
	int fd, round;

	(void)state;
	signals_install();
	for (round = 0; round < 10; round++) {
		fd = fresh_and_full();
		sender_start_waiting(&senders[0], fd, 'L', 60);
		start_behind_a_large_one(fd);
		task_signal(&senders[0].task, INTERRUPTS);
		sender_expect_error(&senders[0], EINTR);
		expect_the_others_sent();
		close(fd);
	}
}

static int send_a_large_one(void *argument)
{
	int *fd = argument;

	CHILD_CHECK(letters_try_send(*fd, 'L', 60) == 60);
	return 0;
}

static pid_t start_large_child(int *fd)
{
	pid_t child = process_start(send_a_large_one, fd);

	thread_await_asleep(child, SYS_write);
	return child;
}

static void when_the_first_is_killed_the_next_have_their_turn(void **state)
{
	int fd, round;
	pid_t child;

	(void)state;
	for (round = 0; round < 10; round++) {
		fd = fresh_and_full();
		child = start_large_child(&fd);
		start_behind_a_large_one(fd);
		process_kill(child);
		expect_the_others_sent();
		close(fd);
	}
}

static void who_is_stopped_has_left_the_line(void **state)
{
	int fd = fresh_and_full(), status, i;
	pid_t child = start_large_child(&fd);

	(void)state;
	start_behind_a_large_one(fd);
	assert_ok(kill(child, SIGSTOP));
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFSTOPPED(status));
	expect_the_others_sent();
	assert_ok(kill(child, SIGCONT));
	thread_await_asleep(child, SYS_write);
	for (i = 5; i < 10; i++)
		letters_expect(fd, '0' + i, 10);
	letters_expect(fd, 'b', 10);
	assert_int_equal(process_wait(child), 0);
	close(fd);
}

/* A signal in the midst of the line changes nothing for the others. */
static void one_may_leave_from_the_middle(void **state)
{
	int fd = fresh_and_full(), i;

	(void)state;
	signals_install();
	for (i = 0; i < 5; i++)
		sender_start_waiting(&senders[i], fd, 'a' + i, 10);
	task_signal(&senders[2].task, INTERRUPTS);
	sender_expect_error(&senders[2], EINTR);
	for (i = 0; i < 5; i++) {
		if (i == 2)
			continue;
		letters_expect(fd, '0' + i - (i > 2), 10);
		sender_expect_sent(&senders[i]);
	}
	assert_int_equal(group_get(GROUP, "statistics/sent"), 14);
	close(fd);
}

static struct synchmess_out two[2];

static long send_two(void *fd)
{
	return batch_send(*(int *)fd, two, 2, 0);
}

/* The second has been copied already, and there is room for it. */
static void a_limit_lowered_meanwhile_holds_for_the_rest_of_a_batch(void **state)
{
	static struct task task;
	static int fd;

	(void)state;
	fd = fresh_and_full();
	two[0] = batch_text("short");
	two[1] = batch_text("not so short any more");
	task_start(&task, send_two, &fd);
	task_await_asleep(&task, SYS_ioctl);
	group_set(GROUP, "max_message_size", "10");
	group_set(GROUP, "max_storage_size", "200");
	task_expect(&task, 1, 0);
	assert_int_equal(group_get(GROUP, "statistics/sent"), 11);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	TEST(a_large_one_is_not_passed_by_small_ones),
	TEST(they_are_served_in_the_order_of_coming),
	TEST(much_room_serves_all_who_fit),
	TEST(nobody_steals_the_room_that_was_handed_over),
	TEST(when_the_first_is_interrupted_the_next_have_their_turn),
	TEST(when_the_first_is_killed_the_next_have_their_turn),
	TEST(who_is_stopped_has_left_the_line),
	TEST(one_may_leave_from_the_middle),
	TEST(a_limit_lowered_meanwhile_holds_for_the_rest_of_a_batch),
};

int main(void)
{
	return RUN_SUITE("groups: waiting line", tests);
}
