// SPDX-License-Identifier: GPL-2.0
#include "../barrier.h"

#include "../deadline.h"
#include "../waiter.h"
#include "dice.h"
#include "suites.h"
#include "thread.h"

#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/sched/signal.h>

static int make_barrier(struct kunit *test)
{
	struct sm_barrier *barrier = kunit_kzalloc(test, sizeof(*barrier), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, barrier);
	sm_barrier_init(barrier);
	test->priv = barrier;
	return 0;
}

static int sleep_until(struct sm_barrier *barrier, u64 seen, ktime_t deadline)
{
	return sm_barrier_sleep(barrier, &seen, deadline);
}

static int awake_all(struct sm_barrier *barrier)
{
	return sm_barrier_awake(barrier, UINT_MAX, NULL);
}

static long sleep(void *barrier)
{
	return sleep_until(barrier, 0, SM_NEVER);
}

static bool as_many_sleep(struct sm_barrier *barrier, unsigned int count)
{
	return sm_barrier_count(barrier) == count;
}

static struct sm_thread *start_sleeper(struct kunit *test)
{
	struct sm_barrier *barrier = test->priv;
	unsigned int before = sm_barrier_count(barrier);
	struct sm_thread *sleeper = sm_thread_start(test, sleep, barrier);

	KUNIT_ASSERT_TRUE(test, sm_eventually(as_many_sleep, barrier, before + 1));
	KUNIT_EXPECT_FALSE(test, sm_thread_has_ended(sleeper));
	return sleeper;
}

static void awake_wakes_nobody_when_nobody_sleeps(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sm_barrier_count(test->priv), 0);
	KUNIT_EXPECT_EQ(test, awake_all(test->priv), 0);
	KUNIT_EXPECT_EQ(test, awake_all(test->priv), 0);
}

static void awake_wakes_all_and_tells_how_many(struct kunit *test)
{
	struct sm_thread *sleepers[5];
	int count, i;

	for (count = 1; count <= ARRAY_SIZE(sleepers); count++) {
		for (i = 0; i < count; i++)
			sleepers[i] = start_sleeper(test);
		KUNIT_EXPECT_EQ(test, awake_all(test->priv), count);
		KUNIT_EXPECT_EQ(test, sm_barrier_count(test->priv), 0);
		for (i = 0; i < count; i++)
			KUNIT_EXPECT_EQ(test, sm_thread_join(test, sleepers[i]), 0);
		KUNIT_EXPECT_EQ(test, awake_all(test->priv), 0);
	}
}

static void an_earlier_awake_does_not_count(struct kunit *test)
{
	struct sm_thread *sleeper;

	KUNIT_EXPECT_EQ(test, awake_all(test->priv), 0);
	sleeper = start_sleeper(test);
	KUNIT_EXPECT_EQ(test, awake_all(test->priv), 1);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sleeper), 0);
}

static void wake_by_chance(struct sm_barrier *barrier)
{
	struct sm_waiter *first;

	spin_lock(&barrier->lock);
	first = list_first_entry(&barrier->sleepers, struct sm_waiter, in_line);
	wake_up_process(first->thread);
	spin_unlock(&barrier->lock);
}

/* To be woken without an awake is no reason to return. */
static void a_sleeper_that_is_woken_by_chance_sleeps_on(struct kunit *test)
{
	struct sm_barrier *barrier = test->priv;
	struct sm_thread *sleeper = start_sleeper(test);
	int i;

	for (i = 0; i < 100; i++)
		wake_by_chance(barrier);
	KUNIT_EXPECT_EQ(test, sm_barrier_count(barrier), 1);
	KUNIT_EXPECT_EQ(test, awake_all(barrier), 1);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sleeper), 0);
}

static void a_signal_ends_the_sleep_of_one(struct kunit *test)
{
	struct sm_thread *interrupted = start_sleeper(test);
	struct sm_thread *other = start_sleeper(test);

	sm_thread_signal(interrupted, SIGINT);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, interrupted), -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, sm_barrier_count(test->priv), 1);
	KUNIT_EXPECT_EQ(test, awake_all(test->priv), 1);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, other), 0);
}

static long sleep_with_a_signal(void *barrier)
{
	sm_thread_kill_me();
	return sleep_until(barrier, 0, SM_NEVER);
}

static void a_pending_signal_leaves_no_trace(struct kunit *test)
{
	struct sm_thread *thread = sm_thread_start(test, sleep_with_a_signal, test->priv);

	KUNIT_EXPECT_EQ(test, sm_thread_join(test, thread), -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, sm_barrier_count(test->priv), 0);
	KUNIT_EXPECT_EQ(test, awake_all(test->priv), 0);
}

