// SPDX-License-Identifier: GPL-2.0
/* Waiting for groups: docs/interface-1.md, "Polling". */
#include "harness/clock.h"
#include "harness/events.h"
#include "harness/group.h"
#include "harness/parameters.h"
#include "harness/random.h"
#include "harness/sender.h"
#include "harness/signals.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/synchmess.h>

#define GROUP 613
#define HOUR_MS 3600000
#define WAITERS 5
#define STEPS 4000

static struct poller poller;
static struct sender sender;

/* Nothing in it; 100 bytes fit, and no message is larger. */
static int fresh(const char *full)
{
	group_fresh(GROUP);
	group_set(GROUP, "max_storage_size", "100");
	group_set(GROUP, "full_write", full);
	return group_open(GROUP, O_RDWR | O_NONBLOCK);
}

static void send_delayed(int fd, char letter, size_t size)
{
	group_set_delay(fd, HOUR_MS);
	letters_send(fd, letter, size);
	group_set_delay(fd, 0);
}

static void a_group_is_readable_when_it_has_a_message(void **state)
{
	static const char * const words[] = { "eof", "again", "block" };
	int fd = fresh("fail");
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		group_set(GROUP, "empty_read", words[i]);
		events_expect(fd, POLLOUT);
		letters_send(fd, 'a', 10);
		letters_send(fd, 'b', 10);
		events_expect(fd, POLLIN);
		letters_expect(fd, 'a', 10);
		events_expect(fd, POLLIN);
		letters_expect(fd, 'b', 10);
		events_expect(fd, POLLOUT);
	}
	close(fd);
}

static void a_delayed_message_is_not_readable(void **state)
{
	int fd = fresh("fail");

	(void)state;
	send_delayed(fd, 'd', 10);
	events_expect(fd, 0);
	assert_ok(fsync(fd));
	events_expect(fd, POLLIN);
	close(fd);
}

static void a_group_is_writable_when_the_largest_message_fits(void **state)
{
	int fd = fresh("block");

	(void)state;
	group_set(GROUP, "max_message_size", "40");
	letters_send(fd, 'a', 40);
	events_expect(fd, POLLIN | POLLOUT);
	letters_send(fd, 'b', 20);
	events_expect(fd, POLLIN | POLLOUT);
	letters_send(fd, 'c', 1);
	events_expect(fd, POLLIN);
	group_set(GROUP, "max_message_size", "39");
	events_expect(fd, POLLIN | POLLOUT);
	group_set(GROUP, "max_storage_size", "99");
	events_expect(fd, POLLIN);
	close(fd);
}

static void who_drops_the_oldest_can_write_to_a_full_group(void **state)
{
	int fd = fresh("drop-oldest");

	(void)state;
	letters_send(fd, 'a', 100);
	events_expect(fd, POLLIN | POLLOUT);
	letters_send(fd, 'b', 50);
	send_delayed(fd, 'd', 50);
	/* What is delayed cannot be dropped. */
	events_expect(fd, POLLIN);
	assert_ok(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES));
	events_expect(fd, POLLIN | POLLOUT);
	close(fd);
}

static void nobody_is_told_to_pass_the_line(void **state)
{
	int fd = fresh("block"), blocks = group_open(GROUP, O_WRONLY);

	(void)state;
	signals_install();
	letters_send(fd, 'a', 50);
	sender_start_waiting(&sender, blocks, 'L', 60);
	group_set(GROUP, "max_message_size", "10");
	events_expect(fd, POLLIN);
	assert_fails(letters_try_send(fd, 'x', 10), EAGAIN);
	poller_start(&poller, fd, POLLOUT);
	task_signal(&sender.task, INTERRUPTS);
	sender_expect_error(&sender, EINTR);
	poller_expect(&poller, POLLOUT);
	close(blocks);
	close(fd);
}

static void only_directions_that_are_open_are_told(void **state)
{
	int fd = fresh("fail"), reads = group_open(GROUP, O_RDONLY);
	int writes = group_open(GROUP, O_WRONLY);

	(void)state;
	group_set(GROUP, "max_message_size", "10");
	letters_send(fd, 'a', 10);
	events_expect(fd, POLLIN | POLLOUT);
	events_expect(reads, POLLIN);
	events_expect(writes, POLLOUT);
	group_remove(GROUP);
	events_expect(reads, POLLHUP | POLLERR);
	events_expect(writes, POLLHUP | POLLERR);
	close(reads);
	close(writes);
	close(fd);
}

