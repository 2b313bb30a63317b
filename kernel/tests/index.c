// SPDX-License-Identifier: GPL-2.0
#include "../index.h"

#include "../message.h"
#include "dice.h"
#include "suites.h"

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#define MESSAGES	20000

/* Messages of which only the index is of interest, and where they are. */
struct shelf {
	struct sm_index index;
	struct sm_message *messages;	/* message i has the number i + 1 */
	bool *present;
	unsigned int *seen;
	unsigned long count;
	u64 sent;
};

static int shelf_init(struct kunit *test)
{
	struct shelf *shelf = kunit_kzalloc(test, sizeof(*shelf), GFP_KERNEL);
	u64 i;

	KUNIT_ASSERT_NOT_NULL(test, shelf);
	test->priv = shelf;
	sm_index_init(&shelf->index);
	shelf->messages = kvcalloc(MESSAGES, sizeof(*shelf->messages), GFP_KERNEL);
	shelf->present = kvcalloc(MESSAGES, sizeof(*shelf->present), GFP_KERNEL);
	shelf->seen = kvcalloc(MESSAGES, sizeof(*shelf->seen), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, shelf->messages && shelf->present && shelf->seen);
	for (i = 0; i < MESSAGES; i++)
		shelf->messages[i].id = i + 1;
	return 0;
}

static void shelf_exit(struct kunit *test)
{
	struct shelf *shelf = test->priv;

	if (!shelf)
		return;
	sm_index_destroy(&shelf->index);
	kvfree(shelf->messages);
	kvfree(shelf->present);
	kvfree(shelf->seen);
}

static void add(struct shelf *shelf, unsigned int count)
{
	for (; count && shelf->sent < MESSAGES; count--) {
		shelf->present[shelf->sent] = true;
		shelf->count++;
		sm_index_add_locked(&shelf->index, &shelf->messages[shelf->sent++]);
	}
}

static void remove(struct shelf *shelf, u64 id)
{
	if (!shelf->present[id - 1])
		return;
	shelf->present[id - 1] = false;
	shelf->count--;
	sm_index_remove_locked(&shelf->messages[id - 1]);
}

static bool is_small(const struct shelf *shelf)
{
	return sm_index_is_small(&shelf->index, shelf->count);
}

static void grow(struct shelf *shelf)
{
	struct sm_index_table table;

	sm_index_table_alloc(&shelf->index, &table);
	sm_index_grow_locked(&shelf->index, &table);
	sm_index_table_free(&table);
}

static bool finds(struct shelf *shelf, u64 id)
{
	struct sm_message *message = sm_index_find_locked(&shelf->index, id);

	return message && message->id == id;
}

static void expect_all_found(struct kunit *test, struct shelf *shelf)
{
	u64 id;

	for (id = 1; id <= shelf->sent; id++)
		KUNIT_ASSERT_EQ_MSG(test, finds(shelf, id), shelf->present[id - 1],
				    "id %llu", id);
	KUNIT_EXPECT_NULL(test, sm_index_find_locked(&shelf->index, 0));
	KUNIT_EXPECT_NULL(test, sm_index_find_locked(&shelf->index, shelf->sent + 1));
	KUNIT_EXPECT_NULL(test, sm_index_find_locked(&shelf->index, U64_MAX));
}

/* Looks at @most buckets; returns whether there are more. */
static bool walk(struct shelf *shelf, struct sm_index_walk *at, unsigned int most)
{
	struct sm_message *message;
	struct hlist_head *bucket;

	while (most--) {
		bucket = sm_index_walk_locked(&shelf->index, at);
		if (!bucket)
			return false;
		hlist_for_each_entry(message, bucket, by_id)
			shelf->seen[message->id - 1]++;
	}
	return true;
}

static void an_empty_index_finds_nothing(struct kunit *test)
{
	struct shelf *shelf = test->priv;
	struct sm_index_walk at = { };

	expect_all_found(test, shelf);
	KUNIT_EXPECT_FALSE(test, is_small(shelf));
	KUNIT_EXPECT_FALSE(test, walk(shelf, &at, MESSAGES));
}

static void what_is_there_is_found(struct kunit *test)
{
	struct shelf *shelf = test->priv;
	u64 id;

	add(shelf, 500);
	expect_all_found(test, shelf);
	for (id = 3; id <= 500; id += 3)
		remove(shelf, id);
	expect_all_found(test, shelf);
}

static void it_wants_to_grow_when_chains_get_long(struct kunit *test)
{
	struct shelf *shelf = test->priv;
	unsigned long before;

	while (!is_small(shelf))
		add(shelf, 1);
	before = shelf->index.now.count;
	KUNIT_EXPECT_EQ(test, shelf->sent, 2 * before + 1);
	grow(shelf);
	KUNIT_EXPECT_GT(test, shelf->index.now.count, before);
	KUNIT_EXPECT_FALSE(test, is_small(shelf));
	expect_all_found(test, shelf);
}

