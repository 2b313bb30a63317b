// SPDX-License-Identifier: GPL-2.0
#include "message.h"

#include <linux/align.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>

/* For so many copies nothing else runs, where it cannot interrupt. */
#define PORTION	64

const struct sm_terms sm_terms_plain;

static_assert(sizeof(struct sm_message) >= SM_SUPPLY_LEAST);

/* ---- where everything is */

/* Where the tag stands behind so many bytes. */
static size_t tag_offset(size_t size)
{
	return ALIGN(sizeof(struct sm_message) + size, sizeof(u64));
}

static size_t timing_offset(size_t size, bool tagged)
{
	return tag_offset(size) + (tagged ? sizeof(u64) : 0);
}

/* What a message takes that has more than so many bytes. */
static size_t all_bytes(size_t size, bool tagged, bool timed)
{
	return timing_offset(size, tagged) + (timed ? sizeof(struct sm_timing) : 0);
}

static size_t own_size(const struct sm_message *message)
{
	return message->is_copy ? sizeof(struct sm_message *) : message->size;
}

static u64 *tag_of(struct sm_message *message)
{
	return (void *)message + tag_offset(own_size(message));
}

struct sm_timing *sm_message_timing(struct sm_message *message)
{
	return (void *)message + timing_offset(own_size(message), message->is_tagged);
}

u64 sm_message_own_tag(const struct sm_message *message)
{
	return *tag_of((struct sm_message *)message);
}

static noinline size_t bytes_of_other(const struct sm_message *message)
{
	return all_bytes(own_size(message), message->is_tagged, message->is_timed);
}

/* What was taken for it. */
static __always_inline size_t bytes_of(const struct sm_message *message)
{
	if (unlikely(message->is_copy || message->is_tagged || message->is_timed))
		return bytes_of_other(message);
	return sizeof(*message) + message->size;
}

/* ---- copies */

static struct sm_message *origin_of(struct sm_message *message)
{
	return message->is_copy ? sm_message_origin(message) : message;
}

/* The copy's reference is the caller's matter. */
static void set_origin(struct sm_message *copy, struct sm_message *origin)
{
	copy->is_copy = true;
	copy->size = origin->size;
	*(struct sm_message **)copy->data = origin;
}

void sm_message_view(struct sm_message *message, struct sm_view *view)
{
	struct sm_message *origin = origin_of(message);

	view->published_at = sm_message_published_at(message);
	view->shown = *message;
	refcount_inc(&origin->refs);
	set_origin(&view->shown, origin);
	if (message->is_tagged)
		*tag_of(&view->shown) = sm_message_own_tag(message);
	sm_sender_get(message->sender);
}

/* ---- making */

static void set_timing(struct sm_message *message, u64 delay, u64 lifetime)
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
		set_timing(message, 0, 0);
}

/* Fresh memory becomes a message without its bytes. */
static void message_init(struct sm_message *message, struct sm_sender *sender,
			 const struct sm_terms *terms, size_t size, bool timed)
{
	sm_message_init(message, sender, terms->priority, size);
	if (terms->tag) {
		message->is_tagged = true;
		*tag_of(message) = terms->tag;
	}
	if (timed) {
		message->is_timed = true;
		set_timing(message, terms->delay, terms->lifetime);
	}
}

struct sm_message *sm_message_prepare_more(struct sm_call *call, struct sm_terms terms,
					   size_t size)
{
	bool timed = terms.delay | terms.lifetime;
	struct sm_sender *sender = call->sender;
	struct sm_message *message;

	message = sm_supply_take(&sender->supply, all_bytes(size, terms.tag, timed), &call->why);
	if (!IS_ERR(message))
		message_init(message, sender, &terms, size, timed);
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
	message = sm_supply_take_atomic(&sender->supply, all_bytes(size, terms->tag, true),
					&call->why);
	if (IS_ERR(message))
		return message;
	message_init(message, sender, terms, size, true);
	memcpy(message->data, data, size);
	return message;
}

static struct sm_terms terms_of(struct sm_message *message)
{
	struct sm_terms terms = {
		.tag = sm_message_tag(message), .priority = message->priority,
	};

	if (message->is_timed) {
		struct sm_timing *timing = sm_message_timing(message);

		terms.delay = timing->delay;
		terms.lifetime = timing->lifetime;
	}
	return terms;
}

int sm_message_copy(struct sm_call *call, struct sm_message *message, unsigned int count,
		    struct llist_head *copies)
{
	struct sm_supply *supply = &call->sender->supply;
	struct sm_message *origin = origin_of(message);
	struct sm_terms terms = terms_of(origin);
	struct sm_message *copy = NULL;
	unsigned int made = 0;

	sm_supply_expect(supply, count);
	while (made < count) {
		copy = sm_message_prepare(call, &terms, sizeof(origin));
		if (IS_ERR(copy))
			break;
		set_origin(copy, origin);
		__llist_add(&copy->unsent, copies);
		if (!(++made % PORTION))
			cond_resched();
	}
	sm_supply_expect(supply, 0);
	refcount_add(made, &origin->refs);
	return PTR_ERR_OR_ZERO(copy);
}

/* ---- freeing */

static __always_inline void message_release(struct sm_message *message)
{
	struct sm_sender *sender = message->sender;

	if (unlikely(sm_supply_give(&sender->supply, message, bytes_of(message))))
		sm_sender_free(sender);
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
		message_release(origin);
}

static noinline void free_copy(struct sm_message *copy)
{
	struct sm_message *origin = sm_message_origin(copy);

	message_release(copy);
	put_origin(origin);
}

void sm_message_free(struct sm_message *message)
{
	if (unlikely(message->is_copy))
		free_copy(message);
	else
		put_origin(message);
}

/* Does all that it is made of go, and is that its bytes and nothing else? */
static __always_inline bool is_simple(const struct sm_message *message)
{
	return !(message->is_copy || message->is_tagged || message->is_timed) &&
	       is_last(message) && sm_supply_is_small(bytes_of(message));
}

static __always_inline bool is_alike(const struct sm_message *message,
				     const struct sm_message *other)
{
	return message->sender == other->sender &&
	       sm_supply_step(bytes_of(message)) == sm_supply_step(bytes_of(other));
}

/* How many of them, from the first on, can be freed in the same way; they are linked. */
static unsigned int link_alike(struct sm_message **messages, unsigned int most)
{
	struct llist_node *piece = (void *)messages[0], *next;
	unsigned int count;

	if (!is_simple(messages[0]))
		return 1;
	for (count = 1; count < most; count++) {
		if (!is_simple(messages[count]) || !is_alike(messages[0], messages[count]))
			break;
		next = (void *)messages[count];
		piece->next = next;
		piece = next;
	}
	return count;
}

/* They are linked. Returns whether they were freed. */
static bool free_together(struct sm_message **messages, unsigned int count)
{
	struct sm_message *first = messages[0], *last = messages[count - 1];

	return sm_supply_give_many(&first->sender->supply, (void *)first, (void *)last, count,
				   bytes_of(first));
}

static void free_each(struct sm_message **messages, unsigned int count)
{
	while (count--)
		sm_message_free(*messages++);
}

void sm_message_free_many(struct sm_message **messages, unsigned int count)
{
	unsigned int alike;

	while (count) {
		alike = link_alike(messages, count);
		if (alike == 1 || !free_together(messages, alike))
			free_each(messages, alike);
		messages += alike;
		count -= alike;
	}
}

void sm_view_release(struct sm_view *view)
{
	put_origin(sm_message_origin(&view->shown));
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
