// SPDX-License-Identifier: GPL-2.0
#include "../lease.h"

#include "../deadline.h"
#include "../grave.h"
#include "../lending.h"
#include "../message.h"
#include "dice.h"
#include "fixture.h"
#include "suites.h"
#include "thread.h"

#include <linux/completion.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/time64.h>

#define HOUR_NS	(3600ull * NSEC_PER_SEC)

/* Who they are does not matter, only that they differ. */
static struct sm_holder holders[3];

static void send(struct sm_fixture *fixture, u32 number, unsigned int priority)
{
	const struct sm_terms terms = { .priority = priority };
	struct sm_message *letter = sm_letter(fixture, number, sizeof(number), &terms);

	KUNIT_ASSERT_EQ(fixture->test, sm_letter_post(fixture, letter, SM_AT_ONCE), 0);
}

static int take(struct sm_fixture *fixture, struct sm_holder *holder, unsigned int count,
		struct sm_lease **taken)
{
	unsigned int used;
	int took;

	KUNIT_ASSERT_EQ(fixture->test, sm_lease_create(holder, count, taken), 0);
	took = sm_lease_take(&fixture->schedule.leases, taken, count);
	used = max(took, 0);
	sm_lease_free_blank(taken + used, count - used);
	return took;
}

/* Leases the next letter. Returns its token, 0 when there is none. */
static u64 lease(struct sm_fixture *fixture, struct sm_holder *holder, u64 span, u32 *number)
{
	struct sm_lease *lease;
	u64 token;

	if (take(fixture, holder, 1, &lease) != 1)
		return 0;
	*number = sm_letter_number(lease->message);
	token = lease->token;
	KUNIT_EXPECT_EQ(fixture->test,
			sm_lending_grant(&fixture->schedule, &lease, 1, span, NULL), 0);
	return token;
}

static u64 lease_letter(struct sm_fixture *fixture, u32 expected)
{
	u32 number = 0;
	u64 token = lease(fixture, &holders[0], 0, &number);

	KUNIT_EXPECT_EQ(fixture->test, number, expected);
	return token;
}

static int settle(struct sm_fixture *fixture, struct sm_holder *holder, u64 token,
		  unsigned int what, u64 span)
{
	return sm_lending_settle(&fixture->schedule, holder, &token, 1, what, span);
}

static void expect_ledger(struct sm_fixture *fixture, u64 queued, u64 leased, u64 delivered)
{
	struct sm_ledger ledger = sm_fixture_ledger(fixture);

	KUNIT_EXPECT_EQ(fixture->test, ledger.queued, queued);
	KUNIT_EXPECT_EQ(fixture->test, ledger.leased, leased);
	KUNIT_EXPECT_EQ(fixture->test, ledger.delivered, delivered);
}

static void an_ack_delivers(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u64 token;

	send(fixture, 1, 0);
	send(fixture, 2, 0);
	token = lease_letter(fixture, 1);
	expect_ledger(fixture, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 2 * sizeof(u32));
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], token, SYNCHMESS_ACK, 0), 1);
	expect_ledger(fixture, 1, 0, 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), sizeof(u32));
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], token, SYNCHMESS_ACK, 0), -ESTALE);
	sm_expect_letters(fixture, 2, 2);
}

static void what_is_given_back_is_where_it_was(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u64 first, second;

	send(fixture, 1, 0);
	send(fixture, 2, 0);
	send(fixture, 3, 0);
	first = lease_letter(fixture, 1);
	second = lease_letter(fixture, 2);
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], first, SYNCHMESS_RETURN, 0), 1);
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], second, SYNCHMESS_RETURN, 0), 1);
	sm_expect_letters(fixture, 1, 3);
}

static void what_was_not_handed_over_does_not_count(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_message *letter;
	struct sm_lease *taken[5];

	send(fixture, 1, 0);
	send(fixture, 2, 0);
	KUNIT_ASSERT_EQ(test, take(fixture, &holders[0], 5, taken), 2);
	expect_ledger(fixture, 0, 2, 0);
	sm_lending_cancel(&fixture->schedule, taken, 2);
	expect_ledger(fixture, 2, 0, 0);
	letter = sm_take(&fixture->queue);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, letter);
	KUNIT_EXPECT_EQ(test, sm_letter_number(letter), 1);
	KUNIT_EXPECT_EQ(test, letter->deliveries, 0);
	sm_put_back(fixture, letter);
	sm_expect_letters(fixture, 1, 2);
}

