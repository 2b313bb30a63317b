// SPDX-License-Identifier: GPL-2.0
#include "queue.h"

#include "failure.h"
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
	unsigned long bytes;
	LIST_HEAD(dropped);

	spin_lock(&queue->lock);
	WRITE_ONCE(queue->dead, true);
	list_splice_init(&queue->ready, &dropped);
	queue->ledger.dropped += queue->ledger.queued;
	queue->ledger.queued = 0;
	spin_unlock(&queue->lock);

	wake_up_all(&queue->readers);

	/* Long lists are not added up under the lock. */
	bytes = sm_message_free_list(&dropped);
	spin_lock(&queue->lock);
	queue->stored -= bytes;
	spin_unlock(&queue->lock);
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
	/* The other kind of queue has no storage that could be full. */
	if (queue->rules->full == SM_FULL_FAIL && sm_failure(SM_FAIL_STORAGE))
		return -ENOSPC;
	/* More than the limit may be stored already: it may have been lowered. */
	if (queue->stored > room || message->size > room - queue->stored)
		return -ENOSPC;
	queue->stored += message->size;
	queue->ledger.sent++;
	return 0;
}

void sm_queue_publish_locked(struct sm_queue *queue, struct sm_message *message)
{
	lockdep_assert_held(&queue->lock);

	message->place = queue->published++;
	list_add_tail(&message->ready, &queue->ready);
	queue->ledger.queued++;
}

unsigned int sm_queue_waiting_locked(const struct sm_queue *queue, unsigned int published)
{
	lockdep_assert_held(&queue->lock);

	return min(published, queue->waiting);
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

/* Is there one message too many as soon as one comes? */
static bool must_overwrite_locked(const struct sm_queue *queue)
{
	lockdep_assert_held(&queue->lock);

	return queue->rules->full == SM_FULL_OVERWRITE &&
	       queue->ledger.queued >= sm_queue_limit(queue, SM_LIMIT_LENGTH);
}

int sm_queue_send(struct sm_queue *queue, struct sm_message *message)
{
	struct sm_message *oldest = NULL;
	unsigned int wake = 0;
	int err;

	spin_lock(&queue->lock);
	err = sm_queue_admit_locked(queue, message);
	if (!err) {
		if (must_overwrite_locked(queue)) {
			oldest = pop_locked(queue);
			queue->ledger.overwritten++;
		}
		sm_queue_publish_locked(queue, message);
		wake = sm_queue_waiting_locked(queue, 1);
	}
	spin_unlock(&queue->lock);

	sm_queue_wake(queue, wake);
	if (oldest)
		sm_message_free(oldest);
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

/* Only what was taken earlier and is back already can stand before it: next to nothing. */
static void insert_by_place_locked(struct sm_queue *queue, struct sm_message *message)
{
	struct list_head *behind;

	lockdep_assert_held(&queue->lock);

	list_for_each(behind, &queue->ready) {
		if (list_entry(behind, struct sm_message, ready)->place > message->place)
			break;
	}
	list_add_tail(&message->ready, behind);
	queue->stored += message->size;
	queue->ledger.queued++;
}

void sm_queue_put_back(struct sm_queue *queue, struct sm_message *message)
{
	struct sm_message *gone = NULL;
	unsigned int wake = 0;
	bool full;

	spin_lock(&queue->lock);
	queue->ledger.delivered--;
	if (queue->dead) {
		queue->ledger.dropped++;
		gone = message;
	} else {
		full = must_overwrite_locked(queue);
		insert_by_place_locked(queue, message);
		if (full) {
			/* Not always this one: an older one may be back already. */
			gone = pop_locked(queue);
			queue->ledger.overwritten++;
		}
		wake = sm_queue_waiting_locked(queue, 1);
	}
	spin_unlock(&queue->lock);

	sm_queue_wake(queue, wake);
	if (gone)
		sm_message_free(gone);
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
