// SPDX-License-Identifier: GPL-2.0
/*
 * Random operations on a queue with its schedule, and on their slow, obvious
 * twin: arrays. After each step both say the same. Nothing is published by
 * itself and nothing expires by itself, since all delays and lifetimes are longer than
 * the test.
 */
#include "../deadline.h"
#include "../message.h"
#include "../revocation.h"
#include "dice.h"
#include "fixture.h"
#include "suites.h"

#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/string.h>
#include <linux/time64.h>

#define MOST		60
#define MOST_BYTES	100
#define HOUR_NS		(3600ull * NSEC_PER_SEC)
#define DELAYS		4	/* 0 to 3 hours */
#define LIFETIMES	8	/* 4 to 7 hours, or for ever */

struct letter {
	u32 number;
	u32 size;
	u64 place;		/* in the order of publication */
	u64 id;
	unsigned int priority;
	unsigned int delay;	/* hours */
	unsigned int lifetime;	/* hours, 0 for ever */
	struct sm_message *taken;
	u64 sent_by_then;
};

struct pile {
	struct letter letters[MOST + 1];
	unsigned int count;
};

struct twin {
	struct pile ready, delayed, away;
	u32 numbers;
	u64 places;
	unsigned long storage, length;
	enum sm_full full;
	struct sm_ledger ledger;
};

struct game {
	struct kunit *test;
	struct sm_fixture *fixture;
	struct sm_dice dice;
	struct twin twin;
};

static void insert(struct pile *pile, unsigned int at, const struct letter *letter)
{
	memmove(&pile->letters[at + 1], &pile->letters[at],
		(pile->count - at) * sizeof(*letter));
	pile->letters[at] = *letter;
	pile->count++;
}

static struct letter pull(struct pile *pile, unsigned int at)
{
	struct letter letter = pile->letters[at];

	pile->count--;
	memmove(&pile->letters[at], &pile->letters[at + 1],
		(pile->count - at) * sizeof(letter));
	return letter;
}

static unsigned long bytes(const struct pile *pile)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < pile->count; i++)
		sum += pile->letters[i].size;
	return sum;
}

static unsigned long stored(const struct twin *twin)
{
	return bytes(&twin->ready) + bytes(&twin->delayed);
}

static bool has_room(const struct twin *twin, unsigned long size)
{
	return stored(twin) + size <= twin->storage &&
	       twin->ready.count + twin->delayed.count < twin->length;
}

/* The oldest of the lowest priority. */
static void overwrite(struct twin *twin)
{
	unsigned int at = twin->ready.count - 1;

	while (at && twin->ready.letters[at - 1].priority == twin->ready.letters[at].priority)
		at--;
	pull(&twin->ready, at);
	twin->ledger.overwritten++;
}

static bool comes_before(const struct letter *one, const struct letter *other)
{
	return one->priority != other->priority ? one->priority > other->priority :
						  one->place < other->place;
}

static void make_ready(struct twin *twin, const struct letter *letter)
{
	unsigned int at = 0;

	while (at < twin->ready.count && comes_before(&twin->ready.letters[at], letter))
		at++;
	insert(&twin->ready, at, letter);
}

/* What is delayed cannot be overwritten. */
static bool can_make_room(const struct twin *twin, unsigned long size)
{
	return bytes(&twin->delayed) + size <= twin->storage &&
	       twin->delayed.count < twin->length;
}

static int answer(const struct twin *twin, unsigned long size)
{
	if (has_room(twin, size))
		return 0;
	switch (twin->full) {
	case SM_FULL_BLOCK:
		return size > twin->storage ? -EMSGSIZE : -EAGAIN;
	case SM_FULL_DROP_OLDEST:
		return can_make_room(twin, size) ? 0 : -ENOSPC;
	default:
		return -ENOSPC;
	}
}

static void publish(struct twin *twin, struct letter letter)
{
	letter.place = twin->places++;
	make_ready(twin, &letter);
}

static void delay(struct twin *twin, const struct letter *letter)
{
	unsigned int at = 0;

	while (at < twin->delayed.count && twin->delayed.letters[at].delay <= letter->delay)
		at++;
	insert(&twin->delayed, at, letter);
}

static void put_back(struct twin *twin, const struct letter *letter)
{
	bool full = letter->sent_by_then != twin->ledger.sent && !has_room(twin, letter->size);

	twin->ledger.delivered--;
	make_ready(twin, letter);
	if (twin->full == SM_FULL_DROP_OLDEST && full)
		overwrite(twin);
}

/* ---- one step of both */

static int send_letter(struct game *game, struct letter *letter)
{
	const struct sm_terms terms = {
		.priority = letter->priority,
		.delay = letter->delay * HOUR_NS,
		.lifetime = letter->lifetime == LIFETIMES ? KTIME_MAX : letter->lifetime * HOUR_NS,
	};
	struct sm_message *message;
	int err;

	message = sm_letter(game->fixture, letter->number, letter->size, &terms);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(game->test, message);
	err = sm_letter_post(game->fixture, message, SM_AT_ONCE);
	if (!err)
		letter->id = message->id;
	return err;
}

