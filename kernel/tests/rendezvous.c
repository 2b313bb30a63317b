// SPDX-License-Identifier: GPL-2.0
#include "../rendezvous.h"

#include "../deadline.h"
#include "suites.h"
#include "thread.h"

#include <linux/errno.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/synchmess.h>

#define PARTIES 3

/**
 * struct party - somebody who meets others
 * @rendezvous: where
 * @member: his membership
 * @meeting: how he wants to meet
 * @thread: in which he waits
 * @number: of that thread
 */
struct party {
	struct sm_rendezvous *rendezvous;
	struct sm_member member;
	struct sm_meeting meeting;
	struct sm_thread *thread;
	pid_t number;
};

struct place {
	struct sm_rendezvous rendezvous;
	struct party parties[PARTIES];
};

static int make_place(struct kunit *test)
{
	struct place *place = kunit_kzalloc(test, sizeof(*place), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, place);
	sm_rendezvous_init(&place->rendezvous);
	for (i = 0; i < PARTIES; i++)
		place->parties[i].rendezvous = &place->rendezvous;
	test->priv = place;
	return 0;
}

static void end_place(struct kunit *test)
{
	struct place *place = test->priv;
	int i;

	if (!place)
		return;
	sm_rendezvous_kill(&place->rendezvous);
	for (i = 0; i < PARTIES; i++)
		sm_rendezvous_lose(&place->rendezvous, &place->parties[i].member,
				   SYNCHMESS_GONE_CLOSED);
	sm_rendezvous_destroy(&place->rendezvous);
}

static struct party *party_of(struct kunit *test, int i)
{
	struct place *place = test->priv;

	return &place->parties[i];
}

static struct sm_attendance attendance(struct kunit *test)
{
	struct place *place = test->priv;
	struct sm_attendance now;

	sm_rendezvous_show(&place->rendezvous, &now);
	return now;
}

static void join(struct kunit *test, int i)
{
	struct party *party = party_of(test, i);

	KUNIT_ASSERT_EQ(test, sm_rendezvous_join(party->rendezvous, &party->member), 0);
}

static void join_all(struct kunit *test)
{
	int i;

	for (i = 0; i < PARTIES; i++)
		join(test, i);
}

static void lose(struct kunit *test, int i)
{
	struct party *party = party_of(test, i);

	sm_rendezvous_lose(party->rendezvous, &party->member, SYNCHMESS_GONE_CLOSED);
}

static long meet(void *data)
{
	struct party *party = data;

	party->number = task_pid_nr(current);
	return sm_rendezvous_meet(party->rendezvous, &party->member, &party->meeting);
}

/* In this thread. */
static long try_meet(struct kunit *test, int i, unsigned int parties, ktime_t deadline)
{
	struct party *party = party_of(test, i);

	party->meeting = (struct sm_meeting){ .parties = parties, .deadline = deadline };
	return meet(party);
}

static long meet_in_short(struct party *party, ktime_t deadline)
{
	return sm_rendezvous_meet_members(party->rendezvous, &party->member, deadline);
}

static bool as_many_wait(struct kunit *test, unsigned int count)
{
	return attendance(test).arrived == count;
}

/* Returns when he waits. */
static struct party *arrive(struct kunit *test, int i, unsigned int parties)
{
	struct party *party = party_of(test, i);
	unsigned int before = attendance(test).arrived;

	party->meeting = (struct sm_meeting){ .parties = parties, .deadline = SM_NEVER };
	party->thread = sm_thread_start(test, meet, party);
	KUNIT_ASSERT_TRUE(test, sm_eventually(as_many_wait, test, before + 1));
	return party;
}

static void expect_met(struct kunit *test, struct party *party, u64 next)
{
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, party->thread), 0);
	KUNIT_EXPECT_EQ(test, party->meeting.number, next);
	KUNIT_EXPECT_NULL(test, party->meeting.culprit.process);
}

static void expect_culprit(struct kunit *test, struct party *party, unsigned int how, pid_t who)
{
	KUNIT_EXPECT_EQ(test, party->meeting.culprit.how, how);
	KUNIT_EXPECT_EQ(test, pid_nr(party->meeting.culprit.thread), who);
	KUNIT_EXPECT_EQ(test, pid_nr(party->meeting.culprit.process), who);
	sm_party_put(&party->meeting.culprit);
}

