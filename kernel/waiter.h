/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A waiter: a thread that sleeps in a line until another gives it its result. What
 * it was given counts, whatever else comes at the same time.
 *
 * Owner: the stack of the thread that waits, so it must not be touched any more once
 * it is out of all lists and the lock was released. Locks: that of the line, a
 * spinlock, guards all waiters in it, and those in a list of ended ones.
 */
#ifndef SM_WAITER_H
#define SM_WAITER_H

#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock_types.h>

struct task_struct;

/**
 * struct sm_waiter - a thread that waits
 * @lock: of the line
 * @in_line: in the line, then perhaps among those who have ended
 * @thread: who sleeps
 * @since: when it began
 * @has_ended: @result was given
 * @result: what its wait returns
 */
struct sm_waiter {
	spinlock_t *lock;	/* guards the rest */
	struct list_head in_line;
	struct task_struct *thread;
	ktime_t since;
	bool has_ended;
	int result;
};

/**
 * sm_waiter_wait_locked() - sleep until sm_waiter_end_locked()
 * @waiter: the caller's; zeros
 * @line: where to stand, at the end
 * @lock: of the line; released while asleep
 * @deadline: when to give up; sm_deadline_check() allows it
 *
 * It is in no list any more when this returns.
 *
 * Return: the result that it was given, and then @has_ended is true; -ETIMEDOUT or
 * -ERESTARTSYS.
 */
int sm_waiter_wait_locked(struct sm_waiter *waiter, struct list_head *line, spinlock_t *lock,
			  ktime_t deadline);

/**
 * sm_waiter_end_locked() - give a waiter its result
 * @waiter: in line
 * @result: what its wait returns
 * @ended: moved to the end of this list, for sm_waiters_wake()
 */
void sm_waiter_end_locked(struct sm_waiter *waiter, int result, struct list_head *ended);

/**
 * sm_waiter_dismiss_locked() - give a waiter its result, and let it go
 * @waiter: in a list
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

/**
 * sm_waiters_wake() - wake all who were given their results
 * @ended: the list
 * @lock: of the line they stood in; not held
 */
void sm_waiters_wake(struct list_head *ended, spinlock_t *lock);

#endif /* SM_WAITER_H */
