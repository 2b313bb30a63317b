// SPDX-License-Identifier: GPL-2.0
/* Sleeping on a group and waking it: docs/interface-1.md, "Barrier". */
#include "harness/clock.h"
#include "harness/group.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/signals.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GROUP 301
#define OTHER_GROUP 302
#define MOST_SLEEPERS 100

static struct task sleepers[MOST_SLEEPERS];
static long sleep_on(void *argument)
{
	int *fd = argument;

	return ioctl(*fd, IOCTL_SLEEP);
}

static void start_sleepers(int first, int count, int *fd)
{
	int i;

	for (i = first; i < first + count; i++)
		task_start(&sleepers[i], sleep_on, fd);
}

static void expect_all(int first, int count, long result, int error)
{
	int i;

	for (i = first; i < first + count; i++)
		task_expect(&sleepers[i], result, error);
}

static int fresh(void)
{
	group_fresh(GROUP);
	return group_open(GROUP, O_RDWR);
}

static void expect_nobody(int fd)
{
	assert_int_equal(group_get(GROUP, "sleepers"), 0);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 0);
}

/* One sleeper is counted and woken: the barrier is in order. */
static void expect_it_works(int *fd)
{
	expect_nobody(*fd);
	start_sleepers(0, 1, fd);
	group_await(GROUP, "sleepers", 1);
	assert_int_equal(ioctl(*fd, IOCTL_AWAKE), 1);
	expect_all(0, 1, 0, 0);
	expect_nobody(*fd);
}

static void a_sleeper_sleeps_until_it_is_woken(void **state)
{
	static int fd;

	(void)state;
	fd = fresh();
	start_sleepers(0, 1, &fd);
	group_await(GROUP, "sleepers", 1);
	task_await_asleep(&sleepers[0], SYS_ioctl);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 1);
	expect_all(0, 1, 0, 0);
	expect_nobody(fd);
	close(fd);
}

static void awake_without_sleepers_wakes_none(void **state)
{
	int fd = fresh();

	(void)state;
	expect_nobody(fd);
	expect_nobody(fd);
	close(fd);
}

static void awake_is_not_kept_for_who_comes_later(void **state)
{
	static int fd;

	(void)state;
	fd = fresh();
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 0);
	start_sleepers(0, 1, &fd);
	group_await(GROUP, "sleepers", 1);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 1);
	expect_all(0, 1, 0, 0);

	start_sleepers(1, 1, &fd);
	group_await(GROUP, "sleepers", 1);
	task_await_asleep(&sleepers[1], SYS_ioctl);
	assert_int_equal(group_get(GROUP, "sleepers"), 1);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 1);
	expect_all(1, 1, 0, 0);
	close(fd);
}

static void awake_wakes_and_counts_all(void **state)
{
	static const int counts[] = { 1, 2, 10, MOST_SLEEPERS };
	static int fd;
	size_t i;

	(void)state;
	fd = fresh();
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		start_sleepers(0, counts[i], &fd);
		group_await(GROUP, "sleepers", counts[i]);
		assert_int_equal(ioctl(fd, IOCTL_AWAKE), counts[i]);
		expect_all(0, counts[i], 0, 0);
		expect_nobody(fd);
	}
	close(fd);
}

#define SLEEPERS_OF_CHILD 7

static void *sleep_in_thread(void *argument)
{
	return (void *)sleep_on(argument);
}

/* Opens the group itself, so that nothing but the group is shared. */
static int sleep_with_threads(void *unused)
{
	static int fd;
	int i;

	(void)unused;
	fd = open(SYNCHMESS_MASTER_PATH "301", O_RDWR);
	CHILD_CHECK(fd >= 0);
	for (i = 0; i < SLEEPERS_OF_CHILD; i++)
		CHILD_CHECK(!pthread_create(&sleepers[i].thread, NULL, sleep_in_thread, &fd));
	for (i = 0; i < SLEEPERS_OF_CHILD; i++) {
		void *result = (void *)1;

		CHILD_CHECK(!pthread_join(sleepers[i].thread, &result));
		CHILD_CHECK(!result);
	}
	return 0;
}

static void threads_of_all_processes_are_woken(void **state)
{
	static int fd;
	pid_t one, two;

	(void)state;
	fd = fresh();
	one = process_start(sleep_with_threads, NULL);
	two = process_start(sleep_with_threads, NULL);
	start_sleepers(0, 3, &fd);
	group_await(GROUP, "sleepers", 2 * SLEEPERS_OF_CHILD + 3);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 2 * SLEEPERS_OF_CHILD + 3);
	expect_all(0, 3, 0, 0);
	assert_int_equal(process_wait(one), 0);
	assert_int_equal(process_wait(two), 0);
	expect_nobody(fd);
	close(fd);
}

