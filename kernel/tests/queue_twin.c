// SPDX-License-Identifier: GPL-2.0
/*
 * Random operations on a queue with its schedule, and on their slow, obvious
 * twin: arrays. After each step both say the same. Nothing is published by
 * itself, since all delays are longer than the test.
 */
#include "../deadline.h"
#include "../message.h"
#include "dice.h"
#include "fixture.h"
#include "suites.h"

#include <linux/err.h>
#include <linux/string.h>

#define MOST		60
#define MOST_BYTES	100
#define HOUR_MS		3600000

struct letter {
	u32 number;
	u32 size;
	u64 place;		/* in the order of publication */
	unsigned int delay_ms;
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
	bool overwrites;
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

static void overwrite(struct twin *twin)
{
	pull(&twin->ready, 0);
	twin->ledger.overwritten++;
}

static void publish(struct twin *twin, struct letter letter)
{
	while (twin->overwrites && !has_room(twin, letter.size))
		overwrite(twin);
	letter.place = twin->places++;
	insert(&twin->ready, twin->ready.count, &letter);
}

static void delay(struct twin *twin, const struct letter *letter)
{
	unsigned int at = 0;

	while (at < twin->delayed.count && twin->delayed.letters[at].delay_ms <= letter->delay_ms)
		at++;
	insert(&twin->delayed, at, letter);
}

static void put_back(struct twin *twin, const struct letter *letter)
{
	bool full = letter->sent_by_then != twin->ledger.sent && !has_room(twin, letter->size);
	unsigned int at = 0;

	twin->ledger.delivered--;
	while (at < twin->ready.count && twin->ready.letters[at].place < letter->place)
		at++;
	insert(&twin->ready, at, letter);
	if (twin->overwrites && full)
		overwrite(twin);
}

/* ---- one step of both */

static int send_both(struct game *game, const struct letter *letter)
{
	struct sm_message *message = sm_letter(game->fixture, letter->number, letter->size);
	int err;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(game->test, message);
	game->fixture->schedule.delay_ms = letter->delay_ms;
	err = sm_schedule_send(&game->fixture->schedule, message, SM_AT_ONCE);
	if (err)
		sm_message_free(message);
	return err;
}

/* Delays are whole hours: what is sent later in one never overtakes. */
static void step_send(struct game *game)
{
	struct twin *twin = &game->twin;
	struct letter letter = {
		.number = ++twin->numbers,
		.size = sizeof(u32) + sm_dice_below(&game->dice, MOST_BYTES),
	};
	bool fits = twin->overwrites ? letter.size <= twin->storage : has_room(twin, letter.size);

	if (!twin->overwrites)
		letter.delay_ms = HOUR_MS * sm_dice_below(&game->dice, 4);
	if (twin->ready.count + twin->delayed.count + twin->away.count == MOST)
		return;

	SM_ASSERT_EQ(game->test, &game->dice, send_both(game, &letter), fits ? 0 : -ENOSPC);
	if (!fits)
		return;
	twin->ledger.sent++;
	if (letter.delay_ms)
		delay(twin, &letter);
	else
		publish(twin, letter);
}

static void step_take(struct game *game)
{
	struct sm_message *message = sm_queue_take(&game->fixture->queue);
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
	sm_queue_put_back(&game->fixture->queue, letter.taken);
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

	twin->ledger.revoked += twin->delayed.count;
	twin->delayed.count = 0;
	sm_schedule_revoke(&game->fixture->schedule);
}

/* The length can only grow, as that of a mailbox is never changed. */
static void step_limits(struct game *game)
{
	struct twin *twin = &game->twin;

	twin->storage = 1 + sm_dice_below(&game->dice, MOST * MOST_BYTES / 2);
	if (twin->length < MOST / 2)
		twin->length++;
	game->fixture->queue.room.limits[SM_LIMIT_STORAGE] = twin->storage;
	game->fixture->queue.room.limits[SM_LIMIT_LENGTH] = twin->length;
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
	else if (what < 92)
		step_free(game);
	else if (what < 95)
		step_flush(game);
	else if (what < 98)
		step_revoke(game);
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

static void random_operations_on_a_queue_that_fails_when_full(struct kunit *test)
{
	play(make_game(test));
}

static void random_operations_on_a_queue_that_overwrites(struct kunit *test)
{
	struct game *game = make_game(test);

	sm_queue_set_full(&game->fixture->queue, SM_FULL_DROP_OLDEST);
	game->twin.overwrites = true;
	play(game);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(random_operations_on_a_queue_that_fails_when_full),
	KUNIT_CASE(random_operations_on_a_queue_that_overwrites),
	{}
};

struct kunit_suite sm_queue_twin_suite = {
	.name = "queue_twin",
	.init = sm_fixture_init,
	.exit = sm_fixture_exit,
	.test_cases = cases,
};
