// SPDX-License-Identifier: GPL-2.0
#include "lane.h"

#include <linux/sched.h>

void sm_lane_init(struct sm_lane *lane)
{
	lane->back = RB_ROOT_CACHED;
	INIT_HLIST_HEAD(&lane->fresh);
	lane->end = &lane->fresh.first;
}

static bool is_before(struct rb_node *node, const struct rb_node *other)
{
	return rb_entry(node, struct sm_message, back)->place <
	       rb_entry(other, struct sm_message, back)->place;
}

void sm_lane_put_back(struct sm_lane *lane, struct sm_message *message)
{
	message->is_back = true;
	rb_add_cached(&message->back, &lane->back, is_before);
}

void sm_lane_remove_back(struct sm_lane *lane, struct sm_message *message)
{
	rb_erase_cached(&message->back, &lane->back);
}

void sm_lane_move(struct sm_lane *from, struct sm_lane *to)
{
	to->back = from->back;
	hlist_move_list(&from->fresh, &to->fresh);
	sm_lane_init(from);
}

void sm_lane_drain(struct sm_lane *lane, struct list_head *messages)
{
	struct sm_message *message, *next;
	struct hlist_node *node;

	/* Who has been visited is not looked at again. */
	rbtree_postorder_for_each_entry_safe(message, next, &lane->back.rb_root, back) {
		list_add(&message->ready, messages);
		cond_resched();
	}
	hlist_for_each_entry_safe(message, node, &lane->fresh, fresh) {
		list_add_tail(&message->ready, messages);
		cond_resched();
	}
}
