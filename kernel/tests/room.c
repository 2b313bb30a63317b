// SPDX-License-Identifier: GPL-2.0
#include "../room.h"

#include "../deadline.h"
#include "../parameter.h"
#include "../waiter.h"
#include "suites.h"
#include "thread.h"

#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#define STORAGE	100
#define LENGTH	10

/**
 * struct hall - a room of its own, without a queue
 * @storage: the default of the limit in bytes
 * @defaults: there is no other default
 * @lock: guards the room
 * @room: the room
 */
struct hall {
	struct sm_parameter storage;
	struct sm_limit_defaults defaults;
	spinlock_t lock;	/* guards the room */
	struct sm_room room;
};

/* Somebody in line. */
struct guest {
	struct hall *hall;
	size_t size;
	ktime_t deadline;
	struct sm_thread *thread;
};

static int hall_init(struct kunit *test)
{
	struct hall *hall = kunit_kzalloc(test, sizeof(*hall), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, hall);
	hall->storage.value = STORAGE;
	hall->defaults.of[SM_LIMIT_STORAGE] = &hall->storage;
	spin_lock_init(&hall->lock);
	sm_room_init(&hall->room, &hall->defaults, &hall->lock);
	sm_room_set_limit(&hall->room, SM_LIMIT_LENGTH, LENGTH);
	test->priv = hall;
	return 0;
}

static bool fits(struct hall *hall, size_t size)
{
	bool answer;

	spin_lock(&hall->lock);
	answer = sm_room_fits_locked(&hall->room, size);
	spin_unlock(&hall->lock);
	return answer;
}

static bool would_fit(struct hall *hall, size_t size, unsigned long messages, unsigned long bytes)
{
	bool answer;

	spin_lock(&hall->lock);
	answer = sm_room_would_fit_locked(&hall->room, size, messages, bytes);
	spin_unlock(&hall->lock);
	return answer;
}

static void take(struct hall *hall, size_t size)
{
	spin_lock(&hall->lock);
	sm_room_take_locked(&hall->room, size);
	spin_unlock(&hall->lock);
}

static void give(struct hall *hall, size_t size)
{
	spin_lock(&hall->lock);
	sm_room_give_locked(&hall->room, 1, size);
	spin_unlock(&hall->lock);
}

/* Is anybody's wait over now? */
static bool serve(struct hall *hall)
{
	struct task_struct *served;

	spin_lock(&hall->lock);
	served = sm_room_serve_locked(&hall->room);
	spin_unlock(&hall->lock);
	sm_waiter_wake(served);
	return served;
}

static long wait_in_line(void *data)
{
	struct guest *guest = data;
	struct hall *hall = guest->hall;
	int err;

	spin_lock(&hall->lock);
	err = sm_room_wait_locked(&hall->room, guest->size, guest->deadline);
	spin_unlock(&hall->lock);
	return err;
}

static bool are_in_line(struct hall *hall, unsigned int count)
{
	unsigned int counted;

	spin_lock(&hall->lock);
	counted = list_count_nodes(&hall->room.line);
	spin_unlock(&hall->lock);
	return counted == count;
}

/* Returns when he stands in line, behind @others. */
static struct guest *come(struct kunit *test, size_t size, unsigned int others)
{
	struct guest *guest = kunit_kzalloc(test, sizeof(*guest), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, guest);
	guest->hall = test->priv;
	guest->size = size;
	guest->deadline = SM_NEVER;
	guest->thread = sm_thread_start(test, wait_in_line, guest);
	KUNIT_ASSERT_TRUE(test, sm_eventually(are_in_line, guest->hall, others + 1));
	return guest;
}

static long leave(struct kunit *test, struct guest *guest)
{
	return sm_thread_join(test, guest->thread);
}

/* ---- limits */

static void a_limit_is_its_own_or_the_default_or_none(struct kunit *test)
{
	struct hall *hall = test->priv;
	struct sm_room *room = &hall->room;

	KUNIT_EXPECT_EQ(test, sm_room_limit(room, SM_LIMIT_STORAGE), STORAGE);
	hall->storage.value = 7;
	KUNIT_EXPECT_EQ(test, sm_room_limit(room, SM_LIMIT_STORAGE), 7);
	sm_room_set_limit(room, SM_LIMIT_STORAGE, 8);
	KUNIT_EXPECT_EQ(test, sm_room_limit(room, SM_LIMIT_STORAGE), 8);
	KUNIT_EXPECT_EQ(test, sm_room_limit(room, SM_LIMIT_MESSAGE), ULONG_MAX);
	KUNIT_EXPECT_EQ(test, sm_room_limit(room, SM_LIMIT_LENGTH), LENGTH);
}

