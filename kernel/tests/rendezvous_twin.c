// SPDX-License-Identifier: GPL-2.0
/*
 * A rendezvous and its slow, obvious twin: random steps of a few actors, one after the
 * other, each of which may end the waits of several. After each step both must agree on
 * who waits and on what the others were told.
 *
 * The twin counts by looking at every actor, remembers every meeting, and notes for each
 * member whether it has yet to be told of a loss.
 */
#include "../rendezvous.h"

#include "../deadline.h"
#include "dice.h"
#include "suites.h"
#include "thread.h"

#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/synchmess.h>

#define ACTORS 4
#define PAST ((ktime_t)1)

/* What a call returns, as the twin sees it. */
struct answer {
	long result;
	u64 next;
	unsigned int how;
	pid_t who;
};

/**
 * struct actor - somebody who does a step now and then
 * @rendezvous: where
 * @member: his membership
 * @meeting: of the call that he is in, or was in last
 * @is_told_nothing: of that call: but what it returns
 * @do_what: the call
 * @thread: in which he makes it
 * @number: of that thread
 * @waits: the twin's: he is in a call
 * @for_others: the twin's: as a member
 * @has_joined: the twin's
 * @joined_by: the twin's: the thread that has joined
 * @is_to_be_told: the twin's: a meeting was broken, and he was not there
 * @answer: the twin's: of his call that has ended
 */
struct actor {
	struct sm_rendezvous *rendezvous;
	struct sm_member member;
	struct sm_meeting meeting;
	bool is_told_nothing;
	long (*do_what)(struct actor *actor);
	struct sm_thread *thread;
	pid_t number;

	bool waits;
	bool for_others;
	bool has_joined;
	pid_t joined_by;
	bool is_to_be_told;
	struct answer answer;
};

/**
 * struct stage - the rendezvous and its twin
 * @test: the test
 * @dice: what happens
 * @rendezvous: the rendezvous
 * @actors: who plays
 * @meeting: the twin's: its number
 * @broken: the twin's: which meetings were broken
 * @how: the twin's: the latest of them
 * @who: the twin's: by whom
 */
struct stage {
	struct kunit *test;
	struct sm_dice dice;
	struct sm_rendezvous rendezvous;
	struct actor actors[ACTORS];
	u64 meeting;
	unsigned long *broken;
	unsigned int how;
	pid_t who;
};

/* ---- the twin */

static unsigned int members(const struct stage *stage)
{
	unsigned int i, count = 0;

	for (i = 0; i < ACTORS; i++)
		count += stage->actors[i].has_joined;
	return count;
}

static unsigned int waiting(const struct stage *stage)
{
	unsigned int i, count = 0;

	for (i = 0; i < ACTORS; i++)
		count += stage->actors[i].waits;
	return count;
}

/* Of the threads that wait; 0 if none does. */
static unsigned int said(const struct stage *stage)
{
	unsigned int i;

	for (i = 0; i < ACTORS; i++) {
		if (stage->actors[i].waits && !stage->actors[i].for_others)
			return stage->actors[i].meeting.parties;
	}
	return 0;
}

static void twin_end(struct stage *stage, long result)
{
	unsigned int i;

	stage->meeting++;
	for (i = 0; i < ACTORS; i++) {
		struct actor *actor = &stage->actors[i];

		if (!actor->waits)
			continue;
		actor->waits = false;
		actor->answer = (struct answer){ .result = result, .next = stage->meeting };
		if (result == -EOWNERDEAD) {
			actor->answer.how = stage->how;
			actor->answer.who = stage->who;
		}
	}
}

/* All members who do not wait will be told, but for the one whose fault it is. */
static void twin_break(struct stage *stage, unsigned int how, pid_t who,
		       const struct actor *culprit)
{
	unsigned int i;

	for (i = 0; i < ACTORS; i++) {
		struct actor *actor = &stage->actors[i];

		if (actor->has_joined && !actor->waits && actor != culprit)
			actor->is_to_be_told = true;
	}
	stage->how = how;
	stage->who = who;
	set_bit(stage->meeting, stage->broken);
	twin_end(stage, -EOWNERDEAD);
}

