// SPDX-License-Identifier: GPL-2.0
#include "../parameter.h"

#include "setting.h"
#include "suites.h"

#include <linux/sysfs.h>

static void numbers_in_any_base_are_taken(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sm_setting_write(test, "max_groups", "10"), 0);
	KUNIT_EXPECT_EQ(test, sm_setting_read(test, "max_groups"), 10);
	KUNIT_EXPECT_EQ(test, sm_setting_write(test, "max_groups", "0x10"), 0);
	KUNIT_EXPECT_EQ(test, sm_setting_read(test, "max_groups"), 0x10);
	KUNIT_EXPECT_EQ(test, sm_setting_write(test, "max_groups", "010\n"), 0);
	KUNIT_EXPECT_EQ(test, sm_setting_read(test, "max_groups"), 010);
}

static void the_ends_of_a_range_belong_to_it(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sm_setting_write(test, "user_share", "1"), 0);
	KUNIT_EXPECT_EQ(test, sm_setting_read(test, "user_share"), 1);
	KUNIT_EXPECT_EQ(test, sm_setting_write(test, "user_share", "100"), 0);
	KUNIT_EXPECT_EQ(test, sm_setting_read(test, "user_share"), 100);
	KUNIT_EXPECT_EQ(test, sm_setting_write(test, "max_storage_size", "9223372036854775807"), 0);
	KUNIT_EXPECT_EQ(test, sm_setting_read(test, "max_storage_size"), LONG_MAX);
}

static void anything_else_is_refused(struct kunit *test)
{
	static const char * const refused[] = {
		"0", "101", "-1", "18446744073709551616", "", "\n", " 50", "many", "50x", "50 60",
	};
	unsigned long before = sm_setting_read(test, "user_share");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		KUNIT_EXPECT_EQ_MSG(test, sm_setting_write(test, "user_share", refused[i]), -EINVAL,
				    "\"%s\"", refused[i]);
		KUNIT_EXPECT_EQ(test, sm_setting_read(test, "user_share"), before);
	}
}

static void what_is_shown_is_the_value(struct kunit *test)
{
	const struct kernel_param *param = sm_setting(test, "max_groups");
	char *page = (char *)__get_free_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	sm_setting_change(test, "max_groups", 1234);
	KUNIT_EXPECT_EQ(test, param->ops->get(page, param), 5);
	KUNIT_EXPECT_STREQ(test, page, "1234\n");
	free_page((unsigned long)page);
}

static unsigned long news;

static void take_note(void)
{
	news++;
}

static void who_wants_to_know_of_a_change_is_told(struct kunit *test)
{
	static struct sm_parameter parameter = { .max = 10, .changed = take_note };
	const struct kernel_param param = { .name = "test", .arg = &parameter };

	news = 0;
	KUNIT_EXPECT_EQ(test, sm_parameter_ops.set("7", &param), 0);
	KUNIT_EXPECT_EQ(test, news, 1);
	KUNIT_EXPECT_EQ(test, sm_parameter_ops.set("11", &param), -EINVAL);
	KUNIT_EXPECT_EQ(test, news, 1);
	KUNIT_EXPECT_EQ(test, sm_parameter_get(&parameter), 7);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(numbers_in_any_base_are_taken),
	KUNIT_CASE(the_ends_of_a_range_belong_to_it),
	KUNIT_CASE(anything_else_is_refused),
	KUNIT_CASE(what_is_shown_is_the_value),
	KUNIT_CASE(who_wants_to_know_of_a_change_is_told),
	{}
};

struct kunit_suite sm_parameter_suite = {
	.name = "parameter",
	.test_cases = cases,
};
