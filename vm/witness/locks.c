// SPDX-License-Identifier: GPL-2.0
/* Locks in the wrong order, the wrong place, for too long; and no lock at all. */
#include "bugs.h"

#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(spinlock);
static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

static void lock_both(struct mutex *outer, struct mutex *inner)
{
	mutex_lock(outer);
	mutex_lock(inner);
	mutex_unlock(inner);
	mutex_unlock(outer);
}

int lock_inversion(void)
{
	lock_both(&first, &second);
	lock_both(&second, &first);
	return 0;
}

int lock_recursion(void)
{
	struct mutex twins[2];	/* one kind of lock: no order is known for them */
	int i;

	for (i = 0; i < 2; i++)
		mutex_init(&twins[i]);
	lock_both(&twins[0], &twins[1]);
	return 0;
}

static void take_lock(struct irq_work *work)
{
	spin_lock(&spinlock);
	spin_unlock(&spinlock);
}

/* It goes well unless the interrupt comes while the lock is held. */
int lock_in_interrupt(void)
{
	static struct irq_work work;

	init_irq_work(&work, take_lock);
	spin_lock(&spinlock);
	spin_unlock(&spinlock);
	irq_work_queue(&work);
	irq_work_sync(&work);
	return 0;
}

int lock_held_on_return(void)
{
	mutex_lock(&first);
	return 0;
}

/* It could sleep, though it does not. */
int allocation_in_atomic(void)
{
	spin_lock(&spinlock);
	kfree(kmalloc(64, GFP_KERNEL));
	spin_unlock(&spinlock);
	return 0;
}

int sleep_in_atomic(void)
{
	spin_lock(&spinlock);
	schedule_timeout_uninterruptible(1);
	spin_unlock(&spinlock);
	return 0;
}

int suspicious_rcu(void)
{
	static int __rcu *pointer;

	return rcu_dereference(pointer) ? -EIO : 0;
}

int preemptible_processor_id(void)
{
	return smp_processor_id() < 0;
}
