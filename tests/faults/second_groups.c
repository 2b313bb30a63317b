// SPDX-License-Identifier: GPL-2.0
/*
 * The second interface of the master: making, finding, listing and removing groups,
 * with each allocation and user copy failing once.
 */
#include "harness/batch.h"
#include "harness/charges.h"
#include "harness/group.h"
#include "harness/named.h"
#include "harness/quota.h"
#include "harness/sweep.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP 621
#define NAME "swept"
#define LENGTH 7

static int master, fd;
static long charged;
static struct synchmess_create plan;
static struct synchmess_stat stats[4];
static long result;

static void begin(void)
{
	group_remove_all();
	charged = quota_charged();
	master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	assert_ok(master);
}

static void end(void)
{
	close(master);
	assert_int_equal(quota_charged(), charged);
	charges_expect_groups();
}

static const struct synchmess_settings settings = {
	.max_messages = LENGTH, .full = SYNCHMESS_FULL_FAIL, .empty = SYNCHMESS_EMPTY_EOF,
};

static struct synchmess_create plan_it(void)
{
	struct synchmess_create it = named_plan(NAME);

	it.descriptor = GROUP;
	it.settings = user(&settings);
	it.settings_size = sizeof(settings);
	return it;
}

static void make_it(void)
{
	plan = plan_it();
	fd = named_create(&plan);
	assert_ok(fd);
}

/* ---- create */

static long create(void)
{
	return result = ioctl(master, SYNCHMESS_CREATE, &plan);
}

static void plan_new(void)
{
	plan = plan_it();
}

static void plan_transient(void)
{
	plan = plan_it();
	plan.flags = SYNCHMESS_TRANSIENT;
}

static void expect_no_group(void)
{
	assert_false(named_exists(GROUP, NULL));
	assert_false(named_exists(0, NAME));
	assert_int_not_equal(access(named_node(GROUP), F_OK), 0);
}

static void expect_node(void)
{
	struct stat node;

	assert_ok(stat(named_node(GROUP), &node));
	assert_int_equal(node.st_mode & 0777, plan.mode);
}

static void use_it(void)
{
	struct synchmess_stat stat = batch_stat(result);

	assert_int_equal(plan.descriptor, GROUP);
	assert_string_equal(stat.name, NAME);
	assert_int_equal(stat.max_messages, LENGTH);
	assert_int_equal(stat.full, SYNCHMESS_FULL_FAIL);
	batch_send_text(result, "hello", 0, 0, 0);
	batch_expect(result, "hello");
	expect_node();
	close(result);
}

static void use_and_remove(void)
{
	use_it();
	assert_ok(named_remove(0, NAME));
	expect_no_group();
}

static void use_and_close(void)
{
	use_it();
	expect_no_group();
}

static void begin_existing(void)
{
	begin();
	make_it();
	sweep_watch(fd);
}

static void end_existing(void)
{
	close(fd);
	assert_ok(named_remove(GROUP, NULL));
	end();
}

static void send_one(void)
{
	batch_send_text(fd, "stays", 0, 0, 0);
}

static void expect_the_one(void)
{
	batch_expect(fd, "stays");
	batch_expect_books(fd, 0, 0, 0);
}

/* The message that is there goes to who has opened the group. */
static void expect_it_in_the_result(void)
{
	batch_expect(result, "stays");
	close(result);
	batch_expect_books(fd, 0, 0, 0);
}

/* ---- remove, by name */

static void make_for_removal(void)
{
	make_it();
	send_one();
}

static long remove_it(void)
{
	struct synchmess_target target = { .name = NAME };

	return ioctl(master, SYNCHMESS_REMOVE, &target);
}

static void expect_still_there(void)
{
	batch_expect_books(fd, 1, 0, strlen("stays"));
	assert_true(named_exists(GROUP, NULL));
}

static void expect_removed(void)
{
	assert_fails(write(fd, "x", 1), ENODEV);
	close(fd);
	expect_no_group();
}

/* ---- looking */

static long list(void)
{
	struct synchmess_list list = {
		.entries = user(stats), .count = 4, .entry_size = sizeof(stats[0]),
	};

	memset(stats, 0, sizeof(stats));
	return result = ioctl(master, SYNCHMESS_LIST, &list);
}

static void expect_listed(void)
{
	assert_int_equal(result, 1);
	assert_string_equal(stats[0].name, NAME);
	assert_int_equal(stats[0].queued, 1);
	expect_the_one();
}

static long stat_of(int file, const char *name)
{
	memset(stats, 0, sizeof(stats[0]));
	memcpy(stats[0].name, name, strlen(name));
	return result = ioctl(file, SYNCHMESS_STAT, stats);
}

static long stat_by_name(void)
{
	return stat_of(master, NAME);
}

static long stat_of_file(void)
{
	return stat_of(fd, "");
}

static void expect_told(void)
{
	assert_int_equal(stats[0].descriptor, GROUP);
	assert_int_equal(stats[0].queued, 1);
	expect_the_one();
}

static long query(void)
{
	struct synchmess_query query;

	return ioctl(master, SYNCHMESS_QUERY, &query);
}

static long why(void)
{
	struct synchmess_why why;

	return ioctl(master, SYNCHMESS_WHY, &why);
}

#define NEW .begin = begin, .end = end
#define EXISTING .begin = begin_existing, .end = end_existing
#define NO_MEMORY_OR_FAULT .errors = { ENOMEM, EFAULT }
#define FAULT .errors = { EFAULT }

static const struct CMUnitTest tests[] = {
	SWEEP("create", NEW, NO_MEMORY_OR_FAULT, .refusals = 12, .prepare = plan_new,
	      .call = create, .undone = expect_no_group, .done = use_and_remove),
	SWEEP("create_transient", NEW, NO_MEMORY_OR_FAULT, .refusals = 12,
	      .prepare = plan_transient, .call = create, .undone = expect_no_group,
	      .done = use_and_close),
	SWEEP("create_existing", EXISTING, NO_MEMORY_OR_FAULT, .refusals = 5, .prepare = send_one,
	      .call = create, .done = expect_it_in_the_result),
	SWEEP("remove", NEW, FAULT, .refusals = 1, .prepare = make_for_removal,
	      .call = remove_it, .undone = expect_still_there, .done = expect_removed),
	SWEEP("list", EXISTING, FAULT, .refusals = 2, .prepare = send_one, .call = list,
	      .done = expect_listed),
	SWEEP("stat_by_name", EXISTING, FAULT, .refusals = 2, .prepare = send_one,
	      .call = stat_by_name, .done = expect_told),
	SWEEP("stat_of_an_open_group", EXISTING, FAULT, .refusals = 1, .prepare = send_one,
	      .call = stat_of_file, .done = expect_told),
	SWEEP("query", NEW, FAULT, .refusals = 1, .call = query),
	SWEEP("why", NEW, FAULT, .refusals = 1, .call = why),
};

int main(void)
{
	return RUN_SWEEPS("faults: groups of the second interface", tests);
}
