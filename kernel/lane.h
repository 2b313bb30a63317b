/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A lane: the messages of one priority that are ready to be read, in the order of
 * their places.
 *
 * What is published comes last. What comes back, after it was taken or lent, belongs
 * before all that was published and never taken, since only the first is ever
 * taken; among its like it may come in any order, from somebody who has a million of
 * them, so those are in a tree.
 *
 * Locks: those of the queue.
 */
#ifndef SM_LANE_H
#define SM_LANE_H

#include "message.h"

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/rbtree.h>

/**
 * struct sm_lane - messages of one priority
 * @back: those that came back, by &sm_message.back; all of them before those of @fresh
 * @fresh: those that nobody has taken so far, by &sm_message.fresh
 * @end: where the next of them is to be hung up
 */
struct sm_lane {
	struct rb_root_cached back;
	struct hlist_head fresh;
	struct hlist_node **end;
};

void sm_lane_init(struct sm_lane *lane);

static inline bool sm_lane_is_empty(const struct sm_lane *lane)
{
	return hlist_empty(&lane->fresh) && RB_EMPTY_ROOT(&lane->back.rb_root);
}

/* The oldest one. The lane is not empty. */
static inline struct sm_message *sm_lane_first(const struct sm_lane *lane)
{
	struct rb_node *first = rb_first_cached(&lane->back);

	if (unlikely(first))
		return rb_entry(first, struct sm_message, back);
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

/* Adds all to the list, in any order. Context: may sleep, nobody else sees the lane. */
void sm_lane_drain(struct sm_lane *lane, struct list_head *messages);

#endif /* SM_LANE_H */
