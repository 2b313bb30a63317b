// SPDX-License-Identifier: GPL-2.0
#include "../bell.h"

#include "suites.h"

#include <kunit/test.h>
#include <linux/poll.h>

#define EARS	6

/* Somebody on a wait queue who only counts how often he is woken. */
struct ear {
	struct wait_queue_entry wait;
	unsigned int heard;
	__poll_t events;
};

struct church {
	struct sm_bell *bell;
	struct ear readers[EARS];
	struct ear writers[EARS];
};

static int hear(struct wait_queue_entry *wait, unsigned int mode, int flags, void *key)
{
	struct ear *ear = container_of(wait, struct ear, wait);

	ear->heard++;
	ear->events = key_to_poll(key);
	return 1;
}

/* The first half listens to everything, the second half one after the other. */
static void listen(struct wait_queue_head *queue, struct ear *ears)
{
	int i;

	for (i = 0; i < EARS; i++) {
		init_waitqueue_func_entry(&ears[i].wait, hear);
		if (i < EARS / 2)
			add_wait_queue(queue, &ears[i].wait);
		else
			add_wait_queue_exclusive(queue, &ears[i].wait);
	}
}

static int church_init(struct kunit *test)
{
	struct church *church = kunit_kzalloc(test, sizeof(*church), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, church);
	church->bell = sm_bell_create();
	KUNIT_ASSERT_NOT_NULL(test, church->bell);
	listen(&church->bell->readers, church->readers);
	listen(&church->bell->writers, church->writers);
	test->priv = church;
	return 0;
}

static void church_exit(struct kunit *test)
{
	struct church *church = test->priv;

	if (church && church->bell)
		sm_bell_put(church->bell);
}

/* Since the last time: how many of each half, all with the same events. */
static void expect_heard(struct kunit *test, struct ear *ears, unsigned int shared,
			 unsigned int exclusive, __poll_t events)
{
	unsigned int heard[2] = { };
	int i;

	for (i = 0; i < EARS; i++) {
		KUNIT_EXPECT_LE(test, ears[i].heard, 1);
		if (ears[i].heard)
			KUNIT_EXPECT_EQ(test, (__force u32)ears[i].events, (__force u32)events);
		heard[i >= EARS / 2] += ears[i].heard;
		ears[i].heard = 0;
	}
	KUNIT_EXPECT_EQ(test, heard[0], shared);
	KUNIT_EXPECT_EQ(test, heard[1], exclusive);
}

static void as_many_messages_wake_as_many_readers(struct kunit *test)
{
	struct church *church = test->priv;
	unsigned int count;

	for (count = 1; count <= EARS / 2; count++) {
		sm_bell_ring_readers(church->bell, count);
		expect_heard(test, church->readers, EARS / 2, count, EPOLLIN | EPOLLRDNORM);
		expect_heard(test, church->writers, 0, 0, 0);
	}
	sm_bell_ring_readers(church->bell, 1000);
	expect_heard(test, church->readers, EARS / 2, EARS / 2, EPOLLIN | EPOLLRDNORM);
}

static void no_message_wakes_nobody(struct kunit *test)
{
	struct church *church = test->priv;

	sm_bell_ring_readers(church->bell, 0);
	expect_heard(test, church->readers, 0, 0, 0);
}

static void room_wakes_one_writer_and_all_who_share(struct kunit *test)
{
	struct church *church = test->priv;

	sm_bell_ring_writers(church->bell);
	expect_heard(test, church->writers, EARS / 2, 1, EPOLLOUT | EPOLLWRNORM);
	expect_heard(test, church->readers, 0, 0, 0);
}

/* Without saying why: each looks for himself. */
static void the_end_wakes_everybody(struct kunit *test)
{
	struct church *church = test->priv;

	sm_bell_ring_all(church->bell);
	expect_heard(test, church->readers, EARS / 2, EARS / 2, 0);
	expect_heard(test, church->writers, EARS / 2, EARS / 2, 0);
}

/* A poller may still listen when the mailbox has let go of the bell. */
static void it_rings_until_the_last_reference_is_gone(struct kunit *test)
{
	struct church *church = test->priv;

	KUNIT_EXPECT_PTR_EQ(test, sm_bell_get(church->bell), church->bell);
	sm_bell_put(church->bell);
	sm_bell_ring_readers(church->bell, 1);
	expect_heard(test, church->readers, EARS / 2, 1, EPOLLIN | EPOLLRDNORM);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(as_many_messages_wake_as_many_readers),
	KUNIT_CASE(no_message_wakes_nobody),
	KUNIT_CASE(room_wakes_one_writer_and_all_who_share),
	KUNIT_CASE(the_end_wakes_everybody),
	KUNIT_CASE(it_rings_until_the_last_reference_is_gone),
	{}
};

struct kunit_suite sm_bell_suite = {
	.name = "bell",
	.init = church_init,
	.exit = church_exit,
	.test_cases = cases,
};
