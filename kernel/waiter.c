// SPDX-License-Identifier: GPL-2.0
#include "waiter.h"

#include "deadline.h"

#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/spinlock.h>

int sm_waiter_wait_locked(struct sm_waiter *waiter, struct list_head *line, spinlock_t *lock,
			  ktime_t deadline)
{
	int err = 0;

	lockdep_assert_held(lock);

	waiter->lock = lock;
	waiter->thread = current;
	waiter->since = ktime_get();
	list_add_tail(&waiter->in_line, line);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		/* A result beats whatever came at the same time. */
		if (waiter->has_ended || err)
			break;
		if (signal_pending(current)) {
			err = -ERESTARTSYS;
			break;
		}
		spin_unlock(lock);
		err = sm_deadline_sleep(deadline);
		spin_lock(lock);
	}
	__set_current_state(TASK_RUNNING);

	list_del(&waiter->in_line);
	return waiter->has_ended ? waiter->result : err;
}

void sm_waiter_end_locked(struct sm_waiter *waiter, int result, struct list_head *ended)
{
	lockdep_assert_held(waiter->lock);

	waiter->has_ended = true;
	waiter->result = result;
	list_move_tail(&waiter->in_line, ended);
}

/* The waiter may be gone as soon as the lock is. */
static struct task_struct *let_go_locked(struct sm_waiter *waiter)
{
	lockdep_assert_held(waiter->lock);

	list_del_init(&waiter->in_line);
	return get_task_struct(waiter->thread);
}

struct task_struct *sm_waiter_dismiss_locked(struct sm_waiter *waiter, int result)
{
	lockdep_assert_held(waiter->lock);

	waiter->has_ended = true;
	waiter->result = result;
	return let_go_locked(waiter);
}

void sm_waiter_wake(struct task_struct *thread)
{
	if (!thread)
		return;
	wake_up_process(thread);
	put_task_struct(thread);
}

static struct task_struct *let_first_go(struct list_head *ended, spinlock_t *lock)
{
	struct task_struct *thread = NULL;
	struct sm_waiter *waiter;

	spin_lock(lock);
	waiter = list_first_entry_or_null(ended, struct sm_waiter, in_line);
	if (waiter)
		thread = let_go_locked(waiter);
	spin_unlock(lock);
	return thread;
}

void sm_waiters_wake(struct list_head *ended, spinlock_t *lock)
{
	struct task_struct *thread;

	while ((thread = let_first_go(ended, lock)))
		sm_waiter_wake(thread);
}
