// SPDX-License-Identifier: GPL-2.0
#include "queue.h"

#include "label.h"
#include "message.h"
#include "trace.h"
#include "waiter.h"

#include <linux/bitops.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/wait.h>

void sm_queue_init(struct sm_queue *queue, const struct sm_queue_rules *rules,
		   struct sm_bell *bell)
{
	unsigned int priority;

	memset(queue, 0, sizeof(*queue));
	queue->label = &sm_label_none;
	queue->bell = bell;
	queue->full = rules->full;
	queue->empty = rules->empty;
	spin_lock_init(&queue->lock);
	for (priority = 0; priority < SYNCHMESS_PRIORITIES; priority++)
		sm_lane_init(&queue->ready[priority]);
	timerqueue_init_head(&queue->expiring);
	sm_index_init(&queue->index);
	sm_room_init(&queue->room, &rules->limits, &queue->lock);
}

void sm_queue_destroy(struct sm_queue *queue)
{
	sm_index_destroy(&queue->index);
	sm_histogram_free(queue->histogram);
	sm_bell_put(queue->bell);
}

void sm_queue_finish(struct sm_queue *queue, struct sm_after *after)
{
	if (after->writable)
		sm_bell_ring_writers(queue->bell);
	sm_waiter_wake(after->served);
	sm_message_free_list(&after->gone);
	after->writable = false;
	after->served = NULL;
}

bool sm_queue_can_overwrite_locked(const struct sm_queue *queue, size_t size)
{
	lockdep_assert_held(&queue->lock);

	return sm_room_would_fit_locked(&queue->room, size, queue->ledger.queued,
					queue->ready_bytes);
}

bool sm_queue_is_writable_locked(const struct sm_queue *queue)
{
	const struct sm_room *room = &queue->room;
	size_t largest = min(sm_room_limit(room, SM_LIMIT_MESSAGE),
			     sm_room_limit(room, SM_LIMIT_STORAGE));

	lockdep_assert_held(&queue->lock);

	if (queue->full == SM_FULL_DROP_OLDEST)
		return sm_queue_can_overwrite_locked(queue, largest);
	return !sm_room_is_awaited_locked(room) && sm_room_fits_locked(room, largest);
}

void sm_queue_serve_waiting_locked(struct sm_queue *queue, struct sm_after *after)
{
	lockdep_assert_held(&queue->lock);

	if (!after->served && sm_queue_has_line_locked(queue))
		after->served = sm_room_serve_locked(&queue->room);
	if (queue->scarce && sm_queue_is_writable_locked(queue)) {
		queue->scarce = false;
		after->writable = true;
	}
}

void sm_queue_serve(struct sm_queue *queue)
{
	SM_DEFINE_AFTER(after);

	sm_queue_lock(queue);
	sm_queue_serve_locked(queue, &after);
	sm_queue_unlock(queue, &after);
}

void sm_queue_enlarge_index(struct sm_queue *queue)
{
	struct sm_index_table table;

	sm_index_table_alloc(&queue->index, &table);
	spin_lock(&queue->lock);
	sm_index_grow_locked(&queue->index, &table);
	spin_unlock(&queue->lock);
	sm_index_table_free(&table);
}

void sm_queue_close(struct sm_queue *queue)
{
	spin_lock(&queue->lock);
	WRITE_ONCE(queue->dead, true);
	spin_unlock(&queue->lock);
}

/* Messages that nobody can see any more. */
static void trace_dropped(const struct sm_queue *queue, const struct list_head *dropped)
{
	struct sm_message *message;

	if (!trace_message_dropped_enabled())
		return;
	list_for_each_entry(message, dropped, ready) {
		trace_message_dropped(queue->label, message);
		cond_resched();
	}
}

void sm_queue_kill(struct sm_queue *queue)
{
	struct sm_lane lanes[SYNCHMESS_PRIORITIES];
	unsigned int priority;
	LIST_HEAD(dropped);

	spin_lock(&queue->lock);
	WRITE_ONCE(queue->dead, true);
	if (queue->ring)
		sm_ring_tell_locked(queue->ring, SYNCHMESS_RING_DEAD);
	WRITE_ONCE(queue->ring, NULL);
	for (priority = 0; priority < SYNCHMESS_PRIORITIES; priority++)
		sm_lane_move(&queue->ready[priority], &lanes[priority]);
	queue->priorities = 0;
	timerqueue_init_head(&queue->expiring);
	sm_room_give_locked(&queue->room, queue->ledger.queued, queue->ready_bytes);
	queue->ready_bytes = 0;
	queue->ledger.dropped += queue->ledger.queued;
	queue->ledger.queued = 0;
	spin_unlock(&queue->lock);

	sm_bell_ring_all(queue->bell);
	sm_room_dismiss(&queue->room, -ENODEV);
	for (priority = 0; priority < SYNCHMESS_PRIORITIES; priority++)
		sm_lane_drain(&lanes[priority], &dropped);
	trace_dropped(queue, &dropped);
	/* They stay in the index, in which nobody looks any more. */
	sm_message_free_list(&dropped);
}

