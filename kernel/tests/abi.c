// SPDX-License-Identifier: GPL-2.0
#include "../abi.h"

#include "dice.h"
#include "suites.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

/* No program may have its memory there. */
#define BAD_ADDRESS	((void __user *)~0xffful)

static void sizes_are_looked_at_before_the_bytes(struct kunit *test)
{
	u64 ours[2];

	KUNIT_EXPECT_EQ(test, sm_abi_get(ours, 16, BAD_ADDRESS, 7, 8), -EINVAL);
	KUNIT_EXPECT_EQ(test, sm_abi_get(ours, 16, BAD_ADDRESS, 0, 8), -EINVAL);
	KUNIT_EXPECT_EQ(test, sm_abi_get(ours, 16, BAD_ADDRESS, PAGE_SIZE + 1, 8), -E2BIG);
	KUNIT_EXPECT_EQ(test, sm_abi_get(ours, 16, BAD_ADDRESS, SIZE_MAX, 8), -E2BIG);
	KUNIT_EXPECT_EQ(test, sm_abi_get(ours, 16, BAD_ADDRESS, 8, 8), -EFAULT);
	KUNIT_EXPECT_EQ(test, sm_abi_get(ours, 16, BAD_ADDRESS, 16, 8), -EFAULT);
	KUNIT_EXPECT_EQ(test, sm_abi_get(ours, 16, BAD_ADDRESS, 24, 8), -EFAULT);
}

static void bad_memory_takes_nothing(struct kunit *test)
{
	u64 ours = 1;

	KUNIT_EXPECT_EQ(test, sm_abi_put(BAD_ADDRESS, 8, &ours, 8, 0), -EFAULT);
	KUNIT_EXPECT_EQ(test, sm_abi_put(BAD_ADDRESS, 1, &ours, 8, 0), -EFAULT);
	KUNIT_EXPECT_EQ(test, sm_abi_put(BAD_ADDRESS, 100, &ours, 8, 0), -EFAULT);
	KUNIT_EXPECT_EQ(test, sm_abi_put(BAD_ADDRESS, 7, &ours, 8, 8), -EINVAL);
	KUNIT_EXPECT_EQ(test, sm_abi_put(BAD_ADDRESS, 8, &ours, 8, 8), -EFAULT);
	/* Of a structure of no bytes nothing is given. */
	KUNIT_EXPECT_EQ(test, sm_abi_put(NULL, 0, &ours, 8, 0), 0);
}

static void a_text_is_padded_with_zeros(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sm_abi_text_length("\0\0\0", 4), 0);
	KUNIT_EXPECT_EQ(test, sm_abi_text_length("a\0\0", 4), 1);
	KUNIT_EXPECT_EQ(test, sm_abi_text_length("abc", 4), 3);
	KUNIT_EXPECT_EQ(test, sm_abi_text_length("abcd", 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, sm_abi_text_length("a\0c", 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, sm_abi_text_length("\0bc", 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, sm_abi_text_length("\0\0\0d", 4), -EINVAL);
}

/* The twin: byte by byte, from the end. */
static int slow_length(const char *field, int size)
{
	int length = size, i;

	while (length && !field[length - 1])
		length--;
	for (i = 0; i < length; i++) {
		if (!field[i])
			return -EINVAL;
	}
	return length == size ? -EINVAL : length;
}

static void random_fields_are_as_the_twin_says(struct kunit *test)
{
	struct sm_dice dice;
	char field[16];
	int size, i;

	sm_dice_init(&dice);
	for (; dice.step < sm_dice_steps(); dice.step++) {
		size = 1 + sm_dice_below(&dice, sizeof(field));
		for (i = 0; i < size; i++)
			field[i] = i * 2 < size || sm_dice_below(&dice, 3) == 0;
		if (sm_dice_below(&dice, 2))
			memset(field + size / 2, 0, size - size / 2);
		SM_ASSERT_EQ(test, &dice, sm_abi_text_length(field, size),
			     slow_length(field, size));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(sizes_are_looked_at_before_the_bytes),
	KUNIT_CASE(bad_memory_takes_nothing),
	KUNIT_CASE(a_text_is_padded_with_zeros),
	KUNIT_CASE(random_fields_are_as_the_twin_says),
	{}
};

struct kunit_suite sm_abi_suite = {
	.name = "abi",
	.test_cases = cases,
};