static void a_dead_queue_leases_nothing(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_lease *granted, *taken, *none;

	send(fixture, 1, 0);
	send(fixture, 2, 0);
	KUNIT_ASSERT_EQ(test, take(fixture, &holders[0], 1, &granted), 1);
	KUNIT_ASSERT_EQ(test, take(fixture, &holders[0], 1, &taken), 1);
	sm_queue_kill(&fixture->queue);
	sm_schedule_kill(&fixture->schedule);
	KUNIT_EXPECT_EQ(test, sm_lending_grant(&fixture->schedule, &granted, 1, 0, NULL),
			-ENODEV);
	sm_lending_cancel(&fixture->schedule, &taken, 1);
	KUNIT_EXPECT_EQ(test, take(fixture, &holders[0], 1, &none), -ENODEV);
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], 1, SYNCHMESS_ACK, 0), -ENODEV);
	expect_ledger(fixture, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).dropped, 2);
}

static void death_drops_what_is_leased(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u32 number;
	u64 token;

	send(fixture, 1, 0);
	send(fixture, 2, 0);
	send(fixture, 3, 0);
	send(fixture, 4, 0);
	lease(fixture, &holders[0], HOUR_NS, &number);
	lease(fixture, &holders[1], 0, &number);
	token = lease(fixture, &holders[1], 0, &number);
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[1], token, SYNCHMESS_RETURN, HOUR_NS), 1);
	token = lease(fixture, &holders[0], 0, &number);
	sm_queue_kill(&fixture->queue);
	/* It is as good as dropped. */
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], token, SYNCHMESS_ACK, 0), -ENODEV);
	sm_schedule_kill(&fixture->schedule);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).dropped, 4);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).leased, 0);
	/* Who closes his file only now. */
	sm_lending_forsake(&fixture->schedule, &holders[1]);
}

/* More than are handled under one lock. */
static void who_is_gone_returns_all(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u32 i, number;

	for (i = 1; i <= 200; i++)
		send(fixture, i, 0);
	for (i = 1; i <= 200; i++)
		lease(fixture, &holders[i > 150], i % 2 ? HOUR_NS : 0, &number);
	sm_lending_forsake(&fixture->schedule, &holders[0]);
	expect_ledger(fixture, 150, 50, 0);
	sm_expect_letters(fixture, 1, 150);
	sm_lending_forsake(&fixture->schedule, &holders[0]);
	sm_lending_forsake(&fixture->schedule, &holders[1]);
	sm_expect_letters(fixture, 151, 200);
}

/* Such a sum of times has no end, and it must not be waited for. */
static void the_longest_times_are_endless(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u32 number;
	u64 token;

	send(fixture, 1, 0);
	send(fixture, 2, 0);
	token = lease(fixture, &holders[0], KTIME_MAX, &number);
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], token, SYNCHMESS_EXTEND, KTIME_MAX), 1);
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], token, SYNCHMESS_ACK, 0), 1);
	token = lease(fixture, &holders[0], HOUR_NS, &number);
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], token, SYNCHMESS_RETURN, KTIME_MAX), 1);
	KUNIT_EXPECT_NULL(test, timerqueue_getnext(&fixture->schedule.leases.ending));
}

/* ---- what is acked with the next taking */

static void send_two(struct sm_fixture *fixture)
{
	send(fixture, 1, 0);
	send(fixture, 2, 0);
}

/* As a read(2) does: what was read last is acked, and the next letter is leased. */
static int read_next(struct sm_fixture *fixture, struct sm_holder *holder, u64 span, u32 *number)
{
	struct sm_lease *lease;
	int found;

	KUNIT_ASSERT_EQ(fixture->test, sm_lease_create(holder, 1, &lease), 0);
	found = sm_lending_next(&fixture->schedule, holder, &lease, 1);
	if (found != 1) {
		sm_lease_free_blank(&lease, 1);
		return found;
	}
	*number = sm_letter_number(lease->message);
	KUNIT_EXPECT_EQ(fixture->test,
			sm_lending_grant(&fixture->schedule, &lease, 1, span, holder), 0);
	return found;
}

static void expect_read(struct sm_fixture *fixture, u32 expected)
{
	u32 number = 0;

	KUNIT_EXPECT_EQ(fixture->test, read_next(fixture, &holders[0], 0, &number), 1);
	KUNIT_EXPECT_EQ(fixture->test, number, expected);
}

static int ack_only(struct sm_fixture *fixture)
{
	return sm_lending_next(&fixture->schedule, &holders[0], NULL, 0);
}

