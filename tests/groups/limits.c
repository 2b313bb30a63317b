// SPDX-License-Identifier: GPL-2.0
/* Limits, their attributes, and what one user can take: docs/interface-1.md. */
#include "harness/clock.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/process.h"
#include "harness/suite.h"
#include "harness/sysfs.h"

#include <linux/synchmess.h>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GROUP 401
#define OTHER_GROUP 402
#define FIRST_OF_MANY 410

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char * const names[] = {
	"max_message_size", "max_storage_size", "max_total_size", "max_groups", "user_share",
};

static char before[COUNT(names)][64];

static void parameter_path(const char *name, char *path, size_t size)
{
	snprintf(path, size, MODULE_PARAMETERS "%s", name);
}

static int try_parameter(const char *name, const char *value)
{
	char path[128];

	parameter_path(name, path, sizeof(path));
	return sysfs_try_write(path, value);
}

static long parameter(const char *name)
{
	char path[128];

	parameter_path(name, path, sizeof(path));
	return sysfs_read_number(path);
}

static void set_parameter(const char *name, const char *value)
{
	assert_ok(try_parameter(name, value));
}

/* Groups of other programs, as /sys/class/synchmess lists them; the master has no number. */
static unsigned int next_group(DIR *class)
{
	const struct dirent *entry;
	unsigned int number;

	while ((entry = readdir(class))) {
		if (sscanf(entry->d_name, "synchmess%u", &number) == 1)
			return number;
	}
	return 0;
}

static DIR *open_class(void)
{
	DIR *class = opendir("/sys/class/synchmess");

	assert_non_null(class);
	return class;
}

static int count_groups(void)
{
	DIR *class = open_class();
	int count = 0;

	while (next_group(class))
		count++;
	closedir(class);
	return count;
}

/* What they may have left would count against the bounds of the whole module. */
static void remove_all_groups(void)
{
	DIR *class = open_class();
	unsigned int number;

	while ((number = next_group(class)))
		group_remove(number);
	closedir(class);
}

static int remember_parameters(void **state)
{
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		parameter_path(names[i], path, sizeof(path));
		sysfs_read(path, before[i], sizeof(before[i]));
	}
	return 0;
}

static int restore_parameters(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		if (try_parameter(names[i], before[i]))
			return -1;
	}
	return 0;
}

static int limits_before_test(void **state)
{
	remove_all_groups();
	return restore_parameters(state) ?: suite_before_test(state);
}

#define LIMITS_TEST(name) \
	cmocka_unit_test_setup_teardown(name, limits_before_test, suite_after_test)

static int fresh(void)
{
	group_fresh(GROUP);
	return group_open(GROUP, O_RDWR);
}

/* Bytes that a message of any size may have; never read by anybody. */
static char *payload(void)
{
	static char *bytes;

	if (!bytes)
		bytes = calloc(1, SYNCHMESS_MAX_MESSAGE_SIZE + 1);
	assert_non_null(bytes);
	return bytes;
}

static void expect_sends(int fd, size_t size)
{
	assert_int_equal(write(fd, payload(), size), size);
}

static void expect_refuses(int fd, size_t size, int error)
{
	long sent = group_get(GROUP, "statistics/sent");
	long stored = group_get(GROUP, "statistics/stored");

	assert_fails(write(fd, payload(), size), error);
	assert_int_equal(group_get(GROUP, "statistics/sent"), sent);
	assert_int_equal(group_get(GROUP, "statistics/stored"), stored);
}

static void expect_takes(int fd, ssize_t size)
{
	char got[1];

	assert_int_equal(read(fd, got, 1), size < 1 ? size : 1);
}

static void the_defaults_are_those_of_the_book(void **state)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	int fd = fresh();

	(void)state;
	assert_int_equal(parameter("max_message_size"), 65536);
	assert_int_equal(parameter("max_storage_size"), 1048576);
	assert_int_equal(parameter("max_groups"), 8192);
	assert_int_equal(parameter("user_share"), 75);
	/* The kernel's own count of pages may have grown by some since. */
	assert_in_range(parameter("max_total_size"), pages / 4 * page * 9 / 10,
			pages / 4 * page * 11 / 10);
	assert_int_equal(group_get(GROUP, "max_message_size"), 65536);
	assert_int_equal(group_get(GROUP, "max_storage_size"), 1048576);
	close(fd);
}