/* ---- whatever makes it true wakes */

static void what_can_be_read_wakes(void **state)
{
	int fd = fresh("fail");

	(void)state;
	poller_start(&poller, fd, POLLIN);
	letters_send(fd, 'a', 1);
	poller_expect(&poller, POLLIN);
	letters_expect(fd, 'a', 1);

	poller_start(&poller, fd, POLLIN);
	send_delayed(fd, 'd', 1);
	poller_expect_asleep(&poller);
	assert_ok(fsync(fd));
	poller_expect(&poller, POLLIN);
	letters_expect(fd, 'd', 1);

	poller_start(&poller, fd, POLLIN);
	group_set_delay(fd, 50);
	letters_send(fd, 'd', 1);
	poller_expect(&poller, POLLIN);
	close(fd);
}

static void make_room_by_reading(int fd)
{
	letters_expect(fd, 'a', 50);
}

static void make_room_by_revoking(int fd)
{
	assert_ok(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES));
}

static void make_room_by_storage(int fd)
{
	(void)fd;
	group_set(GROUP, "max_storage_size", "200");
}

static void make_room_by_size(int fd)
{
	(void)fd;
	group_set(GROUP, "max_message_size", "1");
}

static void make_room_by_default(int fd)
{
	(void)fd;
	group_set(GROUP, "max_storage_size", "0");
}

static void make_room_by_dropping(int fd)
{
	(void)fd;
	group_set(GROUP, "max_message_size", "50");
	group_set(GROUP, "full_write", "drop-oldest");
}

static void room_wakes(void **state)
{
	static void (* const ways[])(int fd) = {
		make_room_by_reading, make_room_by_revoking, make_room_by_storage,
		make_room_by_size, make_room_by_default, make_room_by_dropping,
	};
	static const char * const rules[] = { "fail", "block" };
	size_t i, rule;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		for (rule = 0; rule < 2; rule++) {
			fd = fresh(rules[rule]);
			group_set(GROUP, "max_message_size", "50");
			letters_send(fd, 'a', 50);
			send_delayed(fd, 'd', 49);
			poller_start(&poller, fd, POLLOUT);
			ways[i](fd);
			poller_expect(&poller, POLLOUT);
			close(fd);
		}
	}
}

/* Under this rule it is the end of the delay that makes room: now it can be dropped. */
static void what_can_be_dropped_wakes(void **state)
{
	int fd = fresh("drop-oldest");

	(void)state;
	send_delayed(fd, 'd', 100);
	poller_start(&poller, fd, POLLOUT);
	assert_ok(fsync(fd));
	poller_expect(&poller, POLLOUT);
	letters_send(fd, 'x', 100);
	close(fd);
}

static void removal_wakes(void **state)
{
	int fd = fresh("fail");

	(void)state;
	poller_start(&poller, fd, POLLIN);
	group_remove(GROUP);
	poller_expect(&poller, POLLHUP | POLLERR);
	events_expect(fd, POLLHUP | POLLERR);
	close(fd);
}

static long select_all(void *argument)
{
	int fd = *(int *)argument;
	fd_set reads, writes;

	FD_ZERO(&reads);
	FD_ZERO(&writes);
	FD_SET(fd, &reads);
	FD_SET(fd, &writes);
	return select(fd + 1, &reads, &writes, NULL, NULL);
}

static void select_sees_removal(void **state)
{
	static struct task task;
	static int fd;

	(void)state;
	fd = fresh("fail");
	letters_send(fd, 'a', 100);
	letters_expect(fd, 'a', 100);
	send_delayed(fd, 'd', 100);
	task_start(&task, select_all, &fd);
	task_await_asleep(&task, SYS_pselect6);
	group_remove(GROUP);
	/* A read and a write would not wait: both sets. */
	task_expect(&task, 2, 0);
	close(fd);
}