/* At each moment of the move. */
static void all_is_found_while_it_moves(struct kunit *test)
{
	struct shelf *shelf = test->priv;
	int i;

	add(shelf, 64);
	grow(shelf);
	for (i = 0; i < 40; i++) {
		expect_all_found(test, shelf);
		remove(shelf, 1 + i);
		add(shelf, 1);
	}
	expect_all_found(test, shelf);
}

/* What is in the old table must not be lost: growing again has to wait. */
static void it_does_not_grow_twice_at_once(struct kunit *test)
{
	struct shelf *shelf = test->priv;
	unsigned long count;

	add(shelf, 64);
	grow(shelf);
	count = shelf->index.now.count;
	grow(shelf);
	KUNIT_EXPECT_EQ(test, shelf->index.now.count, count);
	expect_all_found(test, shelf);
}

/* Two who want it to grow prepare a table each. */
static void only_the_first_table_is_used(struct kunit *test)
{
	struct sm_index_table first, second;
	struct shelf *shelf = test->priv;

	sm_index_table_alloc(&shelf->index, &first);
	sm_index_table_alloc(&shelf->index, &second);
	sm_index_grow_locked(&shelf->index, &first);
	add(shelf, 64);
	sm_index_grow_locked(&shelf->index, &second);
	KUNIT_EXPECT_NULL(test, first.heads);
	KUNIT_EXPECT_NOT_NULL(test, second.heads);
	sm_index_table_free(&first);
	sm_index_table_free(&second);
	expect_all_found(test, shelf);
}

static void without_memory_it_stays_as_it_is(struct kunit *test)
{
	struct sm_index_table none = { .count = 1000 };
	struct shelf *shelf = test->priv;

	add(shelf, 64);
	sm_index_grow_locked(&shelf->index, &none);
	KUNIT_EXPECT_EQ(test, shelf->index.now.count, 16);
	expect_all_found(test, shelf);
}

/*
 * While somebody walks, @between messages come after each @step buckets, and the
 * index grows once or twice. What was there from the beginning is seen.
 */
static void expect_complete_walk(struct kunit *test, unsigned int first, unsigned int step,
				 unsigned int between)
{
	struct shelf *shelf = test->priv;
	struct sm_index_walk at = { };
	unsigned int i;

	while (shelf->sent < first) {
		add(shelf, 1);
		if (is_small(shelf))
			grow(shelf);
	}
	memset(shelf->seen, 0, MESSAGES * sizeof(*shelf->seen));
	grow(shelf);
	for (i = 0; walk(shelf, &at, step); i++) {
		add(shelf, between);
		if (i == 1)
			grow(shelf);
	}
	for (i = 0; i < first; i++)
		KUNIT_ASSERT_TRUE_MSG(test, shelf->seen[i],
				      "id %u of %u, step %u, between %u", i + 1, first, step,
				      between);
}

static void a_walk_sees_all_that_stays(struct kunit *test)
{
	expect_complete_walk(test, 100, 1, 1);
	expect_complete_walk(test, 1000, 1, 1);
	expect_complete_walk(test, 2000, 64, 10);
}

/* The table has moved to the end between two looks. */
static void a_walk_sees_what_others_have_moved(struct kunit *test)
{
	expect_complete_walk(test, 300, 1, 200);
	expect_complete_walk(test, 3000, 1, 2000);
	expect_complete_walk(test, 10000, 2, 5000);
}

/* ---- the twin: flags */

static void random_operations_are_as_the_flags_say(struct kunit *test)
{
	struct shelf *shelf = test->priv;
	struct sm_dice dice;

	sm_dice_init(&dice);
	for (; dice.step < sm_dice_steps() && shelf->sent < MESSAGES; dice.step++) {
		u64 id = 1 + sm_dice_below(&dice, shelf->sent + 1);

		if (sm_dice_below(&dice, 2))
			add(shelf, 1 + sm_dice_below(&dice, 4));
		else if (id <= shelf->sent)
			remove(shelf, id);
		if (is_small(shelf))
			grow(shelf);
		id = 1 + sm_dice_below(&dice, shelf->sent + 1);
		SM_ASSERT_EQ(test, &dice, finds(shelf, id),
			     id <= shelf->sent && shelf->present[id - 1]);
	}
	expect_all_found(test, shelf);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(an_empty_index_finds_nothing),
	KUNIT_CASE(what_is_there_is_found),
	KUNIT_CASE(it_wants_to_grow_when_chains_get_long),
	KUNIT_CASE(all_is_found_while_it_moves),
	KUNIT_CASE(it_does_not_grow_twice_at_once),
	KUNIT_CASE(only_the_first_table_is_used),
	KUNIT_CASE(without_memory_it_stays_as_it_is),
	KUNIT_CASE(a_walk_sees_all_that_stays),
	KUNIT_CASE(a_walk_sees_what_others_have_moved),
	KUNIT_CASE(random_operations_are_as_the_flags_say),
	{}
};

struct kunit_suite sm_index_suite = {
	.name = "index",
	.init = shelf_init,
	.exit = shelf_exit,
	.test_cases = cases,
};
