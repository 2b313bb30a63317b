// SPDX-License-Identifier: GPL-2.0
#include "audience.h"

#include "bell.h"
#include "crowd.h"
#include "deadline.h"
#include "queue.h"
#include "ring.h"

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/synchmess.h>
#include <linux/wait.h>

/* For a reader with this ring, or none. */
static bool has_answer(const struct sm_queue *queue, const struct sm_ring *ring)
{
	/* Whoever changes that rings afterwards: who looks too early looks again. */
	return data_race(READ_ONCE(queue->priorities)) || sm_queue_is_dead(queue) ||
	       READ_ONCE(queue->empty) != SM_EMPTY_BLOCK || READ_ONCE(queue->ring) != ring ||
	       (ring && sm_ring_seems_unread(ring));
}

/**
 * struct reader - a thread that waits for a message
 * @wait: on the bell
 * @since: when it began, in jiffies
 */
struct reader {
	struct wait_queue_entry wait;
	unsigned long since;
};

/* By this function who looks knows a struct reader from other entries. */
static int wake_reader(struct wait_queue_entry *wait, unsigned int mode, int flags, void *key)
{
	return autoremove_wake_function(wait, mode, flags, key);
}

void sm_audience_look(struct sm_queue *queue, struct sm_crowd *crowd)
{
	struct wait_queue_head *readers = &queue->bell->readers;
	struct reader *reader;

	spin_lock_irq(&readers->lock);
	list_for_each_entry(reader, &readers->head, wait.entry) {
		if (reader->wait.func == wake_reader)
			sm_crowd_add(crowd, reader->wait.private, reader->since);
	}
	spin_unlock_irq(&readers->lock);
}

/* As wait_event_interruptible_exclusive(), with a deadline. See LOOK AFTER QUEUEING. */
static int wait_for(struct sm_queue *queue, const struct sm_ring *ring, ktime_t deadline)
{
	struct wait_queue_head *readers = &queue->bell->readers;
	struct reader reader = { .since = jiffies };
	int err;

	/* A message is for one of them, a record is for whoever looks. */
	init_wait_entry(&reader.wait, ring ? 0 : WQ_FLAG_EXCLUSIVE);
	reader.wait.func = wake_reader;
	do {
		err = prepare_to_wait_event(readers, &reader.wait, TASK_INTERRUPTIBLE);
		if (err || has_answer(queue, ring))
			break;
		err = sm_deadline_sleep(deadline);
	} while (!err && !has_answer(queue, ring));
	finish_wait(readers, &reader.wait);

	/*
	 * Who has woken this reader until now must not have done so in vain. What he did before
	 * is seen: he has taken it off the list, and finish_wait() has seen that, or had his lock.
	 */
	return err && has_answer(queue, ring) ? 0 : err;
}

int sm_audience_wait(struct sm_queue *queue, ktime_t deadline)
{
	return wait_for(queue, NULL, deadline);
}

int sm_audience_await_for(struct sm_queue *queue, struct sm_ring *ring, ktime_t deadline)
{
	int err;

	if (READ_ONCE(queue->empty) != SM_EMPTY_BLOCK)
		return -EAGAIN;
	err = sm_deadline_check(deadline);
	if (err)
		return err;
	if (!ring && READ_ONCE(queue->ring))
		return -EBUSY;
	return wait_for(queue, ring, deadline);
}

int sm_audience_await(struct sm_queue *queue, ktime_t deadline)
{
	return sm_audience_await_for(queue, NULL, deadline);
}

int sm_audience_attach(struct sm_queue *queue, struct sm_ring *ring)
{
	int err = 0;

	spin_lock(&queue->lock);
	if (queue->dead)
		err = -ENODEV;
	else if (queue->ring)
		err = -EBUSY;
	else
		WRITE_ONCE(queue->ring, ring);
	if (!err && queue->priorities)
		sm_ring_tell_locked(ring, SYNCHMESS_RING_MORE);
	spin_unlock(&queue->lock);
	return err;
}

void sm_audience_detach(struct sm_queue *queue, const struct sm_ring *ring)
{
	spin_lock(&queue->lock);
	if (queue->ring == ring)
		WRITE_ONCE(queue->ring, NULL);
	spin_unlock(&queue->lock);
	/* Others may read again. */
	wake_up_all(&queue->bell->readers);
}

bool sm_audience_has_unread(struct sm_queue *queue, const struct sm_ring *ring)
{
	bool any;

	spin_lock(&queue->lock);
	any = sm_ring_unread_locked(ring);
	spin_unlock(&queue->lock);
	return any;
}

/* Has a reader with this ring, or none, something to read? */
static bool is_readable_locked(const struct sm_queue *queue, const struct sm_ring *ring)
{
	struct sm_ring *alone = queue->ring;

	if (alone && alone != ring)
		return false;
	return queue->priorities || (alone && sm_ring_unread_locked(alone));
}

__poll_t sm_audience_poll(struct sm_queue *queue, const struct sm_ring *ring)
{
	__poll_t events = 0;

	spin_lock(&queue->lock);
	if (queue->dead)
		events = EPOLLHUP | EPOLLERR;
	else if (is_readable_locked(queue, ring))
		events = EPOLLIN | EPOLLRDNORM;
	if (!queue->dead && sm_queue_is_writable_locked(queue))
		events |= EPOLLOUT | EPOLLWRNORM;
	else
		queue->scarce = true;
	spin_unlock(&queue->lock);
	return events;
}