/* When a message that is ready expires, or KTIME_MAX. */
static ktime_t expiry_of(struct sm_message *message)
{
	return sm_queue_can_expire(message) ? sm_message_timing(message)->node.expires : KTIME_MAX;
}

void sm_queue_start_expiry_locked(struct sm_queue *queue, struct sm_message *message)
{
	struct sm_timing *timing = sm_message_timing(message);

	lockdep_assert_held(&queue->lock);

	if (timing->lifetime) {
		timing->node.expires = ktime_add_safe(message->sent_at, timing->lifetime);
		timerqueue_add(&queue->expiring, &timing->node);
	}
}

void sm_queue_publish_timed_locked(struct sm_queue *queue, struct sm_message *message,
				   struct sm_after *after)
{
	sm_queue_push_locked(queue, message);
	sm_queue_start_expiry_locked(queue, message);
	if (!message->is_buried)
		sm_message_timing(message)->published_at = ktime_get();
	after->published++;
	/* What was delayed until now can be overwritten. */
	sm_queue_serve_locked(queue, after);
}

void sm_queue_unlink_locked(struct sm_queue *queue, struct sm_message *message)
{
	sm_queue_stop_expiry_locked(queue, message);
	sm_queue_pull_locked(queue, message);
}

void sm_queue_lose_locked(struct sm_queue *queue, struct sm_message *message, u64 *reason,
			  struct sm_after *after)
{
	lockdep_assert_held(&queue->lock);

	(*reason)++;
	list_add_tail(&message->ready, &after->gone);
	sm_queue_release_locked(queue, message->size, after);
}

static void discard_locked(struct sm_queue *queue, struct sm_message *message, u64 *reason,
			   struct sm_after *after)
{
	sm_queue_unlink_locked(queue, message);
	sm_queue_lose_locked(queue, message, reason, after);
}

static void expire_locked(struct sm_queue *queue, struct sm_message *message,
			  struct sm_after *after)
{
	trace_message_expired(queue->label, message);
	discard_locked(queue, message, &queue->ledger.expired, after);
}

bool sm_queue_expire_one_locked(struct sm_queue *queue, struct sm_message *message,
				struct sm_after *after)
{
	lockdep_assert_held(&queue->lock);

	if (ktime_after(expiry_of(message), ktime_get()))
		return false;
	expire_locked(queue, message, after);
	return true;
}

unsigned int sm_queue_expire_locked(struct sm_queue *queue, ktime_t now, unsigned int most,
				    struct sm_after *after)
{
	struct timerqueue_node *first;
	unsigned int count = 0;

	lockdep_assert_held(&queue->lock);

	while (count < most && (first = timerqueue_getnext(&queue->expiring)) &&
	       !ktime_after(first->expires, now)) {
		expire_locked(queue, container_of(first, struct sm_timing, node)->message, after);
		count++;
	}
	return count;
}

/* What matters most goes last. */
void sm_queue_overwrite_locked(struct sm_queue *queue, struct sm_after *after)
{
	struct sm_message *oldest = sm_queue_oldest_locked(queue, __ffs(queue->priorities));

	trace_message_overwritten(queue->label, oldest);
	discard_locked(queue, oldest, &queue->ledger.overwritten, after);
}

bool sm_queue_has_messages(struct sm_queue *queue)
{
	bool any;

	spin_lock(&queue->lock);
	any = queue->priorities;
	spin_unlock(&queue->lock);
	return any;
}

void sm_queue_set_empty(struct sm_queue *queue, enum sm_empty empty)
{
	WRITE_ONCE(queue->empty, empty);
	wake_up_all(&queue->bell->readers);
}

void sm_queue_set_full(struct sm_queue *queue, enum sm_full full)
{
	spin_lock(&queue->lock);
	WRITE_ONCE(queue->full, full);
	spin_unlock(&queue->lock);

	if (full != SM_FULL_BLOCK)
		sm_room_dismiss(&queue->room, -ERESTART);
	sm_queue_serve(queue);
}

void sm_queue_read_ledger(struct sm_queue *queue, struct sm_ledger *ledger,
			  unsigned long *stored)
{
	spin_lock(&queue->lock);
	*ledger = queue->ledger;
	*stored = queue->room.bytes;
	spin_unlock(&queue->lock);
}

bool sm_queue_read_histogram(struct sm_queue *queue, struct sm_histogram *copy)
{
	bool found;

	spin_lock(&queue->lock);
	found = queue->histogram;
	if (found)
		*copy = *queue->histogram;
	spin_unlock(&queue->lock);
	return found;
}
