// SPDX-License-Identifier: GPL-2.0
#include "schedule.h"

#include "compat/hrtimer.h"
#include "message.h"
#include "queue.h"

#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/sched.h>

/* So many messages are published under one lock, to keep the lock short. */
#define PUBLISH_AT_ONCE 64

static struct workqueue_struct *workqueue;

/**
 * struct batch - messages that were taken out of a schedule together
 * @messages: linked by &sm_message.ready, in the order of their due times
 * @count: how many
 * @bytes: of payload in all
 */
struct batch {
	struct list_head messages;
	unsigned int count;
	unsigned long bytes;
};

static void move_first(struct timerqueue_head *due, struct timerqueue_node *first,
		       struct list_head *to)
{
	struct sm_message *message = container_of(first, struct sm_message, delayed);

	/* The tree's node and the list's share memory: out first, then in. */
	timerqueue_del(due, first);
	list_add_tail(&message->ready, to);
}

/* Empties a tree that nobody else can see, into a list that keeps its order. */
static void collect(struct timerqueue_head *due, struct batch *batch)
{
	struct timerqueue_node *first;

	INIT_LIST_HEAD(&batch->messages);
	batch->count = 0;
	batch->bytes = 0;
	while ((first = timerqueue_getnext(due))) {
		batch->bytes += container_of(first, struct sm_message, delayed)->size;
		batch->count++;
		move_first(due, first, &batch->messages);
		cond_resched();
	}
}

static struct timerqueue_head take_all_locked(struct sm_schedule *schedule)
{
	struct timerqueue_head taken = schedule->due;

	lockdep_assert_held(&schedule->queue->lock);

	timerqueue_init_head(&schedule->due);
	return taken;
}

/* The messages of a batch left the schedule for good, unpublished. */
static void forget_locked(struct sm_queue *queue, const struct batch *batch, u64 *reason)
{
	lockdep_assert_held(&queue->lock);

	queue->ledger.scheduled -= batch->count;
	queue->stored -= batch->bytes;
	*reason += batch->count;
}

static unsigned int publish_locked(struct sm_queue *queue, struct list_head *messages,
				   unsigned int count)
{
	lockdep_assert_held(&queue->lock);

	queue->ledger.scheduled -= count;
	return sm_queue_publish_locked(queue, messages, count);
}

static void arm_locked(struct sm_schedule *schedule)
{
	struct timerqueue_node *first = timerqueue_getnext(&schedule->due);

	lockdep_assert_held(&schedule->queue->lock);

	if (first && !schedule->queue->dead)
		hrtimer_start(&schedule->timer, first->expires, HRTIMER_MODE_ABS);
}

/* A dead queue takes nothing more: sm_schedule_kill() will have what is left. */
static unsigned int publish_due_locked(struct sm_schedule *schedule, unsigned int most,
				       unsigned int *wake)
{
	struct sm_queue *queue = schedule->queue;
	ktime_t now = ktime_get();
	struct timerqueue_node *first;
	unsigned int count = 0;
	LIST_HEAD(published);

	lockdep_assert_held(&queue->lock);

	while (count < most && !queue->dead) {
		first = timerqueue_getnext(&schedule->due);
		if (!first || ktime_after(first->expires, now))
			break;
		move_first(&schedule->due, first, &published);
		count++;
	}
	*wake = publish_locked(queue, &published, count);
	return count;
}

static void publish_due(struct sm_schedule *schedule)
{
	struct sm_queue *queue = schedule->queue;
	unsigned int count, wake;

	do {
		spin_lock(&queue->lock);
		count = publish_due_locked(schedule, PUBLISH_AT_ONCE, &wake);
		if (count < PUBLISH_AT_ONCE)
			arm_locked(schedule);
		spin_unlock(&queue->lock);

		sm_queue_wake(queue, wake);
		cond_resched();
	} while (count == PUBLISH_AT_ONCE);
}

static void publish_work(struct work_struct *work)
{
	publish_due(container_of(work, struct sm_schedule, work));
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
	mutex_init(&schedule->flushing);
	timerqueue_init_head(&schedule->due);
	hrtimer_setup(&schedule->timer, timer_fired, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	INIT_WORK(&schedule->work, publish_work);
}

int sm_schedule_send(struct sm_schedule *schedule, struct sm_message *message)
{
	unsigned int delay_ms = READ_ONCE(schedule->delay_ms);
	struct sm_queue *queue = schedule->queue;
	int err;

	if (!delay_ms)
		return sm_queue_send(queue, message);

	spin_lock(&queue->lock);
	err = sm_queue_admit_locked(queue, message);
	if (!err) {
		queue->ledger.scheduled++;
		timerqueue_init(&message->delayed);
		message->delayed.expires = ktime_add_ms(ktime_get(), delay_ms);
		/* Equal due times go behind each other, in the order of sending. */
		if (timerqueue_add(&schedule->due, &message->delayed))
			arm_locked(schedule);
	}
	spin_unlock(&queue->lock);
	return err;
}

int sm_schedule_flush(struct sm_schedule *schedule)
{
	struct sm_queue *queue = schedule->queue;
	struct timerqueue_head taken;
	unsigned int wake = 0;
	struct batch batch;
	bool dead;

	if (mutex_lock_killable(&schedule->flushing))
		return -EINTR;

	spin_lock(&queue->lock);
	taken = take_all_locked(schedule);
	spin_unlock(&queue->lock);

	collect(&taken, &batch);

	spin_lock(&queue->lock);
	dead = queue->dead;
	if (dead)
		forget_locked(queue, &batch, &queue->ledger.dropped);
	else
		wake = publish_locked(queue, &batch.messages, batch.count);
	spin_unlock(&queue->lock);
	mutex_unlock(&schedule->flushing);

	sm_queue_wake(queue, wake);
	sm_message_free_list(&batch.messages);
	return dead ? -ENODEV : 0;
}

/* Takes out and frees all that is delayed; @reason is where the ledger says why. */
static void discard(struct sm_schedule *schedule, struct timerqueue_head *taken, u64 *reason)
{
	struct sm_queue *queue = schedule->queue;
	struct batch batch;

	collect(taken, &batch);

	spin_lock(&queue->lock);
	forget_locked(queue, &batch, reason);
	spin_unlock(&queue->lock);

	sm_message_free_list(&batch.messages);
}

void sm_schedule_revoke(struct sm_schedule *schedule)
{
	struct sm_queue *queue = schedule->queue;
	struct timerqueue_head taken;
	unsigned int wake;

	/* In portions, so that next to nothing is due under the lock below. */
	publish_due(schedule);

	spin_lock(&queue->lock);
	publish_due_locked(schedule, UINT_MAX, &wake);
	taken = take_all_locked(schedule);
	spin_unlock(&queue->lock);

	sm_queue_wake(queue, wake);
	discard(schedule, &taken, &queue->ledger.revoked);
}

void sm_schedule_kill(struct sm_schedule *schedule)
{
	struct sm_queue *queue = schedule->queue;
	struct timerqueue_head taken;

	spin_lock(&queue->lock);
	taken = take_all_locked(schedule);
	spin_unlock(&queue->lock);

	discard(schedule, &taken, &queue->ledger.dropped);
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
