/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tests of queues and schedules start from: one of each, empty, somebody who
 * pays, and messages that are told apart by a number. Suites have
 * sm_fixture_init() and sm_fixture_exit() called around each test.
 */
#ifndef SM_FIXTURE_H
#define SM_FIXTURE_H

#include "../call.h"
#include "../message.h"
#include "../parameter.h"
#include "../queue.h"
#include "../schedule.h"

#include <kunit/test.h>

/**
 * struct sm_fixture - the test's @priv
 * @test: the test
 * @payer: alice
 * @call: what she does; not to be waited in, see sm_fixture_call()
 * @defaults: what the queue follows where it has no limit of its own
 * @rules: fail when full, answer with nothing when empty; a test may change them
 * @queue: the queue
 * @schedule: in front of the queue
 */
struct sm_fixture {
	struct kunit *test;
	struct sm_account *payer;
	struct sm_call call;
	struct sm_parameter defaults[SM_LIMITS];
	struct sm_queue_rules rules;
	struct sm_queue queue;
	struct sm_schedule schedule;
};

int sm_fixture_init(struct kunit *test);

/* Kills queue and schedule, and looks whether the books are empty and right. */
void sm_fixture_exit(struct kunit *test);

/* A call of one's own, since threads use the fixture. */
static inline struct sm_call sm_fixture_call(const struct sm_fixture *fixture, ktime_t deadline)
{
	return (struct sm_call){ .sender = fixture->call.sender, .deadline = deadline };
}

/* A message with a number, or ERR_PTR; @size is at least that of the number. */
struct sm_message *sm_letter(struct sm_fixture *fixture, u32 number, size_t size,
			     const struct sm_terms *terms);

u32 sm_letter_number(const struct sm_message *letter);

/* Sends it. Returns 0, or an error, and then it is freed. */
int sm_letter_post(struct sm_fixture *fixture, struct sm_message *letter, ktime_t deadline);

/* Sends a letter without delay. Returns 0 or an error. */
int sm_letter_send(struct sm_fixture *fixture, u32 number, size_t size);

/* Sends a letter with a delay. Returns 0 or an error. */
int sm_letter_send_later(struct sm_fixture *fixture, u32 number, unsigned int delay_ms);

/* Takes the next message of any queue. Returns it, NULL when there is none, or ERR_PTR. */
struct sm_message *sm_take(struct sm_queue *queue);

/* Undoes sm_take(). */
void sm_put_back(struct sm_fixture *fixture, struct sm_message *letter);

/* Takes the next letter and frees it. Returns its number, 0 when there is none, or an error. */
int sm_letter_take(struct sm_fixture *fixture);

/* Are these numbers, one after the other, what is ready? Takes them all. */
void sm_expect_letters(struct sm_fixture *fixture, int first, int last);

struct sm_ledger sm_fixture_ledger(struct sm_fixture *fixture);

unsigned long sm_fixture_stored(struct sm_fixture *fixture);

/* How many readers lie on the wait queue. */
unsigned int sm_fixture_sleeping(struct sm_fixture *fixture);

/* Waits until as many readers sleep. */
void sm_fixture_await_sleeping(struct sm_fixture *fixture, unsigned int count);

#endif /* SM_FIXTURE_H */
