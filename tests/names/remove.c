// SPDX-License-Identifier: GPL-2.0
/* Removing groups and looking at them: docs/interface-2.md, "Groups". */
#include "harness/batch.h"
#include "harness/charges.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/named.h"
#include "harness/parameters.h"
#include "harness/suite.h"
#include "harness/task.h"
#include "harness/user.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MANY 300
#define MOST 1000	/* more than there ever are */
#define STAYERS 40

static struct synchmess_stat stats[MOST];

static int remove_before_test(void **state)
{
	user_become(0, true);
	group_remove_all();
	return suite_before_test(state);
}

static int remove_after_test(void **state)
{
	charges_expect_groups();
	return suite_after_test(state);
}

#define REMOVE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, remove_before_test, remove_after_test)

static int create(const char *name, unsigned int number, uid_t uid)
{
	struct synchmess_create plan = named_plan(name);
	int fd;

	plan.descriptor = number;
	plan.uid = uid;
	plan.mode = 0666;
	fd = named_create(&plan);
	assert_ok(fd);
	return fd;
}

static int remove_as(uid_t user, unsigned int number, const char *name)
{
	int result;

	user_become(user, !user);
	result = named_remove(number, name);
	user_become(0, true);
	return result;
}

/* ---- removing */

static void the_owner_removes_it_by_number_or_name(void **state)
{
	(void)state;
	close(create("one", 700, ALICE));
	close(create("two", 701, ALICE));
	assert_ok(remove_as(ALICE, 700, NULL));
	assert_false(named_exists(0, "one"));
	assert_true(named_exists(0, "two"));
	assert_ok(remove_as(ALICE, 0, "two"));
	assert_false(named_exists(701, NULL));
	assert_fails(access(named_node(700), F_OK), ENOENT);
	assert_fails(access(named_node(701), F_OK), ENOENT);
}

static void others_do_not(void **state)
{
	(void)state;
	close(create("hers", 700, ALICE));
	close(create("roots", 701, -1));
	group_install(702);
	assert_fails(remove_as(BOB, 700, NULL), EPERM);
	assert_fails(remove_as(BOB, 0, "hers"), EPERM);
	assert_fails(remove_as(ALICE, 0, "roots"), EPERM);
	assert_fails(remove_as(ALICE, 702, NULL), EPERM);
	assert_true(named_exists(700, NULL));
	assert_true(named_exists(701, NULL));
	assert_true(named_exists(702, NULL));
}

static void root_removes_any(void **state)
{
	(void)state;
	close(create("hers", 700, ALICE));
	group_install(702);
	assert_ok(named_remove(0, "hers"));
	assert_ok(named_remove(702, NULL));
	assert_false(named_exists(702, NULL));
}

static void what_is_not_there_is_not_removed(void **state)
{
	(void)state;
	assert_fails(named_remove(700, NULL), ENOENT);
	assert_fails(named_remove(65535, NULL), ENOENT);
	assert_fails(named_remove(65536, NULL), ENOENT);
	assert_fails(named_remove(0, "nobody"), ENOENT);
	assert_fails(remove_as(BOB, 0, "nobody"), ENOENT);
}

static void it_is_a_number_or_a_name(void **state)
{
	struct synchmess_target target = { .descriptor = 700, .reserved = 1 };
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);

	(void)state;
	close(create("one", 700, -1));
	assert_fails(named_remove(0, NULL), EINVAL);
	assert_fails(named_remove(700, "one"), EINVAL);
	assert_fails(named_remove(0, ".one"), EINVAL);
	assert_fails(named_remove(0, "o/e"), EINVAL);
	assert_fails(ioctl(master, SYNCHMESS_REMOVE, &target), EINVAL);
	target = (struct synchmess_target){ .name = "one" };
	target.name[10] = 'x';
	assert_fails(ioctl(master, SYNCHMESS_REMOVE, &target), EINVAL);
	memset(target.name, 'x', sizeof(target.name));
	assert_fails(ioctl(master, SYNCHMESS_REMOVE, &target), EINVAL);
	assert_fails(ioctl(master, SYNCHMESS_REMOVE, memory_bad()), EFAULT);
	assert_true(named_exists(700, NULL));
	close(master);
}

static long read_one(void *fd)
{
	char got[8];

	return read(*(int *)fd, got, sizeof(got));
}

