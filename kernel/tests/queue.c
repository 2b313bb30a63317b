// SPDX-License-Identifier: GPL-2.0
#include "../queue.h"

#include "../audience.h"
#include "../deadline.h"
#include "../message.h"
#include "fixture.h"
#include "suites.h"
#include "thread.h"

#include <linux/err.h>
#include <linux/sched/signal.h>

/* The smallest letter. */
#define SMALL	sizeof(u32)

static void send_letters(struct sm_fixture *fixture, u32 first, u32 last)
{
	u32 number;

	for (number = first; number <= last; number++)
		KUNIT_ASSERT_EQ(fixture->test, sm_letter_send(fixture, number, SMALL), 0);
}

static void the_first_in_is_the_first_out(struct kunit *test)
{
	send_letters(test->priv, 1, 5);
	sm_expect_letters(test->priv, 1, 5);
}

static void an_empty_queue_has_no_message(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	KUNIT_EXPECT_NULL(test, sm_take(&fixture->queue));
	send_letters(fixture, 1, 1);
	sm_expect_letters(fixture, 1, 1);
	KUNIT_EXPECT_NULL(test, sm_take(&fixture->queue));
}

static void a_queue_follows_the_default_until_it_has_its_own(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_queue *queue = &fixture->queue;

	fixture->defaults[SM_LIMIT_MESSAGE].value = 10;
	KUNIT_EXPECT_EQ(test, sm_room_limit(&queue->room, SM_LIMIT_MESSAGE), 10);
	fixture->defaults[SM_LIMIT_MESSAGE].value = 20;
	KUNIT_EXPECT_EQ(test, sm_room_limit(&queue->room, SM_LIMIT_MESSAGE), 20);
	sm_room_set_limit(&queue->room, SM_LIMIT_MESSAGE, 7);
	KUNIT_EXPECT_EQ(test, sm_room_limit(&queue->room, SM_LIMIT_MESSAGE), 7);
	sm_room_set_limit(&queue->room, SM_LIMIT_MESSAGE, 0);
	KUNIT_EXPECT_EQ(test, sm_room_limit(&queue->room, SM_LIMIT_MESSAGE), 20);
}

static int check(const struct sm_queue *queue, size_t size)
{
	struct sm_refusal why;

	return sm_queue_check(queue, size, &why);
}

static void a_message_longer_than_the_limit_is_refused(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_queue *queue = &fixture->queue;

	sm_room_set_limit(&queue->room, SM_LIMIT_MESSAGE, 1);
	KUNIT_EXPECT_EQ(test, check(queue, 0), 0);
	KUNIT_EXPECT_EQ(test, check(queue, 1), 0);
	KUNIT_EXPECT_EQ(test, check(queue, 2), -EMSGSIZE);
	sm_room_set_limit(&queue->room, SM_LIMIT_MESSAGE, 100);
	KUNIT_EXPECT_EQ(test, check(queue, 100), 0);
	KUNIT_EXPECT_EQ(test, check(queue, 101), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, check(queue, SIZE_MAX), -EMSGSIZE);
	sm_queue_kill(queue);
	KUNIT_EXPECT_EQ(test, check(queue, 101), -ENODEV);
}

static void storage_is_used_to_the_last_byte(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_STORAGE, 20);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 1, 21), -ENOSPC);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 1, 12), 0);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 2, 9), -ENOSPC);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 2, 8), 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 20);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 3, SMALL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).sent, 2);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 8);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 3, 12), 0);
	sm_expect_letters(fixture, 2, 3);
}

static void a_lowered_limit_leaves_what_is_stored(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_letters(fixture, 1, 10);
	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_STORAGE, 2 * SMALL);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 11, SMALL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 10 * SMALL);
	sm_expect_letters(fixture, 1, 10);
	send_letters(fixture, 1, 2);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 3, SMALL), -ENOSPC);
}

