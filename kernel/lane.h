/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A lane: the messages of one priority that are ready to be read, in the order of
 * their places.
 *
 * What is published comes last. What comes back, after it was taken or lent, belongs
 * before all that was published and never taken, since only the first is ever
 * taken; among its like it may come in any order, from somebody who has a million of
 * them. Those are in a tree: before all below it is each of them, and which branch
 * leads to another is told by one more bit of its place at each step down, the lowest
 * first. So no way is longer than 64 steps, whatever comes and goes, and nothing has
 * to be balanced.
 *
 * Locks: those of the queue.
 */
#ifndef SM_LANE_H
#define SM_LANE_H

#include "message.h"

#include <linux/compiler.h>
#include <linux/list.h>

/**
 * struct sm_lane - messages of one priority
 * @back: the first of those that came back, by &sm_message.later; all of them before
 *	those of @fresh
 * @fresh: those that nobody has taken so far, by &sm_message.fresh
 * @end: where the next of them is to be hung up
 */
struct sm_lane {
	struct sm_message *back;
	struct hlist_head fresh;
	struct hlist_node **end;
};

void sm_lane_init(struct sm_lane *lane);

static inline bool sm_lane_is_empty(const struct sm_lane *lane)
{
	return hlist_empty(&lane->fresh) && !lane->back;
}

/* The oldest one. The lane is not empty. */
static inline struct sm_message *sm_lane_first(const struct sm_lane *lane)
{
	if (unlikely(lane->back))
		return lane->back;
	return hlist_entry(lane->fresh.first, struct sm_message, fresh);
}

/* Its place is behind all others; it has not come back. */
static inline void sm_lane_append(struct sm_lane *lane, struct sm_message *message)
{
	message->fresh.next = NULL;
	message->fresh.pprev = lane->end;
	*lane->end = &message->fresh;
	lane->end = &message->fresh.next;
}

/* It was the first once, and was removed then. */
void sm_lane_put_back(struct sm_lane *lane, struct sm_message *message);

/* For sm_lane_remove(): it came back. */
void sm_lane_remove_back(struct sm_lane *lane, struct sm_message *message);

static inline void sm_lane_remove(struct sm_lane *lane, struct sm_message *message)
{
	if (unlikely(message->is_back)) {
		sm_lane_remove_back(lane, message);
		return;
	}
	if (!message->fresh.next)
		lane->end = message->fresh.pprev;
	__hlist_del(&message->fresh);
}

/* Leaves @from empty; @to is not looked at. */
void sm_lane_move(struct sm_lane *from, struct sm_lane *to);

/* Adds all to the list, the oldest first. Context: may sleep, nobody else sees the lane. */
void sm_lane_drain(struct sm_lane *lane, struct list_head *messages);

#endif /* SM_LANE_H */
