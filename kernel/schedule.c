// SPDX-License-Identifier: GPL-2.0
#include "schedule.h"

#include "admission.h"
#include "call.h"
#include "compat/hrtimer.h"
#include "deadline.h"
#include "grave.h"
#include "message.h"
#include "outlet.h"
#include "queue.h"
#include "shortcut.h"
#include "trace.h"

#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/rbtree.h>
#include <linux/sched/signal.h>

/* So many messages are handled under one lock, to keep the lock short. */
#define PORTION 64

static struct workqueue_struct *workqueue;

static ktime_t first_of(struct timerqueue_head *tree)
{
	struct timerqueue_node *first = timerqueue_getnext(tree);

	return first ? first->expires : KTIME_MAX;
}

void sm_schedule_arm_locked(struct sm_schedule *schedule)
{
	struct sm_queue *queue = schedule->queue;
	ktime_t next;

	lockdep_assert_held(&queue->lock);

	next = min3(first_of(&schedule->due), first_of(&queue->expiring),
		    first_of(&schedule->leases.ending));
	if (!list_empty(&schedule->leases.exhausted))
		next = 0;
	if (queue->dead || next >= schedule->armed)
		return;
	schedule->armed = next;
	hrtimer_start(&schedule->timer, next, HRTIMER_MODE_ABS);
}

static void add_locked(struct sm_schedule *schedule, struct sm_message *message)
{
	struct sm_timing *timing = sm_message_timing(message);

	lockdep_assert_held(&schedule->queue->lock);

	timing->node.expires = ktime_add_safe(message->sent_at, timing->delay);
	message->is_scheduled = true;
	/* Equal due times go behind each other, in the order of sending. */
	timerqueue_add(&schedule->due, &timing->node);
	schedule->queue->ledger.scheduled++;
}

void sm_schedule_remove_locked(struct sm_schedule *schedule, struct sm_message *message)
{
	lockdep_assert_held(&schedule->queue->lock);

	timerqueue_del(&schedule->due, &sm_message_timing(message)->node);
	message->is_scheduled = false;
	schedule->queue->ledger.scheduled--;
}

struct sm_message *sm_schedule_first_locked(struct sm_schedule *schedule, ktime_t until)
{
	struct timerqueue_node *first;

	lockdep_assert_held(&schedule->queue->lock);

	first = timerqueue_getnext(&schedule->due);
	if (!first || ktime_after(first->expires, until))
		return NULL;
	return container_of(first, struct sm_timing, node)->message;
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
	unsigned int count;

	for (count = 0; count < PORTION && !queue->dead; count++) {
		message = sm_schedule_first_locked(schedule, until);
		if (!message)
			return true;
		/* The two trees share the node: out first, then in. */
		sm_schedule_remove_locked(schedule, message);
		sm_queue_publish_locked(queue, message, after);
		trace_message_published(queue->label, message);
	}
	return queue->dead;
}

int sm_schedule_publish_until(struct sm_schedule *schedule, ktime_t until)
{
	struct sm_queue *queue = schedule->queue;
	SM_DEFINE_AFTER(after);
	bool all, dead;

	do {
		sm_queue_lock(queue);
		all = publish_portion_locked(schedule, until, &after);
		sm_schedule_arm_locked(schedule);
		dead = queue->dead;
		sm_queue_unlock(queue, &after);
		cond_resched();
		/* Who goes on sending could keep us here for long. */
		if (fatal_signal_pending(current))
			return -EINTR;
	} while (!all);
	return dead ? -ENODEV : 0;
}

static void expire_until(struct sm_schedule *schedule, ktime_t now)
{
	struct sm_queue *queue = schedule->queue;
	SM_DEFINE_AFTER(after);
	unsigned int count;

	do {
		sm_queue_lock(queue);
		count = sm_queue_expire_locked(queue, now, PORTION, &after);
		sm_queue_unlock(queue, &after);
		cond_resched();
	} while (count == PORTION);
}

static void end_leases_until(struct sm_schedule *schedule, ktime_t now)
{
	struct sm_queue *queue = schedule->queue;
	struct sm_lease *lease;
	SM_DEFINE_AFTER(after);
	unsigned int count;

	do {
		sm_queue_lock(queue);
		for (count = 0; count < PORTION; count++) {
			lease = sm_lease_ending_locked(&schedule->leases, now);
			if (!lease)
				break;
			sm_lease_return_locked(&schedule->leases, lease, &after);
		}
		sm_queue_unlock(queue, &after);
		cond_resched();
	} while (count == PORTION);
}

