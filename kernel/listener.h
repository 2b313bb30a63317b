/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A listener: a function of another module that is called when there is something to
 * read in a queue. It lies among the queue's sleeping readers, so that sends
 * cost nothing where nobody listens.
 *
 * Owner: who started it, and stops it before the queue goes. The function runs as work
 * of the system, one call at a time.
 */
#ifndef SM_LISTENER_H
#define SM_LISTENER_H

#include <linux/wait.h>
#include <linux/workqueue.h>

struct sm_queue;

/**
 * struct sm_listener - whom to call
 * @wait: among the readers of the queue's bell
 * @work: looks, and calls
 * @queue: where to look
 * @call: the function
 * @data: for @call
 */
struct sm_listener {
	struct wait_queue_entry wait;
	struct work_struct work;
	struct sm_queue *queue;
	void (*call)(void *data);
	void *data;
};

/**
 * sm_listener_start() - call a function whenever something is to be read
 * @listener: to be stopped some time
 * @queue: where
 * @call: the function; called at least once after the queue has turned non-empty, and
 *	at the beginning if it is not empty
 * @data: for @call
 */
void sm_listener_start(struct sm_listener *listener, struct sm_queue *queue,
		       void (*call)(void *data), void *data);

/**
 * sm_listener_stop() - no more calls
 * @listener: was started; not from its own function
 *
 * Waits until the function has returned. Context: may sleep.
 */
void sm_listener_stop(struct sm_listener *listener);

#endif /* SM_LISTENER_H */
