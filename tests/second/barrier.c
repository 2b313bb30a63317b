// SPDX-License-Identifier: GPL-2.0
/* Sleeping and waking by the second interface, and watching: docs/interface-2.md, "Barrier". */
#include "harness/barrier.h"
#include "harness/batch.h"
#include "harness/events.h"
#include "harness/memory.h"
#include "harness/named.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/signals.h"
#include "harness/task.h"
#include "harness/uring.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLEEPERS 5

/* Somebody who sleeps. */
struct sleeper {
	struct task task;
	uint64_t generation;
	uint64_t deadline;
};

static struct sleeper sleepers[SLEEPERS];

static long sleep_in_task(void *argument)
{
	struct sleeper *sleeper = argument;

	return barrier_sleep(fd, &sleeper->generation, sleeper->deadline, 0);
}

/* Returns when he sleeps, the last of those before him. */
static struct sleeper *start_sleeper(int number, uint64_t generation, uint64_t deadline)
{
	struct sleeper *sleeper = &sleepers[number];

	sleeper->generation = generation;
	sleeper->deadline = deadline;
	task_start(&sleeper->task, sleep_in_task, sleeper);
	barrier_await_sleepers(fd, number + 1);
	return sleeper;
}

static void start_all(void)
{
	int i;

	for (i = 0; i < SLEEPERS; i++)
		start_sleeper(i, 0, 0);
}

static void expect_woken(struct sleeper *sleeper, uint64_t generation)
{
	task_expect(&sleeper->task, 0, 0);
	assert_int_equal(sleeper->generation, generation);
}

/* ---- sleeping */

static void generations_count_from_one(void **state)
{
	uint64_t generation = 0;

	(void)state;
	assert_int_equal(barrier_look(fd).generation, 1);
	assert_int_equal(barrier_awake(fd, 1, &generation), 0);
	assert_int_equal(generation, 2);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 0);
	assert_int_equal(barrier_look(fd).generation, 3);
}

static void a_sleeper_learns_the_generation(void **state)
{
	struct sleeper *sleeper = start_sleeper(0, 0, 0);

	(void)state;
	task_await_asleep(&sleeper->task, SYS_ioctl);
	assert_int_equal(barrier_awake(fd, UINT_MAX, NULL), 1);
	expect_woken(sleeper, 2);
}

static void he_sleeps_while_it_is_the_generation_he_saw(void **state)
{
	(void)state;
	start_sleeper(0, 1, 0);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 1);
	expect_woken(&sleepers[0], 2);
	start_sleeper(0, 2, 0);
	assert_int_equal(barrier_awake(fd, 1, NULL), 1);
	expect_woken(&sleepers[0], 3);
}

static void he_does_not_sleep_at_another(void **state)
{
	uint64_t seen = 1;

	(void)state;
	assert_int_equal(barrier_awake(fd, 1, NULL), 0);
	assert_int_equal(barrier_sleep(fd, &seen, 0, 0), 1);
	assert_int_equal(seen, 2);
	seen = 3;
	assert_int_equal(barrier_sleep(fd, &seen, 1, SYNCHMESS_NOWAIT), 1);
	assert_int_equal(seen, 2);
	assert_int_equal(barrier_look(fd).sleepers, 0);
}

static void nobody_sleeps_without_leave(void **state)
{
	uint64_t seen = 1;
	int other = batch_open(fd, O_RDWR | O_NONBLOCK);

	(void)state;
	assert_fails(barrier_sleep(fd, &seen, 0, SYNCHMESS_NOWAIT), EAGAIN);
	assert_fails(barrier_sleep(other, NULL, now_ns() + HOUR, 0), EAGAIN);
	close(other);
}

/* ---- deadlines and signals */

