/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An inbox: messages that modules of the kernel have posted, from interrupts too, on
 * their way into a queue. The queue's lock is not for interrupts, and does not
 * become dearer for their sake: a post leaves its message here, and work moves it.
 *
 * What is in here is accepted: it has its memory, and room in the queue was kept for
 * it as far as the queue's rule asks for some. It counts as sent when it is moved.
 *
 * Owner: the schedule in which it is embedded, beside its queue.
 *
 * Locks: @lock, which is taken with interrupts off, guards the fields behind it. It is
 * a leaf, and the only lock that is taken inside the queue's: a message takes room in
 * the queue and leaves the inbox under both, so that who looks at both under @lock
 * counts it once. Only a holder of the queue's lock takes messages out.
 */
#ifndef SM_INBOX_H
#define SM_INBOX_H

#include <linux/list.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

struct sm_message;
struct sm_queue;

/**
 * struct sm_inbox - posted messages
 * @queue: where they go; constant
 * @lock: guards all that follows
 * @messages: oldest first
 * @count: how many
 * @bytes: of payload that they have
 * @is_closed: takes no more; set once
 */
struct sm_inbox {
	struct sm_queue *queue;
	spinlock_t lock;	/* guards the rest */
	struct list_head messages;
	unsigned long count;
	unsigned long bytes;
	bool is_closed;
};

void sm_inbox_init(struct sm_inbox *inbox, struct sm_queue *queue);

/**
 * sm_inbox_put() - accept a message
 * @inbox: the inbox
 * @message: the message; not the caller's any more when the call succeeds
 *
 * Never more is accepted than the queue has room for, but for what others send before
 * the message is moved. A queue that overwrites has room for whatever could
 * ever fit: the oldest go when the message is moved.
 *
 * Context: any but NMI.
 * Return: 0; -ENODEV; when it does not fit now -ENOSPC, or -EAGAIN where others wait
 * for room; when it never will -EMSGSIZE where others wait, else -ENOSPC.
 */
int sm_inbox_put(struct sm_inbox *inbox, struct sm_message *message);

/**
 * sm_inbox_publish() - make a portion of the messages readable, in order
 * @inbox: the inbox; if its queue is dead they are dropped
 *
 * Context: may sleep.
 * Return: whether there may be more.
 */
bool sm_inbox_publish(struct sm_inbox *inbox);

/* Accepts nothing from now on. */
void sm_inbox_close(struct sm_inbox *inbox);

#endif /* SM_INBOX_H */