/* Of a queue of @length: the last are kept. */
static void expect_overwriting(struct sm_fixture *fixture, unsigned long length)
{
	struct kunit *test = fixture->test;
	struct sm_ledger before = sm_fixture_ledger(fixture), after;

	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_LENGTH, length);
	send_letters(fixture, 1, length + 5);
	after = sm_fixture_ledger(fixture);
	KUNIT_EXPECT_EQ(test, after.queued, length);
	KUNIT_EXPECT_EQ(test, after.overwritten - before.overwritten, 5);
	KUNIT_EXPECT_EQ(test, after.sent - before.sent, length + 5);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), length * SMALL);
	sm_expect_letters(fixture, 6, length + 5);
}

static void a_full_mailbox_overwrites_its_oldest(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	sm_queue_set_full(&fixture->queue, SM_FULL_DROP_OLDEST);
	expect_overwriting(fixture, 1);
	expect_overwriting(fixture, 2);
	expect_overwriting(fixture, 64);
}

static void the_length_binds_everybody(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_LENGTH, 3);
	send_letters(fixture, 1, 3);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 4, SMALL), -ENOSPC);
	sm_expect_letters(fixture, 1, 3);
}

/* ---- rules for a full queue */

static void fill(struct sm_fixture *fixture, enum sm_full full, u32 letters)
{
	sm_queue_set_full(&fixture->queue, full);
	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_STORAGE, letters * SMALL);
	send_letters(fixture, 1, letters);
}

static void the_oldest_bytes_make_room(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	fill(fixture, SM_FULL_DROP_OLDEST, 10);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 11, 2 * SMALL + 1), 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).overwritten, 3);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 9 * SMALL + 1);
	sm_expect_letters(fixture, 4, 11);
}

/* More than are overwritten under one lock. */
static void hundreds_make_room_for_one(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	fill(fixture, SM_FULL_DROP_OLDEST, 300);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 301, 299 * SMALL), 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).overwritten, 299);
	sm_expect_letters(fixture, 300, 301);
}

static void nothing_goes_in_vain(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	fill(fixture, SM_FULL_DROP_OLDEST, 10);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 11, 10 * SMALL + 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, sm_letter_send_later(fixture, 12, 3600000), 0);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 13, 9 * SMALL + 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).overwritten, 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).queued, 9);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 13, 9 * SMALL), 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).scheduled, 1);
	sm_expect_letters(fixture, 13, 13);
}

static int send_until(struct sm_fixture *fixture, u32 number, ktime_t deadline)
{
	const struct sm_terms plain = { };

	return sm_letter_post(fixture, sm_letter(fixture, number, SMALL, &plain), deadline);
}

static void who_may_not_wait_is_told_so(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	fill(fixture, SM_FULL_BLOCK, 2);
	KUNIT_EXPECT_EQ(test, send_until(fixture, 3, SM_AT_ONCE), -EAGAIN);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 3, 2 * SMALL + 1), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).sent, 2);
}

static void a_deadline_ends_the_wait_for_room(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	ktime_t deadline = ktime_add_ms(ktime_get(), 20);

	fill(fixture, SM_FULL_BLOCK, 2);
	KUNIT_EXPECT_EQ(test, send_until(fixture, 3, deadline), -ETIMEDOUT);
	KUNIT_EXPECT_FALSE(test, ktime_before(ktime_get(), deadline));
	/* Where nobody has to wait it has no meaning. */
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 1);
	KUNIT_EXPECT_EQ(test, send_until(fixture, 3, deadline), 0);
	sm_expect_letters(fixture, 2, 3);
}

static long send_third(void *data)
{
	return send_until(data, 3, SM_NEVER);
}

static bool somebody_is_in_line(struct sm_fixture *fixture)
{
	bool awaited;

	spin_lock(&fixture->queue.lock);
	awaited = sm_room_is_awaited_locked(&fixture->queue.room);
	spin_unlock(&fixture->queue.lock);
	return awaited;
}

static struct sm_thread *start_sender(struct sm_fixture *fixture)
{
	struct sm_thread *sender = sm_thread_start(fixture->test, send_third, fixture);

