// SPDX-License-Identifier: GPL-2.0
#include "barrier.h"

#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

void sm_barrier_init(struct sm_barrier *barrier)
{
	init_waitqueue_head(&barrier->sleepers);
	barrier->generation = 0;
	barrier->count = 0;
	barrier->dead = false;
}

/* Whoever sleeps belongs to the past from here on: woken and not counted. */
static unsigned int end_generation_locked(struct sm_barrier *barrier)
{
	unsigned int woken = barrier->count;

	lockdep_assert_held(&barrier->sleepers.lock);

	barrier->generation++;
	barrier->count = 0;
	return woken;
}

void sm_barrier_kill(struct sm_barrier *barrier)
{
	spin_lock_irq(&barrier->sleepers.lock);
	barrier->dead = true;
	end_generation_locked(barrier);
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
		err = wait_event_interruptible_locked_irq(barrier->sleepers,
							  barrier->generation != generation);
	}
	if (barrier->dead)
		err = -ENODEV;
	else if (barrier->generation != generation)
		err = 0;
	else
		barrier->count--;
	spin_unlock_irq(&barrier->sleepers.lock);
	return err;
}

int sm_barrier_awake(struct sm_barrier *barrier)
{
	int woken;

	spin_lock_irq(&barrier->sleepers.lock);
	woken = barrier->dead ? -ENODEV : end_generation_locked(barrier);
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