static void the_next_taking_acks_the_last(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u32 number;

	send_two(fixture);
	send(fixture, 3, 0);
	expect_read(fixture, 1);
	expect_ledger(fixture, 2, 1, 0);
	expect_read(fixture, 2);
	expect_ledger(fixture, 1, 1, 1);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 2 * sizeof(u32));
	/* Others have nothing to do with it. */
	KUNIT_EXPECT_EQ(test, read_next(fixture, &holders[1], 0, &number), 1);
	expect_ledger(fixture, 0, 2, 1);
	/* Also when there is nothing to take, and once. */
	KUNIT_EXPECT_EQ(test, read_next(fixture, &holders[0], 0, &number), 0);
	KUNIT_EXPECT_EQ(test, read_next(fixture, &holders[0], 0, &number), 0);
	expect_ledger(fixture, 0, 1, 2);
	KUNIT_EXPECT_EQ(test, holders[0].latest, 0);
}

static void without_room_it_only_acks(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_two(fixture);
	KUNIT_EXPECT_EQ(test, ack_only(fixture), 0);
	expect_ledger(fixture, 2, 0, 0);
	expect_read(fixture, 1);
	KUNIT_EXPECT_EQ(test, ack_only(fixture), 0);
	expect_ledger(fixture, 1, 0, 1);
	KUNIT_EXPECT_EQ(test, ack_only(fixture), 0);
	sm_expect_letters(fixture, 2, 2);
}

/* What a holder leases in another way is his own affair. */
static void only_what_was_read_is_acked(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u64 token;

	send_two(fixture);
	send(fixture, 3, 0);
	expect_read(fixture, 1);
	token = lease_letter(fixture, 2);
	KUNIT_EXPECT_NE(test, holders[0].latest, token);
	expect_read(fixture, 3);
	expect_ledger(fixture, 0, 2, 1);
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], token, SYNCHMESS_ACK, 0), 1);
	KUNIT_EXPECT_EQ(test, ack_only(fixture), 0);
	expect_ledger(fixture, 0, 0, 3);
}

static bool is_back(struct sm_fixture *fixture)
{
	return !sm_fixture_ledger(fixture).leased;
}

static void who_has_it_no_more_is_told_once(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u32 number = 0;

	send(fixture, 1, 0);
	KUNIT_EXPECT_EQ(test, read_next(fixture, &holders[0], 1, &number), 1);
	KUNIT_EXPECT_TRUE(test, sm_eventually(is_back, fixture));
	/* Nothing is taken then. */
	KUNIT_EXPECT_EQ(test, read_next(fixture, &holders[0], 0, &number), -ESTALE);
	expect_ledger(fixture, 1, 0, 0);
	expect_read(fixture, 1);
	expect_ledger(fixture, 0, 1, 0);
}

static void what_was_settled_is_not_acked_again(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	send_two(fixture);
	expect_read(fixture, 1);
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], holders[0].latest, SYNCHMESS_RETURN, 0),
			1);
	KUNIT_EXPECT_EQ(test, holders[0].latest, 0);
	expect_read(fixture, 1);
	expect_ledger(fixture, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], holders[0].latest, SYNCHMESS_ACK, 0), 1);
	KUNIT_EXPECT_EQ(test, holders[0].latest, 0);
	expect_read(fixture, 2);
	expect_ledger(fixture, 0, 1, 1);
	/* Who wants it for longer has it still. */
	KUNIT_EXPECT_EQ(test, settle(fixture, &holders[0], holders[0].latest, SYNCHMESS_EXTEND,
				     HOUR_NS), 1);
	KUNIT_EXPECT_NE(test, holders[0].latest, 0);
	KUNIT_EXPECT_EQ(test, ack_only(fixture), 0);
	expect_ledger(fixture, 0, 0, 2);
}

static void what_was_not_handed_over_is_not_acked(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_lease *lease;

	send_two(fixture);
	expect_read(fixture, 1);
	KUNIT_ASSERT_EQ(test, sm_lease_create(&holders[0], 1, &lease), 0);
	KUNIT_ASSERT_EQ(test, sm_lending_next(&fixture->schedule, &holders[0], &lease, 1), 1);
	sm_lending_cancel(&fixture->schedule, &lease, 1);
	/* The one before was acked all the same. */
	expect_ledger(fixture, 1, 0, 1);
	expect_read(fixture, 2);
	expect_ledger(fixture, 0, 1, 1);
}

