/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Admission: how a message gets its room in a queue and its number. This is the
 * only point at which a queue refuses, waits or overwrites; whatever was admitted
 * has its place for good.
 *
 * It has no state of its own: the queue's lock guards everything.
 */
#ifndef SM_ADMISSION_H
#define SM_ADMISSION_H

#include "failure.h"
#include "message.h"
#include "queue.h"

#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/types.h>

struct sm_call;

/* There is room, and nobody says that it is for others. */
static inline bool sm_admission_is_open_locked(const struct sm_queue *queue, size_t size)
{
	/* Not only when the message was made: the limit may be another by now. */
	return !queue->dead && size <= sm_room_limit(&queue->room, SM_LIMIT_MESSAGE) &&
	       !sm_failures_are_wanted() && !sm_queue_has_line_locked(queue) &&
	       sm_room_fits_locked(&queue->room, size);
}

/* It has room: it gets its number. */
static inline void sm_admission_number_locked(struct sm_queue *queue, struct sm_message *message)
{
	message->id = ++queue->ledger.sent;
	sm_index_add_locked(&queue->index, message);
}

/* Takes room for a message, if there is nothing to it; or it has some. */
static inline bool sm_admission_has_place_locked(struct sm_queue *queue,
						 struct sm_message *message)
{
	/* Such a one may be overwritten again: somebody may wait for that. */
	if (unlikely(message->has_room))
		return !queue->dead && !queue->scarce;
	if (unlikely(!sm_admission_is_open_locked(queue, message->size)))
		return false;
	sm_room_take_locked(&queue->room, message->size);
	message->has_room = true;
	return true;
}

/**
 * sm_admission_admit_locked() - accept a message: take room, by waiting or overwriting
 *	if that is what a full queue does, and give it its number
 * @queue: the queue; its lock may be released for a while
 * @message: the message; in the index from here on, if the call succeeds
 * @call: who sends
 * @after: what to do after the unlock
 *
 * Return: 0, and the message counts as sent; -ENODEV; -ENOSPC; -EMSGSIZE when it
 * would wait in vain; -EAGAIN when it may not wait; -ETIMEDOUT; -ERESTARTSYS.
 */
int sm_admission_admit_locked(struct sm_queue *queue, struct sm_message *message,
			      struct sm_call *call, struct sm_after *after);

/* For sm_admission_reserve(): whatever else there is to it. */
int sm_admission_reserve_whatever(struct sm_queue *queue, struct sm_message *message,
				  bool overwrite, struct sm_call *call);

static inline bool sm_admission_reserve_plainly(struct sm_queue *queue,
						struct sm_message *message)
{
	bool reserved;

	sm_queue_lock(queue);
	reserved = sm_admission_has_place_locked(queue, message);
	spin_unlock(&queue->lock);
	return reserved;
}

/**
 * sm_admission_reserve() - take room for a message that is to be sent later
 * @queue: the queue
 * @message: the message; has room from then on, and is to be sent to this queue, or
 *	to be given to sm_admission_unreserve()
 * @overwrite: if false, only see whether a queue that overwrites could make room
 * @call: who sends; does not wait
 *
 * Context: may sleep.
 * Return: as sm_admission_admit_locked().
 */
static __always_inline int sm_admission_reserve(struct sm_queue *queue,
						struct sm_message *message, bool overwrite,
						struct sm_call *call)
{
	/* Without overwriting only a look: all others have to be looked at first. */
	if (likely(overwrite ? message->has_room || sm_admission_reserve_plainly(queue, message) :
			       sm_queue_seems_to_overwrite(queue, message->size)))
		return 0;
	return sm_admission_reserve_whatever(queue, message, overwrite, call);
}

void sm_admission_unreserve(struct sm_queue *queue, struct sm_message *message);

#endif /* SM_ADMISSION_H */
