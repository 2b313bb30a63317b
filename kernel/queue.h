/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue: the messages that are ready to be read, by priority and then first in
 * first out; the room they take; the ledger that says what became of each.
 *
 * Owner: the group or the mailbox in which it is embedded. A queue dies once,
 * when its owner is removed: then it takes no more, has nothing left and wakes
 * everybody; its memory goes with the owner's last reference.
 *
 * Locks: @lock guards the fields behind it, and also the schedule above the
 * queue, so that ledger and room cover what is delayed. Only the inbox's lock
 * is taken inside it; no user memory is touched under it, nobody is woken
 * under it. What is to be done when it is released is noted in a struct
 * sm_after. The answers to a full and to an empty queue are single words that
 * are read and written with READ_ONCE/WRITE_ONCE. Who waits looks at @priorities and
 * @dead without the lock: LOOK AFTER QUEUEING in bell.h.
 */
#ifndef SM_QUEUE_H
#define SM_QUEUE_H

#include "bell.h"
#include "call.h"
#include "histogram.h"
#include "index.h"
#include "lane.h"
#include "ring.h"
#include "room.h"

#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/synchmess.h>
#include <linux/timerqueue.h>
#include <linux/types.h>

struct sm_label;
struct sm_message;

/* What a send does when the queue is full. */
enum sm_full {
	SM_FULL_FAIL = SYNCHMESS_FULL_FAIL,	/* -ENOSPC */
	SM_FULL_BLOCK = SYNCHMESS_FULL_BLOCK,	/* wait in line, or -EAGAIN with O_NONBLOCK */
	SM_FULL_DROP_OLDEST = SYNCHMESS_FULL_DROP_OLDEST,
};

/* What a read does when the queue is empty. */
enum sm_empty {
	SM_EMPTY_EOF = SYNCHMESS_EMPTY_EOF,	/* 0 bytes */
	SM_EMPTY_AGAIN = SYNCHMESS_EMPTY_AGAIN,	/* -EAGAIN */
	SM_EMPTY_BLOCK = SYNCHMESS_EMPTY_BLOCK,	/* wait, or -EAGAIN with O_NONBLOCK */
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
 * @delivered: taken by a reader, or sent on as a dead letter
 * @queued: ready to be read
 * @scheduled: delayed
 * @leased: in the hands of readers who are not done with them
 * @revoked: taken back before anybody read them
 * @expired: not read before their lifetime ran out
 * @overwritten: gone because the queue was full
 * @dropped: gone because the queue died, or because nobody could be done with them
 *
 * @sent is the sum of all others.
 */
struct sm_ledger {
	u64 sent;
	u64 delivered;
	u64 queued;
	u64 scheduled;
	u64 leased;
	u64 revoked;
	u64 expired;
	u64 overwritten;
	u64 dropped;
};

/**
 * struct sm_queue - ready messages, room, ledger
 * @label: whose it is, for who looks; constant once somebody can send
 * @bell: whom to tell about changes; referenced
 * @full: what a send does when there is no room, an enum sm_full
 * @empty: what a read does when there is nothing, an enum sm_empty
 * @lock: guards all that follows
 * @ready: messages of each priority
 * @priorities: a bit for each priority that has some
 * @ready_bytes: of payload that they have
 * @published: how many messages were ever made readable; the next one's place
 * @expiring: those of @ready that have a lifetime
 * @ring: of the one reader who may take messages, or NULL
 * @index: all messages, also delayed ones, by their number
 * @room: what may be stored, and is
 * @ledger: what became of the messages
 * @histogram: how long they waited; NULL as long as nobody wants to know
 * @scarce: somebody was told that there is no room, and is to be told when there is
 * @dead: the owner was removed; set once
 */
struct sm_queue {
	const struct sm_label *label;
	struct sm_bell *bell;
	unsigned int full;
	unsigned int empty;

	spinlock_t lock;	/* guards the rest */
	struct sm_lane ready[SYNCHMESS_PRIORITIES];
	unsigned long priorities;
	unsigned long ready_bytes;
	u64 published;
	struct timerqueue_head expiring;
	struct sm_ring *ring;
	struct sm_index index;
	struct sm_room room;
	struct sm_ledger ledger;
	struct sm_histogram *histogram;
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
 * sm_queue_close() - the owner is about to be removed: every call fails from now on
 * @queue: to be killed soon
 */
void sm_queue_close(struct sm_queue *queue);

/**
 * sm_queue_kill() - the owner is removed
 * @queue: the queue; killing it again does nothing
 *
 * Drops what is ready and wakes everybody. Context: may sleep.
 */
void sm_queue_kill(struct sm_queue *queue);

/* Has the owner been removed? */
static inline bool sm_queue_is_dead(const struct sm_queue *queue)
{
	return READ_ONCE(queue->dead);
}

/**
 * sm_queue_check() - may a message of this size be sent at all
 * @queue: the queue
 * @size: bytes
 * @why: filled in if it is too long
 *
 * To be asked before the message is made. Context: any.
 * Return: 0, -ENODEV, or -EMSGSIZE.
 */
static inline int sm_queue_check(const struct sm_queue *queue, size_t size,
				 struct sm_refusal *why)
{
	unsigned long most = sm_room_limit(&queue->room, SM_LIMIT_MESSAGE);

