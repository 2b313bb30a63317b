// SPDX-License-Identifier: GPL-2.0
#include "../lane.h"

#include "dice.h"
#include "suites.h"

#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/string.h>

#define MESSAGES	64

/* Messages of which only their places are of interest; each has another. */
struct street {
	struct sm_lane lane;
	struct sm_message *messages;
	unsigned int count;
};

static int street_init(struct kunit *test)
{
	struct street *street = kunit_kzalloc(test, sizeof(*street), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, street);
	street->messages = kunit_kcalloc(test, MESSAGES, sizeof(*street->messages), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, street->messages);
	sm_lane_init(&street->lane);
	test->priv = street;
	return 0;
}

/* So many new ones, the first of which has place 0. */
static void append(struct street *street, unsigned int count)
{
	struct sm_message *message;

	for (; count; count--) {
		message = &street->messages[street->count];
		message->place = street->count++;
		message->is_back = false;
		sm_lane_append(&street->lane, message);
	}
}

static void remove(struct street *street, u64 place)
{
	sm_lane_remove(&street->lane, &street->messages[place]);
}

static void put_back(struct street *street, u64 place)
{
	sm_lane_put_back(&street->lane, &street->messages[place]);
}

/* Are these places, up to -1, what is there, in this order? Takes them all. */
static void expect_places(struct kunit *test, const int *places)
{
	struct street *street = test->priv;

	for (; *places >= 0; places++) {
		KUNIT_ASSERT_FALSE(test, sm_lane_is_empty(&street->lane));
		KUNIT_ASSERT_EQ(test, sm_lane_first(&street->lane)->place, *places);
		remove(street, *places);
	}
	KUNIT_EXPECT_TRUE(test, sm_lane_is_empty(&street->lane));
}

#define EXPECT_PLACES(test, ...)	expect_places(test, (const int[]){ __VA_ARGS__, -1 })

static void what_is_appended_comes_last(struct kunit *test)
{
	struct street *street = test->priv;

	KUNIT_EXPECT_TRUE(test, sm_lane_is_empty(&street->lane));
	append(street, 3);
	EXPECT_PLACES(test, 0, 1, 2);
	append(street, 2);
	EXPECT_PLACES(test, 3, 4);
}

/* In whatever order that was. */
static void what_comes_back_is_where_it_was(struct kunit *test)
{
	struct street *street = test->priv;

	append(street, 6);
	remove(street, 0);
	remove(street, 1);
	remove(street, 2);
	remove(street, 3);
	put_back(street, 2);
	put_back(street, 0);
	append(street, 1);
	put_back(street, 3);
	EXPECT_PLACES(test, 0, 2, 3, 4, 5, 6);
}

static void what_came_back_can_come_back_again(struct kunit *test)
{
	struct street *street = test->priv;

	append(street, 3);
	remove(street, 0);
	put_back(street, 0);
	remove(street, 0);
	remove(street, 1);
	put_back(street, 1);
	put_back(street, 0);
	EXPECT_PLACES(test, 0, 1, 2);
}

/* Whatever is removed, the next one has to come behind what is left. */
static void expect_rest(struct kunit *test, u64 place, const int *places)
{
	struct street *street = test->priv;

	street->count = 0;
	append(street, 3);
	remove(street, place);
	append(street, 1);
	expect_places(test, places);
}

static void any_can_be_removed(struct kunit *test)
{
	expect_rest(test, 0, (const int[]){ 1, 2, 3, -1 });
	expect_rest(test, 1, (const int[]){ 0, 2, 3, -1 });
	expect_rest(test, 2, (const int[]){ 0, 1, 3, -1 });
}

static void any_that_came_back_can_be_removed(struct kunit *test)
{
	struct street *street = test->priv;
	u64 place;

	append(street, 5);
	for (place = 0; place < 4; place++)
		remove(street, place);
	for (place = 0; place < 4; place++)
		put_back(street, place);
	remove(street, 1);
	remove(street, 3);
	append(street, 1);
	EXPECT_PLACES(test, 0, 2, 4, 5);
}

/* Without fresh ones, the next is hung up at the beginning, and comes last nevertheless. */
static void the_last_one_can_be_removed(struct kunit *test)
{
	struct street *street = test->priv;

	append(street, 2);
	remove(street, 0);
	remove(street, 1);
	put_back(street, 0);
	append(street, 1);
	remove(street, 2);
	append(street, 1);
	EXPECT_PLACES(test, 0, 3);
}

