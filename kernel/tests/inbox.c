// SPDX-License-Identifier: GPL-2.0
#include "../inbox.h"

#include "../deadline.h"
#include "../message.h"
#include "../sender.h"
#include "fixture.h"
#include "payer.h"
#include "suites.h"
#include "thread.h"

#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>

/* How many are moved under one lock. */
#define PORTION	64

static struct sm_inbox *inbox_of(struct sm_fixture *fixture)
{
	return &fixture->schedule.inbox;
}

/* A letter as modules make it, where nothing may sleep. */
static struct sm_message *make(struct sm_fixture *fixture, u32 number, unsigned int priority)
{
	const struct sm_terms terms = { .priority = priority, .tag = number };
	struct sm_call call = sm_fixture_call(fixture, SM_AT_ONCE);
	struct sm_message *letter;
	unsigned long flags;

	local_irq_save(flags);
	letter = sm_message_from_kernel(&call, &terms, &number, sizeof(number));
	local_irq_restore(flags);
	return letter;
}

/* Only into the inbox: it is moved when the test says so. */
static int put(struct sm_fixture *fixture, u32 number, unsigned int priority)
{
	struct sm_message *letter = make(fixture, number, priority);
	int err;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(fixture->test, letter);
	err = sm_inbox_put(inbox_of(fixture), letter);
	if (err)
		sm_message_free(letter);
	return err;
}

static void put_all(struct sm_fixture *fixture, u32 first, u32 last)
{
	for (; first <= last; first++)
		KUNIT_ASSERT_EQ(fixture->test, put(fixture, first, 0), 0);
}

static void limit(struct sm_fixture *fixture, enum sm_limit what, unsigned long value)
{
	sm_room_set_limit(&fixture->queue.room, what, value);
}

/* ---- in and out */

static void nobody_reads_it_before_it_is_moved(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	KUNIT_EXPECT_FALSE(test, sm_inbox_publish(inbox_of(fixture)));
	put_all(fixture, 1, 2);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).sent, 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 0);
	KUNIT_EXPECT_GT(test, sm_payer_memory(fixture->payer), 0);
	KUNIT_EXPECT_FALSE(test, sm_inbox_publish(inbox_of(fixture)));
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).sent, 2);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 2 * sizeof(u32));
	sm_expect_letters(fixture, 1, 2);
}

static void priorities_count(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	KUNIT_ASSERT_EQ(test, put(fixture, 3, 0), 0);
	KUNIT_ASSERT_EQ(test, put(fixture, 2, 6), 0);
	KUNIT_ASSERT_EQ(test, put(fixture, 1, 7), 0);
	sm_inbox_publish(inbox_of(fixture));
	sm_expect_letters(fixture, 1, 3);
}

static void a_portion_at_once(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	put_all(fixture, 1, PORTION + 1);
	KUNIT_EXPECT_TRUE(test, sm_inbox_publish(inbox_of(fixture)));
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).queued, PORTION);
	KUNIT_EXPECT_FALSE(test, sm_inbox_publish(inbox_of(fixture)));
	sm_expect_letters(fixture, 1, PORTION + 1);
}

static void a_flush_moves_them(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	put_all(fixture, 1, 3 * PORTION);
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&fixture->schedule), 0);
	sm_expect_letters(fixture, 1, 3 * PORTION);
}

static bool has_queued(struct sm_fixture *fixture, u64 count)
{
	return sm_fixture_ledger(fixture).queued == count;
}

static void what_is_posted_is_moved_soon(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u32 number;

	for (number = 1; number <= 3 * PORTION; number++)
		KUNIT_ASSERT_EQ(test, sm_schedule_post(&fixture->schedule,
						       make(fixture, number, 0)), 0);
	KUNIT_EXPECT_TRUE(test, sm_eventually(has_queued, fixture, 3 * PORTION));
	sm_expect_letters(fixture, 1, 3 * PORTION);
}

static void the_stamp_tells_both_times(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	ktime_t before = ktime_get(), posted;
	struct sm_message *letter;

	put_all(fixture, 1, 1);
	posted = ktime_get();
	sm_inbox_publish(inbox_of(fixture));
	letter = sm_take(&fixture->queue);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, letter);
	KUNIT_EXPECT_GE(test, letter->sent_at, before);
	KUNIT_EXPECT_LE(test, letter->sent_at, posted);
	KUNIT_EXPECT_GE(test, sm_message_published_at(letter), posted);
	KUNIT_EXPECT_EQ(test, sm_message_tag(letter), 1);
	KUNIT_EXPECT_EQ(test, letter->id, 1);
	sm_message_free(letter);
}

/* ---- room */

static void what_waits_here_takes_room(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	limit(fixture, SM_LIMIT_STORAGE, 3 * sizeof(u32));
	KUNIT_ASSERT_EQ(test, sm_letter_send(fixture, 1, sizeof(u32)), 0);
	put_all(fixture, 2, 3);
	KUNIT_EXPECT_EQ(test, put(fixture, 4, 0), -ENOSPC);
	sm_inbox_publish(inbox_of(fixture));
	KUNIT_EXPECT_EQ(test, put(fixture, 4, 0), -ENOSPC);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 1);
	put_all(fixture, 4, 4);
	KUNIT_EXPECT_EQ(test, put(fixture, 5, 0), -ENOSPC);
	sm_inbox_publish(inbox_of(fixture));
	sm_expect_letters(fixture, 2, 4);
}

