/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The outlet: how messages leave a queue for readers, and come back from them. Taken,
 * a message is delivered; moved into a ring, too; lent, it keeps its room until it is
 * settled or returned. What has expired nobody gets.
 *
 * It has no state of its own: the queue's lock guards everything, and is taken here but
 * by functions that end in _locked.
 */
#ifndef SM_OUTLET_H
#define SM_OUTLET_H

#include "queue.h"

#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/types.h>

struct sm_message;
struct sm_ring;
struct sm_view;

/**
 * sm_outlet_take_one() - take the oldest message of the highest priority
 * @queue: the queue
 *
 * The caller owns it: to free, or to put back.
 * Return: the message, NULL when there is none, or ERR_PTR(-ENODEV).
 */
struct sm_message *sm_outlet_take_one(struct sm_queue *queue);

/**
 * sm_outlet_take() - take the oldest messages of the highest priority
 * @queue: the queue
 * @most: how many
 * @taken: filled in, the first one first
 *
 * The caller owns what it took: to free, or to put back.
 * Return: how many, 0 when there are none, or -ENODEV.
 */
int sm_outlet_take(struct sm_queue *queue, unsigned int most, struct sm_message **taken);

/**
 * sm_outlet_move_one() - let the next message go from the queue into its ring
 * @queue: the queue
 * @ring: the caller's
 *
 * Context: may sleep.
 * Return: 1; 0 when there is none, or none that fits now; -EMSGSIZE when it never will;
 * -ENODEV.
 */
int sm_outlet_move_one(struct sm_queue *queue, struct sm_ring *ring);

/**
 * sm_outlet_peek() - look at the message that would be taken next
 * @queue: the queue
 * @waited: the caller was woken, perhaps instead of one who would take it
 * @view: filled in if there is one
 *
 * Return: 1, 0 when there is none, or -ENODEV.
 */
int sm_outlet_peek(struct sm_queue *queue, bool waited, struct sm_view *view);

/**
 * sm_outlet_put_back_locked() - undo sm_outlet_take() of one message
 * @queue: the queue it was taken from; no limit in bytes applies
 * @message: the message; the queue's again, or gone
 * @after: what to do after the unlock
 *
 * It goes where it was, also if others are put back in another order. It is
 * dropped if the queue died meanwhile, and overwritten if that is the fate of the
 * oldest message and others have filled the queue.
 */
void sm_outlet_put_back_locked(struct sm_queue *queue, struct sm_message *message,
			       struct sm_after *after);

/**
 * sm_outlet_lend_locked() - take the oldest message of the highest priority, to be leased
 * @queue: the queue, which still counts its room
 * @after: what to do after the unlock
 *
 * Return: the message, the caller's; NULL when there is none; ERR_PTR(-EAGAIN) to be
 * asked once more after an unlock; ERR_PTR(-ENODEV).
 */
struct sm_message *sm_outlet_lend_locked(struct sm_queue *queue, struct sm_after *after);

/**
 * sm_outlet_return_locked() - undo sm_outlet_lend_locked()
 * @queue: the queue
 * @message: goes where it was, or is dropped if the queue died meanwhile
 * @after: what to do after the unlock
 */
void sm_outlet_return_locked(struct sm_queue *queue, struct sm_message *message,
			     struct sm_after *after);

/* For who has it: its place in the books, and its room. */
static inline void sm_outlet_write_off_locked(struct sm_queue *queue, size_t size, u64 *fate,
					      struct sm_after *after)
{
	lockdep_assert_held(&queue->lock);

	queue->ledger.leased--;
	(*fate)++;
	sm_queue_release_locked(queue, size, after);
}

/**
 * sm_outlet_settle_locked() - a message that was lent is not to come back
 * @queue: the queue
 * @message: gone
 * @fate: where the ledger counts it
 * @after: what to do after the unlock
 */
static inline void sm_outlet_settle_locked(struct sm_queue *queue, struct sm_message *message,
					   u64 *fate, struct sm_after *after)
{
	list_add_tail(&message->ready, &after->gone);
	sm_outlet_write_off_locked(queue, message->size, fate, after);
}

#endif /* SM_OUTLET_H */