static void who_uses_it_is_told(void **state)
{
	static const struct synchmess_settings settings;
	static struct task reader;
	static int fd;
	struct pollfd poller;
	char got[8];

	(void)state;
	fd = create("used", 700, -1);
	poller = (struct pollfd){ .fd = fd, .events = POLLIN | POLLOUT };
	task_start(&reader, read_one, &fd);
	task_await_asleep(&reader, SYS_read);
	assert_int_equal(poll(&poller, 1, 0), 1);
	assert_int_equal(poller.revents, POLLOUT);
	assert_ok(named_remove(0, "used"));
	task_expect(&reader, -1, ENODEV);
	assert_int_equal(poll(&poller, 1, 0), 1);
	assert_true(poller.revents & POLLHUP);
	assert_false(poller.revents & (POLLIN | POLLOUT));
	assert_fails(write(fd, "x", 1), ENODEV);
	assert_fails(read(fd, got, sizeof(got)), ENODEV);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0), ENODEV);
	assert_fails(ioctl(fd, SYNCHMESS_SET, &settings), ENODEV);
	assert_fails(fsync(fd), ENODEV);
	close(fd);
}

/* ---- looking */

static void expect_reserved_refused(unsigned int number)
{
	struct synchmess_stat stat = { .descriptor = number, .reserved = 1 };
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);

	assert_ok(master);
	assert_fails(ioctl(master, SYNCHMESS_STAT, &stat), EINVAL);
	close(master);
}

static void stat_tells_of_one(void **state)
{
	struct synchmess_stat by_number, by_name, own;
	int fd = create("seen", 700, ALICE);

	(void)state;
	batch_send_text(fd, "ready", 0, 0, 0);
	batch_send_text(fd, "later", 0, HOUR, 0);
	assert_ok(named_stat(700, NULL, &by_number));
	assert_ok(named_stat(0, "seen", &by_name));
	own = batch_stat(fd);
	assert_memory_equal(&by_number, &own, sizeof(own));
	assert_memory_equal(&by_name, &own, sizeof(own));
	assert_int_equal(own.descriptor, 700);
	assert_int_equal(own.mode, 0666);
	assert_int_equal(own.flags, 0);
	assert_int_equal(own.uid, ALICE);
	assert_int_equal(own.gid, 0);
	assert_int_equal(own.pid, 0);
	assert_int_equal(own.sleepers, 0);
	assert_int_equal(own.sent, 2);
	assert_int_equal(own.stored, 10);
	batch_expect_books(fd, 1, 1, 10);
	assert_fails(named_stat(0, NULL, &own), EINVAL);
	assert_fails(named_stat(700, "seen", &own), EINVAL);
	assert_fails(named_stat(701, NULL, &own), ENOENT);
	assert_fails(named_stat(0, "unseen", &own), ENOENT);
	expect_reserved_refused(700);
	close(fd);
}

static void list_tells_of_all_by_number(void **state)
{
	static const unsigned int pages[] = { 1, 2, 3, 4, 100 };
	struct synchmess_stat one;
	size_t i;

	(void)state;
	assert_int_equal(named_list(stats, MOST, 10), 0);
	close(create("last", 65535, -1));
	close(create("first", 1, ALICE));
	group_install(300);
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		memset(stats, 'P', sizeof(stats));
		assert_int_equal(named_list(stats, MOST, pages[i]), 3);
		assert_int_equal(stats[0].descriptor, 1);
		assert_int_equal(stats[1].descriptor, 300);
		assert_int_equal(stats[2].descriptor, 65535);
		assert_string_equal(stats[1].name, "");
		assert_ok(named_stat(0, "first", &one));
		assert_memory_equal(&stats[0], &one, sizeof(one));
		assert_ok(named_stat(0, "last", &one));
		assert_memory_equal(&stats[2], &one, sizeof(one));
	}
}