static void the_longest_message_passes_and_no_longer_one(void **state)
{
	int fd = fresh();

	(void)state;
	expect_sends(fd, 65536);
	expect_refuses(fd, 65537, EMSGSIZE);
	group_set(GROUP, "max_message_size", "10");
	expect_sends(fd, 10);
	expect_refuses(fd, 11, EMSGSIZE);
	group_set(GROUP, "max_message_size", "1");
	expect_sends(fd, 1);
	expect_refuses(fd, 2, EMSGSIZE);
	assert_int_equal(write(fd, "", 0), 0);
	assert_int_equal(group_get(GROUP, "statistics/queued"), 3);
	close(fd);
}

static void a_group_follows_the_default_until_it_has_its_own(void **state)
{
	int fd = fresh(), other;

	(void)state;
	group_fresh(OTHER_GROUP);
	other = group_open(OTHER_GROUP, O_RDWR);

	/* The default, also when it changes. */
	set_parameter("max_message_size", "100");
	assert_int_equal(group_get(GROUP, "max_message_size"), 100);
	expect_sends(fd, 100);
	expect_refuses(fd, 101, EMSGSIZE);

	/* Its own. */
	group_set(GROUP, "max_message_size", "50");
	expect_sends(fd, 50);
	expect_refuses(fd, 51, EMSGSIZE);
	expect_sends(other, 100);

	/* The default changes for who follows it. */
	set_parameter("max_message_size", "20");
	assert_int_equal(group_get(GROUP, "max_message_size"), 50);
	assert_int_equal(group_get(OTHER_GROUP, "max_message_size"), 20);
	expect_sends(fd, 50);
	assert_fails(write(other, payload(), 21), EMSGSIZE);

	/* And it follows again. */
	group_set(GROUP, "max_message_size", "0");
	assert_int_equal(group_get(GROUP, "max_message_size"), 20);
	expect_refuses(fd, 21, EMSGSIZE);
	set_parameter("max_message_size", "30");
	expect_sends(fd, 30);
	expect_refuses(fd, 31, EMSGSIZE);
	close(fd);
	close(other);
}

static void the_same_holds_for_storage(void **state)
{
	int fd = fresh(), other;

	(void)state;
	group_fresh(OTHER_GROUP);
	other = group_open(OTHER_GROUP, O_RDWR);
	set_parameter("max_storage_size", "100");
	expect_sends(fd, 100);
	expect_refuses(fd, 1, ENOSPC);
	group_set(GROUP, "max_storage_size", "150");
	expect_sends(fd, 50);
	expect_refuses(fd, 1, ENOSPC);
	set_parameter("max_storage_size", "1000");
	expect_refuses(fd, 1, ENOSPC);
	expect_sends(other, 1000);
	assert_fails(write(other, payload(), 1), ENOSPC);
	group_set(GROUP, "max_storage_size", "0");
	assert_int_equal(group_get(GROUP, "max_storage_size"), 1000);
	expect_sends(fd, 850);
	expect_refuses(fd, 1, ENOSPC);
	close(fd);
	close(other);
}

static void a_groups_limits_go_with_it(void **state)
{
	int fd = fresh();

	(void)state;
	group_set(GROUP, "max_message_size", "5");
	group_set(GROUP, "max_storage_size", "5");
	close(fd);
	fd = fresh();
	assert_int_equal(group_get(GROUP, "max_message_size"), 65536);
	assert_int_equal(group_get(GROUP, "max_storage_size"), 1048576);
	expect_sends(fd, 65536);
	close(fd);
}

static void the_largest_message_of_all_passes(void **state)
{
	size_t size = SYNCHMESS_MAX_MESSAGE_SIZE, i;
	char *sent = payload(), *got = malloc(size + 1);
	int fd = fresh();

	(void)state;
	assert_non_null(got);
	group_set(GROUP, "max_message_size", "16777216");
	group_set(GROUP, "max_storage_size", "16777216");
	for (i = 0; i < size; i += 4093)
		sent[i] = i * 31 / 4093;
	memset(got, '_', size + 1);
	expect_refuses(fd, size + 1, EMSGSIZE);
	expect_sends(fd, size);
	expect_refuses(fd, 1, ENOSPC);
	assert_int_equal(read(fd, got, size + 1), size);
	assert_int_equal(memcmp(sent, got, size), 0);
	assert_int_equal(got[size], '_');
	assert_int_equal(group_get(GROUP, "statistics/stored"), 0);
	free(got);
	close(fd);
}