static void a_deadline_ends_the_sleep(void **state)
{
	uint64_t deadline = now_ns() + 30 * MS;

	(void)state;
	assert_fails(barrier_sleep(fd, NULL, 1, 0), ETIMEDOUT);
	assert_fails(barrier_sleep(fd, NULL, deadline, 0), ETIMEDOUT);
	assert_true(now_ns() >= deadline);
	assert_int_equal(barrier_look(fd).sleepers, 0);
	assert_int_equal(barrier_awake(fd, 1, NULL), 0);
}

static void who_is_woken_in_time_does_not_time_out(void **state)
{
	(void)state;
	start_sleeper(0, 0, now_ns() + HOUR);
	assert_int_equal(barrier_awake(fd, 1, NULL), 1);
	expect_woken(&sleepers[0], 2);
}

static void a_signal_ends_the_sleep(void **state)
{
	(void)state;
	signals_install();
	start_sleeper(0, 0, 0);
	task_await_asleep(&sleepers[0].task, SYS_ioctl);
	task_signal(&sleepers[0].task, INTERRUPTS);
	task_expect(&sleepers[0].task, -1, EINTR);
	assert_int_equal(barrier_awake(fd, 1, NULL), 0);
}

static void a_restarted_sleep_has_the_same_deadline(void **state)
{
	uint64_t deadline = now_ns() + 300 * MS;

	(void)state;
	signals_install();
	start_sleeper(0, 0, deadline);
	while (now_ns() < deadline - 20 * MS) {
		task_signal(&sleepers[0].task, RESTARTS);
		usleep(1000);
	}
	task_expect(&sleepers[0].task, -1, ETIMEDOUT);
	assert_true(now_ns() >= deadline);
	assert_true(signals_handled > 0);
}

/* An awake comes when the thread is in the handler, and not asleep. */
static void on_awake_in_handler(int signal)
{
	(void)signal;
	barrier_awake(fd, 1, NULL);
}

static void no_awake_is_lost_while_a_signal_is_handled(void **state)
{
	struct sigaction action = { .sa_handler = on_awake_in_handler, .sa_flags = SA_RESTART };

	(void)state;
	assert_ok(sigaction(SIGALRM, &action, NULL));
	start_sleeper(0, 1, 0);
	task_await_asleep(&sleepers[0].task, SYS_ioctl);
	task_signal(&sleepers[0].task, SIGALRM);
	task_expect(&sleepers[0].task, 1, 0);
	assert_int_equal(sleepers[0].generation, 2);
}

static int sleep_in_another_time_namespace(void *unused)
{
	uint64_t before;
	int offsets, status;
	pid_t child;

	(void)unused;
	CHILD_CHECK(!unshare(CLONE_NEWTIME));
	offsets = open("/proc/self/timens_offsets", O_WRONLY);
	CHILD_CHECK(write(offsets, "monotonic 1000 0", 16) == 16);
	child = fork();
	CHILD_CHECK(child >= 0);
	if (child) {
		CHILD_CHECK(waitpid(child, &status, 0) == child);
		return WEXITSTATUS(status);
	}
	before = now_ns();
	CHILD_CHECK_FAILS(barrier_sleep(fd, NULL, now_ns() + 30 * MS, 0), ETIMEDOUT);
	CHILD_CHECK(now_ns() - before >= 30 * MS && now_ns() - before < 20 * SECOND);
	return 0;
}

static void a_deadline_is_of_the_sleepers_time_namespace(void **state)
{
	(void)state;
	if (access("/proc/self/timens_offsets", F_OK))
		skip();
	assert_int_equal(process_wait(process_start(sleep_in_another_time_namespace, NULL)), 0);
}

/* ---- waking */

static void awake_wakes_as_many_as_it_is_told_to(void **state)
{
	int i;

	(void)state;
	start_all();
	assert_int_equal(barrier_awake(fd, 2, NULL), 2);
	assert_int_equal(barrier_look(fd).sleepers, SLEEPERS - 2);
	/* They came first. */
	expect_woken(&sleepers[0], 2);
	expect_woken(&sleepers[1], 2);
	assert_int_equal(barrier_awake(fd, SLEEPERS, NULL), SLEEPERS - 2);
	for (i = 2; i < SLEEPERS; i++)
		expect_woken(&sleepers[i], 3);
}