/* One that is exhausted, and whereto with it; both the caller's. */
static struct sm_message *next_exhausted(struct sm_schedule *schedule, struct sm_grave **grave)
{
	struct sm_message *message;

	spin_lock(&schedule->queue->lock);
	message = list_first_entry_or_null(&schedule->leases.exhausted, struct sm_message, ready);
	if (message) {
		list_del(&message->ready);
		*grave = sm_grave_get(schedule->leases.grave);
	}
	spin_unlock(&schedule->queue->lock);
	return message;
}

/* Its message is in another queue, or in none. */
static void settle_exhausted(struct sm_queue *queue, size_t size, bool buried)
{
	SM_DEFINE_AFTER(after);

	sm_queue_lock(queue);
	sm_outlet_write_off_locked(queue, size, buried ? &queue->ledger.delivered :
							 &queue->ledger.dropped, &after);
	sm_queue_unlock(queue, &after);
}

static bool bury(struct sm_message *message, const struct sm_grave *grave)
{
	struct sm_call call = { .deadline = SM_AT_ONCE };

	if (!grave)
		return false;
	sm_message_bury(message, grave->from);
	return !sm_schedule_send(grave->schedule, message, &call);
}

static void drop_exhausted(const struct sm_queue *queue, struct sm_message *message)
{
	trace_message_dropped(queue->label, message);
	sm_message_free(message);
}

static void bury_exhausted(struct sm_schedule *schedule)
{
	struct sm_message *message;
	unsigned int count = 0;
	struct sm_grave *grave;
	size_t size;
	bool buried;

	/* The timer comes back for the rest: who goes on failing must not hold up others. */
	while (count++ < PORTION && (message = next_exhausted(schedule, &grave))) {
		size = message->size;
		buried = bury(message, grave);
		if (!buried)
			drop_exhausted(schedule->queue, message);
		sm_grave_put(grave);
		settle_exhausted(schedule->queue, size, buried);
		cond_resched();
	}
}

