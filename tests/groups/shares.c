// SPDX-License-Identifier: GPL-2.0
/* The bounds of the whole module: docs/interface-1.md, "What one user can take". */
#include "harness/bulk.h"
#include "harness/clock.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/parameters.h"
#include "harness/process.h"
#include "harness/suite.h"
#include "harness/user.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GROUP 451
#define OTHER_GROUP 452
#define FIRST_OF_MANY 460

/*
 * A message of SIZE and its bookkeeping just do not fit into less, and it is too long for its
 * memory to be kept.
 */
#define SIZE 16000
#define FOOTPRINT 16384

/* So many fit into the module: the counts below are exact. */
#define ALL 100
#define HALF 50
#define TOTAL (ALL * FOOTPRINT)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int shares_before_test(void **state)
{
	user_become(0, true);
	group_remove_all();
	return parameters_restore(state) ?: suite_before_test(state);
}

#define SHARES_TEST(name) \
	cmocka_unit_test_setup_teardown(name, shares_before_test, suite_after_test)

/* The module's bounds are to be met first. */
static int fresh(unsigned int number)
{
	group_fresh(number);
	group_set(number, "max_storage_size", "100000000");
	return group_open(number, O_RDWR);
}

static void expect_room(int fd, long messages, int error)
{
	assert_int_equal(bulk_fill(fd, SIZE), messages);
	assert_int_equal(errno, error);
}

static void empty(int fd, int messages)
{
	while (messages--)
		bulk_take(fd);
	group_expect_empty(fd);
}

static void the_whole_modules_memory_is_bounded(void **state)
{
	int fd = fresh(GROUP), other = fresh(OTHER_GROUP);

	(void)state;
	parameter_set("max_total_size", TOTAL);
	expect_room(fd, ALL, ENOSPC);
	bulk_refused(fd, 1, ENOSPC);
	bulk_refused(other, SIZE, ENOSPC);

	/* What one group gives back another may take. */
	bulk_take(fd);
	expect_room(other, 1, ENOSPC);
	bulk_refused(fd, SIZE, ENOSPC);

	/* The bound may change at any time. */
	parameter_set("max_total_size", 1);
	bulk_take(fd);
	bulk_refused(fd, 1, ENOSPC);
	parameter_set("max_total_size", TOTAL);
	expect_room(fd, 1, ENOSPC);

	/* A removed group gives all back. */
	group_remove(GROUP);
	close(fd);
	fd = fresh(GROUP);
	expect_room(fd, ALL - 1, ENOSPC);
	close(fd);
	close(other);
}

static void the_last_byte_decides(void **state)
{
	int fd = fresh(GROUP);

	(void)state;
	parameter_set("max_total_size", TOTAL - 1);
	expect_room(fd, ALL - 1, ENOSPC);
	parameter_set("max_total_size", TOTAL);
	expect_room(fd, 1, ENOSPC);
	empty(fd, ALL);
	close(fd);
}

/* What the heap takes: a little more than one size costs as much as the next. */
static void a_message_is_charged_what_it_takes(void **state)
{
	static const struct {
		size_t size;
		long footprint;
	} messages[] = {
		{ 1, 96 }, { 16, 96 }, { 17, 112 }, { 100, 192 }, { 176, 256 }, { 177, 512 },
		{ 900, 1024 }, { 1000, 2048 }, { 8000, 8192 }, { 10000, 12288 },
		{ SIZE, FOOTPRINT }, { FOOTPRINT, FOOTPRINT + 4096 }, { 40000, 40960 },
	};
	size_t i;
	int fd;

	(void)state;
	close(fresh(GROUP));
	for (i = 0; i < COUNT(messages); i++) {
		fd = group_open(GROUP, O_RDWR);
		parameter_set("max_total_size", messages[i].footprint - 1);
		bulk_refused(fd, messages[i].size, ENOSPC);
		parameter_set("max_total_size", messages[i].footprint);
		bulk_send(fd, messages[i].size);
		bulk_refused(fd, 1, ENOSPC);
		bulk_take(fd);
		close(fd);
	}
}

/* In the end there is room for exactly one. */
static void a_refused_message_charges_nothing(void **state)
{
	int fd = fresh(GROUP), i;

	(void)state;
	parameter_set("max_total_size", FOOTPRINT);
	group_set(GROUP, "max_storage_size", "10000");
	for (i = 0; i < 100; i++) {
		assert_fails(write(fd, memory_bad(), 10000), EFAULT);
		bulk_refused(fd, 10001, ENOSPC);	/* the group's storage */
		bulk_refused(fd, 20000, ENOSPC);	/* the module's memory */
		bulk_refused(fd, 70000, EMSGSIZE);
	}
	bulk_send(fd, 10000);
	bulk_refused(fd, 1, ENOSPC);
	bulk_take(fd);
	bulk_send(fd, 10000);
	close(fd);
}

