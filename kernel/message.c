// SPDX-License-Identifier: GPL-2.0
#include "message.h"

#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>

const struct sm_terms sm_terms_plain;

static size_t own_size(const struct sm_message *message)
{
	return message->origin == message ? message->size : 0;
}

struct sm_timing *sm_message_timing(struct sm_message *message)
{
	return (void *)message + sm_message_timing_offset(own_size(message));
}

void sm_message_view(struct sm_message *message, struct sm_view *view)
{
	view->published_at = sm_message_published_at(message);
	view->shown = *message;
	sm_sender_get(message->sender);
	refcount_inc(&message->origin->refs);
}

void sm_message_set_timing(struct sm_message *message, u64 delay, u64 lifetime)
{
	struct sm_timing *timing = sm_message_timing(message);

	timerqueue_init(&timing->node);
	timing->message = message;
	timing->delay = delay;
	timing->lifetime = lifetime;
}

void sm_message_bury(struct sm_message *message, u32 from)
{
	message->is_buried = true;
	message->buried_from = from;
	message->has_room = false;
	message->is_back = false;
	if (message->is_timed)
		sm_message_set_timing(message, 0, 0);
}

static __always_inline void message_release(struct sm_message *message, size_t bytes)
{
	struct sm_sender *sender = message->sender;

	if (unlikely(sm_supply_give(&sender->supply, message, bytes)))
		sm_sender_free(sender);
}

struct sm_message *sm_message_prepare_timed(struct sm_call *call, const struct sm_terms *terms,
					    size_t size)
{
	struct sm_sender *sender = call->sender;
	struct sm_message *message;

	message = sm_supply_take(&sender->supply, sm_message_bytes(size, true), &call->why);
	if (!IS_ERR(message))
		sm_message_init(message, sender, terms, size, true);
	return message;
}

struct sm_message *sm_message_from_text(struct sm_call *call, const char *text, size_t size)
{
	struct sm_message *message;

	message = sm_message_prepare(call, &sm_terms_plain, size);
	if (!IS_ERR(message))
		memcpy(message->data, text, size);
	return message;
}

struct sm_message *sm_message_from_kernel(struct sm_call *call, const struct sm_terms *terms,
					  const void *data, size_t size)
{
	struct sm_sender *sender = call->sender;
	struct sm_message *message;

	/* Timed: it becomes readable later than it is accepted. */
	message = sm_supply_take_atomic(&sender->supply, sm_message_bytes(size, true), &call->why);
	if (IS_ERR(message))
		return message;
	sm_message_init(message, sender, terms, size, true);
	memcpy(message->data, data, size);
	return message;
}

struct sm_message *sm_message_copy(struct sm_call *call, struct sm_message *message)
{
	struct sm_message *origin = message->origin;
	struct sm_terms terms = { .tag = origin->tag, .priority = origin->priority };
	struct sm_message *copy;

	if (origin->is_timed) {
		struct sm_timing *timing = sm_message_timing(origin);

		terms.delay = timing->delay;
		terms.lifetime = timing->lifetime;
	}
	copy = sm_message_prepare(call, &terms, 0);
	if (IS_ERR(copy))
		return copy;
	refcount_inc(&origin->refs);
	copy->origin = origin;
	copy->size = origin->size;
	return copy;
}

/* Does nobody else use its bytes? Then nobody comes to use them. */
static __always_inline bool is_last(const struct sm_message *origin)
{
	if (refcount_read(&origin->refs) != 1)
		return false;
	smp_acquire__after_ctrl_dep();
	return true;
}

static __always_inline void put_origin(struct sm_message *origin)
{
	if (is_last(origin) || refcount_dec_and_test(&origin->refs))
		message_release(origin, sm_message_bytes(origin->size, origin->is_timed));
}

static noinline void free_copy(struct sm_message *copy, struct sm_message *origin)
{
	message_release(copy, sm_message_bytes(0, copy->is_timed));
	put_origin(origin);
}

void sm_message_free(struct sm_message *message)
{
	struct sm_message *origin = message->origin;

	if (unlikely(message != origin))
		free_copy(message, origin);
	else
		put_origin(origin);
}

void sm_view_release(struct sm_view *view)
{
	put_origin(view->shown.origin);
	sm_sender_put(view->shown.sender);
}

void sm_message_free_list(struct list_head *list)
{
	struct sm_message *message, *next;

	list_for_each_entry_safe(message, next, list, ready) {
		sm_message_free(message);
		cond_resched();
	}
	INIT_LIST_HEAD(list);
}