static void epoll_tells_each_change_once_at_its_edge(void **state)
{
	int fd = fresh("fail"), set = epoll_of(fd, EPOLLIN | EPOLLOUT | EPOLLET);

	(void)state;
	assert_int_equal(epoll_now(set), EPOLLOUT);
	assert_int_equal(epoll_now(set), 0);
	letters_send(fd, 'a', 60);
	assert_int_equal(epoll_now(set), EPOLLIN);
	assert_int_equal(epoll_now(set), 0);
	assert_fails(letters_try_send(fd, 'b', 60), ENOSPC);
	assert_int_equal(epoll_now(set), 0);
	letters_expect(fd, 'a', 60);
	assert_int_equal(epoll_now(set), EPOLLOUT);
	assert_int_equal(epoll_now(set), 0);
	close(set);
	close(fd);
}

/* Who writes until he is refused, and only then asks for the edge. */
static void who_was_refused_is_told_of_room(void **state)
{
	static const char * const rules[] = { "fail", "block", "drop-oldest" };
	int fd, set;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		fd = fresh(rules[i]);
		set = epoll_of(fd, EPOLLOUT | EPOLLET);
		assert_int_equal(epoll_now(set), EPOLLOUT);
		send_delayed(fd, 'd', 100);
		assert_int_equal(letters_try_send(fd, 'x', 1), -1);
		assert_int_equal(epoll_now(set), 0);
		assert_ok(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES));
		assert_int_equal(epoll_now(set), EPOLLOUT);
		close(set);
		close(fd);
	}
}

/* ---- one message, one waiter */

static struct {
	struct task task;
	int set, fd;
} waiters[WAITERS];

static long wait_in_set(void *argument)
{
	int *set = argument;
	struct epoll_event event;

	return epoll_wait(*set, &event, 1, -1);
}

static long read_one(void *argument)
{
	int *fd = argument;
	char got[16];

	return read(*fd, got, sizeof(got));
}

static long naps(int waiter)
{
	char path[64], line[128];
	long count = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/status", (int)waiters[waiter].task.tid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "voluntary_ctxt_switches: %ld", &count);
	if (file)
		fclose(file);
	return count;
}

/* How many sleep, and have been asleep all the time. */
static int undisturbed(long number, const long *before)
{
	int i, count = 0;

	for (i = 0; i < WAITERS; i++)
		count += thread_is_asleep(waiters[i].task.tid, number) && naps(i) == before[i];
	return count;
}

static void expect_one_woken(long number, const long *before)
{
	uint64_t deadline = clock_ms() + PATIENCE_S * 1000;

	while (undisturbed(number, before) == WAITERS && clock_ms() < deadline)
		usleep(200);
	assert_int_equal(undisturbed(number, before), WAITERS - 1);
}

static void start_waiters(task_call call, bool in_set, long number, long *before)
{
	int i;

	for (i = 0; i < WAITERS; i++) {
		task_start(&waiters[i].task, call, in_set ? &waiters[i].set : &waiters[i].fd);
		task_await_asleep(&waiters[i].task, number);
		before[i] = naps(i);
	}
}

static void one_message_wakes_one_of_the_exclusive_pollers(void **state)
{
	int fd = fresh("fail"), i;
	long before[WAITERS];

	(void)state;
	for (i = 0; i < WAITERS; i++)
		waiters[i].set = epoll_of(fd, EPOLLIN | EPOLLEXCLUSIVE);
	start_waiters(wait_in_set, true, SYS_epoll_wait, before);
	letters_send(fd, 'a', 1);
	expect_one_woken(SYS_epoll_wait, before);
	group_remove(GROUP);
	for (i = 0; i < WAITERS; i++) {
		task_expect(&waiters[i].task, 1, 0);
		close(waiters[i].set);
	}
	close(fd);
}

static void one_message_wakes_one_of_the_readers(void **state)
{
	int fd = fresh("fail"), i;
	long before[WAITERS];

	(void)state;
	group_set(GROUP, "empty_read", "block");
	for (i = 0; i < WAITERS; i++)
		waiters[i].fd = group_open(GROUP, O_RDONLY);
	start_waiters(read_one, false, SYS_read, before);
	letters_send(fd, 'a', 1);
	expect_one_woken(SYS_read, before);
	for (i = 1; i < WAITERS; i++)
		letters_send(fd, 'a', 1);
	for (i = 0; i < WAITERS; i++) {
		task_expect(&waiters[i].task, 1, 0);
		close(waiters[i].fd);
	}
	close(fd);
}

