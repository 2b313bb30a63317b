// SPDX-License-Identifier: GPL-2.0
#include "../schedule.h"

#include "../admission.h"
#include "../audience.h"
#include "../deadline.h"
#include "../message.h"
#include "../revocation.h"
#include "dice.h"
#include "fixture.h"
#include "suites.h"
#include "thread.h"

#include <linux/err.h>
#include <linux/ktime.h>

/* Longer than any test takes. */
#define LATER_MS	3600000

/* How many are published under one lock. */
#define PORTION		64

static void send_later(struct sm_fixture *fixture, u32 number, unsigned int delay_ms)
{
	KUNIT_ASSERT_EQ(fixture->test, sm_letter_send_later(fixture, number, delay_ms), 0);
}

static int add_locked(struct sm_fixture *fixture, struct sm_message *letter, ktime_t due)
{
	struct sm_call call = sm_fixture_call(fixture, SM_AT_ONCE);
	struct sm_timing *timing = sm_message_timing(letter);
	SM_DEFINE_AFTER(after);
	int err;

	err = sm_admission_admit_locked(&fixture->queue, letter, &call, &after);
	if (err)
		return err;
	fixture->queue.ledger.scheduled++;
	letter->is_scheduled = true;
	timing->node.expires = due;
	timerqueue_add(&fixture->schedule.due, &timing->node);
	return 0;
}

/*
 * A letter that is due at exactly this moment, as no clock would do it, and
 * for which no timer is set: only what the test calls publishes it.
 */
static void plant(struct sm_fixture *fixture, u32 number, ktime_t due)
{
	const struct sm_terms terms = { .delay = 1 };
	struct sm_message *letter = sm_letter(fixture, number, sizeof(number), &terms);
	int err;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(fixture->test, letter);
	spin_lock(&fixture->queue.lock);
	err = add_locked(fixture, letter, due);
	spin_unlock(&fixture->queue.lock);
	KUNIT_ASSERT_EQ(fixture->test, err, 0);
}

/* ---- sending */

static void without_a_delay_it_is_ready_at_once(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_later(fixture, 1, 0);
	send_later(fixture, 2, 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).scheduled, 0);
	sm_expect_letters(fixture, 1, 2);
}

static void with_a_delay_it_is_not_ready(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_later(fixture, 1, LATER_MS);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).sent, 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).scheduled, 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), sizeof(u32));
	send_later(fixture, 2, 0);
	sm_expect_letters(fixture, 2, 2);
	send_later(fixture, 3, UINT_MAX);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 0);
}

static void a_delayed_message_takes_storage(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_STORAGE, 2 * sizeof(u32));
	send_later(fixture, 1, LATER_MS);
	send_later(fixture, 2, 0);
	KUNIT_EXPECT_EQ(test, sm_letter_send_later(fixture, 3, LATER_MS), -ENOSPC);
	KUNIT_EXPECT_EQ(test, sm_letter_send_later(fixture, 3, 0), -ENOSPC);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).sent, 2);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).scheduled, 1);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 2);
	send_later(fixture, 3, LATER_MS);
}

/* ---- flushing */

static void a_flush_publishes_in_the_order_of_due_times(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_later(fixture, 3, 3 * LATER_MS);
	send_later(fixture, 1, LATER_MS);
	send_later(fixture, 4, 4 * LATER_MS);
	send_later(fixture, 2, 2 * LATER_MS);
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).scheduled, 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).queued, 4);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 4 * sizeof(u32));
	sm_expect_letters(fixture, 1, 4);
}

static void a_flush_puts_them_behind_what_is_ready(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_later(fixture, 2, LATER_MS);
	send_later(fixture, 1, 0);
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	send_later(fixture, 3, 0);
	sm_expect_letters(fixture, 1, 3);
}

static void a_flush_of_nothing_does_nothing(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	send_later(fixture, 1, LATER_MS);
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	sm_expect_letters(fixture, 1, 1);
}

static void one_delay_keeps_the_order_of_sending(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u32 number;

	for (number = 1; number <= 200; number++)
		send_later(fixture, number, LATER_MS);
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	sm_expect_letters(fixture, 1, 200);
}