static struct answer late(struct stage *stage, u64 number)
{
	struct answer answer = { .result = -ESTALE, .next = stage->meeting };

	for (; number < stage->meeting; number++) {
		if (test_bit(number, stage->broken)) {
			answer.result = -EOWNERDEAD;
			answer.how = stage->how;
			answer.who = stage->who;
		}
	}
	return answer;
}

static bool twin_refuses(struct stage *stage, struct actor *actor, struct answer *answer)
{
	unsigned int parties = actor->meeting.parties;
	u64 number = actor->meeting.number;

	answer->next = number;
	if (!parties && !actor->has_joined)
		answer->result = -ENOENT;
	else if (!parties && actor->is_to_be_told)
		*answer = late(stage, stage->meeting - 1);
	else if (parties && members(stage))
		answer->result = -EBUSY;
	else if (parties && number > stage->meeting)
		answer->result = -EINVAL;
	else if (parties && number && number < stage->meeting)
		*answer = late(stage, number);
	else if (parties && said(stage) && said(stage) != parties)
		answer->result = -EBUSY;
	else
		return false;
	/* Who is asked whether he is there learns which meeting it is. */
	if (answer->result == -EBUSY && parties && !members(stage) && !number)
		answer->next = stage->meeting;
	return true;
}

static void twin_meet(struct stage *stage, struct actor *actor)
{
	unsigned int parties = actor->meeting.parties ?: members(stage);

	actor->answer = (struct answer){ };
	if (twin_refuses(stage, actor, &actor->answer)) {
		if (!actor->meeting.parties)
			actor->is_to_be_told = false;
		return;
	}
	if (waiting(stage) + 1 == parties) {
		twin_end(stage, 0);
		actor->answer = (struct answer){ .result = 1, .next = stage->meeting };
	} else if (actor->meeting.deadline == SM_AT_ONCE) {
		actor->answer = (struct answer){ .result = -EAGAIN, .next = stage->meeting };
	} else if (actor->meeting.deadline == PAST) {
		twin_break(stage, SYNCHMESS_GONE_TIMED_OUT, 0, actor);
		actor->answer = (struct answer){ .result = -ETIMEDOUT, .next = stage->meeting };
	} else {
		actor->waits = true;
		actor->for_others = !actor->meeting.parties;
	}
}

static void twin_signal(struct stage *stage, struct actor *actor, int signal)
{
	actor->waits = false;
	actor->answer = (struct answer){ .result = -ERESTARTSYS, .next = stage->meeting };
	if (signal == SIGKILL && !actor->for_others)
		twin_break(stage, SYNCHMESS_GONE_DIED, actor->number, actor);
}

static long twin_join(struct stage *stage, struct actor *actor)
{
	if (actor->has_joined)
		return -EEXIST;
	if (said(stage))
		return -EBUSY;
	actor->has_joined = true;
	actor->is_to_be_told = false;
	return 0;
}

static long twin_leave(struct stage *stage, struct actor *actor)
{
	if (!actor->has_joined)
		return -ENOENT;
	if (actor->waits)
		return -EBUSY;
	actor->has_joined = false;
	if (members(stage) && waiting(stage) == members(stage))
		twin_end(stage, 0);
	return 0;
}

static void twin_lose(struct stage *stage, struct actor *actor)
{
	if (!actor->has_joined)
		return;
	actor->has_joined = false;
	twin_break(stage, SYNCHMESS_GONE_CLOSED, actor->joined_by, actor);
}

/* ---- the rendezvous */

static long call(void *data)
{
	struct actor *actor = data;

	actor->number = task_pid_nr(current);
	return actor->do_what(actor);
}

static void start(struct stage *stage, struct actor *actor, long (*do_what)(struct actor *actor))
{
	actor->do_what = do_what;
	actor->thread = sm_thread_start(stage->test, call, actor);
}