static void storage_is_filled_to_the_last_byte(void **state)
{
	int fd = fresh(), round;

	(void)state;
	for (round = 0; round < 3; round++) {
		int i;

		for (i = 0; i < 16; i++)
			expect_sends(fd, 65536);
		assert_int_equal(group_get(GROUP, "statistics/stored"), 1048576);
		expect_refuses(fd, 1, ENOSPC);
		for (i = 0; i < 16; i++)
			expect_takes(fd, 65536);
		group_expect_empty(fd);
		assert_int_equal(group_get(GROUP, "statistics/stored"), 0);
	}
	group_expect_balance(GROUP);
	close(fd);
}

static void a_message_that_does_not_fit_is_refused_whole(void **state)
{
	int fd = fresh();

	(void)state;
	group_set(GROUP, "max_storage_size", "10");
	expect_sends(fd, 7);
	expect_refuses(fd, 4, ENOSPC);
	expect_sends(fd, 3);
	expect_refuses(fd, 11, ENOSPC);
	close(fd);
}

static void a_read_gives_storage_back_exactly_once(void **state)
{
	int fd = fresh();

	(void)state;
	group_set(GROUP, "max_storage_size", "100");
	expect_sends(fd, 40);
	expect_sends(fd, 60);
	expect_refuses(fd, 1, ENOSPC);
	expect_takes(fd, 40);	/* cut to one byte: all of it comes back */
	assert_int_equal(group_get(GROUP, "statistics/stored"), 60);
	expect_refuses(fd, 41, ENOSPC);
	expect_sends(fd, 40);
	expect_refuses(fd, 1, ENOSPC);
	expect_takes(fd, 60);
	expect_takes(fd, 40);
	group_expect_empty(fd);
	expect_refuses(fd, 101, ENOSPC);
	expect_sends(fd, 100);
	close(fd);
}

static void lower_limits_leave_what_is_stored(void **state)
{
	int fd = fresh();

	(void)state;
	group_send(fd, "twelve bytes");
	group_send(fd, "nine more");
	group_set(GROUP, "max_storage_size", "10");
	group_set(GROUP, "max_message_size", "3");
	assert_int_equal(group_get(GROUP, "statistics/stored"), 21);
	expect_refuses(fd, 1, ENOSPC);
	expect_refuses(fd, 4, EMSGSIZE);
	group_expect(fd, "twelve bytes");
	expect_refuses(fd, 2, ENOSPC);
	expect_sends(fd, 1);
	expect_refuses(fd, 1, ENOSPC);
	group_expect(fd, "nine more");
	expect_takes(fd, 1);
	group_expect_empty(fd);
	close(fd);
}

static void a_groups_limits_have_a_range(void **state)
{
	static const struct {
		const char *attribute, *value;
	} wrong[] = {
		{ "max_message_size", "16777217" },
		{ "max_message_size", "-1" },
		{ "max_message_size", "ten" },
		{ "max_message_size", "10 bytes" },
		{ "max_message_size", "\n" },
		{ "max_message_size", "99999999999999999999999" },
		{ "max_storage_size", "9223372036854775808" },
		{ "max_storage_size", "-1" },
		{ "max_storage_size", "1.5" },
		{ "max_storage_size", "0x" },
		{ "max_storage_size", "18446744073709551616" },
	};
	size_t i;
	int fd;

	(void)state;
	group_fresh(GROUP);
	group_set(GROUP, "max_message_size", "1000");
	group_set(GROUP, "max_storage_size", "2000");
	for (i = 0; i < COUNT(wrong); i++) {
		assert_fails(group_try_set(GROUP, wrong[i].attribute, wrong[i].value), EINVAL);
		assert_int_equal(group_get(GROUP, "max_message_size"), 1000);
		assert_int_equal(group_get(GROUP, "max_storage_size"), 2000);
	}
	group_set(GROUP, "max_message_size", "16777216");
	group_set(GROUP, "max_storage_size", "9223372036854775807");
	assert_int_equal(group_get(GROUP, "max_message_size"), 16777216);
	assert_int_equal(group_get(GROUP, "max_storage_size"), LONG_MAX);
	group_set(GROUP, "max_message_size", "1");
	group_set(GROUP, "max_storage_size", "1");
	fd = group_open(GROUP, O_RDWR);
	expect_sends(fd, 1);
	expect_refuses(fd, 1, ENOSPC);
	close(fd);
}

