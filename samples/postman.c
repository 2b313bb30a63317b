// SPDX-License-Identifier: GPL-2.0
/*
 * postman: a module that sends to a group from everywhere: from process context, from a
 * timer's interrupt, and from a workqueue; and that hears when the group turns non-empty.
 *
 *	synchmess install 7
 *	modprobe postman group=7
 *	echo 3 > /sys/module/postman/parameters/post
 *	synchmess recv 7
 *
 * Each message says from where it comes and which one from there it is. When the group
 * is full or removed, posts are refused, counted, and nothing else happens.
 */
#include <linux/synchmess.h>

#include "compat/hrtimer.h"

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sysfs.h>
#include <linux/time64.h>
#include <linux/workqueue.h>

static unsigned int number;
module_param_named(group, number, uint, 0444);
MODULE_PARM_DESC(group, "number of the group to send to");

static char *name = "";
module_param(name, charp, 0444);
MODULE_PARM_DESC(name, "or its name");

static unsigned long count = 100;
module_param(count, ulong, 0444);
MODULE_PARM_DESC(count, "ticks of the timer; 0: without end (default 100)");

static unsigned int interval_us = 1000;
module_param(interval_us, uint, 0444);
MODULE_PARM_DESC(interval_us, "between two ticks (default 1000)");

/* NULL while there is none; for process context guarded by the lock of the parameters. */
static struct synchmess_group *group;

/* ---- what has happened, for who looks into sysfs */

static atomic_long_t posted, refused, heard, error;

static int show(char *buffer, const struct kernel_param *parameter)
{
	return sysfs_emit(buffer, "%ld\n", atomic_long_read(parameter->arg));
}

static const struct kernel_param_ops shown = { .get = show };

module_param_cb(posted, &shown, &posted, 0444);
MODULE_PARM_DESC(posted, "messages that were accepted");
module_param_cb(refused, &shown, &refused, 0444);
MODULE_PARM_DESC(refused, "messages that were not");
module_param_cb(error, &shown, &error, 0444);
MODULE_PARM_DESC(error, "why the latest of those was not");
module_param_cb(heard, &shown, &heard, 0444);
MODULE_PARM_DESC(heard, "how often the group was said to be readable");

/* ---- posting */

static const char *context(void)
{
	if (in_hardirq())
		return "interrupt";
	return current->flags & PF_WQ_WORKER ? "work" : "process";
}

/* From here, as the @nth. */
static void post(unsigned long nth)
{
	char text[32];
	int size = scnprintf(text, sizeof(text), "%s %lu", context(), nth);
	int err = synchmess_post(group, text, size, 0, nth);

	if (err) {
		atomic_long_set(&error, err);
		atomic_long_inc(&refused);
	} else {
		atomic_long_inc(&posted);
	}
}

static void run(struct work_struct *unused)
{
	static unsigned long runs;

	post(++runs);
}

static DECLARE_WORK(work, run);

static struct hrtimer timer;

static ktime_t interval(void)
{
	return ns_to_ktime((u64)interval_us * NSEC_PER_USEC);
}

static enum hrtimer_restart tick(struct hrtimer *unused)
{
	static unsigned long ticks;

	post(++ticks);
	schedule_work(&work);
	hrtimer_forward_now(&timer, interval());
	return ticks == count ? HRTIMER_NORESTART : HRTIMER_RESTART;
}

/* sysfs ends after the module does, so there may be no group any more. */
static int post_some(const char *text, const struct kernel_param *unused)
{
	static unsigned long calls;
	unsigned int some;
	int err;

	err = kstrtouint(text, 0, &some);
	if (err)
		return err;
	if (!group)
		return -ENXIO;
	while (some-- && !fatal_signal_pending(current)) {
		post(++calls);
		cond_resched();
	}
	return 0;
}

static const struct kernel_param_ops posting = { .set = post_some };

module_param_cb(post, &posting, NULL, 0200);
MODULE_PARM_DESC(post, "write a number to have so many messages sent from process context");

/* ---- hearing */

static void hear(void *unused)
{
	atomic_long_inc(&heard);
}

/* ---- coming and going */

static int __init postman_init(void)
{
	struct synchmess_group *handle;
	int err;

	if (!interval_us)
		return -EINVAL;
	handle = synchmess_group_get(number, name);
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	err = synchmess_listen(handle, hear, NULL);
	if (err) {
		synchmess_group_put(handle);
		return err;
	}
	kernel_param_lock(THIS_MODULE);
	group = handle;
	kernel_param_unlock(THIS_MODULE);
	hrtimer_setup(&timer, tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&timer, interval(), HRTIMER_MODE_REL);
	return 0;
}

/* First whoever posts, then what they post with. */
static void __exit postman_exit(void)
{
	struct synchmess_group *handle = group;

	hrtimer_cancel(&timer);
	cancel_work_sync(&work);
	kernel_param_lock(THIS_MODULE);
	group = NULL;
	kernel_param_unlock(THIS_MODULE);
	synchmess_unlisten(handle);
	synchmess_group_put(handle);
}

module_init(postman_init);
module_exit(postman_exit);

MODULE_DESCRIPTION("Sends to a group from everywhere");
MODULE_AUTHOR("The SynchMess authors");
MODULE_LICENSE("GPL");
MODULE_INFO(import_ns, "SYNCHMESS");
