/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shortcut: how a message gets into the ring of its reader without having been in
 * the queue. It is open while the queue is empty and nothing is special about the
 * message; whoever finds it closed sends as ever, and the reader fetches that.
 *
 * It has no state of its own: the queue's lock guards everything.
 */
#ifndef SM_SHORTCUT_H
#define SM_SHORTCUT_H

#include "copy.h"
#include "failure.h"
#include "payload.h"
#include "queue.h"

#include <linux/compiler.h>
#include <linux/types.h>

struct sm_message;
struct sm_sender;

/* Is it worth trying for such a write(2)? Context: any. */
static inline bool sm_shortcut_is_open(const struct sm_queue *queue,
				       const struct sm_payload *from)
{
	return unlikely(READ_ONCE(queue->ring)) && from->size && sm_copy_is_short(from->size) &&
	       !from->parts && !sm_failures_are_wanted();
}

/**
 * sm_shortcut_write() - send what a writer passed, without making a message of it
 * @queue: the queue
 * @sender: who sends
 * @from: the bytes, of which sm_shortcut_is_open()
 *
 * Context: may sleep.
 * Return: whether it was sent.
 */
bool sm_shortcut_write(struct sm_queue *queue, struct sm_sender *sender,
		       const struct sm_payload *from);

/**
 * sm_shortcut_take_locked() - send a message
 * @queue: that has a ring
 * @message: gets its number; if this succeeds it is gone after the unlock
 * @after: what to do then
 *
 * Return: whether it was sent.
 */
bool sm_shortcut_take_locked(struct sm_queue *queue, struct sm_message *message,
			     struct sm_after *after);

#endif /* SM_SHORTCUT_H */
