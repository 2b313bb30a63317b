/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue: the messages that are ready to be read, first in first out; the
 * room they take; the ledger that says what became of each.
 *
 * Owner: the group or the mailbox in which it is embedded. A queue dies once,
 * when its owner is removed: then it takes no more, has nothing left and wakes
 * everybody; its memory goes with the owner's last reference.
 *
 * Locks: @lock guards the fields behind it, and also the schedule above the
 * queue, so that ledger and room cover what is delayed. It is a leaf: nothing
 * is taken inside it, no user memory is touched under it, nobody is woken
 * under it. What is to be done when it is released is noted in a struct
 * sm_after. The answers to a full and to an empty queue are single words that
 * are read and written with READ_ONCE/WRITE_ONCE.
 */
#ifndef SM_QUEUE_H
#define SM_QUEUE_H

#include "room.h"

#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct sm_bell;
struct sm_message;

/* What a send does when the queue is full. */
enum sm_full {
	SM_FULL_FAIL,		/* -ENOSPC */
	SM_FULL_BLOCK,		/* wait in line, or -EAGAIN with O_NONBLOCK */
	SM_FULL_DROP_OLDEST,	/* the oldest messages go */
};

/* What a read does when the queue is empty. */
enum sm_empty {
	SM_EMPTY_EOF,		/* 0 bytes */
	SM_EMPTY_AGAIN,		/* -EAGAIN */
	SM_EMPTY_BLOCK,		/* wait, or -EAGAIN with O_NONBLOCK */
};

/**
 * struct sm_queue_rules - how a kind of queue behaves
 * @limits: where to look for a limit when the queue has none of its own
 * @full: what a send does at first when the queue is full
 * @empty: what a read does at first when the queue is empty
 */
struct sm_queue_rules {
	struct sm_limit_defaults limits;
	enum sm_full full;
	enum sm_empty empty;
};

/**
 * struct sm_ledger - what became of the messages
 * @sent: accepted
 * @delivered: taken by a reader
 * @queued: ready to be read
 * @scheduled: delayed
 * @revoked: taken back before they were published
 * @overwritten: gone because the queue was full
 * @dropped: gone because the queue died
 *
 * @sent is the sum of all others.
 */
struct sm_ledger {
	u64 sent;
	u64 delivered;
	u64 queued;
	u64 scheduled;
	u64 revoked;
	u64 overwritten;
	u64 dropped;
};

/**
 * struct sm_queue - ready messages, room, ledger
 * @bell: whom to tell about changes; referenced
 * @full: what a send does when there is no room, an enum sm_full
 * @empty: what a read does when there is nothing, an enum sm_empty
 * @lock: guards all that follows
 * @ready: messages, oldest first
 * @ready_bytes: of payload that they have
 * @published: how many messages were ever made readable; the next one's place
 * @room: what may be stored, and is
 * @ledger: what became of the messages
 * @scarce: somebody was told that there is no room, and is to be told when there is
 * @dead: the owner was removed; set once
 */
struct sm_queue {
	struct sm_bell *bell;
	unsigned int full;
	unsigned int empty;

	spinlock_t lock;	/* guards the rest */
	struct list_head ready;
	unsigned long ready_bytes;
	u64 published;
	struct sm_room room;
	struct sm_ledger ledger;
	bool scarce;
	bool dead;
};

/**
 * struct sm_after - what a holder of the lock leaves to do for after it
 * @published: so many messages became readable
 * @writable: there is room again, and somebody was told that there was none
 * @served: a sender in line who has his room now, or NULL
 * @gone: messages to free
 */
struct sm_after {
	unsigned int published;
	bool writable;
	struct task_struct *served;
	struct list_head gone;
};

#define SM_DEFINE_AFTER(name)	struct sm_after name = { .gone = LIST_HEAD_INIT((name).gone) }

/**
 * sm_queue_init() - make a queue usable
 * @queue: the queue
 * @rules: how this kind of queue behaves; constant
 * @bell: whom to tell about changes; the queue's reference from here on
 */
void sm_queue_init(struct sm_queue *queue, const struct sm_queue_rules *rules,
		   struct sm_bell *bell);

/**
 * sm_queue_destroy() - undo sm_queue_init()
 * @queue: dead, or never used
 */
void sm_queue_destroy(struct sm_queue *queue);

/**
 * sm_queue_kill() - the owner is removed
 * @queue: the queue; killing it again does nothing
 *
 * Drops what is ready and wakes everybody. Context: may sleep.
 */
void sm_queue_kill(struct sm_queue *queue);

/**
 * sm_queue_check() - may a message of this size be sent at all
 * @queue: the queue
 * @size: bytes
 *
 * To be asked before the message is made. Context: any.
 * Return: 0, -ENODEV, or -EMSGSIZE.
 */