static void a_signal_ends_the_sleep(void **state)
{
	static int fd;
	int round;

	(void)state;
	signals_install();
	fd = fresh();
	for (round = 0; round < 20; round++) {
		start_sleepers(0, 1, &fd);
		group_await(GROUP, "sleepers", 1);
		task_await_asleep(&sleepers[0], SYS_ioctl);
		task_signal(&sleepers[0], INTERRUPTS);
		expect_all(0, 1, -1, EINTR);
		expect_nobody(fd);
	}
	assert_int_equal(signals_handled, 20);
	expect_it_works(&fd);
	close(fd);
}

static void a_signal_ends_the_sleep_of_its_thread_only(void **state)
{
	static int fd;

	(void)state;
	signals_install();
	fd = fresh();
	start_sleepers(0, 3, &fd);
	group_await(GROUP, "sleepers", 3);
	task_await_asleep(&sleepers[1], SYS_ioctl);
	task_signal(&sleepers[1], INTERRUPTS);
	expect_all(1, 1, -1, EINTR);
	assert_int_equal(group_get(GROUP, "sleepers"), 2);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 2);
	expect_all(0, 1, 0, 0);
	expect_all(2, 1, 0, 0);
	expect_it_works(&fd);
	close(fd);
}

static void with_sa_restart_the_sleep_begins_anew(void **state)
{
	static int fd;
	uint64_t deadline;
	int round;

	(void)state;
	signals_install();
	fd = fresh();
	start_sleepers(0, 1, &fd);
	for (round = 1; round <= 20; round++) {
		group_await(GROUP, "sleepers", 1);
		task_await_asleep(&sleepers[0], SYS_ioctl);
		task_signal(&sleepers[0], RESTARTS);
		deadline = clock_ms() + PATIENCE_S * 1000;
		while (signals_handled < round && clock_ms() < deadline)
			usleep(100);
		assert_int_equal(signals_handled, round);
	}
	group_await(GROUP, "sleepers", 1);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 1);
	expect_all(0, 1, 0, 0);
	expect_it_works(&fd);
	close(fd);
}

static int sleep_as_child(void *argument)
{
	int *fd = argument;

	CHILD_CHECK(!ioctl(*fd, IOCTL_SLEEP));
	return 0;
}

static void a_killed_sleeper_leaves_no_trace(void **state)
{
	static int fd;
	pid_t victim, other;
	int round;

	(void)state;
	fd = fresh();
	for (round = 0; round < 10; round++) {
		victim = process_start(sleep_as_child, &fd);
		other = process_start(sleep_as_child, &fd);
		group_await(GROUP, "sleepers", 2);
		process_kill(victim);
		assert_int_equal(group_get(GROUP, "sleepers"), 1);
		assert_int_equal(ioctl(fd, IOCTL_AWAKE), 1);
		assert_int_equal(process_wait(other), 0);
	}
	expect_it_works(&fd);
	close(fd);
}

static void killed_threads_leave_no_trace(void **state)
{
	static int fd;
	pid_t child;

	(void)state;
	fd = fresh();
	child = process_start(sleep_with_threads, NULL);
	group_await(GROUP, "sleepers", SLEEPERS_OF_CHILD);
	process_kill(child);
	expect_it_works(&fd);
	close(fd);
}

/* Signal and awake race: whoever got 0 was counted, and nobody else. */
static void awake_counts_exactly_those_it_woke(void **state)
{
	uint64_t seed = random_seed();
	static int fd;
	int round, i;

	(void)state;
	signals_install();
	fd = fresh();
	for (round = 0; round < 40; round++) {
		int count = 1 + random_below(&seed, 12);
		long woken, returned = 0;

		start_sleepers(0, count, &fd);
		group_await(GROUP, "sleepers", count);
		for (i = 0; i < count; i++) {
			if (random_below(&seed, 2))
				task_signal(&sleepers[i], INTERRUPTS);
		}
		woken = ioctl(fd, IOCTL_AWAKE);
		assert_in_range(woken, 0, count);
		for (i = 0; i < count; i++) {
			if (!task_join(&sleepers[i]))
				returned++;
			else
				assert_int_equal(sleepers[i].error, EINTR);
		}
		assert_int_equal(returned, woken);
		expect_nobody(fd);
	}
	expect_it_works(&fd);
	close(fd);
}

#define RACERS 4
#define SLEEPS_OF_RACER 1500

static atomic_int racing;

static long sleep_again_and_again(void *argument)
{
	int *fd = argument, round;
	long returned = 0;

	for (round = 0; round < SLEEPS_OF_RACER; round++) {
		if (!ioctl(*fd, IOCTL_SLEEP))
			returned++;
		else if (errno != EINTR)
			returned = LONG_MIN / 2;
	}
	racing--;
	return returned;
}

