// SPDX-License-Identifier: GPL-2.0
#include "lane.h"

#include <linux/minmax.h>
#include <linux/sched.h>

void sm_lane_init(struct sm_lane *lane)
{
	lane->back = NULL;
	INIT_HLIST_HEAD(&lane->fresh);
	lane->end = &lane->fresh.first;
}

/* The branch below @message, @depth steps down the tree, on which a place is. */
static struct sm_message **branch(struct sm_message *message, u64 place, unsigned int depth)
{
	return &message->later[place >> depth & 1];
}

static void swap_branches(struct sm_message *one, struct sm_message *other)
{
	swap(one->later[0], other->later[0]);
	swap(one->later[1], other->later[1]);
}

void sm_lane_put_back(struct sm_lane *lane, struct sm_message *message)
{
	struct sm_message **at = &lane->back;
	unsigned int depth;

	message->is_back = true;
	message->later[0] = NULL;
	message->later[1] = NULL;
	for (depth = 0; *at; depth++) {
		if (message->place < (*at)->place) {
			swap(*at, message);
			swap_branches(*at, message);
		}
		at = branch(*at, message->place, depth);
	}
	*at = message;
}

static bool goes_left(const struct sm_message *message)
{
	const struct sm_message *left = message->later[0], *right = message->later[1];

	return left && (!right || left->place < right->place);
}

/* What is below it moves up, always the earlier one. */
void sm_lane_remove_back(struct sm_lane *lane, struct sm_message *message)
{
	struct sm_message **at = &lane->back;
	unsigned int depth, side;

	for (depth = 0; *at != message; depth++)
		at = branch(*at, message->place, depth);
	while (message->later[0] || message->later[1]) {
		side = !goes_left(message);
		*at = message->later[side];
		swap_branches(*at, message);
		at = &(*at)->later[side];
	}
	*at = NULL;
}

void sm_lane_move(struct sm_lane *from, struct sm_lane *to)
{
	to->back = from->back;
	hlist_move_list(&from->fresh, &to->fresh);
	sm_lane_init(from);
}

void sm_lane_drain(struct sm_lane *lane, struct list_head *messages)
{
	struct sm_message *message;
	struct hlist_node *next;

	while ((message = lane->back)) {
		sm_lane_remove_back(lane, message);
		list_add_tail(&message->ready, messages);
		cond_resched();
	}
	hlist_for_each_entry_safe(message, next, &lane->fresh, fresh) {
		list_add_tail(&message->ready, messages);
		cond_resched();
	}
}
