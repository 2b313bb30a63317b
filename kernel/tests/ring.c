// SPDX-License-Identifier: GPL-2.0
#include "../ring.h"

#include "../audience.h"
#include "../outlet.h"
#include "../shortcut.h"
#include "fixture.h"
#include "payer.h"
#include "suites.h"

#include <linux/err.h>
#include <linux/mm.h>

/* So many records without payload fit into the smallest. */
#define SMALLEST	PAGE_SIZE
#define RECORD		sizeof(struct synchmess_in)

static struct sm_ring *create(struct sm_fixture *fixture, u64 size)
{
	struct sm_ring *ring = sm_ring_create(size, fixture->payer, &fixture->call.why);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(fixture->test, ring);
	return ring;
}

/* No test of this suite shares a ring with another thread. */
static bool fits(const struct sm_ring *ring, size_t size)
{
	return sm_ring_fits_locked(ring, size);
}

static void put(struct sm_fixture *fixture, struct sm_ring *ring, u32 number, size_t size)
{
	const struct sm_terms terms = { .tag = number };
	struct sm_message *letter = sm_letter(fixture, number, size, &terms);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(fixture->test, letter);
	letter->id = number;
	letter->place = number;
	letter->sent_at = 0;
	sm_ring_put_locked(ring, letter, 0);
	sm_message_free(letter);
}

static const struct synchmess_in *at(const struct sm_ring *ring, u64 position)
{
	return ring->data + (position & (ring->size - 1));
}

/* ---- making */

static void a_size_is_a_power_of_two_of_pages(struct kunit *test)
{
	static const u64 bad[] = {
		0, 1, PAGE_SIZE / 2, PAGE_SIZE + 8, 3 * PAGE_SIZE, 2 * SYNCHMESS_MAX_RING, U64_MAX
	};
	struct sm_fixture *fixture = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ(test, PTR_ERR(sm_ring_create(bad[i], fixture->payer,
							     &fixture->call.why)), -EINVAL);
}

static void it_is_charged(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	long before = sm_payer_memory(fixture->payer);
	struct sm_ring *ring = create(fixture, 4 * PAGE_SIZE);

	KUNIT_EXPECT_EQ(test, sm_payer_memory(fixture->payer), before + 5 * PAGE_SIZE);
	sm_ring_free(ring);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(fixture->payer), before);
	sm_ring_free(NULL);
}

static void both_halves_are_the_same(struct kunit *test)
{
	struct sm_ring *ring = create(test->priv, 2 * PAGE_SIZE);
	u64 *words = ring->data;

	words[0] = 1;
	words[ring->size / 8 - 1] = 2;
	KUNIT_EXPECT_EQ(test, words[ring->size / 8], 1);
	KUNIT_EXPECT_EQ(test, words[2 * ring->size / 8 - 1], 2);
	sm_ring_free(ring);
}

/* ---- how much fits */

static void a_record_takes_whole_words(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sm_ring_record(0), RECORD);
	KUNIT_EXPECT_EQ(test, sm_ring_record(1), RECORD + 8);
	KUNIT_EXPECT_EQ(test, sm_ring_record(8), RECORD + 8);
	KUNIT_EXPECT_EQ(test, sm_ring_record(9), RECORD + 16);
}

static void what_is_too_long_never_suits(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_ring *small = create(fixture, SMALLEST), *large = create(fixture, SZ_1M);

	KUNIT_EXPECT_TRUE(test, sm_ring_suits(small, SMALLEST - RECORD));
	KUNIT_EXPECT_FALSE(test, sm_ring_suits(small, SMALLEST - RECORD + 1));
	KUNIT_EXPECT_TRUE(test, sm_ring_suits(large, SYNCHMESS_MAX_RECORD_LENGTH));
	KUNIT_EXPECT_FALSE(test, sm_ring_suits(large, SYNCHMESS_MAX_RECORD_LENGTH + 1));
	KUNIT_EXPECT_FALSE(test, sm_ring_suits(large, SIZE_MAX));
	sm_ring_free(large);
	sm_ring_free(small);
}

static void it_is_full_to_the_last_byte(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_ring *ring = create(fixture, SMALLEST);

	KUNIT_EXPECT_TRUE(test, fits(ring, SMALLEST - RECORD));
	KUNIT_EXPECT_FALSE(test, fits(ring, SMALLEST - RECORD + 1));
	put(fixture, ring, 1, SMALLEST - RECORD);
	KUNIT_EXPECT_EQ(test, ring->head, SMALLEST);
	KUNIT_EXPECT_FALSE(test, fits(ring, 0));
	ring->control->tail = RECORD - 8;
	KUNIT_EXPECT_FALSE(test, fits(ring, 0));
	ring->control->tail = RECORD;
	KUNIT_EXPECT_TRUE(test, fits(ring, 0));
	KUNIT_EXPECT_FALSE(test, fits(ring, 1));
	sm_ring_free(ring);
}

static void a_bogus_tail_makes_it_full(struct kunit *test)
{
	static const u64 bogus[] = { 1, PAGE_SIZE, 1ULL << 63, -PAGE_SIZE - 1ULL };
	struct sm_ring *ring = create(test->priv, SMALLEST);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bogus); i++) {
		ring->control->tail = bogus[i];
		KUNIT_EXPECT_FALSE(test, fits(ring, 0));
		KUNIT_EXPECT_NE(test, sm_ring_unread_locked(ring), 0);
	}
	sm_ring_free(ring);
}

