// SPDX-License-Identifier: GPL-2.0
#include "lane.h"

#include "message.h"

#include <linux/sched.h>

void sm_lane_init(struct sm_lane *lane)
{
	lane->back = RB_ROOT_CACHED;
	INIT_LIST_HEAD(&lane->fresh);
}

struct sm_message *sm_lane_first(const struct sm_lane *lane)
{
	struct rb_node *first = rb_first_cached(&lane->back);

	if (unlikely(first))
		return rb_entry(first, struct sm_message, back);
	return list_first_entry(&lane->fresh, struct sm_message, ready);
}

void sm_lane_append(struct sm_lane *lane, struct sm_message *message)
{
	message->is_back = false;
	list_add_tail(&message->ready, &lane->fresh);
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

void sm_lane_remove(struct sm_lane *lane, struct sm_message *message)
{
	if (message->is_back)
		rb_erase_cached(&message->back, &lane->back);
	else
		list_del(&message->ready);
}

void sm_lane_move(struct sm_lane *from, struct sm_lane *to)
{
	to->back = from->back;
	from->back = RB_ROOT_CACHED;
	INIT_LIST_HEAD(&to->fresh);
	list_splice_init(&from->fresh, &to->fresh);
}

void sm_lane_drain(struct sm_lane *lane, struct list_head *messages)
{
	struct sm_message *message, *next;

	/* Who has been visited is not looked at again. */
	rbtree_postorder_for_each_entry_safe(message, next, &lane->back.rb_root, back) {
		list_add(&message->ready, messages);
		cond_resched();
	}
	list_splice_tail_init(&lane->fresh, messages);
	lane->back = RB_ROOT_CACHED;
}