static void equal_due_times_keep_the_order_of_sending(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	ktime_t due = ktime_add_ms(ktime_get(), LATER_MS);
	u32 number;

	for (number = 201; number <= 400; number++)
		plant(fixture, number, due + 1);
	for (number = 1; number <= 200; number++)
		plant(fixture, number, due);
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	sm_expect_letters(fixture, 1, 400);
}

static void a_flush_has_as_many_portions_as_it_needs(struct kunit *test)
{
	static const u32 counts[] = {
		1, PORTION - 1, PORTION, PORTION + 1, 2 * PORTION, 2 * PORTION + 1, 300,
	};
	struct sm_fixture *fixture = test->priv;
	size_t i;
	u32 number;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		for (number = counts[i]; number; number--)
			send_later(fixture, number, LATER_MS + number * 1000);
		KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
		KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).queued, counts[i]);
		sm_expect_letters(fixture, 1, counts[i]);
	}
}

static long flush_when_killed(void *data)
{
	struct sm_fixture *fixture = data;

	sm_thread_kill_me();
	return sm_schedule_flush(&fixture->schedule);
}

/* One portion is published then, and the rest stays where it was. */
static void a_flush_ends_when_its_caller_is_killed(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *thread;
	u32 number;

	for (number = 1; number <= 2 * PORTION; number++)
		send_later(fixture, number, LATER_MS);
	thread = sm_thread_start(test, flush_when_killed, fixture);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, thread), -EINTR);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).queued, PORTION);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).scheduled, PORTION);
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	sm_expect_letters(fixture, 1, 2 * PORTION);
}

/* ---- revoking */

static void revoking_drops_all_that_is_delayed(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u32 number;

	send_later(fixture, 1, 0);
	for (number = 2; number <= 200; number++)
		send_later(fixture, number, LATER_MS);
	KUNIT_EXPECT_EQ(test, sm_revocation_revoke_delayed(&fixture->schedule), 199);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).scheduled, 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).revoked, 199);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), sizeof(u32));
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	sm_expect_letters(fixture, 1, 1);
}

static void revoking_nothing_does_nothing(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	KUNIT_EXPECT_EQ(test, sm_revocation_revoke_delayed(&fixture->schedule), 0);
	send_later(fixture, 1, LATER_MS);
	KUNIT_EXPECT_EQ(test, sm_revocation_revoke_delayed(&fixture->schedule), 1);
	KUNIT_EXPECT_EQ(test, sm_revocation_revoke_delayed(&fixture->schedule), 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).revoked, 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 0);
}

/* Nobody has published them yet, but their time has come. */
static void what_is_due_is_published_and_not_revoked(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	ktime_t now = ktime_get();

	plant(fixture, 2, now);
	plant(fixture, 1, ktime_sub_ns(now, 1));
	plant(fixture, 3, ktime_add_ms(now, LATER_MS));
	KUNIT_EXPECT_EQ(test, sm_revocation_revoke_delayed(&fixture->schedule), 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).revoked, 1);
	sm_expect_letters(fixture, 1, 2);
}

static void after_revoking_one_can_send_again(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_STORAGE, 2 * sizeof(u32));
	send_later(fixture, 8, LATER_MS);
	send_later(fixture, 9, 2 * LATER_MS);
	KUNIT_EXPECT_EQ(test, sm_revocation_revoke_delayed(&fixture->schedule), 2);
	send_later(fixture, 2, 2 * LATER_MS);
	send_later(fixture, 1, LATER_MS);
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	sm_expect_letters(fixture, 1, 2);
}

/* ---- the end */

static void a_dead_queue_takes_nothing_delayed(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_later(fixture, 1, LATER_MS);
	sm_queue_kill(&fixture->queue);
	KUNIT_EXPECT_EQ(test, sm_letter_send_later(fixture, 2, LATER_MS), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_letter_send_later(fixture, 2, 0), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_revocation_revoke_delayed(&fixture->schedule), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).revoked, 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).scheduled, 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), sizeof(u32));
}

