/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The room of a queue: how much may be stored, how much is, and the line of
 * senders who wait until theirs fits.
 *
 * The line is served in the order of coming, and who comes does not pass it: a
 * large message cannot be starved by small ones. What was taken for somebody in
 * line is his before he wakes.
 *
 * Owner: the queue in which it is embedded. Locks: the queue's lock guards the
 * fields behind it; limits are single words, read and written with
 * READ_ONCE/WRITE_ONCE.
 */
#ifndef SM_ROOM_H
#define SM_ROOM_H

#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock_types.h>

struct sm_parameter;
struct sm_refusal;
struct task_struct;

enum sm_limit {
	SM_LIMIT_MESSAGE,	/* bytes of one message */
	SM_LIMIT_STORAGE,	/* bytes of all messages, delayed ones included */
	SM_LIMIT_LENGTH,	/* messages, delayed ones included */
	SM_LIMITS
};

/* For each limit where to look when a queue has none of its own, or NULL. */
struct sm_limit_defaults {
	const struct sm_parameter *of[SM_LIMITS];
};

/**
 * struct sm_room - what a queue may store
 * @defaults: of the limits; constant
 * @limits: where each limit is: in @own or in a default
 * @own: the queue's own limits; where it follows the default, anything
 * @lock: the queue's; guards all that follows
 * @bytes: of payload stored
 * @messages: stored
 * @line: senders who wait, a struct turn each
 */
struct sm_room {
	const struct sm_limit_defaults *defaults;
	const unsigned long *limits[SM_LIMITS];
	unsigned long own[SM_LIMITS];
	spinlock_t *lock;	/* guards the rest */
	unsigned long bytes;
	unsigned long messages;
	struct list_head line;
};

void sm_room_init(struct sm_room *room,
		  const struct sm_limit_defaults *defaults, spinlock_t *lock);

/**
 * sm_room_limit() - a limit that holds now, the queue's own or the default
 * @room: the room
 * @limit: which
 *
 * Context: any. Return: the limit, ULONG_MAX for none.
 */
static inline unsigned long sm_room_limit(const struct sm_room *room, enum sm_limit limit)
{
	return READ_ONCE(*READ_ONCE(room->limits[limit]));
}

/**
 * sm_room_set_limit() - give a queue a limit of its own
 * @room: the room
 * @limit: which
 * @value: from now on; 0: the default
 *
 * Context: any.
 */
void sm_room_set_limit(struct sm_room *room, enum sm_limit limit, unsigned long value);

/**
 * sm_room_would_fit_locked() - would a message fit if others were gone
 * @room: the room
 * @size: bytes
 * @messages: how many others
 * @bytes: of payload that these have
 */
static inline bool sm_room_would_fit_locked(const struct sm_room *room, size_t size,
					    unsigned long messages, unsigned long bytes)
{
	unsigned long most = sm_room_limit(room, SM_LIMIT_STORAGE);
	unsigned long left = room->bytes - bytes;

	lockdep_assert_held(room->lock);

	/* More than the limit may be stored already: it may have been lowered. */
	return left <= most && size <= most - left &&
	       room->messages - messages < sm_room_limit(room, SM_LIMIT_LENGTH);
}

/**
 * sm_room_fits_locked() - does a message of this size fit now
 * @room: the room
 * @size: bytes
 */
static inline bool sm_room_fits_locked(const struct sm_room *room, size_t size)
{
	return sm_room_would_fit_locked(room, size, 0, 0);
}

/**
 * sm_room_refuse_locked() - note why a message does not fit
 * @room: the room
 * @why: filled in
 */
void sm_room_refuse_locked(const struct sm_room *room, struct sm_refusal *why);

/**
 * sm_room_take_locked() - take room for one message
 * @room: the room
 * @size: bytes; limits do not apply
 */
static inline void sm_room_take_locked(struct sm_room *room, size_t size)
{
	lockdep_assert_held(room->lock);

	room->bytes += size;
	room->messages++;
}

/**
 * sm_room_give_locked() - give room back
 * @room: the room
 * @messages: of so many messages
 * @bytes: so many bytes of payload
 */
static inline void sm_room_give_locked(struct sm_room *room, unsigned long messages,
				       unsigned long bytes)
{
	lockdep_assert_held(room->lock);

	room->bytes -= bytes;
	room->messages -= messages;
}

/**
 * sm_room_seems_to_fit() - does a message of this size fit, seen without the lock
 * @room: the room, of a moment ago
 * @size: bytes
 * @messages: how many others have been promised room that they have not taken yet
 * @bytes: of payload that these have
 *
 * Context: any.
 */
static inline bool sm_room_seems_to_fit(const struct sm_room *room, size_t size,
					unsigned long messages, unsigned long bytes)
{
	unsigned long most = sm_room_limit(room, SM_LIMIT_STORAGE);
	/* Others change it meanwhile: any value that it has had will do. */
	unsigned long taken = data_race(READ_ONCE(room->bytes)) + bytes;
	/* Likewise. */
	unsigned long stored = data_race(READ_ONCE(room->messages)) + messages;

	return taken <= most && size <= most - taken &&
	       stored < sm_room_limit(room, SM_LIMIT_LENGTH);
}

/* Does anybody stand in line? Without the lock the answer is of a moment ago. */
static inline bool sm_room_is_awaited(const struct sm_room *room)
{
	return !list_empty(&room->line);
}

/* Then who comes now waits behind him. */
static inline bool sm_room_is_awaited_locked(const struct sm_room *room)
{
	return sm_room_is_awaited(room);
}

/**
 * sm_room_wait_locked() - stand in line, take room when it is one's turn
 * @room: the room; its lock is released while asleep
 * @size: bytes
 * @deadline: when to give up
 *
 * Return: 0 when room was taken, also when a signal or the deadline came at the same
 * time; -EMSGSIZE when it will never fit; -ERESTARTSYS, -ETIMEDOUT, or what
 * sm_room_dismiss() said.
 */
int sm_room_wait_locked(struct sm_room *room, size_t size, ktime_t deadline);

/**
 * sm_room_serve_locked() - let the first in line take room, if his message fits,
 *	or go, if it never will
 * @room: the room, perhaps of another size than before
 *
 * Who is served calls this again when he wakes, so that all whose messages fit get
 * their turn.
 *
 * Return: for sm_waiter_wake() after the unlock.
 */
struct task_struct *sm_room_serve_locked(struct sm_room *room);

/**
 * sm_room_dismiss() - send all who stand in line now away
 * @room: the room
 * @reason: what their sm_room_wait_locked() returns
 *
 * Context: the lock is not held.
 */
void sm_room_dismiss(struct sm_room *room, int reason);

#endif /* SM_ROOM_H */
