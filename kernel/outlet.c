// SPDX-License-Identifier: GPL-2.0
#include "outlet.h"

#include "message.h"
#include "ring.h"
#include "room.h"
#include "trace.h"

#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>

/* So many messages expire under one lock, to keep the lock short. */
#define GONE_AT_ONCE 64

/*
 * The message to be read next, NULL when there is none, or ERR_PTR(-EAGAIN) when too
 * many have expired for one hold of the lock. What has expired nobody reads, though
 * the timer may not have noticed yet.
 */
static struct sm_message *first_unexpired_locked(struct sm_queue *queue, struct sm_after *after)
{
	struct sm_message *first;
	unsigned int count;

	for (count = 0; count < GONE_AT_ONCE; count++) {
		if (!queue->priorities)
			return NULL;
		first = sm_queue_oldest_locked(queue, __fls(queue->priorities));
		if (!sm_queue_expire_one_locked(queue, first, after))
			return first;
	}
	return ERR_PTR(-EAGAIN);
}

static __always_inline struct sm_message *first_locked(struct sm_queue *queue,
						       struct sm_after *after)
{
	struct sm_message *first;

	if (!queue->priorities)
		return NULL;
	first = sm_queue_oldest_locked(queue, __fls(queue->priorities));
	return likely(!first->is_timed) ? first : first_unexpired_locked(queue, after);
}

static __always_inline void part_with_locked(struct sm_queue *queue, struct sm_message *message)
{
	if (sm_histograms_are_on())
		sm_histogram_add_wait(&queue->histogram, sm_message_published_at(message));
	sm_queue_pull_locked(queue, message);
}

/* Its room is free afterwards. */
static __always_inline void take_out_locked(struct sm_queue *queue, struct sm_message *message)
{
	trace_message_received(queue->label, message);
	part_with_locked(queue, message);
	message->sent_by_then = queue->ledger.sent;
	queue->ledger.delivered++;
	sm_room_give_locked(&queue->room, 1, message->size);
}

/* The next message, which expires no more, or as first_locked(), or ERR_PTR(-ENODEV). */
static __always_inline struct sm_message *claim_locked(struct sm_queue *queue,
						       struct sm_after *after)
{
	struct sm_message *message;

	if (queue->dead)
		return ERR_PTR(-ENODEV);
	message = first_locked(queue, after);
	if (!IS_ERR_OR_NULL(message))
		sm_queue_stop_expiry_locked(queue, message);
	return message;
}

static struct sm_message *take_locked(struct sm_queue *queue, struct sm_after *after)
{
	struct sm_message *message = claim_locked(queue, after);

	if (IS_ERR_OR_NULL(message))
		return message;
	take_out_locked(queue, message);
	sm_queue_serve_locked(queue, after);
	return message;
}

/*
 * The first message, if there is nothing to do but to take it: it cannot have
 * expired, and nobody waits for its room. Else NULL.
 */
static __always_inline struct sm_message *plain_first_locked(struct sm_queue *queue)
{
	struct sm_message *first;

	if (unlikely(!queue->priorities || queue->dead || queue->scarce ||
		     sm_room_is_awaited_locked(&queue->room)))
		return NULL;
	first = sm_queue_oldest_locked(queue, __fls(queue->priorities));
	return likely(!first->is_timed) ? first : NULL;
}

static noinline struct sm_message *take_whatever(struct sm_queue *queue)
{
	struct sm_message *message;
	int count = sm_outlet_take(queue, 1, &message);

	return count > 0 ? message : ERR_PTR(count);
}

struct sm_message *sm_outlet_take_one(struct sm_queue *queue)
{
	struct sm_message *message;
	bool is_empty;

	sm_queue_lock(queue);
	message = plain_first_locked(queue);
	if (likely(message)) {
		take_out_locked(queue, message);
		spin_unlock(&queue->lock);
		return message;
	}
	is_empty = !queue->priorities && !queue->dead;
	spin_unlock(&queue->lock);
	return is_empty ? NULL : take_whatever(queue);
}

static int take_many_locked(struct sm_queue *queue, unsigned int most,
			    struct sm_message **taken, struct sm_after *after)
{
	struct sm_message *message;
	unsigned int count;

	for (count = 0; count < most; count++) {
		message = plain_first_locked(queue);
		if (likely(message))
			take_out_locked(queue, message);
		else
			message = take_locked(queue, after);
		if (IS_ERR_OR_NULL(message))
			return count ?: PTR_ERR(message);
		taken[count] = message;
	}
	return count;
}