static void killing_drops_what_is_delayed(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_later(fixture, 1, LATER_MS);
	send_later(fixture, 2, 2 * LATER_MS);
	sm_queue_kill(&fixture->queue);
	sm_schedule_kill(&fixture->schedule);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).scheduled, 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).dropped, 2);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 0);
	sm_schedule_kill(&fixture->schedule);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).dropped, 2);
}

static void a_stopped_schedule_has_no_timer_and_no_work(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_later(fixture, 1, 1);
	send_later(fixture, 2, 1000);
	sm_queue_kill(&fixture->queue);
	sm_schedule_kill(&fixture->schedule);
	sm_schedule_stop(&fixture->schedule);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&fixture->schedule.timer));
	KUNIT_EXPECT_FALSE(test, work_busy(&fixture->schedule.work));
}

/* ---- time passes */

#define ARRIVALS 300

/* Takes letters as they come. */
struct receiver {
	struct sm_fixture *fixture;
	unsigned int expected;
	unsigned int count;
	u32 numbers[ARRIVALS];
	ktime_t times[ARRIVALS];
};

static long receive(void *data)
{
	struct receiver *receiver = data;
	struct sm_fixture *fixture = receiver->fixture;
	int number;

	while (receiver->count < receiver->expected) {
		number = sm_letter_take(fixture);
		if (!number)
			number = sm_audience_wait(&fixture->queue, SM_NEVER);
		if (number < 0)
			return number;
		if (!number)
			continue;
		receiver->times[receiver->count] = ktime_get();
		receiver->numbers[receiver->count++] = number;
	}
	return 0;
}

static struct receiver *make_receiver(struct sm_fixture *fixture, unsigned int expected)
{
	struct receiver *receiver = kunit_kzalloc(fixture->test, sizeof(*receiver), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(fixture->test, receiver);
	WRITE_ONCE(fixture->queue.empty, SM_EMPTY_BLOCK);
	receiver->fixture = fixture;
	receiver->expected = expected;
	return receiver;
}

/* Sleeps until as many letters have come as are expected. */
static void await_all(struct receiver *receiver)
{
	struct kunit *test = receiver->fixture->test;

	KUNIT_ASSERT_EQ(test, sm_thread_join(test, sm_thread_start(test, receive, receiver)), 0);
}

static void the_timer_publishes_when_the_delay_has_run_out(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct receiver *receiver = make_receiver(fixture, 1);
	ktime_t sent = ktime_get();

	send_later(fixture, 1, 20);
	await_all(receiver);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(receiver->times[0], sent), 20);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).scheduled, 0);
}

/* The timer is set to each in turn, whichever was sent first. */
static void the_timer_follows_the_earliest(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct receiver *receiver = make_receiver(fixture, 3);
	ktime_t sent = ktime_get();
	u32 i;

	send_later(fixture, 4, LATER_MS);
	send_later(fixture, 2, 40);
	send_later(fixture, 1, 20);
	send_later(fixture, 3, 60);
	await_all(receiver);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, receiver->numbers[i], i + 1);
		KUNIT_EXPECT_GE(test, ktime_ms_delta(receiver->times[i], sent), 20 * (i + 1));
	}
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).scheduled, 1);
}

static void the_timer_publishes_more_than_a_portion(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct receiver *receiver = make_receiver(fixture, ARRIVALS);
	u32 number;

	for (number = 1; number <= ARRIVALS; number++)
		send_later(fixture, number, 1);
	await_all(receiver);
	for (number = 1; number <= ARRIVALS; number++)
		KUNIT_ASSERT_EQ(test, receiver->numbers[number - 1], number);
}

/* The timer of what was revoked may fire: it finds nothing, and goes on. */
static void what_was_revoked_never_comes(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct receiver *receiver = make_receiver(fixture, 1);

	send_later(fixture, 1, LATER_MS);
	KUNIT_EXPECT_EQ(test, sm_revocation_revoke_delayed(&fixture->schedule), 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).revoked, 1);
	hrtimer_start(&fixture->schedule.timer, ktime_get(), HRTIMER_MODE_ABS);
	send_later(fixture, 2, 20);
	await_all(receiver);
	KUNIT_EXPECT_EQ(test, receiver->numbers[0], 2);
}