static void expect_broken(struct kunit *test, struct party *party, unsigned int how, pid_t who)
{
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, party->thread), -EOWNERDEAD);
	expect_culprit(test, party, how, who);
}

/* ---- threads */

static void threads_wait_for_the_last(struct kunit *test)
{
	struct party *one = arrive(test, 0, 3), *two = arrive(test, 1, 3);

	KUNIT_EXPECT_EQ(test, attendance(test).parties, 3);
	KUNIT_EXPECT_FALSE(test, sm_thread_has_ended(one->thread));
	KUNIT_EXPECT_EQ(test, try_meet(test, 2, 3, SM_NEVER), 1);
	expect_met(test, one, 2);
	expect_met(test, two, 2);
	KUNIT_EXPECT_EQ(test, attendance(test).parties, 0);
}

static void a_killed_thread_breaks_the_meeting(struct kunit *test)
{
	struct party *one = arrive(test, 0, 3), *two = arrive(test, 1, 3);

	sm_thread_signal(one->thread, SIGKILL);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, one->thread), -ERESTARTSYS);
	expect_broken(test, two, SYNCHMESS_GONE_DIED, one->number);
	KUNIT_EXPECT_EQ(test, two->meeting.number, 2);
	KUNIT_EXPECT_EQ(test, attendance(test).arrived, 0);
}

static void an_interrupted_thread_has_not_arrived(struct kunit *test)
{
	struct party *one = arrive(test, 0, 3), *two = arrive(test, 1, 3);

	sm_thread_signal(one->thread, SIGINT);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, one->thread), -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, one->meeting.number, 1);
	KUNIT_EXPECT_EQ(test, attendance(test).arrived, 1);
	one = arrive(test, 0, 3);
	KUNIT_EXPECT_EQ(test, try_meet(test, 2, 3, SM_AT_ONCE), 1);
	expect_met(test, one, 2);
	expect_met(test, two, 2);
}

static void a_deadline_breaks_the_meeting(struct kunit *test)
{
	struct party *one = arrive(test, 0, 3);

	KUNIT_EXPECT_EQ(test, try_meet(test, 1, 3, ktime_add_ms(ktime_get(), 5)), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, party_of(test, 1)->meeting.number, 2);
	expect_broken(test, one, SYNCHMESS_GONE_TIMED_OUT, task_pid_nr(current));
	KUNIT_EXPECT_EQ(test, try_meet(test, 1, 3, SM_AT_ONCE), -EAGAIN);
}

/* Whatever comes between the meeting and its being noticed. */
static void who_has_met_has_met(struct kunit *test)
{
	struct party *one = arrive(test, 0, 3), *two = arrive(test, 1, 3);

	KUNIT_EXPECT_EQ(test, try_meet(test, 2, 3, SM_NEVER), 1);
	sm_thread_signal(one->thread, SIGKILL);
	sm_rendezvous_kill(one->rendezvous);
	expect_met(test, one, 2);
	expect_met(test, two, 2);
	KUNIT_EXPECT_EQ(test, try_meet(test, 2, 1, SM_NEVER), -ENODEV);
}

/* ---- members */

static void a_lost_member_is_told_to_each_once(struct kunit *test)
{
	struct party *one;

	join_all(test);
	one = arrive(test, 0, 0);
	lose(test, 1);
	lose(test, 1);
	expect_broken(test, one, SYNCHMESS_GONE_CLOSED, task_pid_nr(current));
	KUNIT_EXPECT_EQ(test, try_meet(test, 2, 0, SM_NEVER), -EOWNERDEAD);
	expect_culprit(test, party_of(test, 2), SYNCHMESS_GONE_CLOSED, task_pid_nr(current));
	one = arrive(test, 0, 0);
	KUNIT_EXPECT_EQ(test, try_meet(test, 2, 0, SM_NEVER), 1);
	expect_met(test, one, 3);
}