/* ---- what is kept for the next message */

#define SHORT 1000
#define SHORT_FOOTPRINT 2048
#define LEAST_FOOTPRINT 96
#define KEPT 16384

static void send_and_take(int fd, size_t size, int messages)
{
	int i;

	for (i = 0; i < messages; i++)
		bulk_send(fd, size);
	for (i = 0; i < messages; i++)
		bulk_take(fd);
}

/* A kernel with KASAN sees what is used after it was freed, so it is freed. */
static void need_a_kernel_that_keeps(void)
{
	FILE *symbols = fopen("/proc/kallsyms", "r");
	char line[256];
	bool keeps = true;

	assert_non_null(symbols);
	while (fgets(line, sizeof(line), symbols))
		keeps &= !strstr(line, " __asan_load8\n");
	fclose(symbols);
	if (!keeps)
		skip();
}

static void what_was_sent_stays_charged_until_the_close(void **state)
{
	int fd, other;

	(void)state;
	need_a_kernel_that_keeps();
	fd = fresh(GROUP);
	other = fresh(OTHER_GROUP);
	parameter_set("max_total_size", SHORT_FOOTPRINT);
	send_and_take(fd, SHORT, 1);
	bulk_refused(other, 1, ENOSPC);
	close(fd);
	bulk_send(other, SHORT);
	close(other);
}

static void with_what_is_kept_one_can_send_however_low_the_bound(void **state)
{
	int fd, other;

	(void)state;
	need_a_kernel_that_keeps();
	fd = fresh(GROUP);
	other = fresh(OTHER_GROUP);
	send_and_take(fd, SHORT, 1);
	parameter_set("max_total_size", 1);
	bulk_refused(other, SHORT, ENOSPC);
	bulk_send(fd, SHORT);
	bulk_refused(fd, SHORT, ENOSPC);
	bulk_take(fd);
	close(fd);
	close(other);
}

static void what_is_kept_goes_before_a_message_is_refused(void **state)
{
	int fd;

	(void)state;
	need_a_kernel_that_keeps();
	fd = fresh(GROUP);
	send_and_take(fd, SHORT, 1);
	parameter_set("max_total_size", 2 * SHORT_FOOTPRINT);
	bulk_send(fd, 2 * SHORT);
	bulk_refused(fd, 1, ENOSPC);
	bulk_take(fd);
	close(fd);
}

static void not_more_than_so_much_is_kept(void **state)
{
	int fd, other;

	(void)state;
	need_a_kernel_that_keeps();
	fd = fresh(GROUP);
	other = fresh(OTHER_GROUP);
	send_and_take(fd, SHORT, 100);
	parameter_set("max_total_size", KEPT + LEAST_FOOTPRINT - 1);
	bulk_refused(other, 1, ENOSPC);
	parameter_set("max_total_size", KEPT + LEAST_FOOTPRINT);
	bulk_send(other, 1);
	close(fd);
	close(other);
}

/* ---- users */

/* Other users get in as soon as udev has been there. */
static int open_as_child(void)
{
	uint64_t deadline = clock_ms() + PATIENCE_S * 1000;
	int fd;

	do
		fd = open(SYNCHMESS_MASTER_PATH "451", O_RDWR | O_CLOEXEC);
	while (fd < 0 && errno == EACCES && clock_ms() < deadline);
	return fd;
}

static int use_up_the_share_of_memory(void *unused)
{
	int fd = open_as_child();
	char got[1];

	(void)unused;
	CHILD_CHECK(fd >= 0);
	CHILD_CHECK(bulk_fill(fd, SIZE) == HALF && errno == EDQUOT);

	/* Freeing makes room again, for exactly as much. */
	CHILD_CHECK(read(fd, got, 1) == 1);
	CHILD_CHECK(bulk_fill(fd, SIZE) == 1 && errno == EDQUOT);
	return 0;
}

/* How many messages a user can still send. */
static int have_room(void *argument)
{
	const long *messages = argument;
	int fd = open_as_child();

	CHILD_CHECK(fd >= 0);
	CHILD_CHECK(bulk_fill(fd, SIZE) == *messages && errno == EDQUOT);
	return 0;
}

