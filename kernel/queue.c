// SPDX-License-Identifier: GPL-2.0
#include "queue.h"

#include "bell.h"
#include "deadline.h"
#include "failure.h"
#include "message.h"

#include <linux/err.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/wait.h>

/* So many messages are overwritten under one lock, to keep the lock short. */
#define OVERWRITE_AT_ONCE 64

void sm_queue_init(struct sm_queue *queue, const struct sm_queue_rules *rules,
		   struct sm_bell *bell)
{
	memset(queue, 0, sizeof(*queue));
	queue->bell = bell;
	queue->full = rules->full;
	queue->empty = rules->empty;
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->ready);
	sm_room_init(&queue->room, &rules->limits, &queue->lock);
}

void sm_queue_destroy(struct sm_queue *queue)
{
	sm_bell_put(queue->bell);
}

void sm_queue_unlock(struct sm_queue *queue, struct sm_after *after)
	__releases(&queue->lock)
{
	spin_unlock(&queue->lock);

	sm_bell_ring_readers(queue->bell, after->published);
	if (after->writable)
		sm_bell_ring_writers(queue->bell);
	if (after->served)
		sm_room_wake(after->served);
	if (!list_empty(&after->gone))
		sm_message_free_list(&after->gone);
	after->published = 0;
	after->writable = false;
	after->served = NULL;
}

/* Would a message of any size that is allowed be taken now? */
static bool is_writable_locked(const struct sm_queue *queue)
{
	const struct sm_room *room = &queue->room;
	size_t largest = min(sm_room_limit(room, SM_LIMIT_MESSAGE),
			     sm_room_limit(room, SM_LIMIT_STORAGE));

	lockdep_assert_held(&queue->lock);

	if (queue->full == SM_FULL_DROP_OLDEST)
		return sm_room_would_fit_locked(room, largest, queue->ledger.queued,
						queue->ready_bytes);
	return !sm_room_is_awaited_locked(room) && sm_room_fits_locked(room, largest);
}

/* There may be more room than before, or other rules. */
static void serve_locked(struct sm_queue *queue, struct sm_after *after)
{
	lockdep_assert_held(&queue->lock);

	if (!after->served && sm_room_is_awaited_locked(&queue->room))
		after->served = sm_room_serve_locked(&queue->room);
	if (queue->scarce && is_writable_locked(queue)) {
		queue->scarce = false;
		after->writable = true;
	}
}

void sm_queue_release_locked(struct sm_queue *queue, unsigned long messages,
			     unsigned long bytes, struct sm_after *after)
{
	sm_room_give_locked(&queue->room, messages, bytes);
	serve_locked(queue, after);
}

void sm_queue_serve(struct sm_queue *queue)
{
	SM_DEFINE_AFTER(after);

	sm_queue_lock(queue);
	serve_locked(queue, &after);
	sm_queue_unlock(queue, &after);
}

void sm_queue_kill(struct sm_queue *queue)
{
	unsigned long messages;
	LIST_HEAD(dropped);

	spin_lock(&queue->lock);
	WRITE_ONCE(queue->dead, true);
	list_splice_init(&queue->ready, &dropped);
	messages = queue->ledger.queued;
	queue->ledger.dropped += messages;
	queue->ledger.queued = 0;
	sm_room_give_locked(&queue->room, messages, queue->ready_bytes);
	queue->ready_bytes = 0;
	spin_unlock(&queue->lock);

	sm_bell_ring_all(queue->bell);
	sm_room_dismiss(&queue->room, -ENODEV);
	sm_message_free_list(&dropped);
}

int sm_queue_check(const struct sm_queue *queue, size_t size)
{
	if (READ_ONCE(queue->dead))
		return -ENODEV;
	return size > sm_room_limit(&queue->room, SM_LIMIT_MESSAGE) ? -EMSGSIZE : 0;
}

static void push_locked(struct sm_queue *queue, struct sm_message *message,
			struct list_head *behind)
{
	lockdep_assert_held(&queue->lock);

