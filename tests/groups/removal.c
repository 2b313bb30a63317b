// SPDX-License-Identifier: GPL-2.0
/* Removing a group under its users: docs/interface-1.md, "Removal". */
#include "harness/clock.h"
#include "harness/fdinfo.h"
#include "harness/group.h"
#include "harness/parameters.h"
#include "harness/random.h"
#include "harness/suite.h"
#include "harness/sysfs.h"
#include "harness/task.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GROUP 701
#define OTHER_GROUP 702
#define THREADS 10

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct task tasks[THREADS];

static int fresh(void)
{
	group_fresh(GROUP);
	return group_open(GROUP, O_RDWR);
}

static int try_remove(const char *number)
{
	return sysfs_try_write("/sys/class/synchmess/synchmess/remove", number);
}

static long sleep_on(void *argument)
{
	int *fd = argument;

	return ioctl(*fd, IOCTL_SLEEP);
}

static long read_from(void *argument)
{
	int *fd = argument;
	char got[16];

	return read(*fd, got, sizeof(got));
}

static void expect_dead(int fd)
{
	unsigned int delay = 1;
	char got[16] = "_______________";

	assert_fails(read(fd, got, sizeof(got)), ENODEV);
	assert_string_equal(got, "_______________");
	assert_fails(write(fd, "x", 1), ENODEV);
	assert_fails(ioctl(fd, IOCTL_SLEEP), ENODEV);
	assert_fails(ioctl(fd, IOCTL_AWAKE), ENODEV);
	assert_fails(ioctl(fd, IOCTL_SET_SEND_DELAY, &delay), ENODEV);
	assert_fails(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), ENODEV);
	assert_fails(fsync(fd), ENODEV);
	assert_fails(fdatasync(fd), ENODEV);
}

static void expect_dropped(int fd, long dropped)
{
	struct fdinfo info;

	fdinfo_read(fd, &info);
	assert_int_equal(fdinfo_number(&info, "dropped"), dropped);
	assert_int_equal(fdinfo_number(&info, "queued"), 0);
	assert_int_equal(fdinfo_number(&info, "scheduled"), 0);
	assert_int_equal(fdinfo_number(&info, "stored"), 0);
	fdinfo_expect_balance(&info);
}

static void every_later_call_fails(void **state)
{
	int fd = fresh(), nonblock = group_open(GROUP, O_RDWR | O_NONBLOCK);

	(void)state;
	group_remove(GROUP);
	expect_dead(fd);
	expect_dead(nonblock);
	expect_dead(fd);	/* and it stays so */
	expect_dropped(fd, 0);
	close(fd);
	close(nonblock);
}

static void node_and_attributes_go(void **state)
{
	int fd = fresh();

	(void)state;
	assert_int_equal(access("/sys/class/synchmess/synchmess701/empty_read", F_OK), 0);
	group_remove(GROUP);
	assert_fails(access("/sys/class/synchmess/synchmess701", F_OK), ENOENT);
	assert_fails(access("/dev/synch/synchmess701", F_OK), ENOENT);
	assert_fails(open("/dev/synch/synchmess701", O_RDWR), ENOENT);
	close(fd);
}

static void what_is_not_there_cannot_be_removed(void **state)
{
	static const char * const wrong[] = { "701x", "seven", "\n", "-1", "1.5" };
	size_t i;

	(void)state;
	group_fresh(GROUP);
	group_fresh(OTHER_GROUP);
	assert_ok(try_remove("701\n"));
	assert_fails(try_remove("701"), ENOENT);
	assert_fails(try_remove("0"), ENOENT);
	assert_fails(try_remove("65536"), ENOENT);
	for (i = 0; i < COUNT(wrong); i++)
		assert_fails(try_remove(wrong[i]), EINVAL);
	assert_int_equal(access("/sys/class/synchmess/synchmess702", F_OK), 0);
}

static void ready_messages_are_dropped(void **state)
{
	int fd = fresh(), i;

	(void)state;
	group_send(fd, "delivered");
	group_expect(fd, "delivered");
	for (i = 0; i < 500; i++)
		group_send(fd, "ready");
	group_remove(GROUP);
	expect_dead(fd);
	expect_dropped(fd, 500);
	assert_int_equal(fdinfo_now(fd, "sent"), 501);
	assert_int_equal(fdinfo_now(fd, "delivered"), 1);
	close(fd);
}

static void delayed_messages_are_dropped(void **state)
{
	int fd = fresh(), i;

	(void)state;
	group_send(fd, "ready");
	group_set_delay(fd, NEVER);
	group_send(fd, "revoked");
	assert_int_equal(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), 0);
	for (i = 0; i < 500; i++)
		group_send(fd, "delayed");
	group_remove(GROUP);
	expect_dead(fd);
	expect_dropped(fd, 501);
	assert_int_equal(fdinfo_now(fd, "revoked"), 1);
	close(fd);
}