static void it_is_full_with_the_last_byte(struct kunit *test)
{
	struct hall *hall = test->priv;

	KUNIT_EXPECT_TRUE(test, fits(hall, STORAGE));
	KUNIT_EXPECT_FALSE(test, fits(hall, STORAGE + 1));
	KUNIT_EXPECT_FALSE(test, fits(hall, SIZE_MAX));
	take(hall, STORAGE - 1);
	KUNIT_EXPECT_TRUE(test, fits(hall, 1));
	KUNIT_EXPECT_FALSE(test, fits(hall, 2));
	take(hall, 1);
	KUNIT_EXPECT_FALSE(test, fits(hall, 1));
	give(hall, STORAGE - 1);
	KUNIT_EXPECT_TRUE(test, fits(hall, STORAGE - 1));
	KUNIT_EXPECT_EQ(test, hall->room.bytes, 1);
	KUNIT_EXPECT_EQ(test, hall->room.messages, 1);
}

static void it_is_full_with_the_last_message(struct kunit *test)
{
	struct hall *hall = test->priv;
	int i;

	for (i = 0; i < LENGTH; i++) {
		KUNIT_EXPECT_TRUE(test, fits(hall, 1));
		take(hall, 1);
	}
	KUNIT_EXPECT_FALSE(test, fits(hall, 1));
	give(hall, 1);
	KUNIT_EXPECT_TRUE(test, fits(hall, 1));
}

static void more_than_the_limit_leaves_no_room(struct kunit *test)
{
	struct hall *hall = test->priv;

	take(hall, STORAGE);
	hall->storage.value = STORAGE / 2;
	KUNIT_EXPECT_FALSE(test, fits(hall, 1));
	KUNIT_EXPECT_FALSE(test, fits(hall, 0));
	KUNIT_EXPECT_FALSE(test, would_fit(hall, 1, 1, STORAGE / 2));
	KUNIT_EXPECT_TRUE(test, would_fit(hall, 1, 1, STORAGE / 2 + 1));
}

static void what_others_have_can_be_thought_away(struct kunit *test)
{
	struct hall *hall = test->priv;
	int i;

	for (i = 0; i < LENGTH; i++)
		take(hall, 10);
	KUNIT_EXPECT_FALSE(test, would_fit(hall, 1, 0, 0));
	KUNIT_EXPECT_FALSE(test, would_fit(hall, 1, 0, 10));
	KUNIT_EXPECT_FALSE(test, would_fit(hall, 11, 1, 10));
	KUNIT_EXPECT_TRUE(test, would_fit(hall, 10, 1, 10));
	KUNIT_EXPECT_TRUE(test, would_fit(hall, STORAGE, LENGTH, STORAGE));
	KUNIT_EXPECT_FALSE(test, would_fit(hall, STORAGE + 1, LENGTH, STORAGE));
}

/* ---- the line */

static void without_a_line_nobody_is_served(struct kunit *test)
{
	struct hall *hall = test->priv;

	KUNIT_EXPECT_FALSE(test, serve(hall));
	KUNIT_EXPECT_EQ(test, hall->room.bytes, 0);
	KUNIT_EXPECT_FALSE(test, sm_room_is_awaited_locked(&hall->room));
	sm_room_dismiss(&hall->room, -ENODEV);
}

static void who_is_served_has_his_room_before_he_wakes(struct kunit *test)
{
	struct hall *hall = test->priv;
	struct task_struct *served;
	struct guest *guest;

	take(hall, STORAGE);
	guest = come(test, 60, 0);
	KUNIT_EXPECT_TRUE(test, sm_room_is_awaited_locked(&hall->room));
	KUNIT_EXPECT_FALSE(test, serve(hall));
	give(hall, STORAGE);

	spin_lock(&hall->lock);
	served = sm_room_serve_locked(&hall->room);
	KUNIT_EXPECT_EQ(test, hall->room.bytes, 60);
	KUNIT_EXPECT_EQ(test, hall->room.messages, 1);
	KUNIT_EXPECT_FALSE(test, sm_room_is_awaited_locked(&hall->room));
	spin_unlock(&hall->lock);
	KUNIT_EXPECT_NOT_NULL(test, served);
	sm_waiter_wake(served);
	KUNIT_EXPECT_EQ(test, leave(test, guest), 0);
	KUNIT_EXPECT_EQ(test, hall->room.bytes, 60);
}

static void the_first_to_come_is_the_first_to_be_served(struct kunit *test)
{
	struct hall *hall = test->priv;
	struct guest *first, *second, *third;

	take(hall, STORAGE);
	first = come(test, 60, 0);
	second = come(test, 1, 1);
	third = come(test, 60, 2);
	give(hall, STORAGE);
	take(hall, 41);
	/* One fits, but it is not his turn. */
	KUNIT_EXPECT_FALSE(test, serve(hall));
	give(hall, 41);
	KUNIT_EXPECT_TRUE(test, serve(hall));
	KUNIT_EXPECT_EQ(test, leave(test, first), 0);
	KUNIT_EXPECT_TRUE(test, are_in_line(hall, 2));
	KUNIT_EXPECT_TRUE(test, serve(hall));
	KUNIT_EXPECT_EQ(test, leave(test, second), 0);
	KUNIT_EXPECT_FALSE(test, serve(hall));
	give(hall, 60);
	KUNIT_EXPECT_TRUE(test, serve(hall));
	KUNIT_EXPECT_EQ(test, leave(test, third), 0);
	KUNIT_EXPECT_EQ(test, hall->room.bytes, 61);
}