/* Takes them all. Returns a bit for each place that was there, or 0 if one was there twice. */
static u64 drain(struct sm_lane *lane)
{
	struct sm_message *message, *next;
	u64 places = 0;
	LIST_HEAD(all);

	sm_lane_drain(lane, &all);
	list_for_each_entry_safe(message, next, &all, ready) {
		if (places & BIT_ULL(message->place))
			return 0;
		places |= BIT_ULL(message->place);
		list_del(&message->ready);
	}
	return places;
}

static void all_are_drained(struct kunit *test)
{
	struct street *street = test->priv;
	struct sm_lane other;

	append(street, 6);
	remove(street, 0);
	remove(street, 1);
	remove(street, 2);
	put_back(street, 1);
	put_back(street, 0);
	sm_lane_move(&street->lane, &other);
	KUNIT_EXPECT_EQ(test, drain(&other), 0b111011);
	append(street, 2);
	EXPECT_PLACES(test, 6, 7);
}

static void nothing_is_drained_of_nothing(struct kunit *test)
{
	struct street *street = test->priv;
	struct sm_lane other;

	sm_lane_move(&street->lane, &other);
	KUNIT_EXPECT_EQ(test, drain(&other), 0);
}

/* ---- the twin: where each message is */

enum where { NOWHERE, FRESH, TAKEN, BACK };

struct twin {
	struct street *street;
	enum where where[MESSAGES];
	u64 places;
};

/* The first that is there, or MESSAGES. */
static unsigned int first_of(const struct twin *twin)
{
	unsigned int i, first = MESSAGES;

	for (i = 0; i < MESSAGES; i++) {
		if ((twin->where[i] == FRESH || twin->where[i] == BACK) &&
		    (first == MESSAGES || twin->street->messages[i].place <
					  twin->street->messages[first].place))
			first = i;
	}
	return first;
}

static void take(struct twin *twin, unsigned int i)
{
	remove(twin->street, i);
	twin->where[i] = TAKEN;
}

/* To one message what can be done with it where it is. */
static void step(struct twin *twin, unsigned int i)
{
	struct sm_message *message = &twin->street->messages[i];

	switch (twin->where[i]) {
	case NOWHERE:
		message->place = twin->places++;
		message->is_back = false;
		sm_lane_append(&twin->street->lane, message);
		twin->where[i] = FRESH;
		break;
	case TAKEN:
		put_back(twin->street, i);
		twin->where[i] = BACK;
		break;
	case FRESH:
	case BACK:
		remove(twin->street, i);
		twin->where[i] = NOWHERE;
		break;
	}
}

static unsigned int first_in_lane(const struct street *street)
{
	return sm_lane_is_empty(&street->lane) ? MESSAGES :
	       sm_lane_first(&street->lane) - street->messages;
}

static void random_operations_are_as_the_twin_says(struct kunit *test)
{
	struct twin *twin = kunit_kzalloc(test, sizeof(*twin), GFP_KERNEL);
	struct sm_dice dice;

	KUNIT_ASSERT_NOT_NULL(test, twin);
	twin->street = test->priv;
	sm_dice_init(&dice);
	for (; dice.step < sm_dice_steps(); dice.step++) {
		unsigned int first = first_of(twin);

		SM_ASSERT_EQ(test, &dice, first_in_lane(twin->street), first);
		if (first < MESSAGES && sm_dice_below(&dice, 2))
			take(twin, first);
		else
			step(twin, sm_dice_below(&dice, MESSAGES));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(what_is_appended_comes_last),
	KUNIT_CASE(what_comes_back_is_where_it_was),
	KUNIT_CASE(what_came_back_can_come_back_again),
	KUNIT_CASE(any_can_be_removed),
	KUNIT_CASE(any_that_came_back_can_be_removed),
	KUNIT_CASE(the_last_one_can_be_removed),
	KUNIT_CASE(all_are_drained),
	KUNIT_CASE(nothing_is_drained_of_nothing),
	KUNIT_CASE(random_operations_are_as_the_twin_says),
	{}
};

struct kunit_suite sm_lane_suite = {
	.name = "lane",
	.init = street_init,
	.test_cases = cases,
};