/* What an awake has counted was woken, whatever comes before it can look. */
static void who_was_counted_was_woken(struct kunit *test)
{
	struct sm_thread *sleepers[4];
	int i;

	for (i = 0; i < ARRAY_SIZE(sleepers); i++)
		sleepers[i] = start_sleeper(test);
	KUNIT_EXPECT_EQ(test, awake_all(test->priv), ARRAY_SIZE(sleepers));
	sm_thread_signal(sleepers[0], SIGINT);
	sm_barrier_kill(test->priv);
	sm_thread_signal(sleepers[1], SIGINT);
	for (i = 0; i < ARRAY_SIZE(sleepers); i++)
		KUNIT_EXPECT_EQ(test, sm_thread_join(test, sleepers[i]), 0);
}

static void the_end_wakes_all(struct kunit *test)
{
	struct sm_thread *sleepers[3];
	int i;

	for (i = 0; i < ARRAY_SIZE(sleepers); i++)
		sleepers[i] = start_sleeper(test);
	sm_barrier_kill(test->priv);
	KUNIT_EXPECT_EQ(test, sm_barrier_count(test->priv), 0);
	for (i = 0; i < ARRAY_SIZE(sleepers); i++)
		KUNIT_EXPECT_EQ(test, sm_thread_join(test, sleepers[i]), -ENODEV);
}

static void nobody_sleeps_after_the_end(struct kunit *test)
{
	struct sm_thread *thread;

	sm_barrier_kill(test->priv);
	KUNIT_EXPECT_EQ(test, sleep_until(test->priv, 0, SM_NEVER), -ENODEV);
	KUNIT_EXPECT_EQ(test, awake_all(test->priv), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_barrier_count(test->priv), 0);
	sm_barrier_kill(test->priv);
	thread = sm_thread_start(test, sleep_with_a_signal, test->priv);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, thread), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_barrier_count(test->priv), 0);
}

/* ---- generations, deadlines, some of many */

static void some_are_woken_in_the_order_of_coming(struct kunit *test)
{
	struct sm_thread *sleepers[4];
	u64 generation;
	int i;

	for (i = 0; i < ARRAY_SIZE(sleepers); i++)
		sleepers[i] = start_sleeper(test);
	KUNIT_EXPECT_EQ(test, sm_barrier_awake(test->priv, 1, &generation), 1);
	KUNIT_EXPECT_EQ(test, generation, 2);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sleepers[0]), 0);
	KUNIT_EXPECT_EQ(test, sm_barrier_awake(test->priv, 2, NULL), 2);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sleepers[1]), 0);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sleepers[2]), 0);
	KUNIT_EXPECT_FALSE(test, sm_thread_has_ended(sleepers[3]));
	KUNIT_EXPECT_EQ(test, sm_barrier_awake(test->priv, 2, &generation), 1);
	KUNIT_EXPECT_EQ(test, generation, 4);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sleepers[3]), 0);
}

static void nobody_sleeps_at_another_generation(struct kunit *test)
{
	u64 seen = 1;

	KUNIT_EXPECT_EQ(test, sm_barrier_sleep(test->priv, &seen, SM_AT_ONCE), -EAGAIN);
	awake_all(test->priv);
	KUNIT_EXPECT_EQ(test, sm_barrier_sleep(test->priv, &seen, SM_NEVER), 1);
	KUNIT_EXPECT_EQ(test, seen, 2);
	KUNIT_EXPECT_EQ(test, sleep_until(test->priv, 3, SM_AT_ONCE), 1);
	KUNIT_EXPECT_EQ(test, sleep_until(test->priv, 0, SM_AT_ONCE), -EAGAIN);
	KUNIT_EXPECT_EQ(test, sm_barrier_count(test->priv), 0);
}

static void a_deadline_ends_the_sleep(struct kunit *test)
{
	ktime_t deadline = ktime_add_ms(ktime_get(), 10);

	KUNIT_EXPECT_EQ(test, sleep_until(test->priv, 0, 1), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, sleep_until(test->priv, 1, deadline), -ETIMEDOUT);
	KUNIT_EXPECT_FALSE(test, ktime_before(ktime_get(), deadline));
	KUNIT_EXPECT_EQ(test, sm_barrier_count(test->priv), 0);
}

