// SPDX-License-Identifier: GPL-2.0
#include "grave.h"

#include <linux/errno.h>
#include <linux/module.h>
#include <linux/slab.h>

static struct workqueue_struct *workqueue;

static void free_work(struct work_struct *work)
{
	struct sm_grave *grave = container_of(work, struct sm_grave, work);

	grave->release(grave->schedule);
	kfree(grave);
}

struct sm_grave *sm_grave_create(struct sm_schedule *schedule,
				 void (*release)(struct sm_schedule *schedule),
				 u32 number, u32 from)
{
	struct sm_grave *grave = kmalloc(sizeof(*grave), GFP_KERNEL_ACCOUNT);

	if (!grave) {
		release(schedule);
		return NULL;
	}
	kref_init(&grave->refs);
	INIT_WORK(&grave->work, free_work);
	grave->schedule = schedule;
	grave->release = release;
	grave->number = number;
	grave->from = from;
	return grave;
}

struct sm_grave *sm_grave_get(struct sm_grave *grave)
{
	if (grave)
		kref_get(&grave->refs);
	return grave;
}

static void grave_free(struct kref *refs)
{
	struct sm_grave *grave = container_of(refs, struct sm_grave, refs);

	queue_work(workqueue, &grave->work);
}

void sm_grave_put(struct sm_grave *grave)
{
	if (grave)
		kref_put(&grave->refs, grave_free);
}

int sm_grave_module_init(void)
{
	workqueue = alloc_workqueue(KBUILD_MODNAME "_graves", WQ_UNBOUND, 0);
	return workqueue ? 0 : -ENOMEM;
}

void sm_grave_module_exit(void)
{
	destroy_workqueue(workqueue);
}
