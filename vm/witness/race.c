// SPDX-License-Identifier: GPL-2.0
/* Two threads count in one variable, and neither knows of the other. */
#include "bugs.h"

#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched.h>

static int counter;

static int increment(void *unused)
{
	while (!kthread_should_stop()) {
		counter++;
		cond_resched();
	}
	return 0;
}

int race(void)
{
	struct task_struct *racers[2];
	int i;

	for (i = 0; i < 2; i++) {
		racers[i] = kthread_run(increment, NULL, "racer/%d", i);
		if (IS_ERR(racers[i]))
			return PTR_ERR(racers[i]);
	}
	schedule_timeout_uninterruptible(20 * HZ);
	for (i = 0; i < 2; i++)
		kthread_stop(racers[i]);
	return 0;
}
