// SPDX-License-Identifier: GPL-2.0
/* Making groups, and opening those that exist: docs/interface-2.md, "Groups". */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/named.h"
#include "harness/parameters.h"
#include "harness/suite.h"
#include "harness/user.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYNCH_GID 900
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NAMES "/dev/synch/by-name/"

static int create_before_test(void **state)
{
	user_become(0, true);
	group_remove_all();
	return suite_before_test(state);
}

#define CREATE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, create_before_test, suite_after_test)

static int create(const char *name, unsigned int number)
{
	struct synchmess_create plan = named_plan(name);
	int fd;

	plan.descriptor = number;
	fd = named_create(&plan);
	assert_ok(fd);
	if (number)
		assert_int_equal(plan.descriptor, number);
	return fd;
}

/* As a user without root's capabilities. */
static int create_as(uid_t user, struct synchmess_create *plan)
{
	int fd;

	user_become(user, false);
	fd = named_create(plan);
	user_become(0, true);
	return fd;
}

static void expect_usable(int fd)
{
	struct synchmess_stat stat;

	group_send(fd, "hello");
	group_expect(fd, "hello");
	stat = batch_stat(fd);
	batch_expect_books(fd, 0, 0, 0);
	assert_int_equal(stat.sent, 1);
}

static void expect_node(unsigned int number, unsigned int mode, uid_t uid, gid_t gid)
{
	struct stat node;

	assert_ok(stat(named_node(number), &node));
	assert_true(S_ISCHR(node.st_mode));
	assert_int_equal(node.st_mode & 07777, mode);
	assert_int_equal(node.st_uid, uid);
	assert_int_equal(node.st_gid, gid);
}

/* ---- new groups */

static void it_has_the_number_asked_for(void **state)
{
	static const unsigned int numbers[] = { 1, 2, 700, 65535 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(numbers); i++) {
		int fd = create(NULL, numbers[i]);

		assert_int_equal(batch_stat(fd).descriptor, numbers[i]);
		expect_usable(fd);
		close(fd);
		assert_true(named_exists(numbers[i], NULL));
		assert_ok(named_remove(numbers[i], NULL));
	}
}

static void without_a_number_it_has_the_smallest_free_one(void **state)
{
	struct synchmess_create plan = named_plan(NULL);
	unsigned int i;

	(void)state;
	group_install(2);
	close(create("four", 4));
	for (i = 0; i < 4; i++) {
		static const unsigned int expected[] = { 1, 3, 5, 6 };

		plan.descriptor = 0;
		close(named_create(&plan));
		assert_int_equal(plan.descriptor, expected[i]);
	}
	assert_ok(named_remove(3, NULL));
	plan.descriptor = 0;
	close(named_create(&plan));
	assert_int_equal(plan.descriptor, 3);
}

static void it_has_the_name_that_is_given(void **state)
{
	static const char * const names[] = {
		"a", "-", "_.-", "9", "Zaphod.Beeblebrox-42_x",
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.",
	};
	struct synchmess_stat stat;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		int fd = create(names[i], 0);

		assert_ok(named_stat(0, names[i], &stat));
		assert_string_equal(stat.name, names[i]);
		assert_int_equal(stat.descriptor, batch_stat(fd).descriptor);
		assert_string_equal(batch_stat(fd).name, names[i]);
		expect_usable(fd);
		close(fd);
	}
}

static void udev_shows_its_name(void **state)
{
	char target[64] = "";
	struct stat link;

	(void)state;
	close(create("shown.here", 700));
	named_settle();
	assert_ok(readlink(NAMES "shown.here", target, sizeof(target) - 1));
	assert_string_equal(target, "../synchmess700");
	close(create(NULL, 701));
	assert_ok(named_remove(0, "shown.here"));
	named_settle();
	assert_fails(lstat(NAMES "shown.here", &link), ENOENT);
}

/* At once, and udev leaves it alone. */
static void the_node_has_the_owner_and_the_mode_given(void **state)
{
	static const unsigned int modes[] = { 0600, 0640, 0666, 0444, 0222, 0060, 0 };
	struct synchmess_create plan;
	struct synchmess_stat stat;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(modes); i++) {
		plan = named_plan("owned");
		plan.descriptor = 700;
		plan.mode = modes[i];
		plan.uid = ALICE;
		plan.gid = 12345;
		close(named_create(&plan));
		expect_node(700, modes[i], ALICE, 12345);
		named_settle();
		expect_node(700, modes[i], ALICE, 12345);
		assert_ok(named_stat(700, NULL, &stat));
		assert_int_equal(stat.mode, modes[i]);
		assert_int_equal(stat.uid, ALICE);
		assert_int_equal(stat.gid, 12345);
		assert_ok(named_remove(700, NULL));
	}
}

