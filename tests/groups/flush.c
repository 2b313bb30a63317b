// SPDX-License-Identifier: GPL-2.0
/* What fsync publishes and what is revoked: docs/interface-1.md, "Delay". */
#include "harness/fdinfo.h"
#include "harness/group.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define GROUP 211

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Around one, two and three of the portions of 64 in which the module publishes. */
static const int counts[] = { 0, 1, 2, 63, 64, 65, 127, 128, 129, 192, 1000 };

#define MOST 1000

static int fresh(void)
{
	group_fresh(GROUP);
	return group_open(GROUP, O_RDWR);
}

static void shuffle(int *numbers, int count)
{
	static uint64_t state;

	if (!state)
		state = random_seed();
	while (count > 1) {
		int other = random_below(&state, count--), last = numbers[count];

		numbers[count] = numbers[other];
		numbers[other] = last;
	}
}

/* Numbers from 0 on, due in their order, sent in any. */
static void send_shuffled(int fd, int count)
{
	int numbers[MOST], i;

	for (i = 0; i < count; i++)
		numbers[i] = i;
	shuffle(numbers, count);
	for (i = 0; i < count; i++) {
		group_set_delay(fd, NEVER + numbers[i] * 100000);
		group_send_numbers(fd, numbers[i], numbers[i] + 1);
	}
}

static void publication_goes_by_due_time(int (*flush)(int), int count)
{
	int fd = fresh();
	long stored;

	send_shuffled(fd, count);
	stored = group_get(GROUP, "statistics/stored");
	group_expect_books(GROUP, 0, count, 0, stored);
	assert_int_equal(flush(fd), 0);
	group_expect_books(GROUP, count, 0, 0, stored);
	group_expect_numbers(fd, 0, count);
	group_expect_empty(fd);
	close(fd);
}

static void fsync_publishes_all_by_due_time(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(counts); i++)
		publication_goes_by_due_time(fsync, counts[i]);
}

static void fdatasync_publishes_all_by_due_time(void **state)
{
	(void)state;
	publication_goes_by_due_time(fdatasync, MOST);
}

/* Nearly equal due times keep the order of sending. */
static void fsync_keeps_the_order_under_one_delay(void **state)
{
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < COUNT(counts); i++) {
		fd = fresh();
		group_set_delay(fd, NEVER);
		group_send_numbers(fd, 0, counts[i]);
		assert_ok(fsync(fd));
		assert_int_equal(group_get(GROUP, "statistics/queued"), counts[i]);
		group_expect_numbers(fd, 0, counts[i]);
		group_expect_empty(fd);
		close(fd);
	}
}

static void fsync_goes_behind_what_is_ready(void **state)
{
	int fd = fresh();

	(void)state;
	group_send(fd, "ready");
	group_send_after(fd, NEVER, "delayed");
	assert_ok(fsync(fd));
	group_expect(fd, "ready");
	group_expect(fd, "delayed");
	close(fd);
}

static void after_fsync_messages_are_delayed_again(void **state)
{
	int fd = fresh();

	(void)state;
	group_send_after(fd, NEVER, "flushed");
	assert_ok(fsync(fd));
	group_send(fd, "delayed");
	assert_int_equal(group_get(GROUP, "send_delay"), NEVER);
	group_expect_books(GROUP, 1, 1, 0, 7 + 7);
	group_set_delay(fd, 50);
	group_send(fd, "soon");
	group_await(GROUP, "statistics/queued", 2);
	group_expect(fd, "flushed");
	group_expect(fd, "soon");
	group_expect_empty(fd);
	close(fd);
}

static void fsync_of_nothing_succeeds(void **state)
{
	int fd = fresh();

	(void)state;
	assert_ok(fsync(fd));
	assert_ok(fdatasync(fd));
	group_send(fd, "x");
	assert_ok(fsync(fd));
	group_expect_books(GROUP, 1, 0, 0, 1);
	close(fd);
}