static void both_interfaces_wake_all(void **state)
{
	int i;

	(void)state;
	start_all();
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), SLEEPERS);
	for (i = 0; i < SLEEPERS; i++)
		expect_woken(&sleepers[i], 2);
	start_all();
	assert_int_equal(barrier_awake(fd, UINT_MAX, NULL), SLEEPERS);
	for (i = 0; i < SLEEPERS; i++)
		expect_woken(&sleepers[i], 3);
}

static long sleep_as_of_old(void *unused)
{
	(void)unused;
	return ioctl(fd, IOCTL_SLEEP);
}

static void who_sleeps_by_the_first_interface_is_woken_too(void **state)
{
	static struct task old;

	(void)state;
	task_start(&old, sleep_as_of_old, NULL);
	barrier_await_sleepers(fd, 1);
	start_sleeper(1, 0, 0);
	assert_int_equal(barrier_awake(fd, 1, NULL), 1);
	task_expect(&old, 0, 0);
	assert_int_equal(barrier_awake(fd, 1, NULL), 1);
	expect_woken(&sleepers[1], 3);
}

static void who_left_is_not_counted(void **state)
{
	(void)state;
	signals_install();
	start_sleeper(0, 0, 0);
	start_sleeper(1, 0, 0);
	task_await_asleep(&sleepers[0].task, SYS_ioctl);
	task_signal(&sleepers[0].task, INTERRUPTS);
	task_expect(&sleepers[0].task, -1, EINTR);
	assert_int_equal(barrier_awake(fd, 1, NULL), 1);
	expect_woken(&sleepers[1], 2);
}

/* ---- watching */

static void expect_news(int watch, uint64_t generation)
{
	uint64_t got;

	assert_int_equal(read(watch, &got, sizeof(got)), sizeof(got));
	assert_int_equal(got, generation);
}

static void a_watch_is_readable_when_there_is_another_generation(void **state)
{
	int watch = barrier_watch(fd, 0, O_NONBLOCK | O_CLOEXEC);
	uint64_t got;

	(void)state;
	assert_ok(watch);
	assert_int_equal(fcntl(watch, F_GETFD), FD_CLOEXEC);
	events_expect(watch, 0);
	assert_fails(read(watch, &got, sizeof(got)), EAGAIN);
	barrier_awake(fd, 1, NULL);
	barrier_awake(fd, 1, NULL);
	events_expect(watch, POLLIN);
	expect_news(watch, 3);
	events_expect(watch, 0);
	assert_fails(read(watch, &got, sizeof(got)), EAGAIN);
	ioctl(fd, IOCTL_AWAKE);
	expect_news(watch, 4);
	close(watch);
}

static void a_watch_begins_with_what_was_seen(void **state)
{
	int watch;

	(void)state;
	barrier_awake(fd, 1, NULL);
	watch = barrier_watch(fd, 1, 0);
	events_expect(watch, POLLIN);
	expect_news(watch, 2);
	close(watch);
	watch = barrier_watch(fd, 2, 0);
	events_expect(watch, 0);
	close(watch);
	assert_fails(barrier_watch(fd, 3, 0), EINVAL);
}

static void each_watch_sees_for_itself(void **state)
{
	int one = barrier_watch(fd, 0, 0), other = barrier_watch(fd, 0, 0);

	(void)state;
	barrier_awake(fd, 1, NULL);
	expect_news(one, 2);
	events_expect(one, 0);
	events_expect(other, POLLIN);
	expect_news(other, 2);
	close(one);
	close(other);
}

static long read_watch(void *argument)
{
	uint64_t got;
	const int *watch = argument;

	return read(*watch, &got, sizeof(got)) == sizeof(got) ? (long)got : -1;
}