static long run(struct stage *stage, struct actor *actor, long (*do_what)(struct actor *actor))
{
	start(stage, actor, do_what);
	return sm_thread_join(stage->test, actor->thread);
}

static long meet(struct actor *actor)
{
	return sm_rendezvous_meet(actor->rendezvous, &actor->member, &actor->meeting);
}

static long meet_members(struct actor *actor)
{
	return sm_rendezvous_meet_members(actor->rendezvous, &actor->member,
					  actor->meeting.deadline);
}

static long join(struct actor *actor)
{
	return sm_rendezvous_join(actor->rendezvous, &actor->member);
}

/* ---- both */

static bool agree_on_who_waits(struct stage *stage)
{
	struct sm_attendance now;

	sm_rendezvous_show(&stage->rendezvous, &now);
	return now.arrived == waiting(stage) && now.members == members(stage) &&
	       now.meeting == stage->meeting && now.parties == said(stage);
}

static void expect_answer(struct stage *stage, struct actor *actor)
{
	const struct answer *answer = &actor->answer;
	struct sm_party *culprit = &actor->meeting.culprit;
	long result = sm_thread_join(stage->test, actor->thread);

	actor->thread = NULL;
	SM_ASSERT_EQ(stage->test, &stage->dice, result, answer->result);
	if (actor->is_told_nothing)
		return;
	SM_ASSERT_EQ(stage->test, &stage->dice, actor->meeting.number, answer->next);
	SM_ASSERT_EQ(stage->test, &stage->dice, culprit->how, answer->how);
	SM_ASSERT_EQ(stage->test, &stage->dice, pid_nr(culprit->thread), answer->who);
	sm_party_put(culprit);
}

/* Those whose calls are over by now. */
static void compare(struct stage *stage)
{
	unsigned int i;

	for (i = 0; i < ACTORS; i++) {
		struct actor *actor = &stage->actors[i];

		if (actor->thread && !actor->waits)
			expect_answer(stage, actor);
	}
	KUNIT_ASSERT_TRUE_MSG(stage->test, sm_eventually(agree_on_who_waits, stage),
			      "seed=%u, step %u", sm_dice_seed(), stage->dice.step);
	for (i = 0; i < ACTORS; i++) {
		struct actor *actor = &stage->actors[i];

		if (actor->waits)
			KUNIT_ASSERT_FALSE(stage->test, sm_thread_has_ended(actor->thread));
	}
}

static void step_meet(struct stage *stage, struct actor *actor)
{
	static const ktime_t deadlines[] = { SM_NEVER, SM_NEVER, SM_NEVER, PAST, SM_AT_ONCE };
	/* Which meeting he means, seen from the one in progress. */
	static const int numbers[] = { 0, 0, 0, 0, 0, 0, 1, -1, -2 };
	int number = numbers[sm_dice_below(&stage->dice, ARRAY_SIZE(numbers))];

	actor->meeting = (struct sm_meeting){
		.parties = members(stage) ? !sm_dice_below(&stage->dice, 8) :
					    sm_dice_below(&stage->dice, ACTORS),
		.deadline = deadlines[sm_dice_below(&stage->dice, ARRAY_SIZE(deadlines))],
	};
	if (actor->meeting.parties && sm_dice_below(&stage->dice, 2))
		actor->meeting.number = max_t(s64, stage->meeting + number, 1);
	actor->is_told_nothing = !actor->meeting.parties && sm_dice_below(&stage->dice, 2);
	twin_meet(stage, actor);
	start(stage, actor, actor->is_told_nothing ? meet_members : meet);
}

/* Who timed out is known when he has done so. */
static void settle(struct stage *stage, struct actor *actor)
{
	unsigned int i;

	if (actor->answer.result != -ETIMEDOUT)
		return;
	sm_thread_join(stage->test, actor->thread);
	stage->who = actor->number;
	for (i = 0; i < ACTORS; i++) {
		if (stage->actors[i].thread && stage->actors[i].answer.result == -EOWNERDEAD &&
		    !stage->actors[i].answer.who)
			stage->actors[i].answer.who = actor->number;
	}
}