static void who_will_never_fit_is_sent_away(struct kunit *test)
{
	struct hall *hall = test->priv;
	struct guest *large, *small;

	take(hall, STORAGE);
	large = come(test, 60, 0);
	small = come(test, 1, 1);
	hall->storage.value = 59;
	KUNIT_EXPECT_TRUE(test, serve(hall));
	KUNIT_EXPECT_EQ(test, leave(test, large), -EMSGSIZE);
	KUNIT_EXPECT_FALSE(test, serve(hall));
	KUNIT_EXPECT_EQ(test, hall->room.bytes, STORAGE);
	give(hall, STORAGE);
	KUNIT_EXPECT_TRUE(test, serve(hall));
	KUNIT_EXPECT_EQ(test, leave(test, small), 0);
}

static void a_deadline_ends_the_wait(struct kunit *test)
{
	struct hall *hall = test->priv;
	struct guest guest = { .hall = hall, .size = 1 };
	ktime_t before = ktime_get();

	take(hall, STORAGE);
	guest.deadline = ktime_add_ms(before, 20);
	KUNIT_EXPECT_EQ(test, wait_in_line(&guest), -ETIMEDOUT);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), before), 20);
	guest.deadline = before;
	KUNIT_EXPECT_EQ(test, wait_in_line(&guest), -ETIMEDOUT);
	KUNIT_EXPECT_TRUE(test, are_in_line(hall, 0));
	KUNIT_EXPECT_EQ(test, hall->room.bytes, STORAGE);
}

static void a_signal_ends_the_wait(struct kunit *test)
{
	struct hall *hall = test->priv;
	struct guest *first, *second;

	take(hall, STORAGE);
	first = come(test, 1, 0);
	second = come(test, 2, 1);
	sm_thread_signal(first->thread, SIGINT);
	KUNIT_EXPECT_EQ(test, leave(test, first), -ERESTARTSYS);
	KUNIT_EXPECT_TRUE(test, are_in_line(hall, 1));
	give(hall, STORAGE);
	KUNIT_EXPECT_TRUE(test, serve(hall));
	KUNIT_EXPECT_EQ(test, leave(test, second), 0);
	KUNIT_EXPECT_EQ(test, hall->room.bytes, 2);
}

/* The signal comes while he is out of the line, but has not woken. */
static void success_beats_a_signal(struct kunit *test)
{
	struct hall *hall = test->priv;
	struct task_struct *served;
	struct guest *guest;

	take(hall, STORAGE);
	guest = come(test, 1, 0);
	give(hall, STORAGE);
	spin_lock(&hall->lock);
	served = sm_room_serve_locked(&hall->room);
	sm_thread_signal(guest->thread, SIGINT);
	spin_unlock(&hall->lock);
	sm_waiter_wake(served);
	KUNIT_EXPECT_EQ(test, leave(test, guest), 0);
	KUNIT_EXPECT_EQ(test, hall->room.bytes, 1);
}

static void all_who_wait_are_sent_away(struct kunit *test)
{
	struct hall *hall = test->priv;
	struct guest *guests[5];
	int i;

	take(hall, STORAGE);
	for (i = 0; i < 5; i++)
		guests[i] = come(test, 1 + i, i);
	sm_room_dismiss(&hall->room, -ENODEV);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, leave(test, guests[i]), -ENODEV);
	KUNIT_EXPECT_TRUE(test, are_in_line(hall, 0));
	KUNIT_EXPECT_EQ(test, hall->room.bytes, STORAGE);
	KUNIT_EXPECT_EQ(test, hall->room.messages, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_limit_is_its_own_or_the_default_or_none),
	KUNIT_CASE(it_is_full_with_the_last_byte),
	KUNIT_CASE(it_is_full_with_the_last_message),
	KUNIT_CASE(more_than_the_limit_leaves_no_room),
	KUNIT_CASE(what_others_have_can_be_thought_away),
	KUNIT_CASE(without_a_line_nobody_is_served),
	KUNIT_CASE(who_is_served_has_his_room_before_he_wakes),
	KUNIT_CASE(the_first_to_come_is_the_first_to_be_served),
	KUNIT_CASE(who_will_never_fit_is_sent_away),
	KUNIT_CASE(a_deadline_ends_the_wait),
	KUNIT_CASE(a_signal_ends_the_wait),
	KUNIT_CASE(success_beats_a_signal),
	KUNIT_CASE(all_who_wait_are_sent_away),
	{}
};

struct kunit_suite sm_room_suite = {
	.name = "room",
	.init = hall_init,
	.test_cases = cases,
};