static void it_belongs_to_who_made_it(void **state)
{
	struct synchmess_create plan = named_plan(NULL);

	(void)state;
	plan.descriptor = 700;
	close(create_as(ALICE, &plan));
	expect_node(700, 0660, ALICE, SYNCH_GID);
	plan.descriptor = 701;
	plan.uid = ALICE;
	plan.gid = SYNCH_GID;
	close(create_as(ALICE, &plan));
	expect_node(701, 0660, ALICE, SYNCH_GID);
	close(create(NULL, 702));
	expect_node(702, 0660, 0, 0);
}

static void nobody_makes_the_property_of_others(void **state)
{
	struct synchmess_create plan = named_plan("theirs");

	(void)state;
	plan.uid = BOB;
	assert_fails(create_as(ALICE, &plan), EPERM);
	plan.uid = 0;
	assert_fails(create_as(ALICE, &plan), EPERM);
	plan.uid = -1;
	plan.gid = 12345;
	assert_fails(create_as(ALICE, &plan), EPERM);
	assert_false(named_exists(0, "theirs"));
	plan.uid = BOB;
	assert_ok(close(named_create(&plan)));
}

static void by_default_it_blocks(void **state)
{
	int fd = create(NULL, 0);
	struct synchmess_stat stat = batch_stat(fd);

	(void)state;
	assert_int_equal(stat.full, SYNCHMESS_FULL_BLOCK);
	assert_int_equal(stat.empty, SYNCHMESS_EMPTY_BLOCK);
	assert_int_equal(stat.max_message_size, parameter_get("max_message_size"));
	assert_int_equal(stat.max_storage_size, parameter_get("max_storage_size"));
	assert_true(stat.max_messages == UINT64_MAX);
	close(fd);
}

static void settings_hold_from_the_first_moment(void **state)
{
	struct synchmess_settings settings = {
		.max_message_size = 10, .max_storage_size = 20, .max_messages = 3,
		.full = SYNCHMESS_FULL_FAIL, .empty = SYNCHMESS_EMPTY_AGAIN,
	};
	struct synchmess_create plan = named_plan(NULL);
	struct synchmess_stat stat;
	char got[4];
	int fd;

	(void)state;
	plan.settings = user(&settings);
	plan.settings_size = sizeof(settings);
	fd = named_create(&plan);
	stat = batch_stat(fd);
	assert_int_equal(stat.max_message_size, 10);
	assert_int_equal(stat.max_storage_size, 20);
	assert_int_equal(stat.max_messages, 3);
	assert_int_equal(stat.full, SYNCHMESS_FULL_FAIL);
	assert_int_equal(stat.empty, SYNCHMESS_EMPTY_AGAIN);
	assert_fails(write(fd, "eleven byte", 11), EMSGSIZE);
	assert_fails(read(fd, got, sizeof(got)), EAGAIN);
	group_send_numbers(fd, 0, 3);
	assert_fails(write(fd, "x", 1), ENOSPC);
	close(fd);
}

/* ---- the descriptor */

static int create_with(unsigned int number, unsigned int open_flags)
{
	struct synchmess_create plan = named_plan(NULL);
	int fd;

	plan.descriptor = number;
	plan.open_flags = open_flags;
	fd = named_create(&plan);
	assert_ok(fd);
	return fd;
}