/* The timer is armed, and fires on a group that is dead or gone. */
static void a_delay_may_end_after_the_removal(void **state)
{
	uint64_t end;
	int round, fd, i;

	(void)state;
	for (round = 0; round < 30; round++) {
		fd = fresh();
		group_set_delay(fd, 1 + round % 5);
		for (i = 0; i < 20; i++)
			group_send(fd, "soon");
		group_remove(GROUP);
		end = clock_ms() + 7;
		if (round % 2)
			close(fd);
		while (clock_ms() < end)
			;
		if (round % 2)
			continue;
		expect_dropped(fd, 20);
		expect_dead(fd);
		close(fd);
	}
}

static void sleepers_are_woken(void **state)
{
	static int fd;
	int i;

	(void)state;
	fd = fresh();
	for (i = 0; i < THREADS; i++)
		task_start(&tasks[i], sleep_on, &fd);
	group_await(GROUP, "sleepers", THREADS);
	group_remove(GROUP);
	for (i = 0; i < THREADS; i++)
		task_expect(&tasks[i], -1, ENODEV);
	expect_dead(fd);
	close(fd);
}

/* Who was woken before the removal was counted as woken, and is. */
static void who_was_woken_before_does_not_fail(void **state)
{
	static int fd;
	int round, i;

	(void)state;
	for (round = 0; round < 10; round++) {
		fd = fresh();
		for (i = 0; i < THREADS; i++)
			task_start(&tasks[i], sleep_on, &fd);
		group_await(GROUP, "sleepers", THREADS);
		assert_int_equal(ioctl(fd, IOCTL_AWAKE), THREADS);
		group_remove(GROUP);
		for (i = 0; i < THREADS; i++)
			task_expect(&tasks[i], 0, 0);
		close(fd);
	}
}

static void blocked_readers_are_woken(void **state)
{
	static int fd;
	int i;

	(void)state;
	fd = fresh();
	group_set(GROUP, "empty_read", "block");
	for (i = 0; i < THREADS; i++)
		task_start(&tasks[i], read_from, &fd);
	for (i = 0; i < THREADS; i++)
		task_await_asleep(&tasks[i], SYS_read);
	group_remove(GROUP);
	for (i = 0; i < THREADS; i++)
		task_expect(&tasks[i], -1, ENODEV);
	expect_dropped(fd, 0);
	close(fd);
}

static void the_number_can_be_installed_anew(void **state)
{
	static int old;
	int fd;

	(void)state;
	old = fresh();
	group_set(GROUP, "empty_read", "block");
	group_set(GROUP, "max_message_size", "77");
	group_send(old, "ready");
	group_set_delay(old, NEVER);
	group_send(old, "delayed");
	task_start(&tasks[0], sleep_on, &old);
	group_await(GROUP, "sleepers", 1);

	group_remove(GROUP);
	group_install(GROUP);
	fd = group_open(GROUP, O_RDWR);
	assert_int_equal(group_get(GROUP, "send_delay"), 0);
	assert_int_equal(group_get(GROUP, "max_message_size"), 65536);
	assert_int_equal(group_get(GROUP, "sleepers"), 0);
	assert_int_equal(group_get(GROUP, "statistics/sent"), 0);
	assert_int_equal(group_get(GROUP, "statistics/stored"), 0);
	group_expect_empty(fd);
	assert_int_equal(ioctl(fd, IOCTL_AWAKE), 0);
	task_expect(&tasks[0], -1, ENODEV);

	/* The old descriptor has nothing to do with the new group. */
	group_send(fd, "new");
	expect_dead(old);
	expect_dropped(old, 2);
	close(old);
	group_expect(fd, "new");
	group_expect_empty(fd);
	close(fd);
}

static void an_installation_at_once_is_possible_many_times(void **state)
{
	int fds[50], i;

	(void)state;
	for (i = 0; i < 50; i++) {
		fds[i] = fresh();
		group_send(fds[i], "x");
	}
	for (i = 0; i < 49; i++)
		expect_dead(fds[i]);
	group_expect(fds[49], "x");
	for (i = 0; i < 50; i++)
		close(fds[i]);
}

/* Each round takes most of what there is, and not even an open descriptor keeps it. */
static void a_removed_group_gives_its_memory_back(void **state)
{
	static char bytes[60000];
	int fds[20], round, i;

	(void)state;
	parameter_set("max_total_size", 1000000);
	for (round = 0; round < 20; round++) {
		fds[round] = fresh();
		group_set_delay(fds[round], round % 2 ? NEVER : 0);
		for (i = 0; i < 12; i++)
			assert_int_equal(write(fds[round], bytes, sizeof(bytes)), sizeof(bytes));
		group_remove(GROUP);
		expect_dropped(fds[round], 12);
	}
	for (round = 0; round < 20; round++)
		close(fds[round]);
}

#define RACES 250

static atomic_long wrong_error;