static void a_read_waits_for_news(void **state)
{
	static struct task reader;
	static int watch;

	(void)state;
	signals_install();
	watch = barrier_watch(fd, 0, 0);
	task_start(&reader, read_watch, &watch);
	task_await_asleep(&reader, SYS_read);
	barrier_awake(fd, 1, NULL);
	task_expect(&reader, 2, 0);

	task_start(&reader, read_watch, &watch);
	task_await_asleep(&reader, SYS_read);
	task_signal(&reader, INTERRUPTS);
	task_expect(&reader, -1, EINTR);
	close(watch);
}

static void pollers_are_told(void **state)
{
	static struct poller poller;
	int watch = barrier_watch(fd, 0, 0);

	(void)state;
	poller_start(&poller, watch, POLLIN);
	barrier_awake(fd, 1, NULL);
	poller_expect(&poller, POLLIN);
	close(watch);
}

static void levels_stay_until_they_are_read(void **state)
{
	int watch = barrier_watch(fd, 0, 0), set = epoll_of(watch, EPOLLIN);

	(void)state;
	assert_int_equal(epoll_now(set), 0);
	barrier_awake(fd, 1, NULL);
	assert_int_equal(epoll_now(set), EPOLLIN);
	assert_int_equal(epoll_now(set), EPOLLIN);
	expect_news(watch, 2);
	assert_int_equal(epoll_now(set), 0);
	close(set);
	close(watch);
}

static void an_edge_comes_with_each_generation(void **state)
{
	int watch = barrier_watch(fd, 0, 0), set = epoll_of(watch, EPOLLIN | EPOLLET);

	(void)state;
	assert_int_equal(epoll_now(set), 0);
	barrier_awake(fd, 1, NULL);
	assert_int_equal(epoll_now(set), EPOLLIN);
	assert_int_equal(epoll_now(set), 0);
	/* Also if nobody has read since. */
	ioctl(fd, IOCTL_AWAKE);
	assert_int_equal(epoll_now(set), EPOLLIN);
	assert_int_equal(epoll_now(set), 0);
	expect_news(watch, 3);
	barrier_awake(fd, 1, NULL);
	assert_int_equal(epoll_now(set), EPOLLIN);
	close(set);
	close(watch);
}

static void a_ring_waits_without_a_thread(void **state)
{
	int watch = barrier_watch(fd, 0, 0);
	struct io_uring ring;
	uint64_t got;

	(void)state;
	uring_open(&ring);
	uring_read(&ring, watch, &got, sizeof(got), 1);
	uring_expect_none(&ring);
	uring_expect_no_worker();
	barrier_awake(fd, 1, NULL);
	uring_expect(&ring, 1, sizeof(got));
	assert_int_equal(got, 2);
	io_uring_queue_exit(&ring);
	close(watch);
}

static void a_bad_buffer_loses_no_news(void **state)
{
	int watch = barrier_watch(fd, 0, 0);
	uint64_t got;

	(void)state;
	barrier_awake(fd, 1, NULL);
	assert_fails(read(watch, memory_bad(), sizeof(got)), EFAULT);
	assert_fails(read(watch, &got, sizeof(got) - 1), EINVAL);
	events_expect(watch, POLLIN);
	expect_news(watch, 2);
	close(watch);
}

static void a_watch_does_nothing_else(void **state)
{
	int watch = barrier_watch(fd, 0, 0);

	(void)state;
	assert_fails(write(watch, "12345678", 8), EBADF);
	assert_fails(lseek(watch, 0, SEEK_SET), ESPIPE);
	assert_fails(ioctl(watch, SYNCHMESS_BARRIER, &(struct synchmess_barrier){ }), ENOTTY);
	close(watch);
}

/* ---- the end */

