// SPDX-License-Identifier: GPL-2.0
/* What SYNCHMESS_CREATE refuses, and that nothing is left of it: docs/interface-2.md. */
#include "harness/batch.h"
#include "harness/charges.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/named.h"
#include "harness/parameters.h"
#include "harness/suite.h"
#include "harness/user.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int refused_before_test(void **state)
{
	user_become(0, true);
	group_remove_all();
	return parameters_restore(state) ?: suite_before_test(state);
}

/* Whatever a test refuses leaves no group, and none that is charged. */
static int refused_after_test(void **state)
{
	struct synchmess_stat stat;

	assert_int_equal(named_list(&stat, 1, 1), 0);
	charges_expect_groups();
	return suite_after_test(state);
}

#define REFUSED_TEST(name) \
	cmocka_unit_test_setup_teardown(name, refused_before_test, refused_after_test)

static void expect_bad(const struct synchmess_create *plan)
{
	struct synchmess_create copy = *plan;

	assert_fails(named_create(&copy), EINVAL);
}

static void bad_names(void **state)
{
	static const char * const names[] = {
		".", "..", ".hidden", "a/b", "/", "a b", " a", "a\n", "a\t", "a\x7f", "\xc3\xa9",
		"a\x80", "a*", "a%s", "a=b", "a:b", "~", "a\\", "a,b", "a'b", "$a", "a\x01",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		struct synchmess_create plan = named_plan(names[i]);

		expect_bad(&plan);
		plan.descriptor = 700;
		expect_bad(&plan);
	}
}

static void bad_padding(void **state)
{
	struct synchmess_create plan = named_plan("x");
	size_t i;

	(void)state;
	for (i = 2; i < sizeof(plan.name); i++) {
		plan.name[i] = 'y';
		expect_bad(&plan);
		plan.name[i] = '\0';
	}
	memset(plan.name, 'x', sizeof(plan.name));
	expect_bad(&plan);
	memset(plan.name, 0, sizeof(plan.name));
	plan.name[1] = 'x';
	expect_bad(&plan);
}

static void bad_numbers_flags_and_modes(void **state)
{
	static const unsigned int open_flags[] = {
		O_ACCMODE, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_DIRECTORY, O_PATH, 1u << 31,
	};
	static const unsigned int modes[] = { 01000, 04000, 0100, 0777, 0667, 0x10000 };
	struct synchmess_create plan = named_plan("x");
	size_t i;

	(void)state;
	for (i = 2; i < 32; i++) {
		plan.flags = 1u << i;
		expect_bad(&plan);
	}
	plan = named_plan("x");
	for (i = 0; i < COUNT(open_flags); i++) {
		plan.open_flags = O_RDWR | open_flags[i];
		expect_bad(&plan);
	}
	plan = named_plan("x");
	for (i = 0; i < COUNT(modes); i++) {
		plan.mode = modes[i];
		expect_bad(&plan);
	}
	plan = named_plan("x");
	plan.reserved = 1;
	expect_bad(&plan);
	plan = named_plan("x");
	plan.descriptor = 65536;
	expect_bad(&plan);
	plan.descriptor = -1;
	expect_bad(&plan);
}

static void bad_settings(void **state)
{
	static const struct synchmess_settings bad[] = {
		{ .max_message_size = SYNCHMESS_MAX_MESSAGE_SIZE + 1 }, { .full = 4 },
		{ .empty = 4 }, { .max_storage_size = 1ull << 63 }, { .max_messages = 1ull << 63 },
	};
	struct synchmess_create plan = named_plan("x");
	char larger[sizeof(bad[0]) + 1] = { };
	size_t i;

	(void)state;
	plan.settings_size = sizeof(bad[0]);
	for (i = 0; i < COUNT(bad); i++) {
		plan.settings = user(&bad[i]);
		expect_bad(&plan);
	}
	plan.settings = user(larger);
	plan.settings_size = sizeof(bad[0]) - 1;
	expect_bad(&plan);
	plan.settings_size = sizeof(larger);
	larger[sizeof(bad[0])] = 1;
	assert_fails(named_create(&plan), E2BIG);
	larger[sizeof(bad[0])] = 0;
	assert_ok(close(named_create(&plan)));
	assert_ok(named_remove(0, "x"));
}

/* As from a program with a newer or an older header. */
static void other_sizes(void **state)
{
	struct {
		struct synchmess_create plan;
		char more[8];
	} newer = { .plan = named_plan("x") };
	const unsigned long larger = _IOC(_IOC_READ | _IOC_WRITE, SYNCHMESS_IOC_MAGIC, 48,
					  sizeof(newer));
	const unsigned long smaller = _IOC(_IOC_READ | _IOC_WRITE, SYNCHMESS_IOC_MAGIC, 48,
					   sizeof(newer.plan) - 1);
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);

	(void)state;
	newer.more[7] = 1;
	assert_fails(ioctl(master, larger, &newer), E2BIG);
	assert_fails(ioctl(master, smaller, &newer), EINVAL);
	newer.more[7] = 0;
	assert_ok(close(ioctl(master, larger, &newer)));
	assert_ok(named_remove(0, "x"));
	close(master);
}