int sm_queue_check(const struct sm_queue *queue, size_t size);

/**
 * sm_queue_send() - publish a message at once
 * @queue: the queue
 * @message: the message; the queue's from here on when the call succeeds
 * @deadline: until when to wait for room
 *
 * Context: may sleep.
 * Return: as sm_queue_admit_locked().
 */
int sm_queue_send(struct sm_queue *queue, struct sm_message *message, ktime_t deadline);

/**
 * sm_queue_take() - take the oldest message
 * @queue: the queue
 *
 * The caller owns what it took: to free, or to put back.
 * Return: the message, NULL when there is none, or ERR_PTR(-ENODEV).
 */
struct sm_message *sm_queue_take(struct sm_queue *queue);

/**
 * sm_queue_put_back() - undo sm_queue_take()
 * @queue: the queue it was taken from; no limit in bytes applies
 * @message: the message; the queue's again, or gone
 *
 * It goes where it was, also if others are put back in another order. It is
 * dropped if the queue died meanwhile, and overwritten if that is the fate of the
 * oldest message and others have filled the queue.
 *
 * Context: may sleep.
 */
void sm_queue_put_back(struct sm_queue *queue, struct sm_message *message);

/**
 * sm_queue_wait() - sleep until sm_queue_take() may have something
 * @queue: the queue
 * @deadline: until when
 *
 * One message wakes one reader; another may still be faster, so try again.
 * Returns, too, when the queue dies or stops being one on which to block.
 * Return: 0, -ERESTARTSYS, or -ETIMEDOUT.
 */
int sm_queue_wait(struct sm_queue *queue, ktime_t deadline);

/**
 * sm_queue_poll() - what can be done without waiting
 * @queue: the queue
 *
 * Whoever is told that there is no room is told when there is.
 * Return: EPOLLIN, EPOLLOUT (a message of any size that is allowed fits), EPOLLHUP.
 */
__poll_t sm_queue_poll(struct sm_queue *queue);

/**
 * sm_queue_set_empty() - change what a read of an empty queue does
 * @queue: the queue
 * @empty: the new answer; who sleeps now is woken to give it
 */
void sm_queue_set_empty(struct sm_queue *queue, enum sm_empty empty);

/**
 * sm_queue_set_full() - change what a send to a full queue does
 * @queue: the queue
 * @full: the new answer; who stands in line gets it, too
 */
void sm_queue_set_full(struct sm_queue *queue, enum sm_full full);

/**
 * sm_queue_serve() - tell those who wait for room that limits have changed
 * @queue: the queue
 *
 * Context: may sleep.
 */
void sm_queue_serve(struct sm_queue *queue);

/**
 * sm_queue_read_ledger() - look at the books
 * @queue: the queue
 * @ledger: filled in, all of one moment
 * @stored: filled in with the bytes stored at that moment
 */
void sm_queue_read_ledger(struct sm_queue *queue, struct sm_ledger *ledger,
			  unsigned long *stored);

/* For who keeps messages under this queue's lock. */

static inline void sm_queue_lock(struct sm_queue *queue)
	__acquires(&queue->lock)
{
	spin_lock(&queue->lock);
}

/**
 * sm_queue_unlock() - release the lock, then do what was left for after it
 * @queue: the queue
 * @after: what to do; empty afterwards
 *
 * Context: may sleep.
 */
void sm_queue_unlock(struct sm_queue *queue, struct sm_after *after)
	__releases(&queue->lock);

/**
 * sm_queue_admit_locked() - take room for a message, by waiting or overwriting
 *	if that is what a full queue does
 * @queue: the queue; its lock may be released for a while
 * @size: bytes
 * @deadline: until when to wait
 * @after: what to do after the unlock
 *
 * Return: 0, and the message counts as sent; -ENODEV; -ENOSPC; -EMSGSIZE when it
 * would wait in vain; -EAGAIN when it may not wait; -ETIMEDOUT; -ERESTARTSYS.
 */
int sm_queue_admit_locked(struct sm_queue *queue, size_t size, ktime_t deadline,
			  struct sm_after *after);

/**
 * sm_queue_publish_locked() - make an admitted message readable
 * @queue: the queue
 * @message: in no list and no schedule; the queue's from here on
 * @after: what to do after the unlock
 */
void sm_queue_publish_locked(struct sm_queue *queue, struct sm_message *message,
			     struct sm_after *after);

/**
 * sm_queue_release_locked() - give back the room of messages that are gone
 * @queue: the queue
 * @messages: how many
 * @bytes: of payload
 * @after: what to do after the unlock
 */
void sm_queue_release_locked(struct sm_queue *queue, unsigned long messages,
			     unsigned long bytes, struct sm_after *after);

#endif /* SM_QUEUE_H */