	list_add_tail(&message->ready, behind);
	queue->ready_bytes += message->size;
	queue->ledger.queued++;
}

static struct sm_message *pop_locked(struct sm_queue *queue)
{
	struct sm_message *message;

	lockdep_assert_held(&queue->lock);

	message = list_first_entry(&queue->ready, struct sm_message, ready);
	list_del(&message->ready);
	queue->ready_bytes -= message->size;
	queue->ledger.queued--;
	return message;
}

static void overwrite_oldest_locked(struct sm_queue *queue, struct sm_after *after)
{
	struct sm_message *oldest = pop_locked(queue);

	sm_room_give_locked(&queue->room, 1, oldest->size);
	queue->ledger.overwritten++;
	list_add_tail(&oldest->ready, &after->gone);
}

/* Drops the oldest until a message fits, or for now enough of them. */
static int overwrite_locked(struct sm_queue *queue, size_t size, struct sm_after *after)
{
	unsigned int count;

	lockdep_assert_held(&queue->lock);

	/* What is delayed stays; nothing goes in vain. */
	if (!sm_room_would_fit_locked(&queue->room, size, queue->ledger.queued,
				      queue->ready_bytes))
		return -ENOSPC;

	for (count = 0; count < OVERWRITE_AT_ONCE; count++) {
		if (sm_room_fits_locked(&queue->room, size))
			return 0;
		overwrite_oldest_locked(queue, after);
	}
	sm_queue_unlock(queue, after);
	cond_resched();
	sm_queue_lock(queue);
	return 0;
}

/* Returns with room taken, or the reason why not. */
static int wait_in_line_locked(struct sm_queue *queue, size_t size, ktime_t deadline,
			       struct sm_after *after)
{
	int err;

	lockdep_assert_held(&queue->lock);

	if (size > sm_room_limit(&queue->room, SM_LIMIT_STORAGE))
		return -EMSGSIZE;
	if (deadline == SM_AT_ONCE)
		return -EAGAIN;
	err = sm_room_wait_locked(&queue->room, size, deadline);
	if (!err && queue->dead) {
		sm_room_give_locked(&queue->room, 1, size);
		return -ENODEV;
	}
	/* Served or gone, the next in line may have his turn. */
	serve_locked(queue, after);
	if (err == -ERESTART) {
		/* Whom that served does not wait while this one may wait again. */
		sm_queue_unlock(queue, after);
		sm_queue_lock(queue);
	}
	return err;
}

static int take_room_locked(struct sm_queue *queue, size_t size)
{
	struct sm_room *room = &queue->room;
	/* Under another rule the line is about to be dismissed. */
	bool behind = queue->full == SM_FULL_BLOCK && sm_room_is_awaited_locked(room);

	lockdep_assert_held(&queue->lock);

	if (queue->dead)
		return -ENODEV;
	/* Other rules would wait, or overwrite, for room that is there. */
	if (queue->full == SM_FULL_FAIL && sm_failure(SM_FAIL_STORAGE))
		return -ENOSPC;
	if (behind || !sm_room_fits_locked(room, size))
		return -ENOSPC;
	sm_room_take_locked(room, size);
	return 0;
}

/* What the rule for a full queue says; -ERESTART: look again. */
static int make_room_locked(struct sm_queue *queue, size_t size, ktime_t deadline,
			    struct sm_after *after)
{
	switch (queue->full) {
	case SM_FULL_BLOCK:
		return wait_in_line_locked(queue, size, deadline, after);
	case SM_FULL_DROP_OLDEST:
		return overwrite_locked(queue, size, after) ?: -ERESTART;
	default:
		return -ENOSPC;
	}
}

int sm_queue_admit_locked(struct sm_queue *queue, size_t size, ktime_t deadline,
			  struct sm_after *after)
{
	int err;

	do {
		err = take_room_locked(queue, size);
		if (err == -ENOSPC)
			err = make_room_locked(queue, size, deadline, after);
	} while (err == -ERESTART);
	if (!err)
		queue->ledger.sent++;
	else if (err == -ENOSPC || err == -EAGAIN)
		queue->scarce = true;
	return err;
}