static void expect_room_for(const char *user, long messages)
{
	process_run_as(user, have_room, &messages);
}

static int send_one(void *unused)
{
	int fd = open_as_child();

	(void)unused;
	CHILD_CHECK(fd >= 0);
	CHILD_CHECK(write(fd, bulk(), SIZE) == SIZE);
	return 0;
}

static void a_user_has_a_share_of_the_memory(void **state)
{
	int fd = fresh(GROUP), i;

	(void)state;
	parameter_set("max_total_size", TOTAL);
	parameter_set("user_share", 50);

	process_run_as("alice", use_up_the_share_of_memory, NULL);
	/* Of the user, not of the process or the open file. */
	expect_room_for("alice", 0);
	process_run_as("bob", send_one, NULL);

	/* Root is bound by the module's bound alone. */
	expect_room(fd, ALL - HALF - 1, ENOSPC);

	/* Who reads does not matter: alice's messages are alice's. */
	for (i = 0; i < 10; i++)
		bulk_take(fd);
	expect_room_for("alice", 10);
	close(fd);
}

static void a_smaller_share_holds_at_once(void **state)
{
	int fd = fresh(GROUP);

	(void)state;
	parameter_set("max_total_size", TOTAL);
	process_run_as("alice", send_one, NULL);
	process_run_as("alice", send_one, NULL);
	parameter_set("user_share", 1);		/* that is one message */
	expect_room_for("alice", 0);
	bulk_take(fd);
	expect_room_for("alice", 0);
	bulk_take(fd);
	expect_room_for("alice", 1);
	bulk_take(fd);
	parameter_set("max_total_size", TOTAL - 1);
	expect_room_for("alice", 0);
	parameter_set("max_total_size", TOTAL);
	parameter_set("user_share", 2);
	expect_room_for("alice", 2);
	close(fd);
}

static long fill_as(const struct person *sender, int fd)
{
	long messages;

	user_become(sender->user, sender->capable);
	messages = bulk_fill(fd, SIZE);
	user_become(0, true);
	return messages;
}

static void send_through(const struct person *opener, const struct person *sender)
{
	int fd = group_open_as(opener->user, opener->capable, GROUP, O_RDWR);
	int room = opener->capable ? ALL : HALF;

	assert_int_equal(fill_as(sender, fd), room);
	assert_int_equal(errno, opener->capable ? ENOSPC : EDQUOT);
	empty(fd, room);
	close(fd);
}

static void the_openers_capability_decides_about_memory(void **state)
{
	size_t i, j;

	(void)state;
	close(fresh(GROUP));
	parameter_set("max_total_size", TOTAL);
	parameter_set("user_share", 50);
	for (i = 0; i < PERSONS; i++) {
		for (j = 0; j < PERSONS; j++)
			send_through(&everybody[i], &everybody[j]);
	}
}

/* What was opened with the capability does not use up the share. */
static void a_user_has_two_accounts(void **state)
{
	int free, bound;

	(void)state;
	close(fresh(GROUP));
	free = group_open_as(ALICE, true, GROUP, O_RDWR);
	bound = group_open_as(ALICE, false, GROUP, O_RDWR);
	parameter_set("max_total_size", TOTAL);
	parameter_set("user_share", 30);
	expect_room(bound, 30, EDQUOT);
	bulk_send(free, SIZE);
	bulk_refused(bound, SIZE, EDQUOT);
	empty(free, 31);

	expect_room(free, ALL, ENOSPC);
	empty(free, ALL);
	bulk_send(free, SIZE);
	expect_room(bound, 30, EDQUOT);
	close(free);
	close(bound);
}

static int open_master_as(const struct person *opener)
{
	int master;

	user_become(opener->user, opener->capable);
	master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	user_become(0, true);
	assert_ok(master);
	return master;
}

static int install_through(int master, unsigned int number)
{
	struct group_t group = { .descriptor = number };

	return ioctl(master, IOCTL_INSTALL_GROUP, &group);
}

static int try_install(unsigned int number)
{
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC), result, error;

	if (master < 0)
		return -1;
	result = install_through(master, number);
	error = errno;
	close(master);
	errno = error;
	return result;
}

static void remove_many(int count)
{
	while (count--)
		group_remove(FIRST_OF_MANY + count);
}