static void step_idle(struct stage *stage, struct actor *actor)
{
	long expected;

	switch (sm_dice_below(&stage->dice, 8)) {
	case 0:
		expected = twin_join(stage, actor);
		SM_ASSERT_EQ(stage->test, &stage->dice, run(stage, actor, join), expected);
		actor->thread = NULL;
		if (!expected)
			actor->joined_by = actor->number;
		break;
	case 1:
		expected = twin_leave(stage, actor);
		SM_ASSERT_EQ(stage->test, &stage->dice,
			     (long)sm_rendezvous_leave(&stage->rendezvous, &actor->member),
			     expected);
		break;
	case 2:
		twin_lose(stage, actor);
		sm_rendezvous_lose(&stage->rendezvous, &actor->member, SYNCHMESS_GONE_CLOSED);
		break;
	default:
		step_meet(stage, actor);
		settle(stage, actor);
	}
}

static void step_waiting(struct stage *stage, struct actor *actor)
{
	int signal = sm_dice_below(&stage->dice, 2) ? SIGINT : SIGKILL;

	switch (sm_dice_below(&stage->dice, 4)) {
	case 0:
		twin_lose(stage, actor);
		sm_rendezvous_lose(&stage->rendezvous, &actor->member, SYNCHMESS_GONE_CLOSED);
		break;
	case 1:
		SM_ASSERT_EQ(stage->test, &stage->dice,
			     (long)sm_rendezvous_leave(&stage->rendezvous, &actor->member),
			     twin_leave(stage, actor));
		break;
	case 2:
		twin_signal(stage, actor, signal);
		sm_thread_signal(actor->thread, signal);
		break;
	}
}

static void a_rendezvous_does_what_its_twin_does(struct kunit *test)
{
	struct stage *stage = test->priv;

	sm_dice_init(&stage->dice);
	for (; stage->dice.step < sm_dice_steps(); stage->dice.step++) {
		struct actor *actor = &stage->actors[sm_dice_below(&stage->dice, ACTORS)];

		if (actor->waits)
			step_waiting(stage, actor);
		else
			step_idle(stage, actor);
		compare(stage);
	}
	KUNIT_EXPECT_GT(test, stage->meeting, 1);
}

static int make_stage(struct kunit *test)
{
	struct stage *stage = kunit_kzalloc(test, sizeof(*stage), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, stage);
	/* No step ends more than one meeting. */
	stage->broken = kunit_kcalloc(test, BITS_TO_LONGS(sm_dice_steps() + 2),
				      sizeof(*stage->broken), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, stage->broken);
	stage->test = test;
	stage->meeting = 1;
	sm_rendezvous_init(&stage->rendezvous);
	for (i = 0; i < ACTORS; i++)
		stage->actors[i].rendezvous = &stage->rendezvous;
	test->priv = stage;
	return 0;
}

static void end_stage(struct kunit *test)
{
	struct stage *stage = test->priv;
	unsigned int i;

	if (!stage)
		return;
	sm_rendezvous_kill(&stage->rendezvous);
	for (i = 0; i < ACTORS; i++) {
		struct actor *actor = &stage->actors[i];

		sm_rendezvous_lose(&stage->rendezvous, &actor->member, SYNCHMESS_GONE_CLOSED);
		if (actor->thread)
			sm_thread_join(test, actor->thread);
		sm_party_put(&actor->meeting.culprit);
	}
	sm_rendezvous_destroy(&stage->rendezvous);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_rendezvous_does_what_its_twin_does),
	{}
};

struct kunit_suite sm_rendezvous_twin_suite = {
	.name = "rendezvous_twin",
	.init = make_stage,
	.exit = end_stage,
	.test_cases = cases,
};