static void bad_memory(void **state)
{
	struct synchmess_create *edge = (void *)(memory_edge() - sizeof(*edge) + 1);
	struct synchmess_create plan = named_plan("x");
	struct synchmess_create *constant = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
						 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_fails(named_create(memory_bad()), EFAULT);
	assert_fails(named_create(edge), EFAULT);
	plan.settings_size = sizeof(struct synchmess_settings);
	plan.settings = user(memory_bad());
	assert_fails(named_create(&plan), EFAULT);
	plan.settings = user(memory_edge() - 8);
	assert_fails(named_create(&plan), EFAULT);

	/* The number cannot be told: of a new group, then of one that is there. */
	*constant = named_plan("x");
	assert_ok(mprotect(constant, 4096, PROT_READ));
	assert_fails(named_create(constant), EFAULT);
	assert_false(named_exists(0, "x"));
	plan = named_plan("x");
	close(named_create(&plan));
	assert_fails(named_create(constant), EFAULT);
	assert_true(named_exists(0, "x"));
	assert_ok(named_remove(0, "x"));
	munmap(constant, 4096);
}

static void no_descriptor_is_left(void **state)
{
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	struct synchmess_create plan = named_plan("x");
	struct rlimit limit, none;

	(void)state;
	assert_ok(getrlimit(RLIMIT_NOFILE, &limit));
	none = limit;
	none.rlim_cur = master + 1;
	assert_ok(setrlimit(RLIMIT_NOFILE, &none));
	assert_fails(ioctl(master, SYNCHMESS_CREATE, &plan), EMFILE);
	assert_ok(setrlimit(RLIMIT_NOFILE, &limit));
	close(master);
	assert_false(named_exists(0, "x"));
}

/* ---- limits */

static void expect_why(int master, int error, unsigned int rule, unsigned long value,
		       unsigned long bound, unsigned int uid)
{
	struct synchmess_why why;

	assert_ok(ioctl(master, SYNCHMESS_WHY, &why));
	assert_int_equal(why.error, error);
	assert_int_equal(why.rule, rule);
	assert_int_equal(why.value, value);
	assert_int_equal(why.bound, bound);
	assert_int_equal(why.uid, uid);
	assert_int_equal(why.tid, gettid());
}

static void no_more_groups_than_max_groups(void **state)
{
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	struct synchmess_create plan = named_plan("one");

	(void)state;
	parameter_set("max_groups", 1);
	assert_ok(close(ioctl(master, SYNCHMESS_CREATE, &plan)));
	plan = named_plan("two");
	assert_fails(ioctl(master, SYNCHMESS_CREATE, &plan), EUSERS);
	expect_why(master, EUSERS, SYNCHMESS_WHY_GROUPS, 1, 1, -1);
	/* Who opens one that is there makes none. */
	plan = named_plan("one");
	assert_ok(close(ioctl(master, SYNCHMESS_CREATE, &plan)));
	/* That there is one says more than that there are too many. */
	plan.flags = SYNCHMESS_EXCLUSIVE;
	assert_fails(ioctl(master, SYNCHMESS_CREATE, &plan), EEXIST);
	expect_why(master, EEXIST, SYNCHMESS_WHY_NONE, 0, 0, -1);
	assert_ok(named_remove(0, "one"));
	close(master);
}

static void no_more_groups_than_a_users_share(void **state)
{
	struct synchmess_create plan = named_plan("one");
	int master, i;

	(void)state;
	parameter_set("max_groups", 8);
	parameter_set("user_share", 25);
	user_become(ALICE, false);
	master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	assert_ok(master);
	for (i = 0; i < 2; i++) {
		plan = named_plan(i ? "one" : "two");
		assert_ok(close(ioctl(master, SYNCHMESS_CREATE, &plan)));
	}
	plan = named_plan("three");
	assert_fails(ioctl(master, SYNCHMESS_CREATE, &plan), EDQUOT);
	expect_why(master, EDQUOT, SYNCHMESS_WHY_USER_GROUPS, 2, 2, ALICE);
	assert_ok(named_remove(0, "one"));
	assert_ok(named_remove(0, "two"));
	user_become(0, true);
	close(master);
}

static const struct CMUnitTest tests[] = {
	REFUSED_TEST(bad_names),
	REFUSED_TEST(bad_padding),
	REFUSED_TEST(bad_numbers_flags_and_modes),
	REFUSED_TEST(bad_settings),
	REFUSED_TEST(other_sizes),
	REFUSED_TEST(bad_memory),
	REFUSED_TEST(no_descriptor_is_left),
	REFUSED_TEST(no_more_groups_than_max_groups),
	REFUSED_TEST(no_more_groups_than_a_users_share),
};

int main(void)
{
	return cmocka_run_group_tests_name("names: refused", tests, parameters_remember,
					   parameters_restore);
}