/* Who does not want to know who it was keeps nobody in memory. */
static void a_loss_is_told_in_short_too(struct kunit *test)
{
	struct party *one, *last = party_of(test, 2);

	join_all(test);
	one = arrive(test, 0, 0);
	lose(test, 1);
	expect_broken(test, one, SYNCHMESS_GONE_CLOSED, task_pid_nr(current));
	KUNIT_EXPECT_EQ(test, meet_in_short(last, SM_NEVER), -EOWNERDEAD);
	KUNIT_EXPECT_EQ(test, meet_in_short(last, SM_AT_ONCE), -EAGAIN);
	one = arrive(test, 0, 0);
	KUNIT_EXPECT_EQ(test, meet_in_short(last, SM_NEVER), 1);
	expect_met(test, one, 3);
	KUNIT_EXPECT_EQ(test, meet_in_short(party_of(test, 1), SM_NEVER), -ENOENT);
}

static void a_killed_member_is_lost_with_its_file(struct kunit *test)
{
	struct party *one, *two;

	join_all(test);
	one = arrive(test, 0, 0);
	two = arrive(test, 1, 0);
	sm_thread_signal(one->thread, SIGKILL);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, one->thread), -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, attendance(test).arrived, 1);
	KUNIT_EXPECT_EQ(test, attendance(test).members, PARTIES);
	lose(test, 0);
	expect_broken(test, two, SYNCHMESS_GONE_CLOSED, task_pid_nr(current));
}

static void who_waits_for_a_lost_member_is_told_too(struct kunit *test)
{
	struct party *one;

	join_all(test);
	one = arrive(test, 0, 0);
	lose(test, 0);
	expect_broken(test, one, SYNCHMESS_GONE_CLOSED, task_pid_nr(current));
	KUNIT_EXPECT_EQ(test, try_meet(test, 0, 0, SM_NEVER), -ENOENT);
	join(test, 0);
	KUNIT_EXPECT_EQ(test, try_meet(test, 0, 0, SM_AT_ONCE), -EAGAIN);
}

static long exit_process(void *data)
{
	struct party *party = data;

	sm_rendezvous_exit(party->rendezvous, &party->member);
	return 0;
}

static void only_the_process_that_has_joined_takes_it_along(struct kunit *test)
{
	struct party *party = party_of(test, 0);
	struct sm_thread *other;

	join_all(test);
	other = sm_thread_start(test, exit_process, party);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, other), 0);
	KUNIT_EXPECT_EQ(test, attendance(test).members, PARTIES);
	exit_process(party);
	KUNIT_EXPECT_EQ(test, attendance(test).members, PARTIES - 1);
	KUNIT_EXPECT_EQ(test, try_meet(test, 1, 0, SM_NEVER), -EOWNERDEAD);
	expect_culprit(test, party_of(test, 1), SYNCHMESS_GONE_DIED, task_pid_nr(current));
}

static void the_end_wakes_all(struct kunit *test)
{
	struct party *one, *two;

	join_all(test);
	one = arrive(test, 0, 0);
	two = arrive(test, 1, 0);
	sm_rendezvous_kill(one->rendezvous);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, one->thread), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, two->thread), -ENODEV);
	KUNIT_EXPECT_EQ(test, try_meet(test, 2, 0, SM_NEVER), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_rendezvous_leave(one->rendezvous, &one->member), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_rendezvous_join(one->rendezvous, &one->member), -ENODEV);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(threads_wait_for_the_last),
	KUNIT_CASE(a_killed_thread_breaks_the_meeting),
	KUNIT_CASE(an_interrupted_thread_has_not_arrived),
	KUNIT_CASE(a_deadline_breaks_the_meeting),
	KUNIT_CASE(who_has_met_has_met),
	KUNIT_CASE(a_lost_member_is_told_to_each_once),
	KUNIT_CASE(a_loss_is_told_in_short_too),
	KUNIT_CASE(a_killed_member_is_lost_with_its_file),
	KUNIT_CASE(who_waits_for_a_lost_member_is_told_too),
	KUNIT_CASE(only_the_process_that_has_joined_takes_it_along),
	KUNIT_CASE(the_end_wakes_all),
	{}
};

struct kunit_suite sm_rendezvous_suite = {
	.name = "rendezvous",
	.init = make_place,
	.exit = end_place,
	.test_cases = cases,
};
