// SPDX-License-Identifier: GPL-2.0
#include "../copy.h"

#include "dice.h"
#include "program.h"
#include "suites.h"

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* Short ones, and long ones. */
#define SIZES		400
#define ALIGNMENTS	8
#define ROOM		(ALIGNMENTS + SIZES + ALIGNMENTS)

/* What nothing is to be written to. */
#define UNTOUCHED	0xa5

/* What is copied, and the kernel's end of it. */
static u8 bytes[ROOM];
static u8 ours[ROOM];

/* Bytes to copy, and by how many each end is off. */
struct trial {
	size_t size;
	size_t theirs;
	size_t ours;
};

/* Of each alignment. */
static bool try_size(struct trial *trial, bool (*goes_well)(const struct trial *trial))
{
	for (trial->theirs = 0; trial->theirs < ALIGNMENTS; trial->theirs++) {
		for (trial->ours = 0; trial->ours < ALIGNMENTS; trial->ours++) {
			if (!goes_well(trial))
				return false;
		}
	}
	return true;
}

static void expect_all(struct kunit *test, size_t first,
		       bool (*goes_well)(const struct trial *trial))
{
	struct trial trial = { .size = first };
	struct sm_dice dice;

	sm_dice_init(&dice);
	sm_dice_fill(&dice, bytes, sizeof(bytes));
	sm_program_enter();
	while (trial.size <= SIZES && try_size(&trial, goes_well)) {
		trial.size++;
		cond_resched();
	}
	sm_program_leave();
	KUNIT_EXPECT_EQ_MSG(test, trial.size, SIZES + 1, "a program's +%zu, ours +%zu, seed=%u",
			    trial.theirs, trial.ours, sm_dice_seed());
}

static bool all_are(const u8 *what, u8 value, size_t size)
{
	return !memchr_inv(what, value, size);
}

/* Are the bytes there, and nothing around them changed? */
static bool only_bytes_are_in(const u8 *room, size_t at, size_t size)
{
	return all_are(room, UNTOUCHED, at) && !memcmp(room + at, bytes, size) &&
	       all_are(room + at + size, UNTOUCHED, ROOM - at - size);
}

static bool comes_in(const struct trial *trial)
{
	u8 __user *theirs = sm_program_memory() + trial->theirs;

	memset(ours, UNTOUCHED, ROOM);
	return !copy_to_user(theirs, bytes, trial->size) &&
	       sm_copy_in(ours + trial->ours, theirs, trial->size) &&
	       only_bytes_are_in(ours, trial->ours, trial->size);
}

static void every_size_comes_in(struct kunit *test)
{
	expect_all(test, 0, comes_in);
}

static bool goes_out(const struct trial *trial)
{
	u8 __user *room = sm_program_memory();

	memset(ours, UNTOUCHED, ROOM);
	if (copy_to_user(room, ours, ROOM))
		return false;
	memcpy(ours + trial->ours, bytes, trial->size);
	return sm_copy_out(room + trial->theirs, ours + trial->ours, trial->size) &&
	       !copy_from_user(ours, room, ROOM) &&
	       only_bytes_are_in(ours, trial->theirs, trial->size);
}

static void every_size_goes_out(struct kunit *test)
{
	expect_all(test, 0, goes_out);
}

/* So that as many bytes of it, of which there are more, are beyond the program's memory. */
static u8 __user *before_the_end(size_t size, size_t beyond)
{
	return sm_program_memory() + sm_program_size() + beyond - size;
}

static bool fails_both_ways(void __user *theirs, size_t size)
{
	static u8 own[SIZES];

	return !sm_copy_in(own, theirs, size) && !sm_copy_out(theirs, own, size);
}

static bool fails_beyond_the_end(const struct trial *trial)
{
	size_t beyond = 1 + trial->theirs * trial->size / ALIGNMENTS;

	return fails_both_ways(before_the_end(trial->size, beyond), trial->size);
}

static void what_is_partly_beyond_the_end_fails(struct kunit *test)
{
	expect_all(test, 1, fails_beyond_the_end);
}

static bool goes_well_at_the_end(const struct trial *trial)
{
	u8 __user *theirs = before_the_end(trial->size, 0);

	return sm_copy_out(theirs, bytes, trial->size) &&
	       sm_copy_in(ours, theirs, trial->size) && !memcmp(ours, bytes, trial->size);
}

static void what_ends_at_the_end_is_all_there(struct kunit *test)
{
	expect_all(test, 0, goes_well_at_the_end);
}

/* Also where a program's memory would pass into the kernel's. */
static bool spares_the_kernel(const struct trial *trial)
{
	void __user *kernels = (void __user __force *)(ours + trial->theirs);
	void __user *border = (void __user *)(TASK_SIZE_MAX - trial->theirs);

	memset(ours, UNTOUCHED, ROOM);
	return fails_both_ways(kernels, trial->size) && fails_both_ways(border, trial->size) &&
	       fails_both_ways(NULL, trial->size) && all_are(ours, UNTOUCHED, ROOM);
}

static void the_kernels_memory_is_no_programs(struct kunit *test)
{
	expect_all(test, 1, spares_the_kernel);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_size_comes_in),
	KUNIT_CASE(every_size_goes_out),
	KUNIT_CASE(what_is_partly_beyond_the_end_fails),
	KUNIT_CASE(what_ends_at_the_end_is_all_there),
	KUNIT_CASE(the_kernels_memory_is_no_programs),
	{}
};

struct kunit_suite sm_copy_suite = {
	.name = "copy",
	.suite_init = sm_program_open,
	.suite_exit = sm_program_close,
	.test_cases = cases,
};