static void removal_wakes_all(void **state)
{
	static struct poller poller;
	struct synchmess_barrier barrier;
	int watch = barrier_watch(fd, 0, 0), i;
	uint64_t got;

	(void)state;
	start_all();
	poller_start(&poller, watch, POLLIN);
	assert_ok(named_remove(batch_stat(fd).descriptor, NULL));
	for (i = 0; i < SLEEPERS; i++)
		task_expect(&sleepers[i].task, -1, ENODEV);
	poller_expect(&poller, POLLHUP | POLLERR);
	assert_fails(read(watch, &got, sizeof(got)), ENODEV);
	assert_fails(barrier_sleep(fd, NULL, 1, 0), ENODEV);
	assert_fails(barrier_awake(fd, 1, NULL), ENODEV);
	assert_fails(barrier_watch(fd, 0, 0), ENODEV);
	assert_fails(ioctl(fd, SYNCHMESS_BARRIER, &barrier), ENODEV);
	close(watch);
}

static void a_watch_does_not_keep_a_transient_group(void **state)
{
	int other = batch_group(NULL), watch = barrier_watch(other, 0, 0);
	uint64_t got;

	(void)state;
	close(other);
	events_expect(watch, POLLHUP | POLLERR);
	assert_fails(read(watch, &got, sizeof(got)), ENODEV);
	close(watch);
}

/* ---- what is refused */

static void looking_needs_less_than_acting(void **state)
{
	struct synchmess_barrier barrier;
	int reading = batch_open(fd, O_RDONLY), writing = batch_open(fd, O_WRONLY), watch;

	(void)state;
	assert_fails(barrier_sleep(reading, NULL, 1, 0), EBADF);
	assert_fails(barrier_sleep(writing, NULL, 1, 0), EBADF);
	assert_fails(barrier_awake(reading, 1, NULL), EBADF);
	assert_fails(barrier_awake(writing, 1, NULL), EBADF);
	assert_fails(barrier_watch(writing, 0, 0), EBADF);
	watch = barrier_watch(reading, 0, 0);
	assert_ok(watch);
	close(watch);
	assert_ok(ioctl(reading, SYNCHMESS_BARRIER, &barrier));
	assert_ok(ioctl(writing, SYNCHMESS_BARRIER, &barrier));
	assert_int_equal(barrier.generation, 1);
	close(reading);
	close(writing);
}

static void what_is_not_known_is_refused(void **state)
{
	struct synchmess_sleep sleep = { .deadline = 1 };
	struct synchmess_awake awake = { };
	struct synchmess_watch watch = { .open_flags = O_APPEND };
	int mailbox = open(SYNCHMESS_MAILBOX_PATH, O_RDWR);

	(void)state;
	sleep.flags = SYNCHMESS_PEEK;
	assert_fails(ioctl(fd, SYNCHMESS_SLEEP, &sleep), EINVAL);
	sleep = (struct synchmess_sleep){ .deadline = 1, .reserved = 1 };
	assert_fails(ioctl(fd, SYNCHMESS_SLEEP, &sleep), EINVAL);
	assert_fails(ioctl(fd, SYNCHMESS_AWAKE, &awake), EINVAL);
	awake = (struct synchmess_awake){ .count = 1, .flags = 1 };
	assert_fails(ioctl(fd, SYNCHMESS_AWAKE, &awake), EINVAL);
	assert_fails(ioctl(fd, SYNCHMESS_WATCH, &watch), EINVAL);
	watch = (struct synchmess_watch){ .reserved = 1 };
	assert_fails(ioctl(fd, SYNCHMESS_WATCH, &watch), EINVAL);
	assert_fails(barrier_awake(mailbox, 1, NULL), ENOTTY);
	assert_int_equal(barrier_look(fd).generation, 1);
	close(mailbox);
}

static void what_cannot_be_answered_is_not_done(void **state)
{
	struct synchmess_awake *awake = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct synchmess_meet *meet = (struct synchmess_meet *)(awake + 1);

	(void)state;
	assert_true(awake != MAP_FAILED);
	awake->count = 1;
	meet->parties = 1;
	assert_ok(mprotect(awake, 4096, PROT_READ));
	assert_fails(ioctl(fd, SYNCHMESS_AWAKE, awake), EFAULT);
	assert_fails(ioctl(fd, SYNCHMESS_MEET, meet), EFAULT);
	assert_int_equal(barrier_look(fd).generation, 1);
	assert_int_equal(barrier_look(fd).meeting, 1);
	munmap(awake, 4096);
}

