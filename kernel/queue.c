// SPDX-License-Identifier: GPL-2.0
#include "queue.h"

#include "message.h"
#include "parameter.h"

#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

void sm_queue_init(struct sm_queue *queue, const struct sm_queue_rules *rules)
{
	memset(queue, 0, sizeof(*queue));
	queue->rules = rules;
	queue->empty = rules->empty;
	init_waitqueue_head(&queue->readers);
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->ready);
}

void sm_queue_kill(struct sm_queue *queue)
{
	struct sm_message *message;
	unsigned long bytes = 0;
	LIST_HEAD(dropped);

	spin_lock(&queue->lock);
	WRITE_ONCE(queue->dead, true);
	list_splice_init(&queue->ready, &dropped);
	queue->ledger.dropped += queue->ledger.queued;
	queue->ledger.queued = 0;
	spin_unlock(&queue->lock);

	wake_up_all(&queue->readers);

	/* Long lists are not added up under the lock. */
	list_for_each_entry(message, &dropped, ready)
		bytes += message->size;
	spin_lock(&queue->lock);
	queue->stored -= bytes;
	spin_unlock(&queue->lock);

	sm_message_free_list(&dropped);
}

unsigned long sm_queue_limit(const struct sm_queue *queue, enum sm_limit limit)
{
	unsigned long own = READ_ONCE(queue->limits[limit]);
	const struct sm_parameter *fallback = queue->rules->defaults[limit];

	if (own)
		return own;
	return fallback ? sm_parameter_get(fallback) : ULONG_MAX;
}

int sm_queue_check(const struct sm_queue *queue, size_t size)
{
	if (READ_ONCE(queue->dead))
		return -ENODEV;
	return size > sm_queue_limit(queue, SM_LIMIT_MESSAGE) ? -EMSGSIZE : 0;
}

int sm_queue_admit_locked(struct sm_queue *queue, const struct sm_message *message)
{
	unsigned long room = sm_queue_limit(queue, SM_LIMIT_STORAGE);

	lockdep_assert_held(&queue->lock);

	if (queue->dead)
		return -ENODEV;
	/* More than the limit may be stored already: it may have been lowered. */
	if (queue->stored > room || message->size > room - queue->stored)
		return -ENOSPC;
	queue->stored += message->size;
	queue->ledger.sent++;
	return 0;
}

unsigned int sm_queue_publish_locked(struct sm_queue *queue, struct list_head *messages,
				     unsigned int count)
{
	lockdep_assert_held(&queue->lock);

	list_splice_tail_init(messages, &queue->ready);
	queue->ledger.queued += count;
	return min(count, queue->waiting);
}

static struct sm_message *pop_locked(struct sm_queue *queue)
{
	struct sm_message *message;

	lockdep_assert_held(&queue->lock);

	message = list_first_entry(&queue->ready, struct sm_message, ready);
	list_del(&message->ready);
	queue->stored -= message->size;
	queue->ledger.queued--;
	return message;
}

/* Makes room for one message, if that is what this kind of queue does. */
static void overwrite_locked(struct sm_queue *queue, struct list_head *overwritten)
{
	unsigned long length = sm_queue_limit(queue, SM_LIMIT_LENGTH);

	lockdep_assert_held(&queue->lock);

	if (queue->rules->full != SM_FULL_OVERWRITE)
		return;
	while (queue->ledger.queued >= length) {
		list_add(&pop_locked(queue)->ready, overwritten);
		queue->ledger.overwritten++;
	}
}

int sm_queue_send(struct sm_queue *queue, struct sm_message *message)
{
	unsigned int wake = 0;
	LIST_HEAD(overwritten);
	LIST_HEAD(one);
	int err;

	spin_lock(&queue->lock);
	err = sm_queue_admit_locked(queue, message);
	if (!err) {
		overwrite_locked(queue, &overwritten);
		list_add(&message->ready, &one);
		wake = sm_queue_publish_locked(queue, &one, 1);
	}
	spin_unlock(&queue->lock);

	sm_queue_wake(queue, wake);
	sm_message_free_list(&overwritten);
	return err;
}

struct sm_message *sm_queue_take(struct sm_queue *queue)
{
	struct sm_message *message = NULL;

	spin_lock(&queue->lock);
	if (queue->dead) {
		message = ERR_PTR(-ENODEV);
	} else if (!list_empty(&queue->ready)) {
		message = pop_locked(queue);
		queue->ledger.delivered++;
	}
	spin_unlock(&queue->lock);
	return message;
}

void sm_queue_put_back(struct sm_queue *queue, struct sm_message *message)
{
	unsigned int wake = 0;
	bool dead;

	spin_lock(&queue->lock);
	queue->ledger.delivered--;
	dead = queue->dead;
	if (dead) {
		queue->ledger.dropped++;
	} else {
		list_add(&message->ready, &queue->ready);
		queue->stored += message->size;
		queue->ledger.queued++;
		wake = min(1U, queue->waiting);
	}
	spin_unlock(&queue->lock);

	sm_queue_wake(queue, wake);
	if (dead)
		sm_message_free(message);
}

static bool has_answer(struct sm_queue *queue)
{
	bool answer;

	if (READ_ONCE(queue->empty) != SM_EMPTY_BLOCK)
		return true;

	spin_lock(&queue->lock);
	answer = queue->dead || !list_empty(&queue->ready);
	spin_unlock(&queue->lock);
	return answer;
}

/*
 * READER COUNTED: a sender wakes only if @waiting says so, and cannot miss a
 * reader who goes to sleep:
 *
 *   reader                              sender
 *   lock; waiting++; unlock             lock; publish; wake = waiting; unlock
 *   queue itself on readers             if (wake) wake_up(readers)
 *   has_answer() under lock? else sleep
 *
 * If the sender's lock comes first, has_answer() sees the message. If the
 * reader's comes first, the sender wakes: a reader that is not on the list by
 * then has has_answer() still ahead of it.
 */
int sm_queue_wait(struct sm_queue *queue)
{
	int err;

	spin_lock(&queue->lock);
	queue->waiting++;
	spin_unlock(&queue->lock);

	err = wait_event_interruptible_exclusive(queue->readers, has_answer(queue));

	spin_lock(&queue->lock);
	queue->waiting--;
	spin_unlock(&queue->lock);
	return err;
}

void sm_queue_wake(struct sm_queue *queue, unsigned int count)
{
	/* See READER COUNTED. Zero would mean everybody to wake_up. */
	if (count)
		wake_up_interruptible_nr(&queue->readers, count);
}

void sm_queue_set_empty(struct sm_queue *queue, enum sm_empty empty)
{
	WRITE_ONCE(queue->empty, empty);
	wake_up_all(&queue->readers);
}

void sm_queue_read_ledger(struct sm_queue *queue, struct sm_ledger *ledger,
			  unsigned long *stored)
{
	spin_lock(&queue->lock);
	*ledger = queue->ledger;
	*stored = queue->stored;
	spin_unlock(&queue->lock);
}