int sm_outlet_take(struct sm_queue *queue, unsigned int most, struct sm_message **taken)
{
	SM_DEFINE_AFTER(after);
	int count;

	do {
		sm_queue_lock(queue);
		count = take_many_locked(queue, most, taken, &after);
		sm_queue_unlock(queue, &after);
	} while (count == -EAGAIN);
	return count;
}

/* What the reader gets here counts as delivered, whatever he does with it. */
static int move_locked(struct sm_queue *queue, struct sm_ring *ring, struct sm_after *after)
{
	struct sm_message *message;

	if (queue->dead || queue->ring != ring)
		return -ENODEV;
	message = first_locked(queue, after);
	if (!message)
		sm_ring_tell_locked(ring, 0);
	if (IS_ERR_OR_NULL(message))
		return PTR_ERR(message);
	if (!sm_ring_suits(ring, message->size))
		return -EMSGSIZE;
	if (!sm_ring_fits_locked(ring, message->size))
		return 0;
	sm_queue_stop_expiry_locked(queue, message);
	take_out_locked(queue, message);
	sm_ring_put_locked(ring, message, sm_message_published_at(message));
	list_add_tail(&message->ready, &after->gone);
	sm_queue_serve_locked(queue, after);
	return 1;
}

int sm_outlet_move_one(struct sm_queue *queue, struct sm_ring *ring)
{
	SM_DEFINE_AFTER(after);
	int result;

	do {
		sm_queue_lock(queue);
		result = move_locked(queue, ring, &after);
		sm_queue_unlock(queue, &after);
	} while (result == -EAGAIN);
	return result;
}

static int peek_locked(struct sm_queue *queue, bool waited, struct sm_view *view,
		       struct sm_after *after)
{
	struct sm_message *message = first_locked(queue, after);

	if (IS_ERR_OR_NULL(message))
		return PTR_ERR(message);
	sm_message_view(message, view);
	after->published += waited;
	return 1;
}

int sm_outlet_peek(struct sm_queue *queue, bool waited, struct sm_view *view)
{
	SM_DEFINE_AFTER(after);
	int count;

	do {
		sm_queue_lock(queue);
		count = queue->dead ? -ENODEV : peek_locked(queue, waited, view, &after);
		sm_queue_unlock(queue, &after);
	} while (count == -EAGAIN);
	return count;
}

static void come_back_locked(struct sm_queue *queue, struct sm_message *message)
{
	sm_index_add_locked(&queue->index, message);
	sm_lane_put_back(&queue->ready[message->priority], message);
	sm_queue_count_ready_locked(queue, message);
	if (message->is_timed)
		sm_queue_start_expiry_locked(queue, message);
}

void sm_outlet_put_back_locked(struct sm_queue *queue, struct sm_message *message,
			       struct sm_after *after)
{
	bool full;

	lockdep_assert_held(&queue->lock);

	queue->ledger.delivered--;
	if (queue->dead) {
		trace_message_dropped(queue->label, message);
		queue->ledger.dropped++;
		list_add(&message->ready, &after->gone);
		return;
	}
	trace_message_returned(queue->label, message);
	/* More may be stored than the limit: only who came meanwhile has filled the queue. */
	full = message->sent_by_then != queue->ledger.sent &&
	       !sm_room_fits_locked(&queue->room, message->size);
	sm_room_take_locked(&queue->room, message->size);
	come_back_locked(queue, message);
	/* Not always this one: an older one may be back already. */
	if (full && queue->full == SM_FULL_DROP_OLDEST)
		sm_queue_overwrite_locked(queue, after);
	after->published++;
}

struct sm_message *sm_outlet_lend_locked(struct sm_queue *queue, struct sm_after *after)
{
	struct sm_message *message;

	lockdep_assert_held(&queue->lock);

	message = claim_locked(queue, after);
	if (IS_ERR_OR_NULL(message))
		return message;
	part_with_locked(queue, message);
	queue->ledger.leased++;
	return message;
}

void sm_outlet_return_locked(struct sm_queue *queue, struct sm_message *message,
			     struct sm_after *after)
{
	lockdep_assert_held(&queue->lock);

	if (queue->dead) {
		trace_message_dropped(queue->label, message);
		sm_outlet_settle_locked(queue, message, &queue->ledger.dropped, after);
		return;
	}
	trace_message_returned(queue->label, message);
	queue->ledger.leased--;
	come_back_locked(queue, message);
	after->published++;
	/* It can be overwritten again. */
	sm_queue_serve_locked(queue, after);
}