static bool is_expected(int error)
{
	return error == ENODEV || error == ENXIO || error == ENOENT;
}

/* Anything worse than "it is not there" is remembered. */
static void note(long result)
{
	if (result < 0 && !is_expected(errno))
		wrong_error = errno;
}

static void use(int fd, uint64_t *seed)
{
	unsigned int delay = random_below(seed, 3);
	char got[64];

	switch (random_below(seed, 6)) {
	case 0:
	case 1:
		note(write(fd, "anything", 8));
		break;
	case 2:
		note(read(fd, got, sizeof(got)));
		break;
	case 3:
		note(fsync(fd));
		break;
	case 4:
		note(ioctl(fd, IOCTL_SET_SEND_DELAY, &delay));
		break;
	case 5:
		note(ioctl(fd, random_below(seed, 2) ? IOCTL_AWAKE :
			   IOCTL_REVOKE_DELAYED_MESSAGES));
		break;
	}
}

static long open_and_use(void *argument)
{
	uint64_t seed = random_seed() + (uintptr_t)argument;
	int round, i, fd;

	for (round = 0; round < RACES; round++) {
		fd = open("/dev/synch/synchmess701", O_RDWR | O_CLOEXEC);
		note(fd);
		for (i = random_below(&seed, 20); fd >= 0 && i > 0; i--)
			use(fd, &seed);
		if (fd >= 0)
			note(close(fd));
	}
	return 0;
}

static long install_again_and_again(void *argument)
{
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC), round;

	(void)argument;
	for (round = 0; round < RACES; round++) {
		struct group_t group = { .descriptor = GROUP };

		note(ioctl(master, IOCTL_INSTALL_GROUP, &group));
		sched_yield();
	}
	return close(master);
}

static long remove_again_and_again(void *argument)
{
	int round;

	(void)argument;
	for (round = 0; round < RACES; round++) {
		note(try_remove("701"));
		sched_yield();
	}
	return 0;
}

static atomic_bool over;

static long look_at_attributes(void *argument)
{
	char text[64];
	int fd;

	(void)argument;
	while (!over) {
		fd = open("/sys/class/synchmess/synchmess701/statistics/stored", O_RDONLY);
		note(fd);
		if (fd < 0)
			continue;
		note(read(fd, text, sizeof(text)));
		close(fd);
		note(sysfs_try_write("/sys/class/synchmess/synchmess701/send_delay", "1"));
	}
	return 0;
}

static long sleep_again_and_again(void *argument)
{
	int fd;

	(void)argument;
	while (!over) {
		fd = open("/dev/synch/synchmess701", O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		note(ioctl(fd, IOCTL_SLEEP));
		close(fd);
	}
	return 0;
}

static void await_end_of_race(struct task *sleeper)
{
	uint64_t deadline = clock_ms() + PATIENCE_S * 1000;

	/* It may have gone to sleep on a group that nobody removes any more. */
	over = true;
	while (pthread_tryjoin_np(sleeper->thread, NULL)) {
		try_remove("701");
		if (clock_ms() > deadline)
			fail_msg("the sleeper does not end");
		usleep(200);
	}
}

static void all_at_once_ends_well(void **state)
{
	static const task_call calls[] = {
		open_and_use, open_and_use, open_and_use, install_again_and_again,
		install_again_and_again, remove_again_and_again,
	};
	static struct task looker, sleeper;
	int fd;
	size_t i;

	(void)state;
	random_seed();
	wrong_error = 0;
	over = false;
	group_fresh(GROUP);
	task_start(&looker, look_at_attributes, NULL);
	task_start(&sleeper, sleep_again_and_again, NULL);
	for (i = 0; i < COUNT(calls); i++)
		task_start(&tasks[i], calls[i], (void *)(i + 1));
	for (i = 0; i < COUNT(calls); i++)
		task_expect(&tasks[i], 0, 0);
	await_end_of_race(&sleeper);
	task_expect(&looker, 0, 0);
	assert_int_equal(wrong_error, 0);

	fd = fresh();
	group_send(fd, "in order");
	group_expect(fd, "in order");
	group_expect_balance(GROUP);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	TEST(every_later_call_fails),
	TEST(node_and_attributes_go),
	TEST(what_is_not_there_cannot_be_removed),
	TEST(ready_messages_are_dropped),
	TEST(delayed_messages_are_dropped),
	TEST(a_delay_may_end_after_the_removal),
	TEST(sleepers_are_woken),
	TEST(who_was_woken_before_does_not_fail),
	TEST(blocked_readers_are_woken),
	TEST(the_number_can_be_installed_anew),
	TEST(an_installation_at_once_is_possible_many_times),
	TEST(a_removed_group_gives_its_memory_back),
	TEST(all_at_once_ends_well),
};

int main(void)
{
	return cmocka_run_group_tests_name("groups: removal", tests, parameters_remember,
					   parameters_restore);
}