static void due_work(struct work_struct *work)
{
	struct sm_schedule *schedule = container_of(work, struct sm_schedule, work);
	ktime_t now = ktime_get();
	bool more;

	more = sm_inbox_publish(&schedule->inbox);
	sm_schedule_publish_until(schedule, now);
	expire_until(schedule, now);
	end_leases_until(schedule, now);
	bury_exhausted(schedule);

	spin_lock(&schedule->queue->lock);
	schedule->armed = KTIME_MAX;
	sm_schedule_arm_locked(schedule);
	spin_unlock(&schedule->queue->lock);

	/* Not in a loop: who goes on posting would keep the rest from being done. */
	if (more)
		queue_work(workqueue, work);
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
	sm_leases_init(&schedule->leases, queue);
	sm_inbox_init(&schedule->inbox, queue);
	schedule->armed = KTIME_MAX;
	timerqueue_init_head(&schedule->due);
	hrtimer_setup(&schedule->timer, timer_fired, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	INIT_WORK(&schedule->work, due_work);
}

static int send_locked(struct sm_schedule *schedule, struct sm_message *message,
		       struct sm_call *call, struct sm_after *after)
{
	struct sm_queue *queue = schedule->queue;
	int err;

	if (unlikely(queue->ring) && sm_shortcut_take_locked(queue, message, after))
		return 0;
	err = sm_admission_admit_locked(queue, message, call, after);
	if (err)
		return err;
	if (message->is_timed && sm_message_timing(message)->delay) {
		add_locked(schedule, message);
		trace_message_scheduled(queue->label, message);
	} else {
		sm_queue_publish_locked(queue, message, after);
		trace_message_sent(queue->label, message);
	}
	if (message->is_timed)
		sm_schedule_arm_locked(schedule);
	return 0;
}

static noinline int send_whatever(struct sm_schedule *schedule, struct sm_message *message,
				  struct sm_call *call)
{
	SM_DEFINE_AFTER(after);
	int err;

	sm_queue_lock(schedule->queue);
	err = send_locked(schedule, message, call, &after);
	sm_queue_unlock(schedule->queue, &after);
	sm_queue_grow_index(schedule->queue);
	return err;
}

/* Sends a message if there is nothing to it; returns whether there was not. */
static __always_inline bool send_plainly_locked(struct sm_queue *queue,
						struct sm_message *message, ktime_t now)
{
	if (unlikely(queue->ring || !sm_message_is_plain(message) ||
		     !sm_admission_has_place_locked(queue, message)))
		return false;
	message->sent_at = now ?: ktime_get();
	sm_admission_number_locked(queue, message);
	sm_queue_push_locked(queue, message);
	trace_message_sent(queue->label, message);
	return true;
}

static __always_inline int send(struct sm_schedule *schedule, struct sm_message *message,
				struct sm_call *call, ktime_t now)
{
	struct sm_queue *queue = schedule->queue;
	bool sent;

	sm_queue_lock(queue);
	sent = send_plainly_locked(queue, message, now);
	spin_unlock(&queue->lock);
	if (unlikely(!sent))
		return send_whatever(schedule, message, call);
	sm_bell_ring_readers(queue->bell, 1);
	sm_queue_grow_index(queue);
	return 0;
}

int sm_schedule_send(struct sm_schedule *schedule, struct sm_message *message,
		     struct sm_call *call)
{
	return send(schedule, message, call, 0);
}

int sm_schedule_send_at(struct sm_schedule *schedule, struct sm_message *message,
			struct sm_call *call, ktime_t now)
{
	return send(schedule, message, call, now);
}

int sm_schedule_post(struct sm_schedule *schedule, struct sm_message *message)
{
	int err = sm_inbox_put(&schedule->inbox, message);

	if (!err)
		queue_work(workqueue, &schedule->work);
	return err;
}

/* What goes into a ring is copied there under the lock: not too much of it in one go. */
static bool is_much_for_ring_locked(const struct sm_queue *queue, size_t *copied, size_t size)
{
	if (likely(!queue->ring))
		return false;
	*copied += size;
	return *copied >= SYNCHMESS_MAX_RECORD_LENGTH;
}

unsigned int sm_schedule_send_many(struct sm_schedule *schedule, struct sm_message **messages,
				   unsigned int count, struct sm_call *call, u64 *ids, int *err)
{
	struct sm_queue *queue = schedule->queue;
	SM_DEFINE_AFTER(after);
	size_t size, copied = 0;
	unsigned int done;
	ktime_t now = 0;

	*err = 0;
	sm_queue_lock(queue);
	for (done = 0; done < count; done++) {
		size = messages[done]->size;
		if (likely(send_plainly_locked(queue, messages[done], now))) {
			now = messages[done]->sent_at;
			after.published++;
		} else {
			*err = send_locked(schedule, messages[done], call, &after);
			if (*err)
				break;
			/* It may have waited. */
			now = 0;
		}
		ids[done] = messages[done]->id;
		if (is_much_for_ring_locked(queue, &copied, size)) {
			sm_queue_unlock(queue, &after);
			cond_resched();
			sm_queue_lock(queue);
			copied = 0;
			now = 0;
		}
	}
	sm_queue_unlock(queue, &after);
	sm_queue_grow_index(queue);
	return done;
}

void sm_schedule_put_back(struct sm_schedule *schedule, struct sm_message **messages,
			  unsigned int count)
{
	SM_DEFINE_AFTER(after);

	sm_queue_lock(schedule->queue);
	while (count--)
		sm_outlet_put_back_locked(schedule->queue, *messages++, &after);
	sm_schedule_arm_locked(schedule);
	sm_queue_unlock(schedule->queue, &after);
}

ktime_t sm_schedule_last_due(struct sm_schedule *schedule)
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
	while (sm_inbox_publish(&schedule->inbox)) {
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return sm_schedule_publish_until(schedule, sm_schedule_last_due(schedule));
}

void sm_schedule_kill(struct sm_schedule *schedule)
{
	struct sm_queue *queue = schedule->queue;
	struct sm_timing *timing, *next;
	struct timerqueue_head taken;
	unsigned long count = 0, bytes = 0;

	/* The queue is dead, so nobody arms it again. */
	hrtimer_cancel(&schedule->timer);
	sm_inbox_close(&schedule->inbox);
	while (sm_inbox_publish(&schedule->inbox))
		cond_resched();

	spin_lock(&queue->lock);
	taken = schedule->due;
	timerqueue_init_head(&schedule->due);
	spin_unlock(&queue->lock);

	/* Nobody else can see that tree any more; they stay in the dead queue's index. */
	rbtree_postorder_for_each_entry_safe(timing, next, &taken.rb_root.rb_root, node.node) {
		count++;
		bytes += timing->message->size;
		trace_message_dropped(queue->label, timing->message);
		sm_message_free(timing->message);
		cond_resched();
	}

	spin_lock(&queue->lock);
	queue->ledger.scheduled -= count;
	queue->ledger.dropped += count;
	sm_room_give_locked(&queue->room, count, bytes);
	spin_unlock(&queue->lock);
	sm_leases_kill(&schedule->leases);
}

void sm_schedule_stop(struct sm_schedule *schedule)
{
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
