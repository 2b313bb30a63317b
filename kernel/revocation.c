// SPDX-License-Identifier: GPL-2.0
#include "revocation.h"

#include "index.h"
#include "message.h"
#include "queue.h"
#include "schedule.h"
#include "sender.h"
#include "trace.h"

#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

/* So many messages are handled under one lock, to keep the lock short. */
#define PORTION 64

/* Takes a message out, delayed or ready, that nobody is to receive. */
static void revoke_locked(struct sm_schedule *schedule, struct sm_message *message,
			  struct sm_after *after)
{
	struct sm_queue *queue = schedule->queue;

	trace_message_revoked(queue->label, message);
	if (message->is_scheduled) {
		sm_schedule_remove_locked(schedule, message);
		sm_index_remove_locked(message);
	} else {
		sm_queue_unlink_locked(queue, message);
	}
	sm_queue_lose_locked(queue, message, &queue->ledger.revoked, after);
}

/* Revokes a portion of what is due by @until; returns how many, or -ENODEV. */
static int revoke_portion(struct sm_schedule *schedule, ktime_t until)
{
	struct sm_message *message;
	SM_DEFINE_AFTER(after);
	int count = 0;

	sm_queue_lock(schedule->queue);
	/* Of a dead one, the index holds what is freed beside what is scheduled. */
	if (schedule->queue->dead)
		count = -ENODEV;
	while (count >= 0 && count < PORTION &&
	       (message = sm_schedule_first_locked(schedule, until))) {
		revoke_locked(schedule, message, &after);
		count++;
	}
	sm_queue_unlock(schedule->queue, &after);
	return count;
}

long sm_revocation_revoke_delayed(struct sm_schedule *schedule)
{
	ktime_t until = sm_schedule_last_due(schedule);
	long revoked = 0;
	int count;

	count = sm_schedule_publish_until(schedule, ktime_get());
	if (count)
		return count;
	do {
		count = revoke_portion(schedule, until);
		if (count < 0)
			return count;
		revoked += count;
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	} while (count == PORTION);
	return revoked;
}

static bool is_from(const struct sm_message *message, const struct pid *sender)
{
	return !sender || message->sender->process == sender;
}

long sm_revocation_revoke_one(struct sm_schedule *schedule, u64 id, const struct pid *sender)
{
	struct sm_queue *queue = schedule->queue;
	struct sm_message *message;
	SM_DEFINE_AFTER(after);
	long result = 1;

	sm_queue_lock(queue);
	message = queue->dead ? NULL : sm_index_find_locked(&queue->index, id);
	if (queue->dead)
		result = -ENODEV;
	else if (!message)
		result = -ENOENT;
	else if (!is_from(message, sender))
		result = -EPERM;
	else
		revoke_locked(schedule, message, &after);
	sm_queue_unlock(queue, &after);
	return result;
}

/* Revokes in a portion of the index; returns whether there is more of it, or -ENODEV. */
static int revoke_buckets(struct sm_schedule *schedule, struct sm_index_walk *walk, u64 last,
			  const struct pid *sender, long *revoked)
{
	struct sm_queue *queue = schedule->queue;
	struct hlist_head *bucket = NULL;
	struct sm_message *message;
	SM_DEFINE_AFTER(after);
	struct hlist_node *next;
	int result, i;

	sm_queue_lock(queue);
	for (i = 0; i < PORTION && !queue->dead; i++) {
		bucket = sm_index_walk_locked(&queue->index, walk);
		if (!bucket)
			break;
		hlist_for_each_entry_safe(message, next, bucket, by_id) {
			if (message->id > last || !is_from(message, sender))
				continue;
			revoke_locked(schedule, message, &after);
			(*revoked)++;
		}
	}
	result = queue->dead ? -ENODEV : !!bucket;
	sm_queue_unlock(queue, &after);
	return result;
}

static u64 last_id(struct sm_queue *queue)
{
	u64 last;

	spin_lock(&queue->lock);
	last = queue->ledger.sent;
	spin_unlock(&queue->lock);
	return last;
}

long sm_revocation_revoke_all(struct sm_schedule *schedule, const struct pid *sender)
{
	u64 last = last_id(schedule->queue);
	struct sm_index_walk walk = { };
	long revoked = 0;
	int more;

	do {
		more = revoke_buckets(schedule, &walk, last, sender, &revoked);
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	} while (more > 0);
	return more ?: revoked;
}
