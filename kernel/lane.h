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

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>

struct sm_message;

/**
 * struct sm_lane - messages of one priority
 * @back: those that came back, by &sm_message.back; all of them before those of @fresh
 * @fresh: those that nobody has taken so far, by &sm_message.ready
 */
struct sm_lane {
	struct rb_root_cached back;
	struct list_head fresh;
};

void sm_lane_init(struct sm_lane *lane);

static inline bool sm_lane_is_empty(const struct sm_lane *lane)
{
	return list_empty(&lane->fresh) && RB_EMPTY_ROOT(&lane->back.rb_root);
}

/* The oldest one. The lane is not empty. */
struct sm_message *sm_lane_first(const struct sm_lane *lane);

/* Its place is behind all others. */
void sm_lane_append(struct sm_lane *lane, struct sm_message *message);

/* It was the first once, and was removed then. */
void sm_lane_put_back(struct sm_lane *lane, struct sm_message *message);

void sm_lane_remove(struct sm_lane *lane, struct sm_message *message);

/* Leaves @from empty; @to is not looked at. */
void sm_lane_move(struct sm_lane *from, struct sm_lane *to);

/* Adds all to the list, in any order. Context: may sleep, nobody else sees the lane. */
void sm_lane_drain(struct sm_lane *lane, struct list_head *messages);

#endif /* SM_LANE_H */
