/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A message: its bytes, who sent it, how and when, and the links by which it hangs
 * in a queue or in a schedule.
 *
 * Owner: exactly one at a time. The sender makes it, a queue or a schedule has
 * it from the accepted send on, the reader that takes it frees it. The bytes
 * never change once the message is sent. A broadcast makes one message with
 * the bytes and for each reader a copy that only refers to them; the
 * first's memory lives until the last of them is freed.
 *
 * What only some need stands behind the bytes: a tag, and then what messages with a
 * delay or a lifetime have, and those of the kernel. A copy has, in the place of bytes,
 * only which message has them.
 *
 * Locks: none of its own; what changes after it was sent is guarded by the lock of
 * the queue.
 */
#ifndef SM_MESSAGE_H
#define SM_MESSAGE_H

#include "call.h"
#include "payload.h"
#include "sender.h"

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/minmax.h>
#include <linux/refcount.h>
#include <linux/timerqueue.h>
#include <linux/types.h>

/**
 * struct sm_terms - how a message is to be sent
 * @tag: for the receiver
 * @delay: nanoseconds until it can be read
 * @lifetime: nanoseconds until it expires; 0 for never
 * @priority: below SYNCHMESS_PRIORITIES
 */
struct sm_terms {
	u64 tag;
	u64 delay;
	u64 lifetime;
	unsigned int priority;
};

/* At once, and for ever. */
extern const struct sm_terms sm_terms_plain;

/**
 * struct sm_message - one message
 * @ready: in a list of messages on their way
 * @unsent: in a broadcast that is being prepared
 * @fresh: in a lane, when nobody has taken it so far
 * @later: in a lane, when it was taken or lent and came back
 * @by_id: in the queue's index
 * @sent_by_then: out of the queue: how many it had been sent when this one was taken
 * @id: which message of its queue it is
 * @place: in the order of publication, for who must put it back
 * @sent_at: when it was accepted
 * @sender: who sent it and is charged; the reference is that of the memory
 * @refs: unless it is a copy: how many messages use its bytes
 * @size: bytes of payload
 * @deliveries: how often it was received
 * @priority: below SYNCHMESS_PRIORITIES
 * @is_copy: another has the bytes
 * @is_tagged: has a tag that is not 0
 * @is_timed: has a struct sm_timing
 * @is_scheduled: waits for the end of its delay
 * @is_back: came back to its lane, and hangs there by @later
 * @has_room: in a queue, though it may not be there yet
 * @is_buried: nobody was done with it in the queue to which it was sent
 * @buried_from: then that was this group; 0: a mailbox
 * @data: the payload; on a copy, see sm_message_origin()
 */
struct sm_message {
	union {
		struct list_head ready;
		struct llist_node unsent;
		struct hlist_node fresh;
		struct sm_message *later[2];
	};
	union {
		struct hlist_node by_id;
		u64 sent_by_then;
	};
	u64 id;
	u64 place;
	ktime_t sent_at;
	struct sm_sender *sender;
	refcount_t refs;
	u32 size;
	u16 deliveries;
	u8 priority;
	bool is_copy : 1;
	bool is_tagged : 1;
	bool is_timed : 1;
	bool is_scheduled : 1;
	bool is_back : 1;
	bool has_room : 1;
	bool is_buried : 1;
	u32 buried_from;
	char data[];
};

/**
 * struct sm_timing - when a message is published and when it expires
 * @node: in a tree: of those to be published, later of those to expire
 * @message: whose
 * @delay: nanoseconds, from when it is accepted
 * @lifetime: nanoseconds, from when it is accepted; 0 for ever
 * @published_at: when it became readable, in the queue to which it was sent
 */
struct sm_timing {
	struct timerqueue_node node;
	struct sm_message *message;
	u64 delay;
	u64 lifetime;
	ktime_t published_at;
};

/* What a copy takes, with a tag. */
#define SM_MESSAGE_COPY	(sizeof(struct sm_message) + sizeof(struct sm_message *) + sizeof(u64))

/**
 * struct sm_view - a message that somebody looks at, while others may take it
 * @published_at: when it became readable
 * @shown: as it was; a copy, with references to its sender and to what has the bytes
 * @memory: of that copy
 */
struct sm_view {
	ktime_t published_at;
	union {
		struct sm_message shown;
		char memory[SM_MESSAGE_COPY];
	};
};

/* To be sent for the first time, to be read at once, and for ever. */
static inline bool sm_message_is_plain(const struct sm_message *message)
{
	return !(message->is_timed | message->is_buried);
}

/* Of a copy: the message that has the bytes. */
static inline struct sm_message *sm_message_origin(const struct sm_message *copy)
{
	return *(struct sm_message * const *)copy->data;
}

/* The payload. */
static inline const char *sm_message_data(const struct sm_message *message)
{
	return likely(!message->is_copy) ? message->data : sm_message_origin(message)->data;
}

/* For sm_message_tag(). */
u64 sm_message_own_tag(const struct sm_message *message);

/* The sender's, for the receiver. */
static inline u64 sm_message_tag(const struct sm_message *message)
{
	return unlikely(message->is_tagged) ? sm_message_own_tag(message) : 0;
}

/* Only of a message that @is_timed. */
struct sm_timing *sm_message_timing(struct sm_message *message);

/* When it became readable; of one that is. */
static inline ktime_t sm_message_published_at(struct sm_message *message)
{
	return unlikely(message->is_timed) ? sm_message_timing(message)->published_at :
					     message->sent_at;
}