	KUNIT_ASSERT_TRUE(fixture->test, sm_eventually(somebody_is_in_line, fixture));
	return sender;
}

static void who_waits_has_the_room_that_a_reader_leaves(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *sender;

	fill(fixture, SM_FULL_BLOCK, 2);
	sender = start_sender(fixture);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 1);
	KUNIT_EXPECT_EQ(test, send_until(fixture, 4, SM_AT_ONCE), -EAGAIN);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sender), 0);
	sm_expect_letters(fixture, 2, 3);
}

static void the_death_of_the_queue_ends_the_wait_for_room(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *sender;

	fill(fixture, SM_FULL_BLOCK, 2);
	sender = start_sender(fixture);
	sm_queue_kill(&fixture->queue);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sender), -ENODEV);
}

static void who_waits_follows_the_rule(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *sender;

	fill(fixture, SM_FULL_BLOCK, 2);
	sender = start_sender(fixture);
	sm_queue_set_full(&fixture->queue, SM_FULL_FAIL);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sender), -ENOSPC);
	sm_queue_set_full(&fixture->queue, SM_FULL_BLOCK);
	sender = start_sender(fixture);
	sm_queue_set_full(&fixture->queue, SM_FULL_DROP_OLDEST);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sender), 0);
	sm_expect_letters(fixture, 2, 3);
}

/*
 * As it is while the rule has changed and the line is not yet dismissed: the sender must
 * not wait for that, and who stands in line must not take what he makes room for.
 */
static void a_line_of_yesterday_stops_nobody(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *sender;

	fill(fixture, SM_FULL_BLOCK, 1);
	sender = start_sender(fixture);
	WRITE_ONCE(fixture->queue.full, SM_FULL_DROP_OLDEST);
	KUNIT_EXPECT_EQ(test, send_until(fixture, 4, SM_AT_ONCE), 0);
	sm_queue_set_full(&fixture->queue, SM_FULL_DROP_OLDEST);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sender), 0);
	sm_expect_letters(fixture, 3, 3);
}

/* ---- polling */

static void expect_events(struct sm_fixture *fixture, __poll_t events)
{
	__poll_t seen = sm_audience_poll(&fixture->queue, NULL);

	/* Each has a second name. */
	seen &= ~(EPOLLRDNORM | EPOLLWRNORM);
	KUNIT_EXPECT_EQ(fixture->test, (__force u32)seen, (__force u32)events);
}

static void poll_tells_what_can_be_done(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_STORAGE, 2 * SMALL);
	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_MESSAGE, SMALL);
	expect_events(fixture, EPOLLOUT);
	send_letters(fixture, 1, 1);
	expect_events(fixture, EPOLLIN | EPOLLOUT);
	send_letters(fixture, 2, 2);
	expect_events(fixture, EPOLLIN);
	sm_queue_set_full(&fixture->queue, SM_FULL_DROP_OLDEST);
	expect_events(fixture, EPOLLIN | EPOLLOUT);
	sm_queue_set_full(&fixture->queue, SM_FULL_BLOCK);
	expect_events(fixture, EPOLLIN);
	sm_queue_kill(&fixture->queue);
	expect_events(fixture, EPOLLHUP | EPOLLERR);
}

static void poll_tells_of_the_line(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *sender;

	fill(fixture, SM_FULL_BLOCK, 2);
	sender = start_sender(fixture);
	/* Any message would fit, but somebody has come before. */
	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_STORAGE, 100 * SMALL);
	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_MESSAGE, SMALL);
	expect_events(fixture, EPOLLIN);
	sm_queue_serve(&fixture->queue);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sender), 0);
	expect_events(fixture, EPOLLIN | EPOLLOUT);
}

static struct sm_message *take(struct sm_fixture *fixture)
{
	struct sm_message *letter = sm_take(&fixture->queue);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(fixture->test, letter);
	return letter;
}