/* Thousands of rounds: the counts of all awakes sum up to all sleeps that returned 0. */
static void no_wakeup_is_lost_or_counted_twice(void **state)
{
	static int fd;
	uint64_t deadline = clock_ms() + 60000;
	long woken = 0, returned = 0;
	int i;

	(void)state;
	fd = fresh();
	racing = RACERS;
	for (i = 0; i < RACERS; i++)
		task_start(&sleepers[i], sleep_again_and_again, &fd);
	while (racing && clock_ms() < deadline) {
		int count = ioctl(fd, IOCTL_AWAKE);

		assert_in_range(count, 0, RACERS);
		woken += count;
		sched_yield();
	}
	for (i = 0; i < RACERS; i++)
		returned += task_join(&sleepers[i]);
	assert_int_equal(returned, RACERS * SLEEPS_OF_RACER);
	assert_int_equal(woken, returned);
	expect_nobody(fd);
	close(fd);
}

/* The same with signals at any moment: each sleep ends with 0 or EINTR. */
static void signals_at_any_moment_keep_the_count_right(void **state)
{
	uint64_t seed = random_seed(), deadline = clock_ms() + 60000;
	static int fd;
	long woken = 0, returned = 0;
	int i;

	(void)state;
	signals_install();
	fd = fresh();
	racing = RACERS;
	for (i = 0; i < RACERS; i++)
		task_start(&sleepers[i], sleep_again_and_again, &fd);
	while (racing && clock_ms() < deadline) {
		if (random_below(&seed, 2))
			task_signal(&sleepers[random_below(&seed, RACERS)],
				    random_below(&seed, 2) ? INTERRUPTS : RESTARTS);
		else
			woken += ioctl(fd, IOCTL_AWAKE);
		sched_yield();
	}
	for (i = 0; i < RACERS; i++)
		returned += task_join(&sleepers[i]);
	assert_int_equal(woken, returned);
	expect_it_works(&fd);
	close(fd);
}

static void a_sleeper_does_not_hinder_messages(void **state)
{
	static int fd;

	(void)state;
	fd = fresh();
	start_sleepers(0, 1, &fd);
	group_await(GROUP, "sleepers", 1);
	group_send(fd, "message");
	group_expect(fd, "message");
	assert_int_equal(group_get(GROUP, "sleepers"), 1);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 1);
	expect_all(0, 1, 0, 0);
	close(fd);
}

static void groups_are_woken_separately(void **state)
{
	static int fd, other;

	(void)state;
	group_fresh(OTHER_GROUP);
	other = group_open(OTHER_GROUP, O_RDWR);
	fd = fresh();
	start_sleepers(0, 2, &fd);
	start_sleepers(2, 3, &other);
	group_await(GROUP, "sleepers", 2);
	group_await(OTHER_GROUP, "sleepers", 3);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 2);
	expect_all(0, 2, 0, 0);
	assert_int_equal(group_get(OTHER_GROUP, "sleepers"), 3);
	assert_int_equal(ioctl(other, IOCTL_AWAKE), 3);
	expect_all(2, 3, 0, 0);
	close(fd);
	close(other);
}

static void the_four_commands_need_both_directions(void **state)
{
	static const int flags[] = { O_RDONLY, O_WRONLY };
	unsigned int delay = 5;
	int fd = fresh();
	size_t i;

	(void)state;
	group_set_delay(fd, 3600000);
	group_send(fd, "delayed");
	for (i = 0; i < 2; i++) {
		int half = group_open(GROUP, flags[i]);

		assert_fails(ioctl(half, IOCTL_SLEEP), EBADF);
		assert_fails(ioctl(half, IOCTL_AWAKE), EBADF);
		assert_fails(ioctl(half, IOCTL_SET_SEND_DELAY, &delay), EBADF);
		assert_fails(ioctl(half, IOCTL_REVOKE_DELAYED_MESSAGES), EBADF);
		close(half);
	}
	assert_int_equal(group_get(GROUP, "send_delay"), 3600000);
	assert_int_equal(group_get(GROUP, "statistics/scheduled"), 1);
	assert_int_equal(group_get(GROUP, "sleepers"), 0);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	TEST(a_sleeper_sleeps_until_it_is_woken),
	TEST(awake_without_sleepers_wakes_none),
	TEST(awake_is_not_kept_for_who_comes_later),
	TEST(awake_wakes_and_counts_all),
	TEST(threads_of_all_processes_are_woken),
	TEST(a_signal_ends_the_sleep),
	TEST(a_signal_ends_the_sleep_of_its_thread_only),
	TEST(with_sa_restart_the_sleep_begins_anew),
	TEST(a_killed_sleeper_leaves_no_trace),
	TEST(killed_threads_leave_no_trace),
	TEST(awake_counts_exactly_those_it_woke),
	TEST(no_wakeup_is_lost_or_counted_twice),
	TEST(signals_at_any_moment_keep_the_count_right),
	TEST(a_sleeper_does_not_hinder_messages),
	TEST(groups_are_woken_separately),
	TEST(the_four_commands_need_both_directions),
};

int main(void)
{
	return RUN_SUITE("groups: barrier", tests);
}
