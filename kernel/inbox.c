// SPDX-License-Identifier: GPL-2.0
#include "inbox.h"

#include "admission.h"
#include "call.h"
#include "deadline.h"
#include "message.h"
#include "queue.h"
#include "trace.h"

#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>

/* So many messages are moved or overwritten under one lock, to keep the lock short. */
#define PORTION 64

void sm_inbox_init(struct sm_inbox *inbox, struct sm_queue *queue)
{
	inbox->queue = queue;
	spin_lock_init(&inbox->lock);
	INIT_LIST_HEAD(&inbox->messages);
	inbox->count = 0;
	inbox->bytes = 0;
	inbox->is_closed = false;
}

/* ---- putting in */

static int admit_locked(const struct sm_inbox *inbox, size_t size)
{
	const struct sm_queue *queue = inbox->queue;
	const struct sm_room *room = &queue->room;
	unsigned int full = READ_ONCE(queue->full);

	lockdep_assert_held(&inbox->lock);

	if (inbox->is_closed || sm_queue_is_dead(queue))
		return -ENODEV;
	if (size > sm_room_limit(room, SM_LIMIT_STORAGE))
		return full == SM_FULL_BLOCK ? -EMSGSIZE : -ENOSPC;
	if (full == SM_FULL_DROP_OLDEST)
		return 0;
	if (full == SM_FULL_BLOCK && sm_room_is_awaited(room))
		return -EAGAIN;
	if (sm_room_seems_to_fit(room, size, inbox->count, inbox->bytes))
		return 0;
	return full == SM_FULL_BLOCK ? -EAGAIN : -ENOSPC;
}

static void add_locked(struct sm_inbox *inbox, struct sm_message *message)
{
	lockdep_assert_held(&inbox->lock);

	message->sent_at = ktime_get();
	list_add_tail(&message->ready, &inbox->messages);
	inbox->count++;
	inbox->bytes += message->size;
}

int sm_inbox_put(struct sm_inbox *inbox, struct sm_message *message)
{
	unsigned long flags;
	int err;

	spin_lock_irqsave(&inbox->lock, flags);
	err = admit_locked(inbox, message->size);
	if (!err)
		add_locked(inbox, message);
	spin_unlock_irqrestore(&inbox->lock, flags);
	return err;
}

void sm_inbox_close(struct sm_inbox *inbox)
{
	unsigned long flags;

	spin_lock_irqsave(&inbox->lock, flags);
	inbox->is_closed = true;
	spin_unlock_irqrestore(&inbox->lock, flags);
}

/* ---- taking out */

static struct sm_message *oldest_locked(struct sm_inbox *inbox)
{
	struct sm_message *oldest;
	unsigned long flags;

	lockdep_assert_held(&inbox->queue->lock);

	spin_lock_irqsave(&inbox->lock, flags);
	oldest = list_first_entry_or_null(&inbox->messages, struct sm_message, ready);
	spin_unlock_irqrestore(&inbox->lock, flags);
	return oldest;
}

/* The room that was kept for it becomes room that it has. */
static void move_room_locked(struct sm_inbox *inbox, struct sm_message *message)
{
	unsigned long flags;

	spin_lock_irqsave(&inbox->lock, flags);
	list_del(&message->ready);
	inbox->count--;
	inbox->bytes -= message->size;
	sm_room_take_locked(&inbox->queue->room, message->size);
	spin_unlock_irqrestore(&inbox->lock, flags);
	message->has_room = true;
}

static void publish_locked(struct sm_inbox *inbox, struct sm_message *message,
			   struct sm_after *after)
{
	struct sm_call call = { .deadline = SM_AT_ONCE };
	struct sm_queue *queue = inbox->queue;
	ktime_t posted_at = message->sent_at;

	move_room_locked(inbox, message);
	if (sm_admission_admit_locked(queue, message, &call, after)) {
		/* The queue is dead, but the sender was told that this is sent. */
		message->id = ++queue->ledger.sent;
		trace_message_sent(queue->label, message);
		trace_message_dropped(queue->label, message);
		sm_queue_lose_locked(queue, message, &queue->ledger.dropped, after);
		return;
	}
	message->sent_at = posted_at;
	sm_queue_publish_locked(queue, message, after);
	trace_message_sent(queue->label, message);
}

static bool must_overwrite_locked(const struct sm_queue *queue, size_t size)
{
	return queue->full == SM_FULL_DROP_OLDEST && queue->priorities &&
	       !sm_room_fits_locked(&queue->room, size);
}

/* Moves one message, or overwrites one that is in its way. */
static bool proceed_locked(struct sm_inbox *inbox, struct sm_after *after)
{
	struct sm_message *message = oldest_locked(inbox);

	if (!message)
		return false;
	if (must_overwrite_locked(inbox->queue, message->size))
		sm_queue_overwrite_locked(inbox->queue, after);
	else
		publish_locked(inbox, message, after);
	return true;
}

bool sm_inbox_publish(struct sm_inbox *inbox)
{
	unsigned int left = PORTION;
	SM_DEFINE_AFTER(after);

	/* Who puts one in just now has it published later. */
	if (list_empty(&inbox->messages))
		return false;
	sm_queue_lock(inbox->queue);
	while (left && proceed_locked(inbox, &after))
		left--;
	sm_queue_unlock(inbox->queue, &after);
	sm_queue_grow_index(inbox->queue);
	return !left;
}
