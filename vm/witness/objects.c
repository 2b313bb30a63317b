// SPDX-License-Identifier: GPL-2.0
/* Objects of the kernel that are used against their rules. */
#include "bugs.h"

#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

int list_corruption(void)
{
	struct list_head list, entry;

	INIT_LIST_HEAD(&list);
	list_add(&entry, &list);
	list_del(&entry);
	list_del(&entry);
	return 0;
}

int refcount_underflow(void)
{
	refcount_t refs = REFCOUNT_INIT(1);
	bool last = refcount_dec_and_test(&refs);

	return refcount_dec_and_test(&refs) && last ? -EIO : 0;
}

static void timer_expired(struct timer_list *timer)
{
}

int freed_timer(void)
{
	struct timer_list *timer = kzalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return -ENOMEM;
	timer_setup(timer, timer_expired, 0);
	mod_timer(timer, jiffies + 60 * HZ);
	kfree(timer);
	return 0;
}

static void do_nothing(struct work_struct *work)
{
}

/* As long as nobody else runs here, the work cannot begin. */
int freed_work(void)
{
	struct work_struct *work = kzalloc(sizeof(*work), GFP_KERNEL);

	if (!work)
		return -ENOMEM;
	INIT_WORK(work, do_nothing);
	preempt_disable();
	queue_work_on(smp_processor_id(), system_wq, work);
	kfree(work);
	preempt_enable();
	return 0;
}
