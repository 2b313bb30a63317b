// SPDX-License-Identifier: GPL-2.0
#include "message.h"

#include "call.h"
#include "sender.h"

#include <linux/align.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>

const struct sm_terms sm_terms_plain;

static size_t timing_offset(size_t size)
{
	return ALIGN(sizeof(struct sm_message) + size, __alignof__(struct sm_timing));
}

/* @size is of the payload that stands in the message itself. */
static size_t bytes_of(size_t size, bool timed)
{
	return timed ? timing_offset(size) + sizeof(struct sm_timing) :
		       sizeof(struct sm_message) + size;
}

static size_t own_size(const struct sm_message *message)
{
	return message->origin == message ? message->size : 0;
}

struct sm_timing *sm_message_timing(struct sm_message *message)
{
	return (void *)message + timing_offset(own_size(message));
}

void sm_message_view(struct sm_message *message, struct sm_view *view)
{
	view->published_at = sm_message_published_at(message);
	view->shown = *message;
	sm_sender_get(message->sender);
	refcount_inc(&message->origin->refs);
}

static void init_timing(struct sm_message *message, u64 delay, u64 lifetime)
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
	if (message->is_timed)
		init_timing(message, 0, 0);
}

static __always_inline void init_message(struct sm_message *message, struct sm_sender *sender,
					 bool timed)
{
	message->sender = sender;
	message->deliveries = 0;
	message->is_timed = timed;
	message->is_scheduled = false;
	message->is_back = false;
	message->has_room = false;
	message->is_buried = false;
}

static __always_inline struct sm_message *message_alloc(struct sm_call *call, size_t size,
							bool timed)
{
	size_t bytes = bytes_of(size, timed);
	struct sm_message *message = sm_supply_take(&call->sender->supply, bytes, &call->why);

	if (!IS_ERR(message))
		init_message(message, call->sender, timed);
	return message;
}

static __always_inline void message_release(struct sm_message *message, size_t bytes)
{
	struct sm_sender *sender = message->sender;

	if (unlikely(sm_supply_give(&sender->supply, message, bytes)))
		sm_sender_free(sender);
}

static void init_origin(struct sm_message *message, const struct sm_terms *terms, size_t size)
{
	message->origin = message;
	refcount_set(&message->refs, 1);
	message->size = size;
	message->tag = terms->tag;
	message->priority = terms->priority;
	if (message->is_timed)
		init_timing(message, terms->delay, terms->lifetime);
}

struct sm_message *sm_message_prepare(struct sm_call *call, const struct sm_terms *terms,
				      size_t size)
{
	bool timed = terms->delay | terms->lifetime;
	struct sm_message *message;

	message = message_alloc(call, size, timed);
	if (!IS_ERR(message))
		init_origin(message, terms, size);
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
	message = sm_supply_take_atomic(&sender->supply, bytes_of(size, true), &call->why);
	if (IS_ERR(message))
		return message;
	init_message(message, sender, true);
	init_origin(message, terms, size);
	memcpy(message->data, data, size);
	return message;
}

struct sm_message *sm_message_copy(struct sm_call *call, struct sm_message *message)
{
	struct sm_message *origin = message->origin;
	struct sm_message *copy;

	copy = message_alloc(call, 0, origin->is_timed);
	if (IS_ERR(copy))
		return copy;
	refcount_inc(&origin->refs);
	copy->origin = origin;
	copy->size = origin->size;
	copy->tag = origin->tag;
	copy->priority = origin->priority;
	if (copy->is_timed) {
		struct sm_timing *timing = sm_message_timing(origin);

		init_timing(copy, timing->delay, timing->lifetime);
	}
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
		message_release(origin, bytes_of(origin->size, origin->is_timed));
}

static noinline void free_copy(struct sm_message *copy, struct sm_message *origin)
{
	message_release(copy, bytes_of(0, copy->is_timed));
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
