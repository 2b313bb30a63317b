// SPDX-License-Identifier: GPL-2.0
#include "fixture.h"

#include "../bell.h"
#include "../deadline.h"
#include "../outlet.h"
#include "payer.h"
#include "thread.h"
#include "undo.h"

#include <linux/err.h>
#include <linux/limits.h>
#include <linux/time64.h>
#include <linux/uio.h>
#include <linux/string.h>

static void end_call(void *call)
{
	sm_payer_end(call);
}

int sm_fixture_init(struct kunit *test)
{
	struct sm_fixture *fixture = kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);
	struct sm_bell *bell = sm_bell_create();
	enum sm_limit limit;

	KUNIT_ASSERT_NOT_NULL(test, fixture);
	KUNIT_ASSERT_NOT_NULL(test, bell);
	fixture->test = test;
	fixture->payer = sm_payer_open(test, SM_ALICE);
	KUNIT_ASSERT_EQ(test, sm_payer_begin(fixture->payer, &fixture->call), 0);
	sm_undo_later(test, end_call, &fixture->call);
	for (limit = 0; limit < SM_LIMITS; limit++) {
		fixture->defaults[limit].value = LONG_MAX;
		fixture->rules.limits.of[limit] = &fixture->defaults[limit];
	}
	fixture->rules.full = SM_FULL_FAIL;
	fixture->rules.empty = SM_EMPTY_EOF;
	sm_queue_init(&fixture->queue, &fixture->rules, bell);
	sm_schedule_init(&fixture->schedule, &fixture->queue);
	test->priv = fixture;
	return 0;
}

static void expect_closed_books(struct sm_fixture *fixture)
{
	struct sm_ledger ledger = sm_fixture_ledger(fixture);
	struct kunit *test = fixture->test;

	KUNIT_EXPECT_EQ(test, ledger.queued, 0);
	KUNIT_EXPECT_EQ(test, ledger.scheduled, 0);
	KUNIT_EXPECT_EQ(test, ledger.leased, 0);
	KUNIT_EXPECT_EQ(test, ledger.sent, ledger.delivered + ledger.revoked +
			ledger.expired + ledger.overwritten + ledger.dropped);
	KUNIT_EXPECT_EQ(test, sm_fixture_stored(fixture), 0);
}

void sm_fixture_exit(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;

	if (!fixture)
		return;
	sm_queue_kill(&fixture->queue);
	sm_schedule_kill(&fixture->schedule);
	sm_schedule_stop(&fixture->schedule);
	expect_closed_books(fixture);
	sm_queue_destroy(&fixture->queue);
}

struct sm_message *sm_letter(struct sm_fixture *fixture, u32 number, size_t size,
			     const struct sm_terms *terms)
{
	struct sm_call call = sm_fixture_call(fixture, SM_AT_ONCE);
	struct sm_message *letter;
	struct sm_payload from;
	struct iov_iter parts;
	struct kvec part;
	char *text;

	text = kzalloc(size, GFP_KERNEL);
	if (!text)
		return ERR_PTR(-ENOMEM);
	memcpy(text, &number, sizeof(number));
	part = (struct kvec){ text, size };
	iov_iter_kvec(&parts, WRITE, &part, 1, size);
	from = sm_payload_of_parts(&parts);
	letter = sm_message_from_user(&call, terms, &from);
	kfree(text);
	return letter;
}

u32 sm_letter_number(const struct sm_message *letter)
{
	u32 number;

	memcpy(&number, sm_message_data(letter), sizeof(number));
	return number;
}

int sm_letter_post(struct sm_fixture *fixture, struct sm_message *letter, ktime_t deadline)
{
	struct sm_call call = sm_fixture_call(fixture, deadline);
	int err;

	if (IS_ERR(letter))
		return PTR_ERR(letter);
	err = sm_schedule_send(&fixture->schedule, letter, &call);
	if (err)
		sm_message_free(letter);
	return err;
}

int sm_letter_send(struct sm_fixture *fixture, u32 number, size_t size)
{
	const struct sm_terms plain = { };

	return sm_letter_post(fixture, sm_letter(fixture, number, size, &plain), SM_AT_ONCE);
}

int sm_letter_send_later(struct sm_fixture *fixture, u32 number, unsigned int delay_ms)
{
	const struct sm_terms terms = { .delay = (u64)delay_ms * NSEC_PER_MSEC };

	return sm_letter_post(fixture, sm_letter(fixture, number, sizeof(number), &terms),
			      SM_AT_ONCE);
}

struct sm_message *sm_take(struct sm_queue *queue)
{
	return sm_outlet_take_one(queue);
}

void sm_put_back(struct sm_fixture *fixture, struct sm_message *letter)
{
	sm_schedule_put_back(&fixture->schedule, &letter, 1);
}

int sm_letter_take(struct sm_fixture *fixture)
{
	struct sm_message *letter = sm_take(&fixture->queue);
	int number;

	if (IS_ERR_OR_NULL(letter))
		return PTR_ERR(letter);
	number = sm_letter_number(letter);
	sm_message_free(letter);
	return number;
}

void sm_expect_letters(struct sm_fixture *fixture, int first, int last)
{
	int number;

	for (number = first; number <= last; number++)
		KUNIT_ASSERT_EQ(fixture->test, sm_letter_take(fixture), number);
	KUNIT_EXPECT_EQ(fixture->test, sm_letter_take(fixture), 0);
}

struct sm_ledger sm_fixture_ledger(struct sm_fixture *fixture)
{
	struct sm_ledger ledger;
	unsigned long stored;

	sm_queue_read_ledger(&fixture->queue, &ledger, &stored);
	return ledger;
}

unsigned long sm_fixture_stored(struct sm_fixture *fixture)
{
	struct sm_ledger ledger;
	unsigned long stored;

	sm_queue_read_ledger(&fixture->queue, &ledger, &stored);
	return stored;
}

unsigned int sm_fixture_sleeping(struct sm_fixture *fixture)
{
	wait_queue_head_t *readers = &fixture->queue.bell->readers;
	unsigned int count;

	spin_lock_irq(&readers->lock);
	count = list_count_nodes(&readers->head);
	spin_unlock_irq(&readers->lock);
	return count;
}

static bool as_many_sleep(struct sm_fixture *fixture, unsigned int count)
{
	return sm_fixture_sleeping(fixture) == count;
}

void sm_fixture_await_sleeping(struct sm_fixture *fixture, unsigned int count)
{
	KUNIT_ASSERT_TRUE(fixture->test, sm_eventually(as_many_sleep, fixture, count));
}
