// SPDX-License-Identifier: GPL-2.0
#include "../listener.h"

#include "fixture.h"
#include "suites.h"
#include "thread.h"

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/delay.h>

/**
 * struct post_office - a queue, and somebody who hears when a letter comes
 * @fixture: the queue
 * @listener: calls ring()
 * @rung: how often
 * @doors: for a test to hold ring() up; NULL: open
 */
struct post_office {
	struct sm_fixture *fixture;
	struct sm_listener listener;
	atomic_t rung;
	struct completion *doors;
};

static void ring(void *data)
{
	struct post_office *office = data;

	atomic_inc(&office->rung);
	if (office->doors)
		wait_for_completion(office->doors);
}

static bool has_rung(struct post_office *office, int times)
{
	return atomic_read(&office->rung) == times;
}

static struct post_office *open_office(struct kunit *test)
{
	struct post_office *office = kunit_kzalloc(test, sizeof(*office), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, office);
	office->fixture = test->priv;
	sm_listener_start(&office->listener, &office->fixture->queue, ring, office);
	return office;
}

/* What was to be done is done when the work has run. */
static void expect_rung(struct kunit *test, struct post_office *office, int times)
{
	flush_work(&office->listener.work);
	KUNIT_EXPECT_EQ(test, atomic_read(&office->rung), times);
}

static void send(struct kunit *test, u32 number)
{
	KUNIT_ASSERT_EQ(test, sm_letter_send(test->priv, number, sizeof(number)), 0);
}

static void an_empty_queue_is_silent(struct kunit *test)
{
	struct post_office *office = open_office(test);

	expect_rung(test, office, 0);
	sm_queue_set_empty(&office->fixture->queue, SM_EMPTY_BLOCK);
	expect_rung(test, office, 0);
	KUNIT_EXPECT_EQ(test, sm_letter_send_later(office->fixture, 1, 3600000), 0);
	expect_rung(test, office, 0);
	sm_listener_stop(&office->listener);
}

static void what_is_there_already_is_told(struct kunit *test)
{
	struct post_office *office;

	send(test, 1);
	office = open_office(test);
	expect_rung(test, office, 1);
	sm_listener_stop(&office->listener);
	sm_expect_letters(test->priv, 1, 1);
}

static void each_time_that_it_turns_non_empty_is_told(struct kunit *test)
{
	struct post_office *office = open_office(test);
	u32 number;

	for (number = 1; number <= 3; number++) {
		send(test, number);
		expect_rung(test, office, number);
		sm_expect_letters(test->priv, number, number);
	}
	sm_listener_stop(&office->listener);
}

static void who_has_stopped_hears_nothing(struct kunit *test)
{
	struct post_office *office = open_office(test);

	sm_listener_stop(&office->listener);
	send(test, 1);
	expect_rung(test, office, 0);
	sm_expect_letters(test->priv, 1, 1);
}

static long stop(void *listener)
{
	sm_listener_stop(listener);
	return 0;
}

static void stopping_waits_for_the_call(struct kunit *test)
{
	struct completion *doors = kunit_kzalloc(test, sizeof(*doors), GFP_KERNEL);
	struct post_office *office = open_office(test);
	struct sm_thread *stopper;

	KUNIT_ASSERT_NOT_NULL(test, doors);
	init_completion(doors);
	office->doors = doors;
	send(test, 1);
	KUNIT_EXPECT_TRUE(test, sm_eventually(has_rung, office, 1));
	stopper = sm_thread_start(test, stop, &office->listener);
	msleep(20);
	KUNIT_EXPECT_FALSE(test, sm_thread_has_ended(stopper));
	complete_all(doors);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, stopper), 0);
	sm_expect_letters(test->priv, 1, 1);
}

static void the_end_of_the_queue_is_no_news(struct kunit *test)
{
	struct post_office *office = open_office(test);

	sm_queue_kill(&office->fixture->queue);
	expect_rung(test, office, 0);
	sm_listener_stop(&office->listener);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(an_empty_queue_is_silent),
	KUNIT_CASE(what_is_there_already_is_told),
	KUNIT_CASE(each_time_that_it_turns_non_empty_is_told),
	KUNIT_CASE(who_has_stopped_hears_nothing),
	KUNIT_CASE(stopping_waits_for_the_call),
	KUNIT_CASE(the_end_of_the_queue_is_no_news),
	{}
};

struct kunit_suite sm_listener_suite = {
	.name = "listener",
	.init = sm_fixture_init,
	.exit = sm_fixture_exit,
	.test_cases = cases,
};