static void fsync_needs_a_descriptor_for_writing(void **state)
{
	int fd = fresh();
	int reader = group_open(GROUP, O_RDONLY), writer = group_open(GROUP, O_WRONLY);

	(void)state;
	group_send_after(fd, NEVER, "delayed");
	assert_fails(fsync(reader), EBADF);
	assert_fails(fdatasync(reader), EBADF);
	group_expect_books(GROUP, 0, 1, 0, 7);
	assert_ok(fsync(writer));
	group_expect_books(GROUP, 1, 0, 0, 7);
	close(fd);
	close(reader);
	close(writer);
}

static void revoke_drops_what_is_delayed_only(void **state)
{
	int fd = fresh();

	(void)state;
	group_send(fd, "plain");
	group_send_after(fd, 20, "published");
	group_await(GROUP, "statistics/queued", 2);
	group_send_after(fd, NEVER, "delayed");
	group_send(fd, "delayed too");
	group_expect_books(GROUP, 2, 2, 0, 5 + 9 + 7 + 11);

	assert_int_equal(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), 0);
	group_expect_books(GROUP, 2, 0, 2, 5 + 9);
	assert_ok(fsync(fd));
	group_expect(fd, "plain");
	group_expect(fd, "published");
	group_expect_empty(fd);

	/* What is sent afterwards is not touched. */
	assert_int_equal(group_get(GROUP, "send_delay"), NEVER);
	group_send(fd, "again");
	assert_ok(fsync(fd));
	group_expect(fd, "again");
	group_expect_books(GROUP, 0, 0, 2, 0);
	close(fd);
}

static void revoke_of_nothing_succeeds(void **state)
{
	int fd = fresh();

	(void)state;
	assert_int_equal(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), 0);
	group_send(fd, "stays");
	assert_int_equal(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), 0);
	group_expect_books(GROUP, 1, 0, 0, 5);
	group_expect(fd, "stays");
	close(fd);
}

static void revoke_drops_any_number(void **state)
{
	long revoked = 0;
	int fd = fresh();
	size_t i;

	(void)state;
	group_send(fd, "ready");
	for (i = 0; i < COUNT(counts); i++) {
		send_shuffled(fd, counts[i]);
		group_set_delay(fd, 0);
		assert_int_equal(group_get(GROUP, "statistics/scheduled"), counts[i]);
		assert_int_equal(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), 0);
		revoked += counts[i];
		group_expect_books(GROUP, 1, 0, revoked, 5);
		assert_ok(fsync(fd));
		group_expect_books(GROUP, 1, 0, revoked, 5);
	}
	group_expect(fd, "ready");
	group_expect_empty(fd);
	close(fd);
}

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

/* What was sent until now with a delay of so many milliseconds is due. */
static void await_due(unsigned int delay)
{
	uint64_t due = clock_ns() + delay * 1000000ull;

	while (clock_ns() < due)
		;
}

/* The timer may be late; what counts is that the delay has run out. */
static void revoke_leaves_what_is_due_this_moment(void **state)
{
	int fd = fresh(), round;

	(void)state;
	group_set_delay(fd, 1);
	for (round = 0; round < 300; round++) {
		group_send(fd, "due");
		await_due(1);
		assert_int_equal(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), 0);
		group_expect(fd, "due");
	}
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(fd);
}

/* More than one portion of each kind, in turns. */
static void revoke_tells_due_from_delayed(void **state)
{
	int fd = fresh(), round, i;

	(void)state;
	for (round = 1; round <= 10; round++) {
		for (i = 0; i < 130; i++) {
			group_send_after(fd, NEVER, "delayed");
			group_set_delay(fd, 1);
			group_send_numbers(fd, i, i + 1);
		}
		await_due(1);
		assert_int_equal(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), 0);
		assert_int_equal(group_get(GROUP, "statistics/queued"), 130);
		group_expect_numbers(fd, 0, 130);
		group_expect_empty(fd);
		group_expect_books(GROUP, 0, 0, 130 * round, 0);
	}
	close(fd);
}

static void revoke_gives_the_storage_back(void **state)
{
	int fd = fresh(), round;

	(void)state;
	group_set(GROUP, "max_storage_size", "100");
	group_set_delay(fd, NEVER);
	for (round = 1; round <= 10; round++) {
		char text[101];

		memset(text, 'x', 100);
		text[100] = '\0';
		group_send(fd, text);
		assert_fails(write(fd, "y", 1), ENOSPC);
		assert_int_equal(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), 0);
		group_expect_books(GROUP, 0, 0, round, 0);
	}
	close(fd);
}

