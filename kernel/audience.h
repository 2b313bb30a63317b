/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The audience: who waits for what a queue has to tell. Readers that sleep until there is
 * something, whoever polls, and the one with a ring, who is the only reader then.
 *
 * It has no state of its own: the queue's lock guards whose ring the queue has, and
 * whether a poller was told that there is no room. Sleepers stand on the wait queue of
 * the queue's bell, whose lock guards them, and look at the queue without its lock:
 * LOOK AFTER QUEUEING in bell.h.
 */
#ifndef SM_AUDIENCE_H
#define SM_AUDIENCE_H

#include <linux/ktime.h>
#include <linux/poll.h>
#include <linux/types.h>

struct sm_crowd;
struct sm_queue;
struct sm_ring;

/**
 * sm_audience_wait() - sleep until sm_outlet_take() may have something
 * @queue: the queue
 * @deadline: until when
 *
 * One message wakes one reader; another may still be faster, so try again.
 * Returns, too, when the queue dies or stops being one on which to block.
 * Return: 0, -ERESTARTSYS, or -ETIMEDOUT.
 */
int sm_audience_wait(struct sm_queue *queue, ktime_t deadline);

/**
 * sm_audience_await() - the queue is empty: what now
 * @queue: the queue
 * @deadline: until when to wait; SM_AT_ONCE for not at all, SM_ELSEWHERE for not here
 *
 * Return: as sm_audience_wait(); -EAGAIN when there is to be no waiting; -EBUSY when another
 * way of reading is the only one.
 */
int sm_audience_await(struct sm_queue *queue, ktime_t deadline);

/**
 * sm_audience_await_for() - there is nothing to read, in the queue and in its ring: what now
 * @queue: the queue
 * @ring: the caller's, which the queue has or had; NULL: the queue is read without one
 * @deadline: until when to wait; SM_AT_ONCE for not at all
 *
 * Return: as sm_audience_await().
 */
int sm_audience_await_for(struct sm_queue *queue, struct sm_ring *ring, ktime_t deadline);

/**
 * sm_audience_look() - see who waits in sm_audience_wait()
 * @queue: the queue; another may have the same bell
 * @crowd: they are added
 */
void sm_audience_look(struct sm_queue *queue, struct sm_crowd *crowd);

/**
 * sm_audience_attach() - one reader alone may take messages from now on
 * @queue: the queue
 * @ring: his
 *
 * Return: 0, -EBUSY when there is such a one already, or -ENODEV.
 */
int sm_audience_attach(struct sm_queue *queue, struct sm_ring *ring);

/**
 * sm_audience_detach() - undo sm_audience_attach()
 * @queue: the queue
 * @ring: the queue knows nothing of it any more; it may never have
 */
void sm_audience_detach(struct sm_queue *queue, const struct sm_ring *ring);

/**
 * sm_audience_has_unread() - has the reader something left in his ring
 * @queue: the queue
 * @ring: his
 */
bool sm_audience_has_unread(struct sm_queue *queue, const struct sm_ring *ring);

/**
 * sm_audience_poll() - what can be done without waiting
 * @queue: the queue
 * @ring: the caller's, or NULL
 *
 * Whoever is told that there is no room is told when there is.
 * Return: EPOLLIN, EPOLLOUT (a message of any size that is allowed fits), EPOLLHUP.
 */
__poll_t sm_audience_poll(struct sm_queue *queue, const struct sm_ring *ring);

#endif /* SM_AUDIENCE_H */