static void the_modules_limits_have_a_range(void **state)
{
	static const struct {
		const char *name, *value;
	} wrong[] = {
		{ "max_message_size", "0" },
		{ "max_message_size", "16777217" },
		{ "max_message_size", "-1" },
		{ "max_message_size", "99999999999999999999999" },
		{ "max_storage_size", "0" },
		{ "max_storage_size", "9223372036854775808" },
		{ "max_storage_size", "all" },
		{ "max_total_size", "0" },
		{ "max_total_size", "-5" },
		{ "max_total_size", "5k" },
		{ "max_groups", "0" },
		{ "max_groups", "65536" },
		{ "user_share", "0" },
		{ "user_share", "101" },
		{ "user_share", "half" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++) {
		long value = parameter(wrong[i].name);

		assert_fails(try_parameter(wrong[i].name, wrong[i].value), EINVAL);
		assert_int_equal(parameter(wrong[i].name), value);
	}
	set_parameter("max_message_size", "16777216");
	set_parameter("max_storage_size", "9223372036854775807");
	set_parameter("max_groups", "65535");
	set_parameter("user_share", "1");
	set_parameter("user_share", "100");
	assert_int_equal(parameter("max_storage_size"), LONG_MAX);
}

static void statistics_balance_at_every_step(void **state)
{
	char got[8];
	int fd = fresh();

	(void)state;
	group_send(fd, "delivered");
	group_expect(fd, "delivered");
	group_expect_balance(GROUP);
	group_set_delay(fd, 3600000);
	group_send(fd, "revoked");
	group_expect_balance(GROUP);
	assert_int_equal(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), 0);
	group_expect_balance(GROUP);
	group_send(fd, "scheduled");
	group_set_delay(fd, 0);
	group_send(fd, "queued");
	group_send(fd, "queued");
	group_set(GROUP, "max_storage_size", "1");
	assert_fails(write(fd, "refused", 7), ENOSPC);
	assert_fails(read(fd, memory_bad(), sizeof(got)), EFAULT);
	group_expect_balance(GROUP);
	assert_int_equal(group_get(GROUP, "statistics/sent"), 5);
	assert_int_equal(group_get(GROUP, "statistics/delivered"), 1);
	assert_int_equal(group_get(GROUP, "statistics/queued"), 2);
	assert_int_equal(group_get(GROUP, "statistics/scheduled"), 1);
	assert_int_equal(group_get(GROUP, "statistics/revoked"), 1);
	assert_int_equal(group_get(GROUP, "statistics/overwritten"), 0);
	assert_int_equal(group_get(GROUP, "statistics/dropped"), 0);
	assert_int_equal(group_get(GROUP, "statistics/stored"), 9 + 6 + 6);
	close(fd);
}

/* Fills a group with messages of SIZE bytes; how many fit, errno tells why no more. */
static long fill(int fd, size_t size)
{
	long count = 0;

	while (write(fd, payload(), size) == (ssize_t)size)
		count++;
	return count;
}

#define TOTAL 1000000
#define SIZE 10000

