// SPDX-License-Identifier: GPL-2.0
#include "crowd.h"

#include "waiter.h"

#include <linux/errno.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

int sm_crowd_grow(struct sm_crowd *crowd)
{
	/* Some more, for who comes while we look again. */
	unsigned int most = crowd->count + 64;

	if (crowd->most && crowd->count <= crowd->most)
		return 0;
	sm_crowd_free(crowd);
	crowd->people = kvmalloc_array(most, sizeof(*crowd->people), GFP_KERNEL_ACCOUNT);
	if (!crowd->people)
		return -ENOMEM;
	crowd->most = most;
	return 1;
}

void sm_crowd_free(struct sm_crowd *crowd)
{
	kvfree(crowd->people);
	*crowd = (struct sm_crowd){ };
}

void sm_crowd_add(struct sm_crowd *crowd, struct task_struct *thread, unsigned long since)
{
	if (crowd->count < crowd->most)
		crowd->people[crowd->count] = (struct sm_person){
			.pid = task_tgid_vnr(thread),
			.tid = task_pid_vnr(thread),
			.since = since,
		};
	crowd->count++;
}

void sm_crowd_look(struct sm_crowd *crowd, const struct list_head *line, spinlock_t *lock)
{
	struct sm_waiter *waiter;

	spin_lock(lock);
	list_for_each_entry(waiter, line, in_line)
		sm_crowd_add(crowd, waiter->thread, waiter->since);
	spin_unlock(lock);
}
