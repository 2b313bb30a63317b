// SPDX-License-Identifier: GPL-2.0
#include "admission.h"

#include "call.h"
#include "deadline.h"
#include "failure.h"
#include "message.h"
#include "queue.h"

#include <linux/errno.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/sched.h>

/* So many messages are overwritten under one lock, to keep the lock short. */
#define OVERWRITTEN_AT_ONCE 64

static bool has_news(const struct sm_after *after)
{
	return after->published || after->writable || after->served || !list_empty(&after->gone);
}

/* Drops the oldest until a message fits, or for now enough of them. */
static int overwrite_locked(struct sm_queue *queue, size_t size, struct sm_after *after)
	__must_hold(&queue->lock)
{
	unsigned int count;

	lockdep_assert_held(&queue->lock);

	for (count = 0; count < OVERWRITTEN_AT_ONCE; count++) {
		if (sm_room_fits_locked(&queue->room, size))
			return 0;
		/* Each time: the limit may be lowered meanwhile. */
		if (!queue->priorities || !sm_queue_can_overwrite_locked(queue, size))
			return -ENOSPC;
		sm_queue_overwrite_locked(queue, after);
	}
	sm_queue_unlock(queue, after);
	cond_resched();
	sm_queue_lock(queue);
	return 0;
}

/* Returns with room taken, or the reason why not. */
static int wait_in_line_locked(struct sm_queue *queue, size_t size, struct sm_call *call,
			       struct sm_after *after)
	__must_hold(&queue->lock)
{
	int err;

	lockdep_assert_held(&queue->lock);

	if (size > sm_room_limit(&queue->room, SM_LIMIT_STORAGE))
		return -EMSGSIZE;
	err = sm_deadline_check(call->deadline);
	if (err)
		return err;
	/* Who waits for our news may be the one who makes room. */
	if (has_news(after)) {
		sm_queue_unlock(queue, after);
		sm_queue_lock(queue);
		return -ERESTART;
	}
	err = sm_room_wait_locked(&queue->room, size, call->deadline);
	/* The queue may have died meanwhile, or its longest message have become shorter. */
	if (!err) {
		err = sm_queue_check(queue, size, &call->why);
		if (err)
			sm_room_give_locked(&queue->room, 1, size);
	}
	/* Served or gone, the next in line may have his turn. */
	sm_queue_serve_locked(queue, after);
	if (err == -ERESTART) {
		/* Whom that served does not wait while this one may wait again. */
		sm_queue_unlock(queue, after);
		sm_queue_lock(queue);
	}
	return err;
}

static int take_room_locked(struct sm_queue *queue, size_t size, struct sm_refusal *why)
{
	struct sm_room *room = &queue->room;
	int err;

	lockdep_assert_held(&queue->lock);

	/* Once more: the limit may be another since the message was made. */
	err = sm_queue_check(queue, size, why);
	if (err)
		return err;
	/* Other rules would wait, or overwrite, for room that is there. */
	if (queue->full == SM_FULL_FAIL && sm_failure(SM_FAIL_STORAGE))
		return -ENOSPC;
	if (sm_queue_has_line_locked(queue) || !sm_room_fits_locked(room, size))
		return -ENOSPC;
	sm_room_take_locked(room, size);
	return 0;
}

/* What the rule for a full queue says; -ERESTART: look again. */
static int make_room_locked(struct sm_queue *queue, size_t size, struct sm_call *call,
			    struct sm_after *after)
{
	sm_room_refuse_locked(&queue->room, &call->why);
	switch (queue->full) {
	case SM_FULL_BLOCK:
		return wait_in_line_locked(queue, size, call, after);
	case SM_FULL_DROP_OLDEST:
		return overwrite_locked(queue, size, after) ?: -ERESTART;
	default:
		return -ENOSPC;
	}
}

/* Takes room for a message, unless it has some. */
static int claim_room_locked(struct sm_queue *queue, struct sm_message *message,
			     struct sm_call *call, struct sm_after *after)
{
	int err;

	if (message->has_room)
		return queue->dead ? -ENODEV : 0;
	do {
		err = take_room_locked(queue, message->size, &call->why);
		if (err == -ENOSPC)
			err = make_room_locked(queue, message->size, call, after);
	} while (err == -ERESTART);
	if (!err)
		message->has_room = true;
	else if (err == -ENOSPC || err == -EAGAIN)
		queue->scarce = true;
	return err;
}

static int reserve_locked(struct sm_queue *queue, struct sm_message *message, bool overwrite,
			  struct sm_call *call, struct sm_after *after)
{
	/* Who takes room here makes others overwrite, and may not need it in the end. */
	if (!overwrite && queue->full == SM_FULL_DROP_OLDEST) {
		if (sm_queue_can_overwrite_locked(queue, message->size))
			return 0;
		sm_room_refuse_locked(&queue->room, &call->why);
		return -ENOSPC;
	}
	if (likely(sm_admission_has_place_locked(queue, message)))
		return 0;
	return claim_room_locked(queue, message, call, after);
}

int sm_admission_reserve_whatever(struct sm_queue *queue, struct sm_message *message,
				  bool overwrite, struct sm_call *call)
{
	SM_DEFINE_AFTER(after);
	int err;

	err = sm_queue_check(queue, message->size, &call->why);
	if (err)
		return err;
	sm_queue_lock(queue);
	err = reserve_locked(queue, message, overwrite, call, &after);
	sm_queue_unlock(queue, &after);
	return err;
}

void sm_admission_unreserve(struct sm_queue *queue, struct sm_message *message)
{
	SM_DEFINE_AFTER(after);

	if (!message->has_room)
		return;
	message->has_room = false;
	sm_queue_lock(queue);
	sm_queue_release_locked(queue, message->size, &after);
	sm_queue_unlock(queue, &after);
}

int sm_admission_admit_locked(struct sm_queue *queue, struct sm_message *message,
			      struct sm_call *call, struct sm_after *after)
{
	int err = 0;

	if (unlikely(!sm_admission_has_place_locked(queue, message)))
		err = claim_room_locked(queue, message, call, after);
	if (err)
		return err;
	/* One that is buried was sent when it was sent at first. */
	if (!message->is_buried)
		message->sent_at = ktime_get();
	sm_admission_number_locked(queue, message);
	return 0;
}
