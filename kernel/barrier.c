// SPDX-License-Identifier: GPL-2.0
#include "barrier.h"

#include <linux/errno.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

void sm_barrier_init(struct sm_barrier *barrier)
{
	init_waitqueue_head(&barrier->sleepers);
	barrier->generation = 0;
	barrier->count = 0;
	barrier->dead = false;
}

void sm_barrier_kill(struct sm_barrier *barrier)
{
	spin_lock_irq(&barrier->sleepers.lock);
	barrier->dead = true;
	barrier->count = 0;
	spin_unlock_irq(&barrier->sleepers.lock);

	wake_up_all(&barrier->sleepers);
}

int sm_barrier_sleep(struct sm_barrier *barrier)
{
	unsigned long generation;
	int err = 0;

	spin_lock_irq(&barrier->sleepers.lock);
	generation = barrier->generation;
	if (!barrier->dead) {
		barrier->count++;
		err = wait_event_interruptible_locked_irq(barrier->sleepers, barrier->dead ||
							  barrier->generation != generation);
	}
	/* Whom an awake has counted was woken, whatever came after it. */
	if (barrier->generation != generation)
		err = 0;
	else if (barrier->dead)
		err = -ENODEV;
	else
		barrier->count--;
	spin_unlock_irq(&barrier->sleepers.lock);
	return err;
}

int sm_barrier_awake(struct sm_barrier *barrier)
{
	int woken = -ENODEV;

	spin_lock_irq(&barrier->sleepers.lock);
	if (!barrier->dead) {
		woken = barrier->count;
		barrier->count = 0;
		barrier->generation++;
	}
	spin_unlock_irq(&barrier->sleepers.lock);

	if (woken > 0)
		wake_up_all(&barrier->sleepers);
	return woken;
}

unsigned int sm_barrier_count(struct sm_barrier *barrier)
{
	unsigned int count;

	spin_lock_irq(&barrier->sleepers.lock);
	count = barrier->count;
	spin_unlock_irq(&barrier->sleepers.lock);
	return count;
}