static void put_back_it_is_the_first_again(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_message *first;

	send_letters(fixture, 1, 3);
	first = take(fixture);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).delivered, 1);
	send_letters(fixture, 4, 4);
	sm_put_back(fixture, first);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).delivered, 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 4 * SMALL);
	sm_expect_letters(fixture, 1, 4);
}

static void put_back_in_any_order_they_are_where_they_were(struct kunit *test)
{
	static const int orders[][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	struct sm_fixture *fixture = test->priv;
	struct sm_message *taken[3];
	int order, i;

	for (order = 0; order < ARRAY_SIZE(orders); order++) {
		send_letters(fixture, 1, 5);
		for (i = 0; i < 3; i++)
			taken[i] = take(fixture);
		for (i = 0; i < 3; i++)
			sm_put_back(fixture, taken[orders[order][i]]);
		sm_expect_letters(fixture, 1, 5);
	}
}

/* The second was delivered meanwhile; the third is still away when the first comes. */
static void put_back_among_others_that_are_away(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_message *first, *third;

	send_letters(fixture, 1, 4);
	first = take(fixture);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 2);
	third = take(fixture);
	sm_put_back(fixture, first);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 1);
	sm_put_back(fixture, third);
	sm_expect_letters(fixture, 3, 4);
}

static void no_limit_in_bytes_keeps_it_from_coming_back(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_message *first;

	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_STORAGE, 2 * SMALL);
	send_letters(fixture, 1, 2);
	first = take(fixture);
	send_letters(fixture, 3, 3);
	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_MESSAGE, 1);
	sm_put_back(fixture, first);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 3 * SMALL);
	sm_expect_letters(fixture, 1, 3);
}

static void put_back_into_a_full_mailbox_it_is_overwritten(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_message *first;

	sm_queue_set_full(&fixture->queue, SM_FULL_DROP_OLDEST);
	sm_room_set_limit(&fixture->queue.room, SM_LIMIT_LENGTH, 2);
	send_letters(fixture, 1, 2);
	first = take(fixture);
	send_letters(fixture, 3, 3);
	sm_put_back(fixture, first);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).overwritten, 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).delivered, 0);
	sm_expect_letters(fixture, 2, 3);
}

static void put_back_into_a_dead_queue_it_is_dropped(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_message *first;

	send_letters(fixture, 1, 2);
	first = take(fixture);
	sm_queue_kill(&fixture->queue);
	sm_put_back(fixture, first);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).dropped, 2);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).delivered, 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 0);
}

static void a_dead_queue_has_nothing_and_takes_nothing(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_letters(fixture, 1, 3);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 1);
	sm_queue_kill(&fixture->queue);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 4, SMALL), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).dropped, 2);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).sent, 3);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 0);
}

static void killing_again_does_nothing(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_letters(fixture, 1, 3);
	sm_queue_kill(&fixture->queue);
	sm_queue_kill(&fixture->queue);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).dropped, 3);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 0);
}

/* ---- readers that wait */

static long wait(void *data)
{
	struct sm_fixture *fixture = data;

	return sm_audience_wait(&fixture->queue, SM_NEVER);
}

static struct sm_thread *start_reader(struct sm_fixture *fixture)
{
	unsigned int before = sm_fixture_sleeping(fixture);
	struct sm_thread *reader;

	WRITE_ONCE(fixture->queue.empty, SM_EMPTY_BLOCK);
	reader = sm_thread_start(fixture->test, wait, fixture);
	sm_fixture_await_sleeping(fixture, before + 1);
	KUNIT_EXPECT_FALSE(fixture->test, sm_thread_has_ended(reader));
	return reader;
}

static void only_a_blocking_queue_is_waited_for(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	fixture->queue.empty = SM_EMPTY_EOF;
	KUNIT_EXPECT_EQ(test, sm_audience_wait(&fixture->queue, SM_NEVER), 0);
	fixture->queue.empty = SM_EMPTY_AGAIN;
	KUNIT_EXPECT_EQ(test, sm_audience_wait(&fixture->queue, SM_NEVER), 0);
	fixture->queue.empty = SM_EMPTY_BLOCK;
	send_letters(fixture, 1, 1);
	KUNIT_EXPECT_EQ(test, sm_audience_wait(&fixture->queue, SM_NEVER), 0);
	sm_queue_kill(&fixture->queue);
	KUNIT_EXPECT_EQ(test, sm_audience_wait(&fixture->queue, SM_NEVER), 0);
}