static void the_whole_modules_memory_is_bounded(void **state)
{
	int fd = fresh(), other;

	(void)state;
	group_fresh(OTHER_GROUP);
	other = group_open(OTHER_GROUP, O_RDWR);
	group_set(GROUP, "max_storage_size", "100000000");
	set_parameter("max_total_size", "1000000");

	/* Bookkeeping counts, so there is room for less than TOTAL / SIZE. */
	assert_in_range(fill(fd, SIZE), TOTAL / SIZE - 2, TOTAL / SIZE - 1);
	assert_int_equal(errno, ENOSPC);
	expect_refuses(fd, SIZE, ENOSPC);
	assert_fails(write(other, payload(), SIZE), ENOSPC);

	/* What one group gives back another may take. */
	expect_takes(fd, SIZE);
	expect_sends(other, SIZE);
	expect_refuses(fd, SIZE, ENOSPC);

	/* The bound may change at any time. */
	set_parameter("max_total_size", "1");
	expect_takes(fd, SIZE);
	expect_refuses(fd, 1, ENOSPC);
	set_parameter("max_total_size", "1000000");
	expect_sends(fd, SIZE);
	expect_refuses(fd, SIZE, ENOSPC);

	/* A removed group gives all back. */
	close(fd);
	fd = fresh();
	group_set(GROUP, "max_storage_size", "100000000");
	assert_in_range(fill(fd, SIZE), TOTAL / SIZE - 3, TOTAL / SIZE - 2);
	assert_int_equal(errno, ENOSPC);
	close(fd);
	close(other);
	group_remove(GROUP);
	group_remove(OTHER_GROUP);
}

/* One message of a byte less than the bound passes only if nothing is charged. */
static void a_refused_message_charges_nothing(void **state)
{
	int fd = fresh(), i;

	(void)state;
	set_parameter("max_total_size", "50000");
	group_set(GROUP, "max_storage_size", "40000");
	for (i = 0; i < 100; i++) {
		assert_fails(write(fd, memory_bad(), 30000), EFAULT);
		assert_fails(write(fd, payload(), 40001), ENOSPC);
		assert_fails(write(fd, payload(), 60000), ENOSPC);
		assert_fails(write(fd, payload(), 70000), EMSGSIZE);
	}
	expect_sends(fd, 40000);
	expect_takes(fd, 40000);
	close(fd);
	group_remove(GROUP);
}

/* Other users get in as soon as udev has been there. */
static int open_as_user(void)
{
	uint64_t deadline = clock_ms() + 10000;
	int fd;

	do
		fd = open(SYNCHMESS_MASTER_PATH "401", O_RDWR | O_CLOEXEC);
	while (fd < 0 && errno == EACCES && clock_ms() < deadline);
	return fd;
}

static int use_up_the_share_of_memory(void *unused)
{
	int fd = open_as_user();
	char got[1];
	long count;

	(void)unused;
	CHILD_CHECK(fd >= 0);
	count = fill(fd, SIZE);
	CHILD_CHECK_FAILS(write(fd, payload(), SIZE), EDQUOT);
	CHILD_CHECK(count >= TOTAL / 2 / SIZE - 1 && count < TOTAL / 2 / SIZE);

	/* Freeing makes room again, for exactly as much. */
	CHILD_CHECK(read(fd, got, 1) == 1);
	CHILD_CHECK(write(fd, payload(), SIZE) == SIZE);
	CHILD_CHECK_FAILS(write(fd, payload(), SIZE), EDQUOT);
	return 0;
}

static int have_no_share_left(void *unused)
{
	int fd = open_as_user();

	(void)unused;
	CHILD_CHECK(fd >= 0);
	CHILD_CHECK_FAILS(write(fd, payload(), SIZE), EDQUOT);
	return 0;
}

static int have_a_share(void *unused)
{
	int fd = open_as_user();

	(void)unused;
	CHILD_CHECK(fd >= 0);
	CHILD_CHECK(write(fd, payload(), SIZE) == SIZE);
	return 0;
}

static void a_user_has_a_share_of_the_memory(void **state)
{
	int fd, i;

	(void)state;
	payload();
	fd = fresh();
	group_set(GROUP, "max_storage_size", "100000000");
	set_parameter("max_total_size", "1000000");
	set_parameter("user_share", "50");

	process_run_as("alice", use_up_the_share_of_memory, NULL);
	/* Of the user, not of the process or the open file. */
	process_run_as("alice", have_no_share_left, NULL);
	process_run_as("bob", have_a_share, NULL);

	/* Root is bound by the module's bound alone: the other half and more. */
	assert_in_range(fill(fd, SIZE), TOTAL / 2 / SIZE - 4, TOTAL / 2 / SIZE);
	assert_int_equal(errno, ENOSPC);

	/* Who reads does not matter: alice's messages are alice's. */
	for (i = 0; i < 10; i++)
		expect_takes(fd, SIZE);
	process_run_as("alice", have_a_share, NULL);
	close(fd);
	group_remove(GROUP);
}

