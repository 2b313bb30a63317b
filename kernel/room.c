// SPDX-License-Identifier: GPL-2.0
#include "room.h"

#include "call.h"
#include "parameter.h"
#include "waiter.h"

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>
#include <linux/synchmess.h>

/**
 * struct turn - a sender in line
 * @waiter: the sender, guarded by the queue's lock
 * @size: bytes that he wants to store
 */
struct turn {
	struct sm_waiter waiter;
	size_t size;
};

static const unsigned long unlimited = ULONG_MAX;

static const unsigned long *default_of(const struct sm_room *room, enum sm_limit limit)
{
	const struct sm_parameter *parameter = room->defaults->of[limit];

	return parameter ? &parameter->value : &unlimited;
}

void sm_room_init(struct sm_room *room, const struct sm_limit_defaults *defaults,
		  spinlock_t *lock)
{
	enum sm_limit limit;

	room->defaults = defaults;
	for (limit = 0; limit < SM_LIMITS; limit++)
		room->limits[limit] = default_of(room, limit);
	room->lock = lock;
	INIT_LIST_HEAD(&room->line);
}

void sm_room_set_limit(struct sm_room *room, enum sm_limit limit, unsigned long value)
{
	if (value)
		WRITE_ONCE(room->own[limit], value);
	/* Who finds it there finds the value, too. */
	smp_store_release(&room->limits[limit],
			  value ? &room->own[limit] : default_of(room, limit));
}

void sm_room_refuse_locked(const struct sm_room *room, struct sm_refusal *why)
{
	unsigned long length = sm_room_limit(room, SM_LIMIT_LENGTH);

	lockdep_assert_held(room->lock);

	if (room->messages >= length)
		sm_refuse(why, SYNCHMESS_WHY_MESSAGES, room->messages, length);
	else
		sm_refuse(why, SYNCHMESS_WHY_STORAGE, room->bytes,
			  sm_room_limit(room, SM_LIMIT_STORAGE));
}

int sm_room_wait_locked(struct sm_room *room, size_t size, ktime_t deadline)
{
	struct turn turn = { .size = size };

	return sm_waiter_wait_locked(&turn.waiter, &room->line, room->lock, deadline);
}

struct task_struct *sm_room_serve_locked(struct sm_room *room)
{
	struct turn *turn;

	lockdep_assert_held(room->lock);

	turn = list_first_entry_or_null(&room->line, struct turn, waiter.in_line);
	if (!turn)
		return NULL;
	if (turn->size > sm_room_limit(room, SM_LIMIT_STORAGE))
		return sm_waiter_dismiss_locked(&turn->waiter, -EMSGSIZE);
	if (!sm_room_fits_locked(room, turn->size))
		return NULL;
	sm_room_take_locked(room, turn->size);
	return sm_waiter_dismiss_locked(&turn->waiter, 0);
}

void sm_room_dismiss(struct sm_room *room, int reason)
{
	struct turn *turn;
	LIST_HEAD(leaving);

	/* Who is sent away may come back at once: that is another turn. */
	spin_lock(room->lock);
	list_for_each_entry(turn, &room->line, waiter.in_line)
		sm_waiter_end_locked(&turn->waiter, reason);
	list_splice_init(&room->line, &leaving);
	spin_unlock(room->lock);

	sm_waiters_wake(&leaving);
}