	if (unlikely(sm_queue_is_dead(queue)))
		return -ENODEV;
	if (likely(size <= most))
		return 0;
	sm_refuse(why, SYNCHMESS_WHY_MESSAGE_SIZE, size, most);
	return -EMSGSIZE;
}

/**
 * sm_queue_has_messages() - is anything ready to be read
 * @queue: the queue
 */
bool sm_queue_has_messages(struct sm_queue *queue);

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

/**
 * sm_queue_read_histogram() - look how long messages waited
 * @queue: the queue
 * @copy: filled in if there is something
 */
bool sm_queue_read_histogram(struct sm_queue *queue, struct sm_histogram *copy);

/* For sm_queue_grow_index(). */
void sm_queue_enlarge_index(struct sm_queue *queue);

/**
 * sm_queue_grow_index() - give the index more buckets if it has got small
 * @queue: the queue
 *
 * To be called now and then by who sends. Context: may sleep.
 */
static inline void sm_queue_grow_index(struct sm_queue *queue)
{
	/* Any number that it has had a moment ago will do. */
	if (unlikely(sm_index_is_small(&queue->index, data_race(queue->room.messages))))
		sm_queue_enlarge_index(queue);
}

/* For who keeps messages under this queue's lock. */

static inline void sm_queue_lock(struct sm_queue *queue)
	__acquires(&queue->lock)
{
	spin_lock(&queue->lock);
}

/* For sm_queue_unlock(): what is seldom to be done. */
void sm_queue_finish(struct sm_queue *queue, struct sm_after *after);

/**
 * sm_queue_unlock() - release the lock, then do what was left for after it
 * @queue: the queue
 * @after: what to do; empty afterwards
 *
 * Context: may sleep.
 */
static inline void sm_queue_unlock(struct sm_queue *queue, struct sm_after *after)
	__releases(&queue->lock)
{
	spin_unlock(&queue->lock);
	sm_bell_ring_readers(queue->bell, after->published);
	after->published = 0;
	if (unlikely(after->writable || after->served || !list_empty(&after->gone)))
		sm_queue_finish(queue, after);
}

/* For sm_queue_serve_locked(). */
void sm_queue_serve_waiting_locked(struct sm_queue *queue, struct sm_after *after);

/**
 * sm_queue_serve_locked() - there may be more room than before, or other rules
 * @queue: the queue
 * @after: what to do after the unlock
 */
static inline void sm_queue_serve_locked(struct sm_queue *queue, struct sm_after *after)
{
	if (unlikely(queue->scarce || sm_room_is_awaited_locked(&queue->room)))
		sm_queue_serve_waiting_locked(queue, after);
}

/* It is in its lane. */
static inline void sm_queue_count_ready_locked(struct sm_queue *queue,
					       const struct sm_message *message)
{
	lockdep_assert_held(&queue->lock);

	__set_bit(message->priority, &queue->priorities);
	queue->ready_bytes += message->size;
	queue->ledger.queued++;
	if (unlikely(queue->ring))
		sm_ring_tell_locked(queue->ring, SYNCHMESS_RING_MORE);
}

/* For sm_queue_publish_locked(): it is the last to be made readable. */
static inline void sm_queue_push_locked(struct sm_queue *queue, struct sm_message *message)
{
	message->place = ++queue->published;
	sm_lane_append(&queue->ready[message->priority], message);
	sm_queue_count_ready_locked(queue, message);
	if (sm_histograms_are_on())
		sm_histogram_add_depth(&queue->histogram, queue->ledger.queued);
}

/* For sm_queue_publish_locked(). */
void sm_queue_publish_timed_locked(struct sm_queue *queue, struct sm_message *message,
				   struct sm_after *after);

/**
 * sm_queue_publish_locked() - make an admitted message readable
 * @queue: the queue
 * @message: in no list and no tree; the queue's from here on
 * @after: what to do after the unlock
 */
static inline void sm_queue_publish_locked(struct sm_queue *queue, struct sm_message *message,
					   struct sm_after *after)
{
	if (message->is_timed) {
		sm_queue_publish_timed_locked(queue, message, after);
	} else {
		sm_queue_push_locked(queue, message);
		after->published++;
		/* What had room before it was here can be overwritten now. */
		sm_queue_serve_locked(queue, after);
	}
}

/* Also if its lifetime ends only with the clock: then it is in the tree, too. */
static inline bool sm_queue_can_expire(struct sm_message *message)
{
	return message->is_timed && sm_message_timing(message)->lifetime;
}

/* A timed message is readable now: it may have a lifetime. */
void sm_queue_start_expiry_locked(struct sm_queue *queue, struct sm_message *message);

/* To be called before sm_queue_pull_locked() if it may have a lifetime. */
static __always_inline void sm_queue_stop_expiry_locked(struct sm_queue *queue,
							struct sm_message *message)
{
	lockdep_assert_held(&queue->lock);

