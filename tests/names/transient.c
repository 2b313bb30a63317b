// SPDX-License-Identifier: GPL-2.0
/* Groups that go with their last descriptor: docs/interface-2.md, "Groups" and "Races". */
#include "harness/batch.h"
#include "harness/charges.h"
#include "harness/group.h"
#include "harness/named.h"
#include "harness/process.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GROUP 700
#define THREADS 3
#define ROUNDS 100

static int transient_before_test(void **state)
{
	group_remove_all();
	return suite_before_test(state);
}

static int transient_after_test(void **state)
{
	charges_expect_groups();
	return suite_after_test(state);
}

#define TRANSIENT_TEST(name) \
	cmocka_unit_test_setup_teardown(name, transient_before_test, transient_after_test)

static struct synchmess_create plan_of(const char *name, unsigned int number)
{
	struct synchmess_create plan = named_plan(name);

	plan.flags = SYNCHMESS_TRANSIENT;
	plan.descriptor = number;
	return plan;
}

static int make(const char *name, unsigned int number)
{
	struct synchmess_create plan = plan_of(name, number);
	int fd = named_create(&plan);

	assert_ok(fd);
	return fd;
}

static void it_goes_with_its_last_descriptor(void **state)
{
	int first = make("short", GROUP), second, third;

	(void)state;
	assert_int_equal(batch_stat(first).flags, SYNCHMESS_TRANSIENT);
	second = dup(first);
	third = group_open(GROUP, O_RDONLY);
	group_send(first, "still there");
	close(first);
	close(second);
	assert_true(named_exists(0, "short"));
	group_expect(third, "still there");
	close(third);
	assert_false(named_exists(0, "short"));
	assert_false(named_exists(GROUP, NULL));
	assert_fails(access(named_node(GROUP), F_OK), ENOENT);
}

static void messages_do_not_keep_it(void **state)
{
	int fd = make(NULL, GROUP);

	(void)state;
	batch_send_text(fd, "ready", 0, 0, 0);
	batch_send_text(fd, "delayed", 0, HOUR, 0);
	close(fd);
	assert_false(named_exists(GROUP, NULL));
	fd = make(NULL, GROUP);
	batch_expect_none(fd);
	batch_expect_books(fd, 0, 0, 0);
	close(fd);
}

static void who_opens_it_keeps_it(void **state)
{
	struct synchmess_create plan = named_plan("shared");
	int first = make("shared", 0), second = named_create(&plan);

	(void)state;
	assert_ok(second);
	close(first);
	assert_true(named_exists(0, "shared"));
	assert_int_equal(batch_stat(second).flags, SYNCHMESS_TRANSIENT);
	close(second);
	assert_false(named_exists(0, "shared"));
}

static int hold_until_told(void *pipe_ends)
{
	char byte;

	CHILD_CHECK(read(*(int *)pipe_ends, &byte, 1) >= 0);
	return 0;
}

/* The child has the descriptor, too. */
static void the_death_of_the_last_process_ends_it(void **state)
{
	int fd = make("inherited", 0), ends[2];
	pid_t child;

	(void)state;
	assert_ok(pipe(ends));
	child = process_start(hold_until_told, &ends[0]);
	close(fd);
	assert_true(named_exists(0, "inherited"));
	process_kill(child);
	assert_false(named_exists(0, "inherited"));
	close(ends[0]);
	close(ends[1]);
}

/* The old one's last close is no matter of the new one, which has its number and name. */
static void a_removed_one_is_not_removed_again(void **state)
{
	int old = make("again", GROUP), new;

	(void)state;
	assert_ok(named_remove(GROUP, NULL));
	assert_fails(write(old, "x", 1), ENODEV);
	new = make("again", GROUP);
	close(old);
	assert_true(named_exists(0, "again"));
	group_send(new, "x");
	group_expect(new, "x");
	close(new);
	assert_false(named_exists(0, "again"));
}