static long wait_for_one(void *data)
{
	struct sm_fixture *fixture = data;

	return sm_audience_wait(&fixture->queue, SM_NEVER);
}

static void each_message_that_becomes_due_wakes_a_reader(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *readers[3];
	int i;

	WRITE_ONCE(fixture->queue.empty, SM_EMPTY_BLOCK);
	for (i = 0; i < 3; i++) {
		readers[i] = sm_thread_start(test, wait_for_one, fixture);
		sm_fixture_await_sleeping(fixture, i + 1);
	}
	plant(fixture, 1, ktime_add_ms(ktime_get(), LATER_MS));
	plant(fixture, 2, ktime_add_ms(ktime_get(), LATER_MS));
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_sleeping(fixture), 1);
	send_later(fixture, 3, 1);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, sm_thread_join(test, readers[i]), 0);
}

/*
 * Each is sent between two looks at the clock, so its due time lies between
 * two that are known. Of two letters the first must not be due after the second.
 */
static void random_delays_arrive_in_order(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct receiver *receiver = make_receiver(fixture, ARRIVALS);
	struct due {
		ktime_t least, most;
	} *due = kunit_kcalloc(test, ARRIVALS, sizeof(*due), GFP_KERNEL);
	ktime_t latest = 0;
	struct sm_dice dice;

	KUNIT_ASSERT_NOT_NULL(test, due);
	sm_dice_init(&dice);
	for (; dice.step < ARRIVALS; dice.step++) {
		unsigned int delay_ms = 1 + sm_dice_below(&dice, 30);

		due[dice.step].least = ktime_add_ms(ktime_get(), delay_ms);
		send_later(fixture, dice.step + 1, delay_ms);
		due[dice.step].most = ktime_add_ms(ktime_get(), delay_ms);
	}
	await_all(receiver);
	for (dice.step = 0; dice.step < ARRIVALS; dice.step++) {
		const struct due *own = &due[receiver->numbers[dice.step] - 1];

		SM_ASSERT_EQ(test, &dice, ktime_after(own->least, receiver->times[dice.step]),
			     false);
		SM_ASSERT_EQ(test, &dice, ktime_after(latest, own->most), false);
		latest = max(latest, own->least);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(without_a_delay_it_is_ready_at_once),
	KUNIT_CASE(with_a_delay_it_is_not_ready),
	KUNIT_CASE(a_delayed_message_takes_storage),
	KUNIT_CASE(a_flush_publishes_in_the_order_of_due_times),
	KUNIT_CASE(a_flush_puts_them_behind_what_is_ready),
	KUNIT_CASE(a_flush_of_nothing_does_nothing),
	KUNIT_CASE(one_delay_keeps_the_order_of_sending),
	KUNIT_CASE(equal_due_times_keep_the_order_of_sending),
	KUNIT_CASE(a_flush_has_as_many_portions_as_it_needs),
	KUNIT_CASE(a_flush_ends_when_its_caller_is_killed),
	KUNIT_CASE(revoking_drops_all_that_is_delayed),
	KUNIT_CASE(revoking_nothing_does_nothing),
	KUNIT_CASE(what_is_due_is_published_and_not_revoked),
	KUNIT_CASE(after_revoking_one_can_send_again),
	KUNIT_CASE(a_dead_queue_takes_nothing_delayed),
	KUNIT_CASE(killing_drops_what_is_delayed),
	KUNIT_CASE(a_stopped_schedule_has_no_timer_and_no_work),
	KUNIT_CASE(the_timer_publishes_when_the_delay_has_run_out),
	KUNIT_CASE(the_timer_follows_the_earliest),
	KUNIT_CASE(the_timer_publishes_more_than_a_portion),
	KUNIT_CASE(what_was_revoked_never_comes),
	KUNIT_CASE(each_message_that_becomes_due_wakes_a_reader),
	KUNIT_CASE(random_delays_arrive_in_order),
	{}
};

struct kunit_suite sm_schedule_suite = {
	.name = "schedule",
	.init = sm_fixture_init,
	.exit = sm_fixture_exit,
	.test_cases = cases,
};