/* ---- SIGIO */

static void sigio_tells_of_messages_room_and_removal(void **state)
{
	int fd = fresh("fail"), other = group_open(GROUP, O_RDWR);

	(void)state;
	sigio_ask(fd);
	letters_send(other, 'a', 100);
	sigio_expect(fd, POLL_IN);
	letters_expect(other, 'a', 100);
	/* Nobody had asked for room. */
	sigio_expect_none();
	letters_send(other, 'b', 100);
	sigio_expect(fd, POLL_IN);
	assert_fails(letters_try_send(fd, 'x', 1), ENOSPC);
	letters_expect(other, 'b', 100);
	sigio_expect(fd, POLL_OUT);
	sigio_expect_none();
	group_remove(GROUP);
	sigio_expect(fd, POLL_HUP);
	close(other);
	close(fd);
}

static void who_asks_no_more_is_told_no_more(void **state)
{
	int fd = fresh("fail"), other = group_open(GROUP, O_RDWR);

	(void)state;
	sigio_ask(fd);
	assert_ok(fcntl(fd, F_SETFL, O_NONBLOCK));
	letters_send(other, 'a', 1);
	sigio_expect_none();
	sigio_ask(fd);
	close(fd);
	letters_send(other, 'a', 1);
	sigio_expect_none();
	close(other);
}

/* Without F_SETSIG it is SIGIO itself. */
static void sigio_is_the_signal_unless_another_is_set(void **state)
{
	const struct timespec patience = { .tv_sec = 10 };
	int fd = fresh("fail");
	sigset_t signals;

	(void)state;
	sigemptyset(&signals);
	sigaddset(&signals, SIGIO);
	assert_ok(sigprocmask(SIG_BLOCK, &signals, NULL));
	assert_ok(fcntl(fd, F_SETOWN, getpid()));
	assert_ok(fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC));
	letters_send(fd, 'a', 1);
	assert_int_equal(sigtimedwait(&signals, NULL, &patience), SIGIO);
	close(fd);
}

/* ---- RWF_NOWAIT */

static ssize_t read_nowait(int fd, char *got, size_t size)
{
	struct iovec part = { got, size };

	return preadv2(fd, &part, 1, -1, RWF_NOWAIT);
}

static ssize_t write_nowait(int fd, const char *text)
{
	struct iovec part = { (char *)text, strlen(text) };

	return pwritev2(fd, &part, 1, -1, RWF_NOWAIT);
}

static void nowait_fails_when_it_would_wait(void **state)
{
	int fd, i;
	char got[16];

	(void)state;
	fresh("block");
	fd = group_open(GROUP, O_RDWR);
	group_set(GROUP, "max_storage_size", "4");
	group_set(GROUP, "empty_read", "block");
	for (i = 0; i < 100; i++) {
		assert_fails(read_nowait(fd, got, sizeof(got)), EAGAIN);
		assert_int_equal(write_nowait(fd, "ab"), 2);
		assert_int_equal(write_nowait(fd, "cd"), 2);
		assert_fails(write_nowait(fd, "x"), EAGAIN);
		assert_int_equal(read_nowait(fd, got, sizeof(got)), 2);
		assert_memory_equal(got, "ab", 2);
		assert_int_equal(write_nowait(fd, "x"), 1);
		group_expect(fd, "cd");
		group_expect(fd, "x");
	}
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(fd);
}

static void nowait_changes_no_other_answer(void **state)
{
	int fd = fresh("fail");
	char got[16];

	(void)state;
	assert_int_equal(read_nowait(fd, got, sizeof(got)), 0);
	group_set(GROUP, "empty_read", "again");
	assert_fails(read_nowait(fd, got, sizeof(got)), EAGAIN);
	letters_send(fd, 'a', 100);
	assert_fails(write_nowait(fd, "x"), ENOSPC);
	group_set(GROUP, "full_write", "drop-oldest");
	assert_int_equal(write_nowait(fd, "x"), 1);
	group_expect(fd, "x");
	group_remove(GROUP);
	assert_fails(write_nowait(fd, "x"), ENODEV);
	assert_fails(read_nowait(fd, got, sizeof(got)), ENODEV);
	close(fd);
}

/* ---- poll against the truth */

