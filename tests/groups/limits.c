// SPDX-License-Identifier: GPL-2.0
/* A group's limits, and its attributes: docs/interface-1.md, "Limits". */
#include "harness/bulk.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/parameters.h"
#include "harness/suite.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GROUP 401
#define OTHER_GROUP 402

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int limits_before_test(void **state)
{
	return parameters_restore(state) ?: suite_before_test(state);
}

#define LIMITS_TEST(name) \
	cmocka_unit_test_setup_teardown(name, limits_before_test, suite_after_test)

static int fresh(void)
{
	group_fresh(GROUP);
	return group_open(GROUP, O_RDWR);
}

static void the_defaults_are_those_of_the_book(void **state)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	int fd = fresh();

	(void)state;
	assert_int_equal(parameter_get("max_message_size"), 65536);
	assert_int_equal(parameter_get("max_storage_size"), 1048576);
	assert_int_equal(parameter_get("max_groups"), 8192);
	assert_int_equal(parameter_get("user_share"), 75);
	/* The kernel's own count of pages may have grown by some since. */
	assert_in_range(parameter_get("max_total_size"), pages / 4 * page * 9 / 10,
			pages / 4 * page * 11 / 10);
	assert_int_equal(group_get(GROUP, "max_message_size"), 65536);
	assert_int_equal(group_get(GROUP, "max_storage_size"), 1048576);
	close(fd);
}

static void the_longest_message_passes_and_no_longer_one(void **state)
{
	int fd = fresh();

	(void)state;
	bulk_send(fd, 65536);
	bulk_refused(fd, 65537, EMSGSIZE);
	group_set(GROUP, "max_message_size", "10");
	bulk_send(fd, 10);
	bulk_refused(fd, 11, EMSGSIZE);
	group_set(GROUP, "max_message_size", "1");
	bulk_send(fd, 1);
	bulk_refused(fd, 2, EMSGSIZE);
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
	parameter_set("max_message_size", 100);
	assert_int_equal(group_get(GROUP, "max_message_size"), 100);
	bulk_send(fd, 100);
	bulk_refused(fd, 101, EMSGSIZE);

	/* Its own. */
	group_set(GROUP, "max_message_size", "50");
	bulk_send(fd, 50);
	bulk_refused(fd, 51, EMSGSIZE);
	bulk_send(other, 100);

	/* The default changes for who follows it. */
	parameter_set("max_message_size", 20);
	assert_int_equal(group_get(GROUP, "max_message_size"), 50);
	assert_int_equal(group_get(OTHER_GROUP, "max_message_size"), 20);
	bulk_send(fd, 50);
	assert_fails(write(other, bulk(), 21), EMSGSIZE);

	/* And it follows again. */
	group_set(GROUP, "max_message_size", "0");
	assert_int_equal(group_get(GROUP, "max_message_size"), 20);
	bulk_refused(fd, 21, EMSGSIZE);
	parameter_set("max_message_size", 30);
	bulk_send(fd, 30);
	bulk_refused(fd, 31, EMSGSIZE);
	close(fd);
	close(other);
}

static void the_same_holds_for_storage(void **state)
{
	int fd = fresh(), other;

	(void)state;
	group_fresh(OTHER_GROUP);
	other = group_open(OTHER_GROUP, O_RDWR);
	parameter_set("max_storage_size", 100);
	bulk_send(fd, 100);
	bulk_refused(fd, 1, ENOSPC);
	group_set(GROUP, "max_storage_size", "150");
	bulk_send(fd, 50);
	bulk_refused(fd, 1, ENOSPC);
	parameter_set("max_storage_size", 1000);
	bulk_refused(fd, 1, ENOSPC);
	bulk_send(other, 1000);
	assert_fails(write(other, bulk(), 1), ENOSPC);
	group_set(GROUP, "max_storage_size", "0");
	assert_int_equal(group_get(GROUP, "max_storage_size"), 1000);
	bulk_send(fd, 850);
	bulk_refused(fd, 1, ENOSPC);
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
	bulk_send(fd, 65536);
	close(fd);
}

static void the_largest_message_of_all_passes(void **state)
{
	size_t size = SYNCHMESS_MAX_MESSAGE_SIZE, i;
	char *sent = bulk(), *got = malloc(size + 1);
	int fd = fresh();

	(void)state;
	assert_non_null(got);
	group_set(GROUP, "max_message_size", "16777216");
	group_set(GROUP, "max_storage_size", "16777216");
	for (i = 0; i < size; i += 4093)
		sent[i] = i * 31 / 4093;
	memset(got, '_', size + 1);
	bulk_refused(fd, size + 1, EMSGSIZE);
	bulk_send(fd, size);
	bulk_refused(fd, 1, ENOSPC);
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
			bulk_send(fd, 65536);
		assert_int_equal(group_get(GROUP, "statistics/stored"), 1048576);
		bulk_refused(fd, 1, ENOSPC);
		for (i = 0; i < 16; i++)
			bulk_take(fd);
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
	bulk_send(fd, 7);
	bulk_refused(fd, 4, ENOSPC);
	bulk_send(fd, 3);
	bulk_refused(fd, 11, ENOSPC);
	close(fd);
}

static void a_read_gives_storage_back_exactly_once(void **state)
{
	int fd = fresh();

	(void)state;
	group_set(GROUP, "max_storage_size", "100");
	bulk_send(fd, 40);
	bulk_send(fd, 60);
	bulk_refused(fd, 1, ENOSPC);
	bulk_take(fd);	/* cut to one byte: all of it comes back */
	assert_int_equal(group_get(GROUP, "statistics/stored"), 60);
	bulk_refused(fd, 41, ENOSPC);
	bulk_send(fd, 40);
	bulk_refused(fd, 1, ENOSPC);
	bulk_take(fd);
	bulk_take(fd);
	group_expect_empty(fd);
	bulk_refused(fd, 101, ENOSPC);
	bulk_send(fd, 100);
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
	bulk_refused(fd, 1, ENOSPC);
	bulk_refused(fd, 4, EMSGSIZE);
	group_expect(fd, "twelve bytes");
	bulk_refused(fd, 2, ENOSPC);
	bulk_send(fd, 1);
	bulk_refused(fd, 1, ENOSPC);
	group_expect(fd, "nine more");
	bulk_take(fd);
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
	bulk_send(fd, 1);
	bulk_refused(fd, 1, ENOSPC);
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
		long value = parameter_get(wrong[i].name);

		assert_fails(parameter_try_set(wrong[i].name, wrong[i].value), EINVAL);
		assert_int_equal(parameter_get(wrong[i].name), value);
	}
	parameter_set("max_message_size", 16777216);
	parameter_set("max_storage_size", LONG_MAX);
	parameter_set("max_groups", 65535);
	parameter_set("user_share", 1);
	parameter_set("user_share", 100);
	assert_int_equal(parameter_get("max_storage_size"), LONG_MAX);
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
};

int main(void)
{
	return cmocka_run_group_tests_name("groups: limits", tests, parameters_remember,
					   parameters_restore);
}