/* None, some hours that are longer than any delay, or as long as can be asked for. */
static unsigned int any_lifetime(struct sm_dice *dice)
{
	return sm_dice_below(dice, 2) ? 0 : DELAYS + sm_dice_below(dice, LIFETIMES - DELAYS + 1);
}

/* Delays are whole hours: what is sent later in one never overtakes. */
static void step_send(struct game *game)
{
	struct twin *twin = &game->twin;
	struct letter letter = {
		.number = ++twin->numbers,
		.size = sizeof(u32) + sm_dice_below(&game->dice, MOST_BYTES),
		.priority = sm_dice_below(&game->dice, SYNCHMESS_PRIORITIES),
		.delay = sm_dice_below(&game->dice, DELAYS),
		.lifetime = any_lifetime(&game->dice),
	};
	int err = answer(twin, letter.size);

	if (twin->ready.count + twin->delayed.count + twin->away.count == MOST)
		return;

	SM_ASSERT_EQ(game->test, &game->dice, send_letter(game, &letter), err);
	if (err)
		return;
	while (!has_room(twin, letter.size))
		overwrite(twin);
	twin->ledger.sent++;
	SM_ASSERT_EQ(game->test, &game->dice, letter.id, twin->ledger.sent);
	if (letter.delay)
		delay(twin, &letter);
	else
		publish(twin, letter);
}

static void step_take(struct game *game)
{
	struct sm_message *message = sm_take(&game->fixture->queue);
	struct twin *twin = &game->twin;
	struct letter first;

	SM_ASSERT_EQ(game->test, &game->dice, !message, !twin->ready.count);
	if (!message)
		return;
	first = pull(&twin->ready, 0);
	first.taken = message;
	first.sent_by_then = twin->ledger.sent;
	twin->ledger.delivered++;
	insert(&twin->away, twin->away.count, &first);
	SM_ASSERT_EQ(game->test, &game->dice, sm_letter_number(message), first.number);
	SM_ASSERT_EQ(game->test, &game->dice, message->size, first.size);
}

static void step_put_back(struct game *game)
{
	struct pile *away = &game->twin.away;
	struct letter letter;

	if (!away->count)
		return;
	letter = pull(away, sm_dice_below(&game->dice, away->count));
	put_back(&game->twin, &letter);
	sm_put_back(game->fixture, letter.taken);
}

static void step_free(struct game *game)
{
	struct pile *away = &game->twin.away;

	if (away->count)
		sm_message_free(pull(away, sm_dice_below(&game->dice, away->count)).taken);
}

static void step_flush(struct game *game)
{
	struct twin *twin = &game->twin;

	while (twin->delayed.count)
		publish(twin, pull(&twin->delayed, 0));
	SM_ASSERT_EQ(game->test, &game->dice, sm_schedule_flush(&game->fixture->schedule), 0);
}

static void step_revoke(struct game *game)
{
	struct twin *twin = &game->twin;

	SM_ASSERT_EQ(game->test, &game->dice,
		     sm_revocation_revoke_delayed(&game->fixture->schedule), twin->delayed.count);
	twin->ledger.revoked += twin->delayed.count;
	twin->delayed.count = 0;
}

static bool pull_id(struct pile *pile, u64 id)
{
	unsigned int at;

	for (at = 0; at < pile->count; at++) {
		if (pile->letters[at].id == id) {
			pull(pile, at);
			return true;
		}
	}
	return false;
}

/* One of the last that were sent, wherever it is now. */
static void step_revoke_one(struct game *game)
{
	struct twin *twin = &game->twin;
	u64 id = twin->ledger.sent - sm_dice_below(&game->dice, MOST);
	bool there = pull_id(&twin->ready, id) || pull_id(&twin->delayed, id);

	twin->ledger.revoked += there;
	SM_ASSERT_EQ(game->test, &game->dice,
		     sm_revocation_revoke_one(&game->fixture->schedule, id, NULL),
		     there ? 1 : -ENOENT);
}

static void step_revoke_everything(struct game *game)
{
	struct twin *twin = &game->twin;
	unsigned int there = twin->ready.count + twin->delayed.count;

	SM_ASSERT_EQ(game->test, &game->dice,
		     sm_revocation_revoke_all(&game->fixture->schedule, NULL), there);
	twin->ledger.revoked += there;
	twin->ready.count = 0;
	twin->delayed.count = 0;
}

static void twin_expire(struct twin *twin, unsigned int hours)
{
	unsigned int at = 0;

	while (at < twin->ready.count) {
		const struct letter *letter = &twin->ready.letters[at];

		if (letter->lifetime && letter->lifetime <= hours && letter->lifetime < LIFETIMES) {
			pull(&twin->ready, at);
			twin->ledger.expired++;
		} else {
			at++;
		}
	}
}