static size_t largest(void)
{
	size_t message = group_get(GROUP, "max_message_size");
	size_t storage = group_get(GROUP, "max_storage_size");

	return message < storage ? message : storage;
}

static void set_number(const char *attribute, unsigned long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", value);
	group_set(GROUP, attribute, text);
}

static void change_something(int fd, uint64_t *seed)
{
	static const char * const full[] = { "fail", "block", "drop-oldest" };
	static const char * const empty[] = { "eof", "again", "block" };

	switch (random_below(seed, 10)) {
	case 0:
		group_set(GROUP, "full_write", full[random_below(seed, 3)]);
		break;
	case 1:
		group_set(GROUP, "empty_read", empty[random_below(seed, 3)]);
		break;
	case 2:
		set_number("max_storage_size", 1 + random_below(seed, 60));
		break;
	case 3:
		set_number("max_message_size", 1 + random_below(seed, 40));
		break;
	case 4:
		assert_ok(fsync(fd));
		break;
	case 5:
		assert_ok(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES));
		break;
	case 6:
		group_set_delay(fd, HOUR_MS);
		letters_try_send(fd, 'd', 1 + random_below(seed, 20));
		group_set_delay(fd, 0);
		break;
	default:
		letters_try_send(fd, 'a', 1 + random_below(seed, 20));
	}
}

/* What a call that never waits does now is what poll has said. */
static void compare(int fd, uint64_t *seed)
{
	int events = events_now(fd);
	char got[64];

	switch (random_below(seed, 3)) {
	case 0:
		assert_int_equal(read(fd, got, sizeof(got)) > 0, !!(events & POLLIN));
		break;
	case 1:
		assert_int_equal(letters_try_send(fd, 'w', largest()) > 0, !!(events & POLLOUT));
		break;
	}
}

static void poll_tells_the_truth(void **state)
{
	uint64_t seed = random_seed();
	int fd = fresh("block"), i;

	(void)state;
	for (i = 0; i < STEPS; i++) {
		change_something(fd, &seed);
		compare(fd, &seed);
	}
	group_expect_balance(GROUP);
	close(fd);
}

/* Between two looks nothing gets lost at the edges either: a set that tells both. */
static void no_edge_is_missed(void **state)
{
	uint64_t seed = random_seed();
	int fd = fresh("block"), set = epoll_of(fd, EPOLLIN | EPOLLOUT | EPOLLET), i;
	int before = 0, now, told;

	(void)state;
	for (i = 0; i < STEPS; i++) {
		change_something(fd, &seed);
		now = events_now(fd);
		told = epoll_now(set);
		if (now & ~before & ~told)
			fail_msg("step %d: %#x became %#x, told was %#x", i, before, now, told);
		before = now;
		if (random_below(&seed, 4) == 0) {
			char got[64];

			if (read(fd, got, sizeof(got)) < 0)
				assert_int_equal(errno, EAGAIN);
		}
		before &= events_now(fd);
	}
	close(set);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	TEST(a_group_is_readable_when_it_has_a_message),
	TEST(a_delayed_message_is_not_readable),
	TEST(a_group_is_writable_when_the_largest_message_fits),
	TEST(who_drops_the_oldest_can_write_to_a_full_group),
	TEST(nobody_is_told_to_pass_the_line),
	TEST(only_directions_that_are_open_are_told),
	TEST(what_can_be_read_wakes),
	TEST(room_wakes),
	TEST(what_can_be_dropped_wakes),
	TEST(removal_wakes),
	TEST(select_sees_removal),
	TEST(epoll_tells_each_change_once_at_its_edge),
	TEST(who_was_refused_is_told_of_room),
	TEST(one_message_wakes_one_of_the_exclusive_pollers),
	TEST(one_message_wakes_one_of_the_readers),
	TEST(sigio_tells_of_messages_room_and_removal),
	TEST(who_asks_no_more_is_told_no_more),
	TEST(sigio_is_the_signal_unless_another_is_set),
	TEST(nowait_fails_when_it_would_wait),
	TEST(nowait_changes_no_other_answer),
	TEST(poll_tells_the_truth),
	TEST(no_edge_is_missed),
};

int main(void)
{
	return cmocka_run_group_tests_name("groups: polling", tests, parameters_remember,
					   parameters_restore);
}
