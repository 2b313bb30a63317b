// SPDX-License-Identifier: GPL-2.0
#include "listener.h"

#include "bell.h"
#include "queue.h"

#include <linux/container_of.h>
#include <linux/poll.h>

/* Several messages may have come since; or others may have taken them all. */
static void look(struct work_struct *work)
{
	struct sm_listener *listener = container_of(work, struct sm_listener, work);

	if (sm_queue_has_messages(listener->queue))
		listener->call(listener->data);
}

/* Rung in whatever context the sender is, with interrupts off. */
static int hear(struct wait_queue_entry *wait, unsigned int mode, int flags, void *key)
{
	struct sm_listener *listener = container_of(wait, struct sm_listener, wait);

	if (key_to_poll(key) & EPOLLIN)
		schedule_work(&listener->work);
	return 0;
}

/* See LOOK AFTER QUEUEING. */
void sm_listener_start(struct sm_listener *listener, struct sm_queue *queue,
		       void (*call)(void *data), void *data)
{
	listener->queue = queue;
	listener->call = call;
	listener->data = data;
	INIT_WORK(&listener->work, look);
	init_waitqueue_func_entry(&listener->wait, hear);
	add_wait_queue(&queue->bell->readers, &listener->wait);
	schedule_work(&listener->work);
}

void sm_listener_stop(struct sm_listener *listener)
{
	remove_wait_queue(&listener->queue->bell->readers, &listener->wait);
	cancel_work_sync(&listener->work);
}
