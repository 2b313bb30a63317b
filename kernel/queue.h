/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue: the messages that are ready to be read, first in first out; the
 * limits they keep; the ledger that says what became of each; and the readers
 * who wait.
 *
 * Owner: the group or the mailbox in which it is embedded. A queue dies once,
 * when its owner is removed: then it takes no more, has nothing left and wakes
 * everybody; its memory goes with the owner's last reference.
 *
 * Locks: @lock guards the fields behind it, and also the schedule above the
 * queue, so that ledger and limits cover what is delayed. It is a leaf: nothing
 * is taken inside it, no user memory is touched under it, nobody is woken
 * under it. Limits and answers to an empty read are single words that are
 * read and written with READ_ONCE/WRITE_ONCE.
 */
#ifndef SM_QUEUE_H
#define SM_QUEUE_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct sm_message;

/* What a send does when the queue is full. */
enum sm_full {
	SM_FULL_FAIL,		/* -ENOSPC */
	SM_FULL_OVERWRITE,	/* the oldest message goes */
};

/* What a read does when the queue is empty. */
enum sm_empty {
	SM_EMPTY_EOF,		/* 0 bytes */
	SM_EMPTY_AGAIN,		/* -EAGAIN */
	SM_EMPTY_BLOCK,		/* wait, or -EAGAIN with O_NONBLOCK */
};

enum sm_limit {
	SM_LIMIT_MESSAGE,	/* bytes of one message */
	SM_LIMIT_STORAGE,	/* bytes of all messages, delayed ones included */
	SM_LIMIT_LENGTH,	/* messages that are ready */
	SM_LIMITS
};

/**
 * struct sm_queue_rules - how a kind of queue behaves
 * @defaults: for each limit where to look when the queue has none of its own
 * @full: what a send does when the queue is full
 * @empty: what a read does at first when the queue is empty
 */
struct sm_queue_rules {
	const struct sm_parameter *defaults[SM_LIMITS];
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
 * struct sm_queue - ready messages, limits, ledger, waiting readers
 * @rules: how this kind of queue behaves; constant
 * @limits: the queue's own limits, 0 where it follows the default
 * @empty: what a read does when there is nothing, an enum sm_empty
 * @readers: readers that sleep
 * @lock: guards all that follows
 * @ready: messages, oldest first
 * @stored: bytes of payload, ready and delayed
 * @published: how many messages were ever made readable; the next one's place
 * @ledger: what became of the messages
 * @waiting: how many readers sleep or are about to
 * @dead: the owner was removed; set once
 */
struct sm_queue {
	const struct sm_queue_rules *rules;
	unsigned long limits[SM_LIMITS];
	unsigned int empty;
	wait_queue_head_t readers;

	spinlock_t lock;	/* guards the rest */
	struct list_head ready;
	unsigned long stored;
	u64 published;
	struct sm_ledger ledger;
	unsigned int waiting;
	bool dead;
};

void sm_queue_init(struct sm_queue *queue, const struct sm_queue_rules *rules);

/**
 * sm_queue_kill() - the owner is removed
 * @queue: the queue; killing it again does nothing
 *
 * Drops what is ready and wakes every reader. Context: may sleep.
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
 *
 * Context: may sleep.
 * Return: 0, -ENODEV, or -ENOSPC.
 */
int sm_queue_send(struct sm_queue *queue, struct sm_message *message);

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
 * dropped if the queue died meanwhile. If others have filled the queue, and that is
 * its rule, the oldest message is overwritten, which need not be this one.
 *
 * Context: may sleep.
 */
void sm_queue_put_back(struct sm_queue *queue, struct sm_message *message);

/**
 * sm_queue_wait() - sleep until sm_queue_take() may have something
 * @queue: the queue
 *
 * One message wakes one reader; another may still be faster, so try again.
 * Returns, too, when the queue dies or stops being one on which to block.
 * Return: 0, or -ERESTARTSYS.
 */
int sm_queue_wait(struct sm_queue *queue);

/**
 * sm_queue_set_empty() - change what a read of an empty queue does
 * @queue: the queue
 * @empty: the new answer; who sleeps now is woken to give it
 */
void sm_queue_set_empty(struct sm_queue *queue, enum sm_empty empty);

/**
 * sm_queue_limit() - a limit that holds now, the queue's own or the default
 * @queue: the queue
 * @limit: which
 */
unsigned long sm_queue_limit(const struct sm_queue *queue, enum sm_limit limit);

/**
 * sm_queue_read_ledger() - look at the books
 * @queue: the queue
 * @ledger: filled in, all of one moment
 * @stored: filled in with the bytes stored at that moment
 */
void sm_queue_read_ledger(struct sm_queue *queue, struct sm_ledger *ledger,
			  unsigned long *stored);

/* For the schedule, which keeps its messages under this queue's lock. */

/**
 * sm_queue_admit_locked() - reserve a message's place in the limits
 * @queue: the queue
 * @message: to be delayed or published next
 *
 * Return: 0, -ENODEV, or -ENOSPC.
 */
int sm_queue_admit_locked(struct sm_queue *queue, const struct sm_message *message);

/**
 * sm_queue_publish_locked() - make an admitted message readable
 * @queue: the queue
 * @message: in no list and no schedule; the queue's from here on
 */
void sm_queue_publish_locked(struct sm_queue *queue, struct sm_message *message);

/**
 * sm_queue_waiting_locked() - how many readers to wake after the unlock
 * @queue: the queue
 * @published: so many messages became readable
 */
unsigned int sm_queue_waiting_locked(const struct sm_queue *queue, unsigned int published);

/**
 * sm_queue_wake() - wake readers
 * @queue: the queue, not locked
 * @count: what sm_queue_waiting_locked() returned; 0 for none
 */
void sm_queue_wake(struct sm_queue *queue, unsigned int count);

#endif /* SM_QUEUE_H */