static void messages_are_counted_too(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	limit(fixture, SM_LIMIT_LENGTH, 2);
	put_all(fixture, 1, 1);
	sm_inbox_publish(inbox_of(fixture));
	put_all(fixture, 2, 2);
	KUNIT_EXPECT_EQ(test, put(fixture, 3, 0), -ENOSPC);
	sm_inbox_publish(inbox_of(fixture));
	sm_expect_letters(fixture, 1, 2);
}

static void where_others_would_wait_it_is_to_be_tried_again(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	sm_queue_set_full(&fixture->queue, SM_FULL_BLOCK);
	limit(fixture, SM_LIMIT_STORAGE, sizeof(u32));
	put_all(fixture, 1, 1);
	KUNIT_EXPECT_EQ(test, put(fixture, 2, 0), -EAGAIN);
	limit(fixture, SM_LIMIT_STORAGE, sizeof(u32) - 1);
	KUNIT_EXPECT_EQ(test, put(fixture, 2, 0), -EMSGSIZE);
	sm_inbox_publish(inbox_of(fixture));
	sm_expect_letters(fixture, 1, 1);
}

static long send_large(void *data)
{
	struct sm_fixture *fixture = data;
	const struct sm_terms plain = { };

	return sm_letter_post(fixture, sm_letter(fixture, 3, 3 * sizeof(u32), &plain), SM_NEVER);
}

static bool is_awaited(struct sm_fixture *fixture)
{
	bool awaited;

	spin_lock(&fixture->queue.lock);
	awaited = sm_room_is_awaited_locked(&fixture->queue.room);
	spin_unlock(&fixture->queue.lock);
	return awaited;
}

static void nobody_in_line_is_passed(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *sender;

	sm_queue_set_full(&fixture->queue, SM_FULL_BLOCK);
	limit(fixture, SM_LIMIT_STORAGE, 4 * sizeof(u32));
	put_all(fixture, 1, 2);
	sm_inbox_publish(inbox_of(fixture));
	sender = sm_thread_start(test, send_large, fixture);
	KUNIT_ASSERT_TRUE(test, sm_eventually(is_awaited, fixture));
	/* It would fit, but it is not its turn. */
	KUNIT_EXPECT_EQ(test, put(fixture, 4, 0), -EAGAIN);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 1);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sender), 0);
	sm_expect_letters(fixture, 2, 3);
	put_all(fixture, 4, 4);
	sm_inbox_publish(inbox_of(fixture));
	sm_expect_letters(fixture, 4, 4);
}

static void the_oldest_go_when_it_is_moved(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	sm_queue_set_full(&fixture->queue, SM_FULL_DROP_OLDEST);
	limit(fixture, SM_LIMIT_LENGTH, 4);
	KUNIT_ASSERT_EQ(test, sm_letter_send(fixture, 1, sizeof(u32)), 0);
	put_all(fixture, 2, 10);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).queued, 1);
	sm_inbox_publish(inbox_of(fixture));
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).overwritten, 6);
	sm_expect_letters(fixture, 7, 10);
	limit(fixture, SM_LIMIT_STORAGE, sizeof(u32) - 1);
	KUNIT_EXPECT_EQ(test, put(fixture, 11, 0), -ENOSPC);
}

/* Delayed ones are not overwritten: one more than the limit is stored, and not two. */
static void one_may_be_too_many_where_nothing_can_go(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	sm_queue_set_full(&fixture->queue, SM_FULL_DROP_OLDEST);
	limit(fixture, SM_LIMIT_LENGTH, 1);
	KUNIT_ASSERT_EQ(test, sm_letter_send_later(fixture, 9, 3600000), 0);
	put_all(fixture, 1, 3);
	sm_inbox_publish(inbox_of(fixture));
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).overwritten, 2);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 2 * sizeof(u32));
	sm_expect_letters(fixture, 3, 3);
}

/* ---- the end */

static void a_closed_one_takes_nothing(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	put_all(fixture, 1, 1);
	sm_inbox_close(inbox_of(fixture));
	KUNIT_EXPECT_EQ(test, put(fixture, 2, 0), -ENODEV);
	sm_inbox_publish(inbox_of(fixture));
	sm_expect_letters(fixture, 1, 1);
}

static void what_is_here_at_the_end_counts_as_dropped(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	put_all(fixture, 1, 2 * PORTION);
	sm_queue_close(&fixture->queue);
	KUNIT_EXPECT_EQ(test, put(fixture, 1, 0), -ENODEV);
	sm_queue_kill(&fixture->queue);
	sm_schedule_kill(&fixture->schedule);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).sent, 2 * PORTION);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).dropped, 2 * PORTION);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(fixture->payer),
			atomic_read(&fixture->call.sender->supply.kept));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(nobody_reads_it_before_it_is_moved),
	KUNIT_CASE(priorities_count),
	KUNIT_CASE(a_portion_at_once),
	KUNIT_CASE(a_flush_moves_them),
	KUNIT_CASE(what_is_posted_is_moved_soon),
	KUNIT_CASE(the_stamp_tells_both_times),
	KUNIT_CASE(what_waits_here_takes_room),
	KUNIT_CASE(messages_are_counted_too),
	KUNIT_CASE(where_others_would_wait_it_is_to_be_tried_again),
	KUNIT_CASE(nobody_in_line_is_passed),
	KUNIT_CASE(the_oldest_go_when_it_is_moved),
	KUNIT_CASE(one_may_be_too_many_where_nothing_can_go),
	KUNIT_CASE(a_closed_one_takes_nothing),
	KUNIT_CASE(what_is_here_at_the_end_counts_as_dropped),
	{}
};

struct kunit_suite sm_inbox_suite = {
	.name = "inbox",
	.init = sm_fixture_init,
	.exit = sm_fixture_exit,
	.test_cases = cases,
};
