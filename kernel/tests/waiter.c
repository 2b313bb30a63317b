// SPDX-License-Identifier: GPL-2.0
#include "../waiter.h"

#include "../deadline.h"
#include "suites.h"
#include "thread.h"

#include <linux/errno.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/spinlock.h>

#define RESULT	7

/**
 * struct corner - where one thread waits
 * @lock: guards the rest
 * @line: he stands here
 * @ended: he has got his result
 * @waiter: him
 */
struct corner {
	spinlock_t lock;	/* guards the rest */
	struct list_head line;
	struct list_head ended;
	struct sm_waiter waiter;
};

static int make_corner(struct kunit *test)
{
	struct corner *corner = kunit_kzalloc(test, sizeof(*corner), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, corner);
	spin_lock_init(&corner->lock);
	INIT_LIST_HEAD(&corner->line);
	INIT_LIST_HEAD(&corner->ended);
	test->priv = corner;
	return 0;
}

static void end_locked(struct corner *corner)
{
	sm_waiter_end_locked(&corner->waiter, RESULT);
	list_splice_init(&corner->line, &corner->ended);
}

static bool somebody_waits(struct corner *corner)
{
	bool answer;

	spin_lock(&corner->lock);
	answer = !list_empty(&corner->line);
	spin_unlock(&corner->lock);
	return answer;
}

static bool somebody_has_ended(struct corner *corner)
{
	bool answer;

	spin_lock(&corner->lock);
	answer = !list_empty(&corner->ended);
	spin_unlock(&corner->lock);
	return answer;
}

/* As who has ended and was not let go yet. */
static bool awaits_result(struct corner *corner)
{
	return READ_ONCE(corner->waiter.thread->__state) == TASK_UNINTERRUPTIBLE;
}

static void expect_result_when_let_go(struct kunit *test, struct sm_thread *thread)
{
	struct corner *corner = test->priv;

	KUNIT_EXPECT_TRUE(test, sm_eventually(awaits_result, corner));
	/* By chance. */
	wake_up_process(corner->waiter.thread);
	KUNIT_EXPECT_TRUE(test, sm_eventually(awaits_result, corner));
	KUNIT_EXPECT_FALSE(test, sm_thread_has_ended(thread));
	sm_waiters_wake(&corner->ended);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, thread), RESULT);
}

static long wait(void *data)
{
	struct corner *corner = data;
	long result;

	spin_lock(&corner->lock);
	result = sm_waiter_wait_locked(&corner->waiter, &corner->line, &corner->lock, SM_NEVER);
	spin_unlock(&corner->lock);
	return result;
}

/* Who ends it may still use it: it must not go. */
static void a_signal_waits_for_who_has_ended_it(struct kunit *test)
{
	struct corner *corner = test->priv;
	struct sm_thread *thread = sm_thread_start(test, wait, corner);

	KUNIT_ASSERT_TRUE(test, sm_eventually(somebody_waits, corner));
	spin_lock(&corner->lock);
	end_locked(corner);
	spin_unlock(&corner->lock);
	sm_thread_signal(thread, SIGKILL);
	expect_result_when_let_go(test, thread);
}

static long end_before_the_deadline(void *data)
{
	struct corner *corner = data;
	bool has_left;
	int err;

	spin_lock(&corner->lock);
	sm_waiter_stand_locked(&corner->waiter, &corner->line, &corner->lock);
	end_locked(corner);
	spin_unlock(&corner->lock);
	err = sm_waiter_sleep(&corner->waiter, 1);
	if (err != -ETIMEDOUT)
		return err;
	spin_lock(&corner->lock);
	has_left = sm_waiter_leave_locked(&corner->waiter);
	spin_unlock(&corner->lock);
	return has_left ? err : sm_waiter_await_result(&corner->waiter);
}

static void a_deadline_waits_for_who_has_ended_it(struct kunit *test)
{
	struct sm_thread *thread = sm_thread_start(test, end_before_the_deadline, test->priv);

	KUNIT_ASSERT_TRUE(test, sm_eventually(somebody_has_ended, test->priv));
	expect_result_when_let_go(test, thread);
}

static void who_is_let_go_before_he_sleeps_does_not(struct kunit *test)
{
	struct corner *corner = test->priv;
	struct task_struct *thread;

	spin_lock(&corner->lock);
	sm_waiter_stand_locked(&corner->waiter, &corner->line, &corner->lock);
	thread = sm_waiter_dismiss_locked(&corner->waiter, RESULT);
	spin_unlock(&corner->lock);
	KUNIT_EXPECT_PTR_EQ(test, thread, current);
	KUNIT_EXPECT_TRUE(test, list_empty(&corner->line));
	sm_waiter_wake(thread);
	KUNIT_EXPECT_EQ(test, sm_waiter_sleep(&corner->waiter, SM_NEVER), 0);
	KUNIT_EXPECT_EQ(test, corner->waiter.result, RESULT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_signal_waits_for_who_has_ended_it),
	KUNIT_CASE(a_deadline_waits_for_who_has_ended_it),
	KUNIT_CASE(who_is_let_go_before_he_sleeps_does_not),
	{}
};

struct kunit_suite sm_waiter_suite = {
	.name = "waiter",
	.init = make_corner,
	.test_cases = cases,
};