static struct synchmess_sleep *vanishing;

static long sleep_on_vanishing(void *unused)
{
	(void)unused;
	return ioctl(fd, SYNCHMESS_SLEEP, vanishing);
}

/* What was done is told, though the rest of the answer cannot be written any more. */
static void who_takes_his_memory_away_is_woken_all_the_same(void **state)
{
	static struct task sleeper;

	(void)state;
	vanishing = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(vanishing != MAP_FAILED);
	task_start(&sleeper, sleep_on_vanishing, NULL);
	barrier_await_sleepers(fd, 1);
	assert_ok(mprotect(vanishing, 4096, PROT_READ));
	assert_int_equal(barrier_awake(fd, 1, NULL), 1);
	task_expect(&sleeper, 0, 0);
	assert_int_equal(vanishing->generation, 0);
	munmap(vanishing, 4096);
}

static void the_module_says_that_it_can(void **state)
{
	struct synchmess_query query;

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_QUERY, &query));
	assert_true(query.features & SYNCHMESS_FEATURE_BARRIER);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_GROUP(generations_count_from_one),
	TEST_WITH_GROUP(a_sleeper_learns_the_generation),
	TEST_WITH_GROUP(he_sleeps_while_it_is_the_generation_he_saw),
	TEST_WITH_GROUP(he_does_not_sleep_at_another),
	TEST_WITH_GROUP(nobody_sleeps_without_leave),
	TEST_WITH_GROUP(a_deadline_ends_the_sleep),
	TEST_WITH_GROUP(who_is_woken_in_time_does_not_time_out),
	TEST_WITH_GROUP(a_signal_ends_the_sleep),
	TEST_WITH_GROUP(a_restarted_sleep_has_the_same_deadline),
	TEST_WITH_GROUP(no_awake_is_lost_while_a_signal_is_handled),
	TEST_WITH_GROUP(a_deadline_is_of_the_sleepers_time_namespace),
	TEST_WITH_GROUP(awake_wakes_as_many_as_it_is_told_to),
	TEST_WITH_GROUP(both_interfaces_wake_all),
	TEST_WITH_GROUP(who_sleeps_by_the_first_interface_is_woken_too),
	TEST_WITH_GROUP(who_left_is_not_counted),
	TEST_WITH_GROUP(a_watch_is_readable_when_there_is_another_generation),
	TEST_WITH_GROUP(a_watch_begins_with_what_was_seen),
	TEST_WITH_GROUP(each_watch_sees_for_itself),
	TEST_WITH_GROUP(a_read_waits_for_news),
	TEST_WITH_GROUP(pollers_are_told),
	TEST_WITH_GROUP(levels_stay_until_they_are_read),
	TEST_WITH_GROUP(an_edge_comes_with_each_generation),
	TEST_WITH_GROUP(a_ring_waits_without_a_thread),
	TEST_WITH_GROUP(a_bad_buffer_loses_no_news),
	TEST_WITH_GROUP(a_watch_does_nothing_else),
	TEST_WITH_GROUP(removal_wakes_all),
	TEST_WITH_GROUP(a_watch_does_not_keep_a_transient_group),
	TEST_WITH_GROUP(looking_needs_less_than_acting),
	TEST_WITH_GROUP(what_is_not_known_is_refused),
	TEST_WITH_GROUP(what_cannot_be_answered_is_not_done),
	TEST_WITH_GROUP(who_takes_his_memory_away_is_woken_all_the_same),
	TEST_WITH_GROUP(the_module_says_that_it_can),
};

int main(void)
{
	return RUN_SUITE("second: barrier", tests);
}