void sm_queue_publish_locked(struct sm_queue *queue, struct sm_message *message,
			     struct sm_after *after)
{
	message->place = queue->published++;
	push_locked(queue, message, &queue->ready);
	after->published++;
	/* What was delayed until now can be overwritten. */
	serve_locked(queue, after);
}

int sm_queue_send(struct sm_queue *queue, struct sm_message *message, ktime_t deadline)
{
	SM_DEFINE_AFTER(after);
	int err;

	sm_queue_lock(queue);
	err = sm_queue_admit_locked(queue, message->size, deadline, &after);
	if (!err)
		sm_queue_publish_locked(queue, message, &after);
	sm_queue_unlock(queue, &after);
	return err;
}

struct sm_message *sm_queue_take(struct sm_queue *queue)
{
	struct sm_message *message = NULL;
	SM_DEFINE_AFTER(after);

	sm_queue_lock(queue);
	if (queue->dead) {
		message = ERR_PTR(-ENODEV);
	} else if (!list_empty(&queue->ready)) {
		message = pop_locked(queue);
		queue->ledger.delivered++;
		sm_queue_release_locked(queue, 1, message->size, &after);
	}
	sm_queue_unlock(queue, &after);
	return message;
}

/* Only what was taken earlier and is back already can stand before it: next to nothing. */
static struct list_head *behind_place_locked(struct sm_queue *queue, u64 place)
{
	struct list_head *behind;

	lockdep_assert_held(&queue->lock);

	list_for_each(behind, &queue->ready) {
		if (list_entry(behind, struct sm_message, ready)->place > place)
			break;
	}
	return behind;
}

static void put_back_locked(struct sm_queue *queue, struct sm_message *message,
			    struct sm_after *after)
{
	bool full = !sm_room_fits_locked(&queue->room, message->size);

	sm_room_take_locked(&queue->room, message->size);
	push_locked(queue, message, behind_place_locked(queue, message->place));
	/* Not always this one: an older one may be back already. */
	if (full && queue->full == SM_FULL_DROP_OLDEST)
		overwrite_oldest_locked(queue, after);
	after->published++;
}

void sm_queue_put_back(struct sm_queue *queue, struct sm_message *message)
{
	SM_DEFINE_AFTER(after);

	sm_queue_lock(queue);
	queue->ledger.delivered--;
	if (queue->dead) {
		queue->ledger.dropped++;
		list_add(&message->ready, &after.gone);
	} else {
		put_back_locked(queue, message, &after);
	}
	sm_queue_unlock(queue, &after);
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

/* As wait_event_interruptible_exclusive(), with a deadline. See LOOK AFTER QUEUEING. */
int sm_queue_wait(struct sm_queue *queue, ktime_t deadline)
{
	struct wait_queue_head *readers = &queue->bell->readers;
	struct wait_queue_entry wait;
	int err;

	init_wait_entry(&wait, WQ_FLAG_EXCLUSIVE);
	do {
		err = prepare_to_wait_event(readers, &wait, TASK_INTERRUPTIBLE);
		if (err || has_answer(queue))
			break;
		err = sm_deadline_sleep(deadline);
	} while (!err && !has_answer(queue));
	finish_wait(readers, &wait);

	/* Who has woken this reader until now must not have done so in vain. */
	return err && has_answer(queue) ? 0 : err;
}

__poll_t sm_queue_poll(struct sm_queue *queue)
{
	__poll_t events = 0;

	spin_lock(&queue->lock);
	if (queue->dead)
		events = EPOLLHUP | EPOLLERR;
	else if (!list_empty(&queue->ready))
		events = EPOLLIN | EPOLLRDNORM;
	if (!queue->dead && is_writable_locked(queue))
		events |= EPOLLOUT | EPOLLWRNORM;
	else
		queue->scarce = true;
	spin_unlock(&queue->lock);
	return events;
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