static void news_are_what_was_not_seen(struct kunit *test)
{
	u64 seen = 1, generation;

	KUNIT_EXPECT_EQ(test, sm_barrier_has_news(test->priv, &seen, &generation), 0);
	awake_all(test->priv);
	awake_all(test->priv);
	KUNIT_EXPECT_EQ(test, sm_barrier_has_news(test->priv, &seen, &generation), 1);
	KUNIT_EXPECT_EQ(test, generation, 3);
	sm_barrier_see(test->priv, &seen, 3);
	/* Who was slower does not take it back. */
	sm_barrier_see(test->priv, &seen, 2);
	KUNIT_EXPECT_EQ(test, sm_barrier_has_news(test->priv, &seen, &generation), 0);
	sm_barrier_kill(test->priv);
	KUNIT_EXPECT_EQ(test, sm_barrier_has_news(test->priv, &seen, &generation), -ENODEV);
}

/* ---- sleepers, signals and awakes at once: each who was counted was woken */

#define SLEEPERS 3

struct sleeper {
	struct sm_barrier *barrier;
	long woken;
	long interrupted;
};

static long sleep_often(void *data)
{
	struct sleeper *sleeper = data;
	int err;

	do {
		err = sleep_until(sleeper->barrier, 0, SM_NEVER);
		if (!err)
			sleeper->woken++;
		if (err == -ERESTARTSYS) {
			sleeper->interrupted++;
			flush_signals(current);
		}
	} while (err != -ENODEV);
	return 0;
}

/* What comes while nobody sleeps proves nothing, so now and then all must. */
static long disturb(struct kunit *test, struct sm_dice *dice, struct sm_thread *const *threads)
{
	long counted = 0;

	for (; dice->step < sm_dice_steps(); dice->step++) {
		u32 what = sm_dice_below(dice, 2 * SLEEPERS);

		if (dice->step % 4 == 0)
			KUNIT_EXPECT_TRUE(test, sm_eventually(as_many_sleep, test->priv, SLEEPERS));
		if (what < SLEEPERS)
			sm_thread_signal(threads[what], SIGINT);
		else
			counted += sm_barrier_awake(test->priv, 1 + what % SLEEPERS, NULL);
	}
	return counted;
}

static void random_signals_and_awakes_add_up(struct kunit *test)
{
	struct sleeper *sleepers = kunit_kcalloc(test, SLEEPERS, sizeof(*sleepers), GFP_KERNEL);
	long counted, woken = 0, interrupted = 0;
	struct sm_thread *threads[SLEEPERS];
	struct sm_dice dice;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, sleepers);
	sm_dice_init(&dice);
	for (i = 0; i < SLEEPERS; i++) {
		sleepers[i].barrier = test->priv;
		threads[i] = sm_thread_start(test, sleep_often, &sleepers[i]);
	}
	counted = disturb(test, &dice, threads);
	sm_barrier_kill(test->priv);
	for (i = 0; i < SLEEPERS; i++) {
		KUNIT_EXPECT_EQ(test, sm_thread_join(test, threads[i]), 0);
		woken += sleepers[i].woken;
		interrupted += sleepers[i].interrupted;
	}
	SM_ASSERT_EQ(test, &dice, counted, woken);
	KUNIT_EXPECT_GT(test, woken, 0);
	KUNIT_EXPECT_GT(test, interrupted, 0);
	KUNIT_EXPECT_EQ(test, sm_barrier_count(test->priv), 0);
}

static void end_barrier(struct kunit *test)
{
	if (test->priv)
		sm_barrier_kill(test->priv);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(awake_wakes_nobody_when_nobody_sleeps),
	KUNIT_CASE(awake_wakes_all_and_tells_how_many),
	KUNIT_CASE(an_earlier_awake_does_not_count),
	KUNIT_CASE(a_sleeper_that_is_woken_by_chance_sleeps_on),
	KUNIT_CASE(a_signal_ends_the_sleep_of_one),
	KUNIT_CASE(a_pending_signal_leaves_no_trace),
	KUNIT_CASE(who_was_counted_was_woken),
	KUNIT_CASE(the_end_wakes_all),
	KUNIT_CASE(nobody_sleeps_after_the_end),
	KUNIT_CASE(some_are_woken_in_the_order_of_coming),
	KUNIT_CASE(nobody_sleeps_at_another_generation),
	KUNIT_CASE(a_deadline_ends_the_sleep),
	KUNIT_CASE(news_are_what_was_not_seen),
	KUNIT_CASE(random_signals_and_awakes_add_up),
	{}
};

struct kunit_suite sm_barrier_suite = {
	.name = "barrier",
	.init = make_barrier,
	.exit = end_barrier,
	.test_cases = cases,
};