static void a_dead_queue_acks_nothing(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	u32 number;

	send_two(fixture);
	expect_read(fixture, 1);
	sm_queue_kill(&fixture->queue);
	/* It is as good as dropped, and stays so. */
	KUNIT_EXPECT_EQ(test, ack_only(fixture), -ENODEV);
	sm_schedule_kill(&fixture->schedule);
	KUNIT_EXPECT_EQ(test, read_next(fixture, &holders[0], 0, &number), -ENODEV);
	expect_ledger(fixture, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).dropped, 2);
}

/* ---- graves */

struct cemetery {
	struct sm_schedule schedule;
	struct completion closed;
};

static void close_cemetery(struct sm_schedule *schedule)
{
	complete(&container_of(schedule, struct cemetery, schedule)->closed);
}

static void a_grave_is_given_back_when_the_last_has_left_it(struct kunit *test)
{
	struct cemetery *cemetery = kunit_kzalloc(test, sizeof(*cemetery), GFP_KERNEL);
	struct sm_fixture *fixture = test->priv;
	struct sm_grave *grave;

	KUNIT_ASSERT_NOT_NULL(test, cemetery);
	init_completion(&cemetery->closed);
	grave = sm_grave_create(&cemetery->schedule, close_cemetery, 1, 2);
	KUNIT_ASSERT_NOT_NULL(test, grave);
	KUNIT_EXPECT_PTR_EQ(test, sm_grave_get(grave), grave);
	sm_grave_put(grave);
	KUNIT_EXPECT_FALSE(test, completion_done(&cemetery->closed));
	KUNIT_EXPECT_EQ(test, sm_lending_set_retries(&fixture->schedule, 1, grave), 0);
	KUNIT_EXPECT_FALSE(test, completion_done(&cemetery->closed));
	sm_queue_kill(&fixture->queue);
	sm_schedule_kill(&fixture->schedule);
	KUNIT_EXPECT_TRUE(test, sm_eventually(try_wait_for_completion, &cemetery->closed));
	KUNIT_EXPECT_NULL(test, sm_grave_get(NULL));
	sm_grave_put(NULL);
}

/* ---- the twin */

#define MOST	60

enum state { AWAY, READY, HELD, LATER };

struct letter {
	enum state state;
	unsigned int priority;
	unsigned int deliveries;
	unsigned int holder;
	u64 token;
};

struct game {
	struct sm_fixture *fixture;
	struct kunit *test;
	struct sm_dice dice;
	struct letter letters[MOST];	/* the older have smaller numbers */
	unsigned int count;
	unsigned int most;
	u64 delivered, dropped;
};

/* The number of the letter that is next; 0 for none. */
static u32 next(const struct game *game)
{
	u32 best = 0, i;

	for (i = 0; i < game->count; i++) {
		const struct letter *letter = &game->letters[i];

		if (letter->state == READY &&
		    (!best || letter->priority > game->letters[best - 1].priority))
			best = i + 1;
	}
	return best;
}

static void play_send(struct game *game)
{
	unsigned int priority = sm_dice_below(&game->dice, 3);

	if (game->count == MOST)
		return;
	send(game->fixture, game->count + 1, priority);
	game->letters[game->count++] = (struct letter){ .state = READY, .priority = priority };
}

static void play_read(struct game *game)
{
	u32 expected = next(game);

	SM_ASSERT_EQ(game->test, &game->dice, sm_letter_take(game->fixture), (int)expected);
	if (!expected)
		return;
	game->letters[expected - 1].state = AWAY;
	game->delivered++;
}

static void play_lease(struct game *game)
{
	unsigned int holder = sm_dice_below(&game->dice, ARRAY_SIZE(holders));
	u64 span = sm_dice_below(&game->dice, 2) * HOUR_NS;
	u32 expected = next(game), number = 0;
	struct letter *letter;
	u64 token;

	token = lease(game->fixture, &holders[holder], span, &number);
	SM_ASSERT_EQ(game->test, &game->dice, number, expected);
	if (!expected)
		return;
	letter = &game->letters[expected - 1];
	letter->state = HELD;
	letter->holder = holder;
	letter->token = token;
	letter->deliveries++;
}

static void give_back(struct game *game, struct letter *letter)
{
	if (game->most && letter->deliveries >= game->most) {
		letter->state = AWAY;
		game->dropped++;
	} else {
		letter->state = READY;
	}
}