/* ---- records */

static void records_go_across_the_end(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_ring *ring = create(fixture, SMALLEST);
	const struct synchmess_in *in;
	u64 position = 0;
	u32 number, size;

	for (number = 1; number <= 1000; number++) {
		size = sizeof(number) + number % 300;
		KUNIT_ASSERT_TRUE(test, fits(ring, size));
		put(fixture, ring, number, size);
		in = at(ring, position);
		KUNIT_ASSERT_EQ(test, in->id, number);
		KUNIT_ASSERT_EQ(test, in->sequence, number);
		KUNIT_ASSERT_EQ(test, in->tag, number);
		KUNIT_ASSERT_EQ(test, in->length, size);
		KUNIT_ASSERT_EQ(test, *(u32 *)(in + 1), number);
		position += sm_ring_record(size);
		KUNIT_ASSERT_EQ(test, ring->control->head, position);
		KUNIT_ASSERT_EQ(test, sm_ring_unread_locked(ring), sm_ring_record(size));
		ring->control->tail = position;
	}
	sm_ring_free(ring);
}

/* At the end of the numbers, too: nobody gets there, but nothing depends on it. */
static void positions_may_wrap(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_ring *ring = create(fixture, SMALLEST);

	ring->head = -256ULL;
	ring->control->tail = ring->head;
	KUNIT_EXPECT_TRUE(test, fits(ring, SMALLEST - RECORD));
	put(fixture, ring, 1, 400);
	KUNIT_EXPECT_EQ(test, sm_ring_unread_locked(ring), sm_ring_record(400));
	KUNIT_EXPECT_EQ(test, at(ring, -256ULL)->id, 1);
	KUNIT_EXPECT_FALSE(test, fits(ring, SMALLEST - RECORD));
	sm_ring_free(ring);
}

/* ---- with a queue */

static struct sm_ring *attach(struct sm_fixture *fixture)
{
	struct sm_ring *ring = create(fixture, SMALLEST);

	KUNIT_ASSERT_EQ(fixture->test, sm_audience_attach(&fixture->queue, ring), 0);
	return ring;
}

static void a_queue_has_one(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_ring *ring = attach(fixture), *other = create(fixture, SMALLEST);

	KUNIT_EXPECT_EQ(test, sm_audience_attach(&fixture->queue, other), -EBUSY);
	sm_audience_detach(&fixture->queue, other);
	KUNIT_EXPECT_EQ(test, sm_audience_attach(&fixture->queue, other), -EBUSY);
	sm_audience_detach(&fixture->queue, ring);
	KUNIT_EXPECT_EQ(test, sm_audience_attach(&fixture->queue, other), 0);
	sm_queue_kill(&fixture->queue);
	KUNIT_EXPECT_EQ(test, other->control->flags, SYNCHMESS_RING_DEAD);
	KUNIT_EXPECT_EQ(test, sm_audience_attach(&fixture->queue, ring), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_outlet_move_one(&fixture->queue, other), -ENODEV);
	sm_ring_free(other);
	sm_ring_free(ring);
}

static void the_order_is_kept_through_the_queue(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct sm_ring *ring = attach(fixture);
	u32 number, most = 2 * SMALLEST / sm_ring_record(sizeof(number));
	u64 position = 0;

	for (number = 1; number <= most; number++)
		KUNIT_ASSERT_EQ(test, sm_letter_send(fixture, number, sizeof(number)), 0);
	KUNIT_EXPECT_EQ(test, ring->control->flags, SYNCHMESS_RING_MORE);
	for (number = 1; number <= most; number++) {
		KUNIT_ASSERT_EQ(test, at(ring, position)->id, number);
		position += sm_ring_record(sizeof(number));
		ring->control->tail = position;
		sm_outlet_move_one(&fixture->queue, ring);
	}
	KUNIT_EXPECT_EQ(test, ring->control->flags, 0);
	KUNIT_EXPECT_EQ(test, sm_outlet_move_one(&fixture->queue, ring), 0);
	KUNIT_EXPECT_EQ(test, sm_fixture_ledger(fixture).delivered, most);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 0);
	sm_audience_detach(&fixture->queue, ring);
	sm_ring_free(ring);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_size_is_a_power_of_two_of_pages),
	KUNIT_CASE(it_is_charged),
	KUNIT_CASE(both_halves_are_the_same),
	KUNIT_CASE(a_record_takes_whole_words),
	KUNIT_CASE(what_is_too_long_never_suits),
	KUNIT_CASE(it_is_full_to_the_last_byte),
	KUNIT_CASE(a_bogus_tail_makes_it_full),
	KUNIT_CASE(records_go_across_the_end),
	KUNIT_CASE(positions_may_wrap),
	KUNIT_CASE(a_queue_has_one),
	KUNIT_CASE(the_order_is_kept_through_the_queue),
	{}
};

struct kunit_suite sm_ring_suite = {
	.name = "ring",
	.init = sm_fixture_init,
	.exit = sm_fixture_exit,
	.test_cases = cases,
};