static void a_smaller_share_holds_at_once(void **state)
{
	int fd;

	(void)state;
	payload();
	fd = fresh();
	set_parameter("max_total_size", "1000000");
	process_run_as("alice", have_a_share, NULL);
	set_parameter("user_share", "1");
	process_run_as("alice", have_no_share_left, NULL);
	expect_takes(fd, SIZE);
	group_expect_empty(fd);
	process_run_as("alice", have_no_share_left, NULL);
	set_parameter("user_share", "100");
	process_run_as("alice", have_a_share, NULL);
	close(fd);
	group_remove(GROUP);
}

static int try_install(unsigned int number)
{
	struct group_t group = { .descriptor = number };
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC), result, error;

	if (master < 0)
		return -1;
	result = ioctl(master, IOCTL_INSTALL_GROUP, &group);
	error = errno;
	close(master);
	errno = error;
	return result;
}

static void set_room_for_groups(int more)
{
	char value[16];

	snprintf(value, sizeof(value), "%d", count_groups() + more);
	set_parameter("max_groups", value);
}

static void remove_many(int count)
{
	int i;

	for (i = 0; i < count; i++)
		group_remove(FIRST_OF_MANY + i);
}

static void the_number_of_groups_is_bounded(void **state)
{
	int i;

	(void)state;
	set_room_for_groups(3);
	for (i = 0; i < 3; i++)
		assert_ok(try_install(FIRST_OF_MANY + i));
	assert_fails(try_install(FIRST_OF_MANY + 3), EUSERS);
	assert_int_not_equal(access("/sys/class/synchmess/synchmess413", F_OK), 0);

	/* One that exists needs no room. */
	assert_ok(try_install(FIRST_OF_MANY));
	group_remove(FIRST_OF_MANY);
	assert_ok(try_install(FIRST_OF_MANY + 3));
	assert_fails(try_install(FIRST_OF_MANY), EUSERS);
	set_room_for_groups(1);
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
	int *number = argument;

	CHILD_CHECK(!try_install(*number));
	return 0;
}

static void a_user_has_a_share_of_the_groups(void **state)
{
	int next = FIRST_OF_MANY + ALICES_GROUPS, i;

	(void)state;
	set_parameter("max_groups", "1000");
	set_parameter("user_share", "1");
	set_parameter("max_groups", "500");	/* of which one per cent is five */
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
	int number = FIRST_OF_MANY;

	(void)state;
	set_room_for_groups(10);
	set_parameter("user_share", "1");
	process_run_as("alice", install_one, &number);
	group_remove(FIRST_OF_MANY);
}

static const struct CMUnitTest tests[] = {
	LIMITS_TEST(the_defaults_are_those_of_the_book),
	LIMITS_TEST(the_longest_message_passes_and_no_longer_one),
	LIMITS_TEST(a_group_follows_the_default_until_it_has_its_own),
	LIMITS_TEST(the_same_holds_for_storage),
	LIMITS_TEST(a_groups_limits_go_with_it),
	LIMITS_TEST(the_largest_message_of_all_passes),
	LIMITS_TEST(storage_is_filled_to_the_last_byte),
	LIMITS_TEST(a_message_that_does_not_fit_is_refused_whole),
	LIMITS_TEST(a_read_gives_storage_back_exactly_once),
	LIMITS_TEST(lower_limits_leave_what_is_stored),
	LIMITS_TEST(a_groups_limits_have_a_range),
	LIMITS_TEST(the_modules_limits_have_a_range),
	LIMITS_TEST(statistics_balance_at_every_step),
	LIMITS_TEST(the_whole_modules_memory_is_bounded),
	LIMITS_TEST(a_refused_message_charges_nothing),
	LIMITS_TEST(a_user_has_a_share_of_the_memory),
	LIMITS_TEST(a_smaller_share_holds_at_once),
	LIMITS_TEST(the_number_of_groups_is_bounded),
	LIMITS_TEST(a_user_has_a_share_of_the_groups),
	LIMITS_TEST(a_share_is_at_least_one),
};

int main(void)
{
	return cmocka_run_group_tests_name("groups: limits", tests, remember_parameters,
					   restore_parameters);
}
