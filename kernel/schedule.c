// SPDX-License-Identifier: GPL-2.0
#include "schedule.h"

#include "compat/hrtimer.h"
#include "message.h"
#include "queue.h"

#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/rbtree.h>
#include <linux/sched/signal.h>

/* So many messages are published under one lock, to keep the lock short. */
#define PUBLISH_AT_ONCE 64

static struct workqueue_struct *workqueue;

static struct sm_message *first_due(struct sm_schedule *schedule, ktime_t until)
{
	struct timerqueue_node *first = timerqueue_getnext(&schedule->due);

	if (!first || ktime_after(first->expires, until))
		return NULL;
	return container_of(first, struct sm_message, delayed);
}

static void arm_locked(struct sm_schedule *schedule)
{
	struct timerqueue_node *first = timerqueue_getnext(&schedule->due);

	lockdep_assert_held(&schedule->queue->lock);

	if (first)
		hrtimer_start(&schedule->timer, first->expires, HRTIMER_MODE_ABS);
}

/*
 * Publishes a portion of what is due by @until; returns whether it was all.
 * A dead queue takes nothing more: sm_schedule_kill() will have what is left.
 */
static bool publish_portion_locked(struct sm_schedule *schedule, ktime_t until,
				   struct sm_after *after)
{
	struct sm_queue *queue = schedule->queue;
	struct sm_message *message;
	unsigned int count = 0;

	lockdep_assert_held(&queue->lock);

	while (count < PUBLISH_AT_ONCE && !queue->dead) {
		message = first_due(schedule, until);
		if (!message)
			break;
		/* The tree's node and the list's share memory: out first, then in. */
		timerqueue_del(&schedule->due, &message->delayed);
		sm_queue_publish_locked(queue, message, after);
		count++;
	}
	queue->ledger.scheduled -= count;
	return count < PUBLISH_AT_ONCE;
}

/* Publishes all that is due by @until, with the lock free in between. */
static int publish_until(struct sm_schedule *schedule, ktime_t until)
{
	struct sm_queue *queue = schedule->queue;
	SM_DEFINE_AFTER(after);
	bool all, dead;

	do {
		sm_queue_lock(queue);
		all = publish_portion_locked(schedule, until, &after);
		dead = queue->dead;
		sm_queue_unlock(queue, &after);
		cond_resched();
		/* Who goes on sending could keep us here for long. */
		if (fatal_signal_pending(current))
			return -EINTR;
	} while (!all);
	return dead ? -ENODEV : 0;
}

static void publish_work(struct work_struct *work)
{
	struct sm_schedule *schedule = container_of(work, struct sm_schedule, work);

	publish_until(schedule, ktime_get());

	spin_lock(&schedule->queue->lock);
	if (!schedule->queue->dead)
		arm_locked(schedule);
	spin_unlock(&schedule->queue->lock);
}

static enum hrtimer_restart timer_fired(struct hrtimer *timer)
{
	struct sm_schedule *schedule = container_of(timer, struct sm_schedule, timer);

	queue_work(workqueue, &schedule->work);
	return HRTIMER_NORESTART;
}

void sm_schedule_init(struct sm_schedule *schedule, struct sm_queue *queue)
{
	schedule->queue = queue;
	schedule->delay_ms = 0;
	timerqueue_init_head(&schedule->due);
	hrtimer_setup(&schedule->timer, timer_fired, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	INIT_WORK(&schedule->work, publish_work);
}

int sm_schedule_send(struct sm_schedule *schedule, struct sm_message *message, ktime_t deadline)
{
	unsigned int delay_ms = READ_ONCE(schedule->delay_ms);
	struct sm_queue *queue = schedule->queue;
	SM_DEFINE_AFTER(after);
	int err;

	if (!delay_ms)
		return sm_queue_send(queue, message, deadline);

	sm_queue_lock(queue);
	err = sm_queue_admit_locked(queue, message->size, deadline, &after);
	if (!err) {
		queue->ledger.scheduled++;
		timerqueue_init(&message->delayed);
		message->delayed.expires = ktime_add_ms(ktime_get(), delay_ms);
		/* Equal due times go behind each other, in the order of sending. */
		if (timerqueue_add(&schedule->due, &message->delayed))
			arm_locked(schedule);
	}
	sm_queue_unlock(queue, &after);
	return err;
}

/* When the last of what is delayed now is due; long ago if nothing is. */
static ktime_t last_due(struct sm_schedule *schedule)
{
	struct rb_node *last;
	ktime_t until = 0;

	spin_lock(&schedule->queue->lock);
	last = rb_last(&schedule->due.rb_root.rb_root);
	if (last)
		until = rb_entry(last, struct timerqueue_node, node)->expires;
	spin_unlock(&schedule->queue->lock);
	return until;
}

int sm_schedule_flush(struct sm_schedule *schedule)
{
	return publish_until(schedule, last_due(schedule));
}

/* Drops all that is delayed; @reason is where the ledger counts it. */
static void discard(struct sm_schedule *schedule, u64 *reason)
{
	struct sm_queue *queue = schedule->queue;
	struct sm_message *message, *next;
	unsigned long count = 0, bytes = 0;
	struct timerqueue_head taken;
	SM_DEFINE_AFTER(after);

	spin_lock(&queue->lock);
	taken = schedule->due;
	timerqueue_init_head(&schedule->due);
	spin_unlock(&queue->lock);

	/* Nobody else can see that tree any more. */
	rbtree_postorder_for_each_entry_safe(message, next, &taken.rb_root.rb_root,
					     delayed.node) {
		count++;
		bytes += message->size;
		sm_message_free(message);
		cond_resched();
	}

	sm_queue_lock(queue);
	queue->ledger.scheduled -= count;
	*reason += count;
	sm_queue_release_locked(queue, count, bytes, &after);
	sm_queue_unlock(queue, &after);
}

void sm_schedule_revoke(struct sm_schedule *schedule)
{
	if (!publish_until(schedule, ktime_get()))
		discard(schedule, &schedule->queue->ledger.revoked);
}

void sm_schedule_kill(struct sm_schedule *schedule)
{
	discard(schedule, &schedule->queue->ledger.dropped);
}

void sm_schedule_stop(struct sm_schedule *schedule)
{
	/* The queue is dead, so the work does not arm the timer again. */
	hrtimer_cancel(&schedule->timer);
	cancel_work_sync(&schedule->work);
}

int sm_schedule_module_init(void)
{
	workqueue = alloc_workqueue(KBUILD_MODNAME, WQ_UNBOUND, 0);
	return workqueue ? 0 : -ENOMEM;
}

void sm_schedule_module_exit(void)
{
	destroy_workqueue(workqueue);
}