static void lists_have_entries_of_any_size(void **state)
{
	char entry[sizeof(struct synchmess_stat) + 16];
	struct synchmess_list list = { .entries = user(entry), .count = 1 };
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	size_t i;

	(void)state;
	close(create("one", 700, -1));
	memset(entry, 'P', sizeof(entry));
	list.entry_size = sizeof(entry) - 8;
	assert_int_equal(ioctl(master, SYNCHMESS_LIST, &list), 1);
	assert_int_equal(list.cursor, 700);
	for (i = sizeof(struct synchmess_stat); i < sizeof(entry); i++)
		assert_int_equal(entry[i], i < list.entry_size ? 0 : 'P');
	assert_int_equal(ioctl(master, SYNCHMESS_LIST, &list), 0);
	list = (struct synchmess_list){ .entries = user(entry), .entry_size = sizeof(entry) };
	assert_int_equal(ioctl(master, SYNCHMESS_LIST, &list), 0);
	assert_int_equal(list.cursor, 0);

	list.count = 1;
	/* The first published version is the least. */
	list.entry_size = offsetof(struct synchmess_stat, leased) - 1;
	assert_fails(ioctl(master, SYNCHMESS_LIST, &list), EINVAL);
	list.entry_size = 4097;
	assert_fails(ioctl(master, SYNCHMESS_LIST, &list), EINVAL);
	list.entry_size = sizeof(entry);
	list.cursor = 65536;
	assert_fails(ioctl(master, SYNCHMESS_LIST, &list), EINVAL);
	list.cursor = 0;
	list.entries = user(memory_bad());
	assert_fails(ioctl(master, SYNCHMESS_LIST, &list), EFAULT);
	assert_fails(ioctl(master, SYNCHMESS_LIST, memory_bad()), EFAULT);
	close(master);
}

/* ---- while others come and go */

static atomic_bool over;

static long come_and_go(void *argument)
{
	unsigned int seed = (uintptr_t)argument;

	while (!over) {
		/* Between, before and behind those who stay, which have numbers of ten. */
		unsigned int number = 1 + rand_r(&seed) % (10 * STAYERS + 20);
		struct synchmess_create plan = named_plan(NULL);
		int fd;

		plan.descriptor = number % 10 ? number : number + 1;
		fd = named_create(&plan);
		if (fd >= 0)
			close(fd);
		if (rand_r(&seed) % 2 && named_remove(plan.descriptor, NULL) && errno != ENOENT)
			return -1;
	}
	return 0;
}

static void expect_stayers(size_t count)
{
	unsigned int stayers = 0, last = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		assert_true(stats[i].descriptor > last);
		last = stats[i].descriptor;
		stayers += last % 10 == 0;
	}
	assert_int_equal(stayers, STAYERS);
}

static void who_stays_is_listed_once(void **state)
{
	static struct task comers[2];
	char name[16];
	int i;

	(void)state;
	for (i = 1; i <= STAYERS; i++) {
		snprintf(name, sizeof(name), "stay%d", i);
		close(create(name, 10 * i, -1));
	}
	over = false;
	for (i = 0; i < 2; i++)
		task_start(&comers[i], come_and_go, (void *)(uintptr_t)(i + 1));
	for (i = 0; i < 14; i++)
		expect_stayers(named_list(stats, MOST, 1 + i % 7));
	over = true;
	for (i = 0; i < 2; i++)
		task_expect(&comers[i], 0, 0);
}

static void many_names_at_once(void **state)
{
	struct synchmess_stat stat;
	char name[16];
	int i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "many%d", i);
		close(create(name, 0, -1));
	}
	assert_int_equal(named_list(stats, MOST, 64), MANY);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "many%d", i);
		assert_ok(named_stat(0, name, &stat));
		assert_int_equal(stat.descriptor, i + 1);
		assert_string_equal(stats[i].name, name);
	}
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "many%d", i);
		assert_ok(named_remove(0, name));
	}
	assert_int_equal(named_list(stats, MOST, 64), 0);
}

static const struct CMUnitTest tests[] = {
	REMOVE_TEST(the_owner_removes_it_by_number_or_name),
	REMOVE_TEST(others_do_not),
	REMOVE_TEST(root_removes_any),
	REMOVE_TEST(what_is_not_there_is_not_removed),
	REMOVE_TEST(it_is_a_number_or_a_name),
	REMOVE_TEST(who_uses_it_is_told),
	REMOVE_TEST(stat_tells_of_one),
	REMOVE_TEST(list_tells_of_all_by_number),
	REMOVE_TEST(lists_have_entries_of_any_size),
	REMOVE_TEST(who_stays_is_listed_once),
	REMOVE_TEST(many_names_at_once),
};

int main(void)
{
	return RUN_SUITE("names: remove", tests);
}