static void a_deadline_ends_the_wait(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	ktime_t deadline = ktime_add_ms(ktime_get(), 20);

	fixture->queue.empty = SM_EMPTY_BLOCK;
	KUNIT_EXPECT_EQ(test, sm_audience_wait(&fixture->queue, deadline), -ETIMEDOUT);
	KUNIT_EXPECT_FALSE(test, ktime_before(ktime_get(), deadline));
	KUNIT_EXPECT_EQ(test, sm_fixture_sleeping(fixture), 0);
	send_letters(fixture, 1, 1);
	KUNIT_EXPECT_EQ(test, sm_audience_wait(&fixture->queue, deadline), 0);
}

static void a_message_wakes_a_reader(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *reader = start_reader(fixture);

	send_letters(fixture, 1, 1);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, reader), 0);
}

/* Who is woken leaves the wait queue before the send returns. */
static void each_message_wakes_one_reader(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *readers[3];
	int i;

	for (i = 0; i < 3; i++)
		readers[i] = start_reader(fixture);
	for (i = 2; i >= 0; i--) {
		send_letters(fixture, 1, 1);
		KUNIT_EXPECT_EQ(test, sm_fixture_sleeping(fixture), i);
	}
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, sm_thread_join(test, readers[i]), 0);
}

static void what_is_put_back_wakes_a_reader(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_message *letter;
	struct sm_thread *reader;

	send_letters(fixture, 1, 1);
	letter = take(fixture);
	reader = start_reader(fixture);
	sm_put_back(fixture, letter);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, reader), 0);
}

static void the_death_of_the_queue_wakes_every_reader(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *first = start_reader(fixture), *second = start_reader(fixture);

	sm_queue_kill(&fixture->queue);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, first), 0);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, second), 0);
}

static void another_answer_wakes_every_reader(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *first = start_reader(fixture), *second = start_reader(fixture);

	sm_queue_set_empty(&fixture->queue, SM_EMPTY_AGAIN);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, first), 0);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, second), 0);
	KUNIT_EXPECT_EQ(test, fixture->queue.empty, SM_EMPTY_AGAIN);
}

static void a_signal_ends_the_wait(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *interrupted = start_reader(fixture), *other = start_reader(fixture);

	sm_thread_signal(interrupted, SIGINT);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, interrupted), -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, sm_fixture_sleeping(fixture), 1);
	send_letters(fixture, 1, 1);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, other), 0);
}

/* ---- readers and senders at once: each message exactly once */

#define SENDERS 2
#define READERS 3
#define LETTERS 500

struct race {
	struct sm_fixture *fixture;
	atomic_t senders;	/* have begun, so the next one's numbers are known */
	unsigned int seen[SENDERS * LETTERS];
};

static long send_many(void *data)
{
	struct race *race = data;
	u32 first = LETTERS * (atomic_inc_return(&race->senders) - 1), i;
	int err = 0;

	for (i = first; i < first + LETTERS && !err; i++)
		err = sm_letter_send(race->fixture, i, SMALL);
	return err;
}

/* Until the queue is dead; says how many came. */
static long read_many(void *data)
{
	struct race *race = data;
	struct sm_queue *queue = &race->fixture->queue;
	struct sm_message *letter;
	long count = 0;

	while (!IS_ERR(letter = sm_take(queue))) {
		if (letter) {
			/* Only a message that comes twice is counted here at once. */
			race->seen[sm_letter_number(letter)]++;
			sm_message_free(letter);
			count++;
		} else if (sm_audience_wait(queue, SM_NEVER)) {
			break;
		}
	}
	return count;
}