/**
 * sm_message_view() - keep what a message says, whatever becomes of it
 * @message: the message, under the queue's lock
 * @view: filled in; to be released by sm_view_release()
 *
 * Context: any but interrupts.
 */
void sm_message_view(struct sm_message *message, struct sm_view *view);

void sm_view_release(struct sm_view *view);

/**
 * sm_message_bury() - a message is to be sent to another queue, to stay there
 * @message: the caller's
 * @from: the group that it leaves; 0: a mailbox
 */
void sm_message_bury(struct sm_message *message, u32 from);

/**
 * sm_message_free() - free a message and give back what it was charged for
 * @message: the message, in no list, no tree and no index
 */
void sm_message_free(struct sm_message *message);

/* Fresh memory becomes a message without its bytes, and without what only some need. */
static __always_inline void sm_message_init(struct sm_message *message,
					    struct sm_sender *sender, unsigned int priority,
					    size_t size)
{
	message->sender = sender;
	refcount_set(&message->refs, 1);
	message->size = size;
	message->deliveries = 0;
	message->priority = priority;
	message->is_copy = false;
	message->is_tagged = false;
	message->is_timed = false;
	message->is_scheduled = false;
	message->is_back = false;
	message->has_room = false;
	message->is_buried = false;
}

/* For sm_message_prepare(): what only some need. By value, so that others need no memory. */
struct sm_message *sm_message_prepare_more(struct sm_call *call, struct sm_terms terms,
					   size_t size);

/* For sm_message_from_user(): without the bytes, which are to be filled in. */
static __always_inline struct sm_message *sm_message_prepare(struct sm_call *call,
							     const struct sm_terms *terms,
							     size_t size)
{
	struct sm_sender *sender = call->sender;
	struct sm_message *message;

	if (unlikely(terms->delay | terms->lifetime | terms->tag))
		return sm_message_prepare_more(call, *terms, size);
	message = sm_supply_take(&sender->supply, sizeof(*message) + size, &call->why);
	if (!IS_ERR(message))
		sm_message_init(message, sender, terms->priority, size);
	return message;
}

/**
 * sm_message_from_user() - make a message of what a writer passed
 * @call: who sends
 * @terms: how
 * @from: the bytes; at most SYNCHMESS_MAX_MESSAGE_SIZE, all of them are taken
 *
 * Context: may sleep.
 * Return: the message, or ERR_PTR of -EDQUOT, -ENOSPC, -ENOMEM or -EFAULT.
 */
static __always_inline struct sm_message *sm_message_from_user(struct sm_call *call,
							       const struct sm_terms *terms,
							       const struct sm_payload *from)
{
	struct sm_message *message = sm_message_prepare(call, terms, from->size);

	if (IS_ERR(message) || likely(sm_payload_get(from, message->data)))
		return message;
	sm_message_free(message);
	return ERR_PTR(-EFAULT);
}

/**
 * sm_message_from_text() - make a message of bytes that are in the kernel
 * @call: who sends
 * @text: the bytes
 * @size: how many; at most SYNCHMESS_MAX_MESSAGE_SIZE
 *
 * Context: may sleep.
 * Return: the message, or ERR_PTR of -EDQUOT, -ENOSPC or -ENOMEM.
 */
struct sm_message *sm_message_from_text(struct sm_call *call, const char *text, size_t size);

/**
 * sm_message_from_kernel() - make a message of bytes, wherever that is
 * @call: who sends; a module
 * @terms: how; no delay
 * @data: the bytes
 * @size: how many; at most SYNCHMESS_MAX_MESSAGE_SIZE
 *
 * Context: any in which GFP_ATOMIC may be asked for.
 * Return: the message, or ERR_PTR of -EDQUOT, -ENOSPC or -ENOMEM.
 */
struct sm_message *sm_message_from_kernel(struct sm_call *call, const struct sm_terms *terms,
					  const void *data, size_t size);

/**
 * sm_message_copy() - make messages with the same bytes and terms as another
 * @call: who sends them all
 * @message: the other; unsent, so that it cannot go away meanwhile
 * @count: how many
 * @copies: they are added, linked by &sm_message.unsent, also if that fails in the midst;
 *	nobody else sees the list
 *
 * Context: may sleep.
 * Return: 0, -EDQUOT, -ENOSPC or -ENOMEM.
 */
int sm_message_copy(struct sm_call *call, struct sm_message *message, unsigned int count,
		    struct llist_head *copies);

/**
 * sm_message_to_user() - hand the bytes to a reader
 * @message: the message; it stays as it is
 * @to: the reader's buffer; what does not fit is cut off
 *
 * Context: may sleep.
 * Return: how many bytes the reader got, or -EFAULT.
 */
static __always_inline ssize_t sm_message_to_user(const struct sm_message *message,
						  const struct sm_payload *to)
{
	size_t size = min_t(size_t, message->size, to->size);

	return sm_payload_put(to, sm_message_data(message), size) ? size : -EFAULT;
}

/**
 * sm_message_free_many() - free messages, those that are alike together
 * @messages: the messages, as for sm_message_free()
 * @count: how many
 */
void sm_message_free_many(struct sm_message **messages, unsigned int count);

/**
 * sm_message_free_list() - free all messages of a list
 * @list: linked by &sm_message.ready; empty afterwards
 *
 * Context: may sleep.
 */
void sm_message_free_list(struct list_head *list);

#endif /* SM_MESSAGE_H */