/* Threads may not use the harness, which fails tests. */
static long peek(int attribute_fd)
{
	char text[32] = "";

	if (pread(attribute_fd, text, sizeof(text) - 1, 0) < 1)
		return -1;
	return strtol(text, NULL, 10);
}

static int open_attribute(const char *attribute)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/class/synchmess/synchmess%u/%s", GROUP, attribute);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_ok(fd);
	return fd;
}

#define FLUSHERS 4
#define FLUSH_ROUNDS 15
#define FLUSHED 300	/* messages of each round */

static struct flush_test {
	pthread_barrier_t line;
	int fd;
	int scheduled_fd;
} flush_test;

/* When anybody's fsync returns, nothing that was sent before it is delayed. */
static long flush_and_look(void *unused)
{
	long late = 0;
	int round;

	(void)unused;
	for (round = 0; round < FLUSH_ROUNDS; round++) {
		pthread_barrier_wait(&flush_test.line);
		if (fsync(flush_test.fd) || peek(flush_test.scheduled_fd) != 0)
			late++;
		pthread_barrier_wait(&flush_test.line);
	}
	return late;
}

static void every_one_of_many_fsyncs_waits(void **state)
{
	static struct task tasks[FLUSHERS];
	int fd = fresh(), round, i;

	(void)state;
	flush_test.fd = fd;
	flush_test.scheduled_fd = open_attribute("statistics/scheduled");
	assert_int_equal(pthread_barrier_init(&flush_test.line, NULL, FLUSHERS + 1), 0);
	for (i = 0; i < FLUSHERS; i++)
		task_start(&tasks[i], flush_and_look, NULL);
	for (round = 0; round < FLUSH_ROUNDS; round++) {
		send_shuffled(fd, FLUSHED);
		pthread_barrier_wait(&flush_test.line);
		pthread_barrier_wait(&flush_test.line);
		group_expect_numbers(fd, 0, FLUSHED);
		group_expect_empty(fd);
	}
	for (i = 0; i < FLUSHERS; i++)
		task_expect(&tasks[i], 0, 0);
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(flush_test.scheduled_fd);
	close(fd);
}

static long flush_all(void *argument)
{
	const int *fd = argument;

	return fsync(*fd);
}

static long revoke_all(void *argument)
{
	const int *fd = argument;

	return ioctl(*fd, IOCTL_REVOKE_DELAYED_MESSAGES);
}

static void expect_end_of_all(int fd)
{
	struct fdinfo info;
	long sent;

	fdinfo_read(fd, &info);
	sent = fdinfo_number(&info, "sent");
	assert_int_equal(fdinfo_number(&info, "queued"), 0);
	assert_int_equal(fdinfo_number(&info, "scheduled"), 0);
	assert_int_equal(fdinfo_number(&info, "stored"), 0);
	assert_int_equal(fdinfo_number(&info, "dropped") + fdinfo_number(&info, "revoked"), sent);
	fdinfo_expect_balance(&info);
}

/* Who comes first wins; half of the rounds begin with so little that either may. */
static void meets_a_removal(task_call call)
{
	static struct task task;
	static int fd;
	int round;

	for (round = 0; round < 20; round++) {
		int count = round % 2 ? MOST : 65;

		fd = fresh();
		group_set_delay(fd, NEVER);
		group_send_numbers(fd, 0, count);
		task_start(&task, call, &fd);
		group_remove(GROUP);
		if (task_join(&task))
			assert_int_equal(task.error, ENODEV);
		assert_int_equal(fdinfo_now(fd, "sent"), count);
		expect_end_of_all(fd);
		assert_fails(fsync(fd), ENODEV);
		close(fd);
	}
}

static void a_flush_meets_a_removal(void **state)
{
	(void)state;
	meets_a_removal(flush_all);
}

static void a_revocation_meets_a_removal(void **state)
{
	(void)state;
	meets_a_removal(revoke_all);
}

static long send_until_removed(void *argument)
{
	const int *fd = argument;

	while (write(*fd, "x", 1) == 1)
		;
	return errno;
}