static bool is_drained(struct sm_fixture *fixture)
{
	return sm_fixture_ledger(fixture).delivered == SENDERS * LETTERS;
}

static void among_threads_each_message_comes_once(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct race *race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);
	struct sm_thread *senders[SENDERS], *readers[READERS];
	long received = 0;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, race);
	race->fixture = fixture;
	fixture->queue.empty = SM_EMPTY_BLOCK;
	for (i = 0; i < READERS; i++)
		readers[i] = sm_thread_start(test, read_many, race);
	for (i = 0; i < SENDERS; i++)
		senders[i] = sm_thread_start(test, send_many, race);
	for (i = 0; i < SENDERS; i++)
		KUNIT_EXPECT_EQ(test, sm_thread_join(test, senders[i]), 0);
	KUNIT_EXPECT_TRUE(test, sm_eventually(is_drained, fixture));
	sm_queue_kill(&fixture->queue);
	for (i = 0; i < READERS; i++)
		received += sm_thread_join(test, readers[i]);
	KUNIT_EXPECT_EQ(test, received, SENDERS * LETTERS);
	for (i = 0; i < SENDERS * LETTERS; i++)
		KUNIT_ASSERT_EQ(test, race->seen[i], 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).dropped, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(the_first_in_is_the_first_out),
	KUNIT_CASE(an_empty_queue_has_no_message),
	KUNIT_CASE(a_queue_follows_the_default_until_it_has_its_own),
	KUNIT_CASE(a_message_longer_than_the_limit_is_refused),
	KUNIT_CASE(storage_is_used_to_the_last_byte),
	KUNIT_CASE(a_lowered_limit_leaves_what_is_stored),
	KUNIT_CASE(a_full_mailbox_overwrites_its_oldest),
	KUNIT_CASE(the_length_binds_everybody),
	KUNIT_CASE(the_oldest_bytes_make_room),
	KUNIT_CASE(hundreds_make_room_for_one),
	KUNIT_CASE(nothing_goes_in_vain),
	KUNIT_CASE(who_may_not_wait_is_told_so),
	KUNIT_CASE(a_deadline_ends_the_wait_for_room),
	KUNIT_CASE(who_waits_has_the_room_that_a_reader_leaves),
	KUNIT_CASE(the_death_of_the_queue_ends_the_wait_for_room),
	KUNIT_CASE(who_waits_follows_the_rule),
	KUNIT_CASE(a_line_of_yesterday_stops_nobody),
	KUNIT_CASE(poll_tells_what_can_be_done),
	KUNIT_CASE(poll_tells_of_the_line),
	KUNIT_CASE(put_back_it_is_the_first_again),
	KUNIT_CASE(put_back_in_any_order_they_are_where_they_were),
	KUNIT_CASE(put_back_among_others_that_are_away),
	KUNIT_CASE(no_limit_in_bytes_keeps_it_from_coming_back),
	KUNIT_CASE(put_back_into_a_full_mailbox_it_is_overwritten),
	KUNIT_CASE(put_back_into_a_dead_queue_it_is_dropped),
	KUNIT_CASE(a_dead_queue_has_nothing_and_takes_nothing),
	KUNIT_CASE(killing_again_does_nothing),
	KUNIT_CASE(only_a_blocking_queue_is_waited_for),
	KUNIT_CASE(a_deadline_ends_the_wait),
	KUNIT_CASE(a_message_wakes_a_reader),
	KUNIT_CASE(each_message_wakes_one_reader),
	KUNIT_CASE(what_is_put_back_wakes_a_reader),
	KUNIT_CASE(the_death_of_the_queue_wakes_every_reader),
	KUNIT_CASE(another_answer_wakes_every_reader),
	KUNIT_CASE(a_signal_ends_the_wait),
	KUNIT_CASE(among_threads_each_message_comes_once),
	{}
};

struct kunit_suite sm_queue_suite = {
	.name = "queue",
	.init = sm_fixture_init,
	.exit = sm_fixture_exit,
	.test_cases = cases,
};
