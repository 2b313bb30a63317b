// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody does not get on: longer than the watchdogs' patience, when that was
 * cut to a few seconds, but not for ever.
 */
#include "bugs.h"

#include <linux/jiffies.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#define TOO_LONG (15 * HZ)

static void spin(void)
{
	unsigned long end = jiffies + TOO_LONG;

	while (time_before(jiffies, end))
		cpu_relax();
}

int hung_task(void)
{
	schedule_timeout_uninterruptible(TOO_LONG);
	return 0;
}

int soft_lockup(void)
{
	preempt_disable();
	spin();
	preempt_enable();
	return 0;
}

static void wait_for_readers(struct rcu_head *head)
{
}

/* Only what somebody waits for can stall. */
int rcu_stall(void)
{
	static struct rcu_head patient;

	rcu_read_lock();
	call_rcu(&patient, wait_for_readers);
	spin();
	rcu_read_unlock();
	rcu_barrier();
	return 0;
}

static void hog(struct work_struct *work)
{
	spin();
}

static void wait_in_vain(struct work_struct *work)
{
}

/* The first keeps the second from beginning. */
int workqueue_lockup(void)
{
	static DECLARE_WORK(greedy, hog);
	static DECLARE_WORK(patient, wait_in_vain);

	queue_work_on(0, system_wq, &greedy);
	queue_work_on(0, system_wq, &patient);
	flush_work(&greedy);
	flush_work(&patient);
	return 0;
}
