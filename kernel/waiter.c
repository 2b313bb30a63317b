// SPDX-License-Identifier: GPL-2.0
#include "waiter.h"

#include <linux/sched/task.h>

/* The waiter may be gone as soon as it is let go. */
static struct task_struct *let_go(struct sm_waiter *waiter)
{
	struct task_struct *thread = get_task_struct(waiter->thread);

	/* Pairs with sm_waiter_was_let_go(): what it was given, and our last look, come first. */
	smp_store_release(&waiter->thread, NULL);
	return thread;
}

bool sm_waiter_leave_locked(struct sm_waiter *waiter)
{
	lockdep_assert_held(waiter->lock);

	/* A result beats whatever came at the same time. */
	if (waiter->has_ended)
		return false;
	list_del(&waiter->in_line);
	return true;
}

int sm_waiter_await_result(struct sm_waiter *waiter)
{
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (sm_waiter_was_let_go(waiter))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return waiter->result;
}

int sm_waiter_wait_locked(struct sm_waiter *waiter, struct list_head *line, spinlock_t *lock,
			  ktime_t deadline)
	__must_hold(lock)
{
	int err;

	lockdep_assert_held(lock);

	sm_waiter_stand_locked(waiter, line, lock);
	spin_unlock(lock);
	err = sm_waiter_sleep(waiter, deadline);
	spin_lock(lock);
	if (likely(!err))
		return waiter->result;
	if (sm_waiter_leave_locked(waiter))
		return err;
	spin_unlock(lock);
	err = sm_waiter_await_result(waiter);
	spin_lock(lock);
	return err;
}

struct task_struct *sm_waiter_dismiss_locked(struct sm_waiter *waiter, int result)
{
	sm_waiter_end_locked(waiter, result);
	list_del(&waiter->in_line);
	return let_go(waiter);
}

static void wake(struct task_struct *thread)
{
	wake_up_process(thread);
	put_task_struct(thread);
}

void sm_waiter_wake(struct task_struct *thread)
{
	if (thread)
		wake(thread);
}

void sm_waiters_wake_all(struct list_head *ended)
{
	struct sm_waiter *waiter, *next;

	list_for_each_entry_safe(waiter, next, ended, in_line)
		wake(let_go(waiter));
}