/* As if so many hours had passed, and half of one for what the test takes. */
static void step_expire(struct game *game)
{
	unsigned int hours = sm_dice_below(&game->dice, LIFETIMES);
	struct sm_queue *queue = &game->fixture->queue;
	ktime_t then = ktime_add_ns(ktime_get(), hours * HOUR_NS + HOUR_NS / 2);
	SM_DEFINE_AFTER(after);

	twin_expire(&game->twin, hours);
	sm_queue_lock(queue);
	sm_queue_expire_locked(queue, then, MOST, &after);
	sm_queue_unlock(queue, &after);
}

/* The length can only grow, as that of a mailbox is never changed. */
static void step_limits(struct game *game)
{
	struct twin *twin = &game->twin;

	twin->storage = 1 + sm_dice_below(&game->dice, MOST * MOST_BYTES / 2);
	if (twin->length < MOST / 2)
		twin->length++;
	sm_room_set_limit(&game->fixture->queue.room, SM_LIMIT_STORAGE, twin->storage);
	sm_room_set_limit(&game->fixture->queue.room, SM_LIMIT_LENGTH, twin->length);
}

static void expect_same(struct game *game)
{
	struct sm_ledger ledger = sm_fixture_ledger(game->fixture);
	struct twin *twin = &game->twin;

	twin->ledger.queued = twin->ready.count;
	twin->ledger.scheduled = twin->delayed.count;
	SM_ASSERT_EQ(game->test, &game->dice, ledger.sent, twin->ledger.sent);
	SM_ASSERT_EQ(game->test, &game->dice, ledger.delivered, twin->ledger.delivered);
	SM_ASSERT_EQ(game->test, &game->dice, ledger.queued, twin->ledger.queued);
	SM_ASSERT_EQ(game->test, &game->dice, ledger.scheduled, twin->ledger.scheduled);
	SM_ASSERT_EQ(game->test, &game->dice, ledger.revoked, twin->ledger.revoked);
	SM_ASSERT_EQ(game->test, &game->dice, ledger.expired, twin->ledger.expired);
	SM_ASSERT_EQ(game->test, &game->dice, ledger.overwritten, twin->ledger.overwritten);
	SM_ASSERT_EQ(game->test, &game->dice, ledger.dropped, 0);
	SM_ASSERT_EQ(game->test, &game->dice, sm_fixture_stored(game->fixture), stored(twin));
}

static void step(struct game *game)
{
	u32 what = sm_dice_below(&game->dice, 100);

	if (what < 45)
		step_send(game);
	else if (what < 70)
		step_take(game);
	else if (what < 82)
		step_put_back(game);
	else if (what < 88)
		step_free(game);
	else if (what < 91)
		step_flush(game);
	else if (what < 93)
		step_revoke(game);
	else if (what < 96)
		step_revoke_one(game);
	else if (what < 97)
		step_expire(game);
	else if (!sm_dice_below(&game->dice, 30))
		step_revoke_everything(game);
	else
		step_limits(game);
}

static struct game *make_game(struct kunit *test)
{
	struct game *game = kunit_kzalloc(test, sizeof(*game), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, game);
	game->test = test;
	game->fixture = test->priv;
	game->twin.length = 1;
	sm_dice_init(&game->dice);
	step_limits(game);
	return game;
}

static void play(struct game *game)
{
	for (; game->dice.step < sm_dice_steps(); game->dice.step++) {
		step(game);
		expect_same(game);
	}
	step_flush(game);
	while (game->twin.ready.count)
		step_take(game);
	expect_same(game);
	while (game->twin.away.count)
		step_free(game);
}

static void play_by(struct kunit *test, enum sm_full full)
{
	struct game *game = make_game(test);

	sm_queue_set_full(&game->fixture->queue, full);
	game->twin.full = full;
	play(game);
}

static void random_operations_on_a_queue_that_fails_when_full(struct kunit *test)
{
	play_by(test, SM_FULL_FAIL);
}

static void random_operations_on_a_queue_that_overwrites(struct kunit *test)
{
	play_by(test, SM_FULL_DROP_OLDEST);
}

/* Nobody waits here: who would have to is told so. */
static void random_operations_on_a_queue_that_blocks(struct kunit *test)
{
	play_by(test, SM_FULL_BLOCK);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(random_operations_on_a_queue_that_fails_when_full),
	KUNIT_CASE(random_operations_on_a_queue_that_overwrites),
	KUNIT_CASE(random_operations_on_a_queue_that_blocks),
	{}
};

struct kunit_suite sm_queue_twin_suite = {
	.name = "queue_twin",
	.init = sm_fixture_init,
	.exit = sm_fixture_exit,
	.test_cases = cases,
};