static void the_number_of_groups_is_bounded(void **state)
{
	int i;

	(void)state;
	parameter_set("max_groups", 3);
	for (i = 0; i < 3; i++)
		assert_ok(try_install(FIRST_OF_MANY + i));
	assert_fails(try_install(FIRST_OF_MANY + 3), EUSERS);
	assert_int_not_equal(access("/sys/class/synchmess/synchmess463", F_OK), 0);

	/* One that exists needs no room. */
	assert_ok(try_install(FIRST_OF_MANY));
	group_remove(FIRST_OF_MANY);
	assert_ok(try_install(FIRST_OF_MANY + 3));
	assert_fails(try_install(FIRST_OF_MANY), EUSERS);
	parameter_set("max_groups", 4);
	assert_ok(try_install(FIRST_OF_MANY));
	remove_many(4);
}

#define ALICES_GROUPS 5

static int use_up_the_share_of_groups(void *unused)
{
	int i;

	(void)unused;
	for (i = 0; i < ALICES_GROUPS; i++)
		CHILD_CHECK(!try_install(FIRST_OF_MANY + i));
	CHILD_CHECK_FAILS(try_install(FIRST_OF_MANY + i), EDQUOT);
	CHILD_CHECK(!try_install(FIRST_OF_MANY));
	return 0;
}

static int install_one(void *argument)
{
	const unsigned int *number = argument;

	CHILD_CHECK(!try_install(*number));
	return 0;
}

static void a_user_has_a_share_of_the_groups(void **state)
{
	unsigned int next = FIRST_OF_MANY + ALICES_GROUPS;
	int i;

	(void)state;
	parameter_set("user_share", 1);
	parameter_set("max_groups", 500);	/* of which one per cent is five */
	process_run_as("alice", use_up_the_share_of_groups, NULL);
	process_run_as("bob", install_one, &next);
	for (i = 1; i <= 10; i++)	/* root is not bound */
		assert_ok(try_install(next + i));

	/* A removed group is alice's no more. */
	group_remove(FIRST_OF_MANY);
	next = FIRST_OF_MANY;
	process_run_as("alice", install_one, &next);
	remove_many(ALICES_GROUPS + 1 + 10);
}

static void a_share_is_at_least_one(void **state)
{
	unsigned int number = FIRST_OF_MANY;

	(void)state;
	parameter_set("max_groups", 10);
	parameter_set("user_share", 1);
	process_run_as("alice", install_one, &number);
	remove_many(1);
}

static int install_many_as(const struct person *installer, int master)
{
	int groups = 0;

	user_become(installer->user, installer->capable);
	while (!install_through(master, FIRST_OF_MANY + groups))
		groups++;
	user_become(0, true);
	return groups;
}

static void install_as(const struct person *opener, const struct person *installer)
{
	int master = open_master_as(opener), room = opener->capable ? 6 : 3;

	assert_int_equal(install_many_as(installer, master), room);
	assert_int_equal(errno, opener->capable ? EUSERS : EDQUOT);
	remove_many(room);
	close(master);
}

static void the_openers_capability_decides_about_groups(void **state)
{
	size_t i, j;

	(void)state;
	parameter_set("max_groups", 6);
	parameter_set("user_share", 50);
	for (i = 0; i < PERSONS; i++) {
		for (j = 0; j < PERSONS; j++)
			install_as(&everybody[i], &everybody[j]);
	}
}

static const struct CMUnitTest tests[] = {
	SHARES_TEST(the_whole_modules_memory_is_bounded),
	SHARES_TEST(the_last_byte_decides),
	SHARES_TEST(a_message_is_charged_what_it_takes),
	SHARES_TEST(a_refused_message_charges_nothing),
	SHARES_TEST(what_was_sent_stays_charged_until_the_close),
	SHARES_TEST(with_what_is_kept_one_can_send_however_low_the_bound),
	SHARES_TEST(what_is_kept_goes_before_a_message_is_refused),
	SHARES_TEST(not_more_than_so_much_is_kept),
	SHARES_TEST(a_user_has_a_share_of_the_memory),
	SHARES_TEST(a_smaller_share_holds_at_once),
	SHARES_TEST(the_openers_capability_decides_about_memory),
	SHARES_TEST(a_user_has_two_accounts),
	SHARES_TEST(the_number_of_groups_is_bounded),
	SHARES_TEST(a_user_has_a_share_of_the_groups),
	SHARES_TEST(a_share_is_at_least_one),
	SHARES_TEST(the_openers_capability_decides_about_groups),
};

int main(void)
{
	return cmocka_run_group_tests_name("groups: shares", tests, parameters_remember,
					   parameters_restore);
}