static long flush_until_removed(void *argument)
{
	while (!flush_all(argument))
		;
	return errno;
}

/*
 * Something is delayed at any moment, and so much is ready that dropping it takes
 * its time: a flush may come in the midst of the removal.
 */
static void flushes_go_on_during_a_removal(void **state)
{
	static struct task sender, flusher;
	static int fd;
	int round;

	(void)state;
	for (round = 0; round < 10; round++) {
		fd = fresh();
		group_set(GROUP, "max_storage_size", "100000000");
		group_set_delay(fd, NEVER);
		task_start(&sender, send_until_removed, &fd);
		task_start(&flusher, flush_until_removed, &fd);
		while (group_get(GROUP, "statistics/queued") < 5000)
			;
		group_remove(GROUP);
		task_expect(&sender, ENODEV, 0);
		task_expect(&flusher, ENODEV, 0);
		expect_end_of_all(fd);
		close(fd);
	}
}

/* So many are there, by due time; others may be missing in between. */
static void expect_ascending(int fd, long count)
{
	char text[16];
	long last = -1, number;
	ssize_t length;

	while (count--) {
		length = read(fd, text, sizeof(text) - 1);
		assert_in_range(length, 1, sizeof(text) - 1);
		text[length] = '\0';
		number = atol(text);
		assert_true(number > last);
		last = number;
	}
}

/* Each message is published or revoked, whichever call gets it: both go by portions. */
static void a_flush_meets_a_revocation(void **state)
{
	static struct task flusher, revoker;
	static int fd;
	int round;

	(void)state;
	for (round = 0; round < 20; round++) {
		long published;

		fd = fresh();
		send_shuffled(fd, 300);
		task_start(&flusher, flush_all, &fd);
		task_start(&revoker, revoke_all, &fd);
		task_expect(&flusher, 0, 0);
		task_expect(&revoker, 0, 0);
		published = group_get(GROUP, "statistics/queued");
		assert_int_equal(group_get(GROUP, "statistics/revoked"), 300 - published);
		expect_ascending(fd, published);
		group_expect_books(GROUP, 0, 0, 300 - published, 0);
		close(fd);
	}
}

static int flush_until_killed(void *argument)
{
	for (;;)
		CHILD_CHECK(!flush_all(argument));
}

/* Wherever it was. What it left undone the next one does. */
static void a_killed_flush_leaves_all_in_order(void **state)
{
	int round, fd;
	pid_t child;

	(void)state;
	for (round = 0; round < 8; round++) {
		fd = fresh();
		group_set_delay(fd, NEVER);
		group_send_numbers(fd, 0, 2000);
		child = process_start(flush_until_killed, &fd);
		while (round % 2 && !group_get(GROUP, "statistics/queued"))
			;
		process_kill(child);
		group_expect_balance(GROUP);
		assert_ok(fsync(fd));
		group_expect_numbers(fd, 0, 2000);
		group_expect_books(GROUP, 0, 0, 0, 0);
		close(fd);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(fsync_publishes_all_by_due_time),
	TEST(fdatasync_publishes_all_by_due_time),
	TEST(fsync_keeps_the_order_under_one_delay),
	TEST(fsync_goes_behind_what_is_ready),
	TEST(after_fsync_messages_are_delayed_again),
	TEST(fsync_of_nothing_succeeds),
	TEST(fsync_needs_a_descriptor_for_writing),
	TEST(revoke_drops_what_is_delayed_only),
	TEST(revoke_of_nothing_succeeds),
	TEST(revoke_drops_any_number),
	TEST(revoke_leaves_what_is_due_this_moment),
	TEST(revoke_tells_due_from_delayed),
	TEST(revoke_gives_the_storage_back),
	TEST(every_one_of_many_fsyncs_waits),
	TEST(a_flush_meets_a_removal),
	TEST(a_revocation_meets_a_removal),
	TEST(flushes_go_on_during_a_removal),
	TEST(a_flush_meets_a_revocation),
	TEST(a_killed_flush_leaves_all_in_order),
};

int main(void)
{
	return RUN_SUITE("groups: flush", tests);
}