static void play_settle(struct game *game)
{
	unsigned int what = SYNCHMESS_ACK + sm_dice_below(&game->dice, 3);
	unsigned int holder = sm_dice_below(&game->dice, ARRAY_SIZE(holders));
	u64 span = what == SYNCHMESS_ACK ? 0 : sm_dice_below(&game->dice, 2) * HOUR_NS;
	struct letter *letter;
	bool fits;

	if (!game->count)
		return;
	letter = &game->letters[sm_dice_below(&game->dice, game->count)];
	fits = letter->state == HELD && letter->holder == holder;
	SM_ASSERT_EQ(game->test, &game->dice,
		     settle(game->fixture, &holders[holder], letter->token, what, span),
		     fits ? 1 : -ESTALE);
	if (!fits || what == SYNCHMESS_EXTEND)
		return;
	if (what == SYNCHMESS_ACK) {
		letter->state = AWAY;
		game->delivered++;
	} else if (span) {
		letter->state = LATER;
	} else {
		give_back(game, letter);
	}
}

static void play_forsake(struct game *game)
{
	unsigned int holder = sm_dice_below(&game->dice, ARRAY_SIZE(holders)), i;

	/* Most of the time they live. */
	if (sm_dice_below(&game->dice, 5))
		return;
	sm_lending_forsake(&game->fixture->schedule, &holders[holder]);
	for (i = 0; i < game->count; i++) {
		struct letter *letter = &game->letters[i];

		if (letter->state == HELD && letter->holder == holder)
			give_back(game, letter);
	}
}

static void play_retries(struct game *game)
{
	game->most = sm_dice_below(&game->dice, 4);
	KUNIT_EXPECT_EQ(game->test, sm_lending_set_retries(&game->fixture->schedule, game->most,
							   NULL), 0);
}

static void compare(struct game *game)
{
	struct sm_ledger ledger = sm_fixture_ledger(game->fixture);
	unsigned int i, count[LATER + 1] = { };

	for (i = 0; i < game->count; i++)
		count[game->letters[i].state]++;
	SM_ASSERT_EQ(game->test, &game->dice, ledger.queued, count[READY]);
	SM_ASSERT_EQ(game->test, &game->dice, ledger.leased, count[HELD] + count[LATER]);
	SM_ASSERT_EQ(game->test, &game->dice, ledger.delivered, game->delivered);
	SM_ASSERT_EQ(game->test, &game->dice, ledger.dropped, game->dropped);
	SM_ASSERT_EQ(game->test, &game->dice, sm_fixture_stored(game->fixture),
		     (count[READY] + count[HELD] + count[LATER]) * sizeof(u32));
}

static void random_operations_are_as_the_twin_says(struct kunit *test)
{
	static void (* const plays[])(struct game *game) = {
		play_send, play_send, play_send, play_lease, play_lease, play_lease, play_settle,
		play_settle, play_settle, play_read, play_forsake, play_retries,
	};
	struct game *game = kunit_kzalloc(test, sizeof(*game), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, game);
	game->fixture = test->priv;
	game->test = test;
	sm_dice_init(&game->dice);
	for (; game->dice.step < sm_dice_steps(); game->dice.step++) {
		plays[sm_dice_below(&game->dice, ARRAY_SIZE(plays))](game);
		compare(game);
		/* All are gone: begin with small numbers again. */
		if (game->count == MOST && !sm_fixture_stored(game->fixture))
			game->count = 0;
	}
}

/* They outlive the queues, and what they read last was another's. */
static int init(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(holders); i++)
		holders[i].latest = 0;
	return sm_fixture_init(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(an_ack_delivers),
	KUNIT_CASE(what_is_given_back_is_where_it_was),
	KUNIT_CASE(what_was_not_handed_over_does_not_count),
	KUNIT_CASE(a_dead_queue_leases_nothing),
	KUNIT_CASE(death_drops_what_is_leased),
	KUNIT_CASE(who_is_gone_returns_all),
	KUNIT_CASE(the_longest_times_are_endless),
	KUNIT_CASE(the_next_taking_acks_the_last),
	KUNIT_CASE(without_room_it_only_acks),
	KUNIT_CASE(only_what_was_read_is_acked),
	KUNIT_CASE(who_has_it_no_more_is_told_once),
	KUNIT_CASE(what_was_settled_is_not_acked_again),
	KUNIT_CASE(what_was_not_handed_over_is_not_acked),
	KUNIT_CASE(a_dead_queue_acks_nothing),
	KUNIT_CASE(a_grave_is_given_back_when_the_last_has_left_it),
	KUNIT_CASE(random_operations_are_as_the_twin_says),
	{}
};

struct kunit_suite sm_lease_suite = {
	.name = "lease",
	.init = init,
	.exit = sm_fixture_exit,
	.test_cases = cases,
};