/* Of a new group, and of the same when it is there. */
static void the_descriptor_is_as_open_makes_it(void **state)
{
	char got[4];
	int i, fd;

	(void)state;
	for (i = 0; i < 2; i++) {
		fd = create_with(700, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
		assert_int_equal(fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_NONBLOCK);
		assert_fails(write(fd, "x", 1), EBADF);
		assert_fails(read(fd, got, sizeof(got)), EAGAIN);
		close(fd);
	}
	for (i = 0; i < 2; i++) {
		fd = create_with(701, O_WRONLY);
		assert_int_equal(fcntl(fd, F_GETFD), 0);
		assert_int_equal(fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_WRONLY);
		assert_fails(read(fd, got, sizeof(got)), EBADF);
		assert_int_equal(write(fd, "x", 1), 1);
		close(fd);
	}
}

/* ---- groups that exist */

static void one_that_exists_is_opened_and_not_changed(void **state)
{
	struct synchmess_settings settings = { .max_messages = 7 };
	struct synchmess_create plan = named_plan("shared");
	int first = create("shared", 700), second;
	struct synchmess_stat before = batch_stat(first), after;

	(void)state;
	plan.mode = 0600;
	plan.uid = ALICE;
	plan.settings = user(&settings);
	plan.settings_size = sizeof(settings);
	plan.flags = SYNCHMESS_TRANSIENT;
	second = named_create(&plan);
	assert_ok(second);
	assert_int_equal(plan.descriptor, 700);
	after = batch_stat(second);
	assert_memory_equal(&before, &after, sizeof(before));
	expect_node(700, 0660, 0, 0);
	group_send(first, "for the other");
	group_expect(second, "for the other");
	close(first);
	close(second);
	assert_true(named_exists(700, NULL));
}

static void one_of_the_first_interface_is_opened_by_its_number(void **state)
{
	int fd;

	(void)state;
	group_install(700);
	fd = create(NULL, 700);
	assert_int_equal(batch_stat(fd).full, SYNCHMESS_FULL_FAIL);
	group_expect_empty(fd);
	close(fd);
}

static void permissions_are_those_of_the_node(void **state)
{
	struct synchmess_create plan = named_plan("private");
	int fd;

	(void)state;
	plan.mode = 0640;
	plan.descriptor = 700;
	close(create_as(ALICE, &plan));
	assert_fails(create_as(BOB, &plan), EACCES);
	plan.open_flags = O_RDONLY;
	fd = create_as(BOB, &plan);
	assert_ok(fd);
	close(fd);
	/* When it comes late udev sets once more what the node was made with. */
	named_settle();
	assert_ok(chmod(named_node(700), 0600));
	assert_fails(create_as(BOB, &plan), EACCES);
	assert_ok(chmod(named_node(700), 0666));
	plan.open_flags = O_RDWR;
	fd = create_as(BOB, &plan);
	assert_ok(fd);
	close(fd);
}

static void who_does_not_see_the_node_is_told_so(void **state)
{
	struct synchmess_create plan = named_plan("hidden");

	(void)state;
	close(create("hidden", 700));
	assert_ok(rename("/dev/synch/synchmess700", "/dev/synch/elsewhere"));
	assert_fails(named_create(&plan), ENOENT);
	assert_ok(rename("/dev/synch/elsewhere", "/dev/synch/synchmess700"));
	close(create("hidden", 700));
}

static void exclusive_makes_a_new_one_or_fails(void **state)
{
	struct synchmess_create plan = named_plan("mine");

	(void)state;
	plan.descriptor = 700;
	plan.flags = SYNCHMESS_EXCLUSIVE;
	close(named_create(&plan));
	assert_fails(named_create(&plan), EEXIST);
	plan.descriptor = 0;
	assert_fails(named_create(&plan), EEXIST);
	plan = named_plan(NULL);
	plan.descriptor = 700;
	plan.flags = SYNCHMESS_EXCLUSIVE;
	assert_fails(named_create(&plan), EEXIST);
	plan.descriptor = 0;
	assert_ok(close(named_create(&plan)));
}

static void number_and_name_must_be_of_one_group(void **state)
{
	static const struct { const char *name; unsigned int number; } wrong[] = {
		{ "one", 702 }, { "one", 703 }, { "two", 701 }, { "one", 799 }, { "new", 701 },
		{ "new", 703 },
	};
	size_t i;

	(void)state;
	close(create("one", 701));
	close(create("two", 702));
	close(create(NULL, 703));
	for (i = 0; i < COUNT(wrong); i++) {
		struct synchmess_create plan = named_plan(wrong[i].name);

		plan.descriptor = wrong[i].number;
		assert_fails(named_create(&plan), EEXIST);
	}
	close(create("one", 701));
	assert_false(named_exists(799, NULL));
	assert_false(named_exists(0, "new"));
}

static void the_first_interface_removes_it_too(void **state)
{
	int fd = create("victim", 700);

	(void)state;
	group_remove(700);
	assert_fails(write(fd, "x", 1), ENODEV);
	assert_false(named_exists(0, "victim"));
	assert_fails(access(named_node(700), F_OK), ENOENT);
	close(fd);
	close(create("victim", 700));
}

static const struct CMUnitTest tests[] = {
	CREATE_TEST(it_has_the_number_asked_for),
	CREATE_TEST(without_a_number_it_has_the_smallest_free_one),
	CREATE_TEST(it_has_the_name_that_is_given),
	CREATE_TEST(udev_shows_its_name),
	CREATE_TEST(the_node_has_the_owner_and_the_mode_given),
	CREATE_TEST(it_belongs_to_who_made_it),
	CREATE_TEST(nobody_makes_the_property_of_others),
	CREATE_TEST(by_default_it_blocks),
	CREATE_TEST(settings_hold_from_the_first_moment),
	CREATE_TEST(the_descriptor_is_as_open_makes_it),
	CREATE_TEST(one_that_exists_is_opened_and_not_changed),
	CREATE_TEST(one_of_the_first_interface_is_opened_by_its_number),
	CREATE_TEST(permissions_are_those_of_the_node),
	CREATE_TEST(who_does_not_see_the_node_is_told_so),
	CREATE_TEST(exclusive_makes_a_new_one_or_fails),
	CREATE_TEST(number_and_name_must_be_of_one_group),
	CREATE_TEST(the_first_interface_removes_it_too),
};

int main(void)
{
	return RUN_SUITE("names: create", tests);
}