	if (unlikely(sm_queue_can_expire(message)))
		timerqueue_del(&queue->expiring, &sm_message_timing(message)->node);
}

/* Undoes sm_queue_push_locked(), for a message that does not expire, or not any more. */
static __always_inline void sm_queue_pull_locked(struct sm_queue *queue,
						 struct sm_message *message)
{
	struct sm_lane *lane = &queue->ready[message->priority];

	lockdep_assert_held(&queue->lock);

	sm_lane_remove(lane, message);
	if (sm_lane_is_empty(lane))
		__clear_bit(message->priority, &queue->priorities);
	sm_index_remove_locked(message);
	queue->ready_bytes -= message->size;
	queue->ledger.queued--;
}

static inline struct sm_message *sm_queue_oldest_locked(const struct sm_queue *queue,
							unsigned int priority)
{
	lockdep_assert_held(&queue->lock);

	return sm_lane_first(&queue->ready[priority]);
}

/**
 * sm_queue_unlink_locked() - take a readable message out, whatever becomes of it
 * @queue: the queue, which still counts its room
 * @message: one of those that are ready
 */
void sm_queue_unlink_locked(struct sm_queue *queue, struct sm_message *message);

/**
 * sm_queue_has_line_locked() - do senders wait their turn
 * @queue: the queue; under another rule than block the line is about to be dismissed,
 *	and nobody heeds it
 */
static inline bool sm_queue_has_line_locked(const struct sm_queue *queue)
{
	return queue->full == SM_FULL_BLOCK && sm_room_is_awaited_locked(&queue->room);
}

/**
 * sm_queue_can_overwrite_locked() - could a message have room if the oldest go
 * @queue: the queue; what is delayed stays
 * @size: bytes
 */
bool sm_queue_can_overwrite_locked(const struct sm_queue *queue, size_t size);

/**
 * sm_queue_is_writable_locked() - would a message of any size that is allowed be taken now
 * @queue: the queue
 */
bool sm_queue_is_writable_locked(const struct sm_queue *queue);

/**
 * sm_queue_seems_to_overwrite() - does it make room for a message if need be, seen
 *	without the lock
 * @queue: the queue, of a moment ago
 * @size: bytes
 */
static inline bool sm_queue_seems_to_overwrite(const struct sm_queue *queue, size_t size)
{
	/* Others change them meanwhile: any value that they have had will do. */
	unsigned long messages = data_race(READ_ONCE(queue->ledger.queued));
	/* Likewise. */
	unsigned long bytes = data_race(READ_ONCE(queue->ready_bytes));

	return READ_ONCE(queue->full) == SM_FULL_DROP_OLDEST && !sm_queue_is_dead(queue) &&
	       size <= sm_room_limit(&queue->room, SM_LIMIT_MESSAGE) &&
	       sm_room_seems_to_fit(&queue->room, size, -messages, -bytes);
}

/**
 * sm_queue_overwrite_locked() - drop the oldest message of the lowest priority
 * @queue: the queue; there is one
 * @after: what to do after the unlock
 */
void sm_queue_overwrite_locked(struct sm_queue *queue, struct sm_after *after);

/**
 * sm_queue_release_locked() - give the room of one message back
 * @queue: the queue
 * @size: bytes
 * @after: what to do after the unlock
 */
static inline void sm_queue_release_locked(struct sm_queue *queue, size_t size,
					   struct sm_after *after)
{
	sm_room_give_locked(&queue->room, 1, size);
	sm_queue_serve_locked(queue, after);
}

/**
 * sm_queue_lose_locked() - nobody is to read a message: count it, give its room back
 * @queue: the queue
 * @message: accepted, in no list, no tree and no index any more
 * @reason: where the ledger counts it
 * @after: what to do after the unlock
 */
void sm_queue_lose_locked(struct sm_queue *queue, struct sm_message *message, u64 *reason,
			  struct sm_after *after);

/**
 * sm_queue_expire_one_locked() - drop a readable message if its lifetime has run out
 * @queue: the queue
 * @message: one of those that are ready
 * @after: what to do after the unlock
 *
 * Return: whether it had.
 */
bool sm_queue_expire_one_locked(struct sm_queue *queue, struct sm_message *message,
				struct sm_after *after);

/**
 * sm_queue_expire_locked() - drop messages whose lifetime has run out
 * @queue: the queue
 * @now: the time
 * @most: how many at most
 * @after: what to do after the unlock
 *
 * Return: how many.
 */
unsigned int sm_queue_expire_locked(struct sm_queue *queue, ktime_t now, unsigned int most,
				    struct sm_after *after);

#endif /* SM_QUEUE_H */
