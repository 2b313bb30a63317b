/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A waiter: a thread that sleeps in a line until another gives it its result. What
 * it was given counts, whatever else comes at the same time.
 *
 * It goes two ways: who ends it gives it the result under the lock, and lets it go
 * when he is done with it. Then it runs off without the lock. Who gives up without a
 * result leaves the line under the lock.
 *
 * LET GO WITHOUT THE LOCK: nobody sleeps on, and nobody finds half a result:
 *
 *   waiter                              who ends it
 *   state: asleep (before a barrier)    lock; result; out of the line; unlock
 *   let go? (acquire)                   let go (release)
 *   no: sleep                           wake (after a barrier)
 *   yes: read the result, be gone
 *
 * A waiter who looks before he is let go has set his state before the other wakes
 * him. That may come late, when he sleeps elsewhere: all who sleep look again.
 *
 * Owner: the stack of the thread that waits, so it must not be touched any more once
 * it was let go, or has left. Locks: that of the line, a spinlock, guards all waiters in
 * it; when they have ended they are his who has ended them, until he lets them go.
 */
#ifndef SM_WAITER_H
#define SM_WAITER_H

#include "deadline.h"

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct sm_waiter - a thread that waits
 * @in_line: in the line, then perhaps among those who have ended
 * @lock: of the line
 * @thread: who sleeps; NULL when it was let go, for which the lock is not needed
 * @since: when it began, in jiffies
 * @has_ended: @result was given
 * @result: what its wait returns
 */
struct sm_waiter {
	struct list_head in_line;
	spinlock_t *lock;	/* guards the others, too */
	struct task_struct *thread;
	unsigned long since;
	bool has_ended;
	int result;
};

/**
 * sm_waiter_stand_locked() - stand in line, at its end
 * @waiter: the caller's; to be filled in
 * @line: where
 * @lock: of the line
 */
static inline void sm_waiter_stand_locked(struct sm_waiter *waiter, struct list_head *line,
					  spinlock_t *lock)
{
	lockdep_assert_held(lock);

	waiter->lock = lock;
	waiter->thread = current;
	waiter->since = jiffies;
	waiter->has_ended = false;
	list_add_tail(&waiter->in_line, line);
}

/* Then nobody else touches it any more, and all that it was given is there. */
static inline bool sm_waiter_was_let_go(const struct sm_waiter *waiter)
{
	/* Pairs with let_go(). */
	return !smp_load_acquire(&waiter->thread);
}

/**
 * sm_waiter_sleep() - sleep until let go
 * @waiter: the caller's, who stood in line
 * @deadline: when to give up; not SM_AT_ONCE
 *
 * Context: the lock is not held.
 * Return: 0 with a result; -ETIMEDOUT or -ERESTARTSYS, and then the caller has to leave.
 */
static inline int sm_waiter_sleep(struct sm_waiter *waiter, ktime_t deadline)
{
	int err = 0;

	set_current_state(TASK_INTERRUPTIBLE);
	while (!sm_waiter_was_let_go(waiter)) {
		/* Who has a signal does not: the scheduler sees to that. */
		err = sm_deadline_sleep(deadline);
		if (sm_waiter_was_let_go(waiter))
			return 0;
		if (signal_pending(current))
			err = -ERESTARTSYS;
		if (err)
			break;
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return err;
}

/**
 * sm_waiter_leave_locked() - leave the line
 * @waiter: the caller's; not let go yet, as far as he knows
 *
 * Return: whether it could; if not it has ended, for sm_waiter_await_result().
 */
bool sm_waiter_leave_locked(struct sm_waiter *waiter);

/**
 * sm_waiter_await_result() - sleep until let go, which is soon
 * @waiter: the caller's; has ended
 *
 * Context: the lock is not held. Return: the result.
 */
int sm_waiter_await_result(struct sm_waiter *waiter);

/**
 * sm_waiter_wait_locked() - stand in line and sleep, until given a result
 * @waiter: the caller's; to be filled in
 * @line: where to stand, at the end
 * @lock: of the line; released while asleep
 * @deadline: when to give up; sm_deadline_check() allows it
 *
 * Return: the result; -ETIMEDOUT or -ERESTARTSYS.
 */
int sm_waiter_wait_locked(struct sm_waiter *waiter, struct list_head *line, spinlock_t *lock,
			  ktime_t deadline);

/**
 * sm_waiter_end_locked() - give a waiter its result
 * @waiter: in line; to be moved into a list of the caller's before the unlock, for
 *	sm_waiters_wake()
 * @result: what its wait returns
 */
static inline void sm_waiter_end_locked(struct sm_waiter *waiter, int result)
{
	lockdep_assert_held(waiter->lock);

	waiter->result = result;
	waiter->has_ended = true;
}

/**
 * sm_waiter_dismiss_locked() - give a waiter its result, and let it go
 * @waiter: in line
 * @result: what its wait returns
 *
 * Return: for sm_waiter_wake() after the unlock.
 */
struct task_struct *sm_waiter_dismiss_locked(struct sm_waiter *waiter, int result);

/**
 * sm_waiter_wake() - wake a waiter
 * @thread: what sm_waiter_dismiss_locked() returned; may be NULL
 *
 * Context: no lock is held.
 */
void sm_waiter_wake(struct task_struct *thread);

/* For sm_waiters_wake(). */
void sm_waiters_wake_all(struct list_head *ended);

/**
 * sm_waiters_wake() - let all go who were given their results, and wake them
 * @ended: the list; unusable afterwards
 *
 * Context: no lock is held.
 */
static inline void sm_waiters_wake(struct list_head *ended)
{
	if (!list_empty(ended))
		sm_waiters_wake_all(ended);
}

#endif /* SM_WAITER_H */
