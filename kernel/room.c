// SPDX-License-Identifier: GPL-2.0
#include "room.h"

#include "call.h"
#include "deadline.h"
#include "parameter.h"

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/spinlock.h>
#include <linux/synchmess.h>

#define WAITING 1

/**
 * struct turn - a sender in line
 * @in_line: guarded by the queue's lock; empty once he is out of it
 * @sender: who sleeps
 * @size: bytes that he wants to store
 * @result: WAITING, or what the wait returns
 */
struct turn {
	struct list_head in_line;
	struct task_struct *sender;
	size_t size;
	int result;
};

void sm_room_init(struct sm_room *room, const struct sm_limit_defaults *defaults,
		  spinlock_t *lock)
{
	room->defaults = defaults;
	room->lock = lock;
	INIT_LIST_HEAD(&room->line);
}

unsigned long sm_room_limit(const struct sm_room *room, enum sm_limit limit)
{
	unsigned long own = READ_ONCE(room->limits[limit]);
	const struct sm_parameter *fallback = room->defaults->of[limit];

	if (own)
		return own;
	return fallback ? sm_parameter_get(fallback) : ULONG_MAX;
}

bool sm_room_would_fit_locked(const struct sm_room *room, size_t size, unsigned long messages,
			      unsigned long bytes)
{
	unsigned long most = sm_room_limit(room, SM_LIMIT_STORAGE);
	unsigned long left = room->bytes - bytes;

	lockdep_assert_held(room->lock);

	/* More than the limit may be stored already: it may have been lowered. */
	return left <= most && size <= most - left &&
	       room->messages - messages < sm_room_limit(room, SM_LIMIT_LENGTH);
}

bool sm_room_fits_locked(const struct sm_room *room, size_t size)
{
	return sm_room_would_fit_locked(room, size, 0, 0);
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

void sm_room_take_locked(struct sm_room *room, size_t size)
{
	lockdep_assert_held(room->lock);

	room->bytes += size;
	room->messages++;
}

void sm_room_give_locked(struct sm_room *room, unsigned long messages, unsigned long bytes)
{
	lockdep_assert_held(room->lock);

	room->bytes -= bytes;
	room->messages -= messages;
}

int sm_room_wait_locked(struct sm_room *room, size_t size, ktime_t deadline)
{
	struct turn turn = { .sender = current, .size = size, .result = WAITING };
	int err = 0;

	lockdep_assert_held(room->lock);

	list_add_tail(&turn.in_line, &room->line);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		/* Success beats whatever came at the same time. */
		if (turn.result != WAITING || err)
			break;
		if (signal_pending(current)) {
			err = -ERESTARTSYS;
			break;
		}
		spin_unlock(room->lock);
		err = sm_deadline_sleep(deadline);
		spin_lock(room->lock);
	}
	__set_current_state(TASK_RUNNING);

	if (turn.result != WAITING)
		return turn.result;
	list_del(&turn.in_line);
	return err;
}

/* Out of the line; his struct turn may be gone as soon as the lock is. */
static struct task_struct *end_turn_locked(struct turn *turn, int result)
{
	struct task_struct *sender = get_task_struct(turn->sender);

	list_del(&turn->in_line);
	turn->result = result;
	return sender;
}

struct task_struct *sm_room_serve_locked(struct sm_room *room)
{
	struct turn *turn;

	lockdep_assert_held(room->lock);

	turn = list_first_entry_or_null(&room->line, struct turn, in_line);
	if (!turn)
		return NULL;
	if (turn->size > sm_room_limit(room, SM_LIMIT_STORAGE))
		return end_turn_locked(turn, -EMSGSIZE);
	if (!sm_room_fits_locked(room, turn->size))
		return NULL;
	sm_room_take_locked(room, turn->size);
	return end_turn_locked(turn, 0);
}

static struct task_struct *dismiss_first(struct sm_room *room, struct list_head *leaving,
					 int reason)
{
	struct task_struct *sender = NULL;
	struct turn *turn;

	spin_lock(room->lock);
	turn = list_first_entry_or_null(leaving, struct turn, in_line);
	if (turn)
		sender = end_turn_locked(turn, reason);
	spin_unlock(room->lock);
	return sender;
}

void sm_room_dismiss(struct sm_room *room, int reason)
{
	struct task_struct *sender;
	LIST_HEAD(leaving);

	/* Who is sent away may come back at once: not into this line. */
	spin_lock(room->lock);
	list_splice_init(&room->line, &leaving);
	spin_unlock(room->lock);

	while ((sender = dismiss_first(room, &leaving, reason)))
		sm_room_wake(sender);
}

void sm_room_wake(struct task_struct *sender)
{
	if (!sender)
		return;
	wake_up_process(sender);
	put_task_struct(sender);
}
