// SPDX-License-Identifier: GPL-2.0
/* How long messages wait, and how many: docs/tracing.md. */
#include "harness/batch.h"
#include "harness/lease.h"
#include "harness/own_group.h"
#include "harness/registered.h"
#include "harness/sysfs.h"
#include "harness/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TABLE "histograms"

static char name[32];

static int prepare(void **state)
{
	int err = own_group_open(state);

	snprintf(name, sizeof(name), "group %u", batch_stat(fd).descriptor);
	sysfs_write(TABLE_FOLDER TABLE, "1");
	return err;
}

static int clean_up(void **state)
{
	sysfs_write(TABLE_FOLDER TABLE, "0");
	return own_group_close(state);
}

#define TEST_COUNTED(name) cmocka_unit_test_setup_teardown(name, prepare, clean_up)

/* "group 7 depth 4", for example. */
static const char *bucket(const char *what, unsigned long from)
{
	static char words[64];

	snprintf(words, sizeof(words), "%s %s %lu", name, what, from);
	return words;
}

static const char *buckets(const char *what)
{
	static char words[64];

	snprintf(words, sizeof(words), "%s %s", name, what);
	return words;
}

static void send_some(unsigned int count)
{
	while (count--)
		batch_send_text(fd, "x", 0, 0, 0);
}

static void depths_are_counted(void **state)
{
	(void)state;
	send_some(9);
	assert_int_equal(table_number(TABLE, bucket("depth", 0), 0), 1);
	assert_int_equal(table_number(TABLE, bucket("depth", 2), 0), 2);
	assert_int_equal(table_number(TABLE, bucket("depth", 4), 0), 4);
	assert_int_equal(table_number(TABLE, bucket("depth", 8), 0), 2);
	table_expect_count(TABLE, buckets("depth"), 4);
	table_expect_count(TABLE, buckets("wait-ns"), 0);
}

/* The bucket of a wait between these two times is one that holds them. */
static void waits_are_counted(void **state)
{
	uint64_t least, before, after, from;

	(void)state;
	before = now_ns();
	send_some(1);
	least = now_ns();
	usleep(20000);
	least = now_ns() - least;
	batch_expect(fd, "x");
	after = now_ns();
	table_expect_count(TABLE, buckets("wait-ns"), 1);
	from = table_number(TABLE, buckets("wait-ns"), 0);
	assert_int_equal(table_number(TABLE, buckets("wait-ns"), 1), 1);
	assert_true(from * 2 > least);
	assert_true(from <= after - before);
}

static void a_delay_is_no_waiting(void **state)
{
	uint64_t published;

	(void)state;
	batch_send_text(fd, "later", 0, HOUR, 0);
	usleep(20000);
	table_expect_count(TABLE, name, 0);
	published = now_ns();
	assert_ok(fsync(fd));
	assert_int_equal(table_number(TABLE, bucket("depth", 0), 0), 1);
	batch_expect(fd, "later");
	assert_true((uint64_t)table_number(TABLE, buckets("wait-ns"), 0) <= now_ns() - published);
}

static void a_lease_is_a_delivery(void **state)
{
	(void)state;
	send_some(1);
	lease_token(fd, "x");
	table_expect_count(TABLE, buckets("wait-ns"), 1);
}

static void mailboxes_have_theirs(void **state)
{
	int alice = registered_as("alice", NULL);

	(void)state;
	assert_int_equal(registered_send(alice, "alice", "hello"), 1);
	assert_int_equal(table_number(TABLE, "mailbox alice depth 0", 0), 1);
	close(alice);
	table_expect_count(TABLE, "mailbox", 0);
}

static void another_turn_begins_anew(void **state)
{
	(void)state;
	send_some(3);
	sysfs_write(TABLE_FOLDER TABLE, "0");
	table_expect_count(TABLE, buckets("depth"), 2);
	send_some(5);
	table_expect_count(TABLE, buckets("depth"), 2);
	sysfs_write(TABLE_FOLDER TABLE, "1");
	table_expect_count(TABLE, name, 0);
	send_some(1);
	assert_int_equal(table_number(TABLE, bucket("depth", 8), 0), 1);
	table_expect_count(TABLE, name, 1);
}

static void the_switch_knows_on_and_off(void **state)
{
	(void)state;
	assert_fails(sysfs_try_write(TABLE_FOLDER TABLE, "maybe"), EINVAL);
	sysfs_write(TABLE_FOLDER TABLE, "off");
	sysfs_write(TABLE_FOLDER TABLE, "y");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_COUNTED(depths_are_counted),
		TEST_COUNTED(waits_are_counted),
		TEST_COUNTED(a_delay_is_no_waiting),
		TEST_COUNTED(a_lease_is_a_delivery),
		TEST_COUNTED(mailboxes_have_theirs),
		TEST_COUNTED(another_turn_begins_anew),
		TEST_COUNTED(the_switch_knows_on_and_off),
	};

	return RUN_SUITE("histograms", tests);
}