static void a_lasting_one_lasts(void **state)
{
	struct synchmess_create plan = named_plan("lasting");

	(void)state;
	close(named_create(&plan));
	assert_true(named_exists(0, "lasting"));
	close(make("lasting", 0));
	assert_true(named_exists(0, "lasting"));
	assert_ok(named_remove(0, "lasting"));
}

/* ---- last closes against create */

struct racer {
	const char *name;
	unsigned int number;
};

/* What is opened lives as long as it is open. */
static long use_once(struct racer *racer)
{
	struct synchmess_create plan = plan_of(racer->name, racer->number);
	struct synchmess_stat stat;
	char got[8];
	int fd;

	plan.open_flags |= O_NONBLOCK;
	fd = named_create(&plan);
	if (fd < 0)
		return -1;
	memset(&stat, 0, sizeof(stat));
	if (ioctl(fd, SYNCHMESS_STAT, &stat) || stat.flags != SYNCHMESS_TRANSIENT ||
	    strcmp(stat.name, racer->name ?: "") || stat.descriptor != plan.descriptor)
		return -2;
	if (write(fd, "x", 1) != 1 || (read(fd, got, sizeof(got)) != 1 && errno != EAGAIN))
		return -3;
	return close(fd);
}

static long use_often(void *argument)
{
	long result = 0;
	int round;

	for (round = 0; round < ROUNDS && !result; round++)
		result = use_once(argument);
	return result;
}

/* Other groups that come and go take the numbers that become free. */
static long take_numbers(void *argument)
{
	int round, fd;

	(void)argument;
	for (round = 0; round < ROUNDS; round++) {
		struct synchmess_create plan = plan_of(NULL, 0);

		fd = named_create(&plan);
		if (fd < 0 || close(fd))
			return -1;
	}
	return 0;
}

static void race(struct racer racer, bool others)
{
	static struct racer shared;
	static struct task tasks[THREADS + 1];
	int i;

	shared = racer;
	for (i = 0; i < THREADS; i++)
		task_start(&tasks[i], use_often, &shared);
	if (others)
		task_start(&tasks[i++], take_numbers, NULL);
	while (i--) {
		assert_int_equal(pthread_join(tasks[i].thread, NULL), 0);
		if (tasks[i].result)
			fail_msg("thread %d: %ld, errno %d", i, tasks[i].result, tasks[i].error);
	}
	assert_false(named_exists(racer.number, racer.number ? NULL : racer.name));
}

static void by_name_it_is_opened_or_made_anew(void **state)
{
	(void)state;
	race((struct racer){ .name = "raced" }, false);
}

static void by_name_it_is_never_another_one(void **state)
{
	(void)state;
	race((struct racer){ .name = "raced" }, true);
}

static void by_number_it_is_opened_or_made_anew(void **state)
{
	(void)state;
	race((struct racer){ .number = GROUP }, false);
}

static void by_both_it_is_opened_or_made_anew(void **state)
{
	(void)state;
	race((struct racer){ .name = "raced", .number = GROUP }, false);
}

static const struct CMUnitTest tests[] = {
	TRANSIENT_TEST(it_goes_with_its_last_descriptor),
	TRANSIENT_TEST(messages_do_not_keep_it),
	TRANSIENT_TEST(who_opens_it_keeps_it),
	TRANSIENT_TEST(the_death_of_the_last_process_ends_it),
	TRANSIENT_TEST(a_removed_one_is_not_removed_again),
	TRANSIENT_TEST(a_lasting_one_lasts),
	TRANSIENT_TEST(by_name_it_is_opened_or_made_anew),
	TRANSIENT_TEST(by_name_it_is_never_another_one),
	TRANSIENT_TEST(by_number_it_is_opened_or_made_anew),
	TRANSIENT_TEST(by_both_it_is_opened_or_made_anew),
};

int main(void)
{
	return RUN_SUITE("names: transient", tests);
}
