// SPDX-License-Identifier: GPL-2.0
#include "delivery.h"

#include "abi.h"
#include "message.h"
#include "sender.h"

#include <linux/build_bug.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/fault-inject-usercopy.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/stddef.h>
#include <linux/synchmess.h>
#include <linux/uaccess.h>

static noinline void look_at(struct sm_reader *reader, const struct sm_sender *sender)
{
	sm_reader_look_at(reader, sender, task_active_pid_ns(current), current_user_ns());
}

#define ASK(value, from)	unsafe_get_user(value, from, fault)
#define TELL(value, to)		unsafe_put_user(value, to, fault)

static __always_inline u32 flags_of(const struct sm_reader *reader,
				    const struct sm_message *message)
{
	return reader->flags | (message->is_buried ? SYNCHMESS_DEAD_LETTER : 0);
}

/* The structure may have been compiled when it ended earlier. */
#define HAS(field)		(size >= offsetofend(struct synchmess_in, field))

/* What any reader is told, within a section in which its memory may be accessed. */
static __always_inline bool tell(const struct sm_reader *reader, const struct sm_message *message,
				 u64 tag, ktime_t published_at, u64 token,
				 struct synchmess_in __user *in, size_t size)
{
	BUILD_BUG_ON(sizeof(in->mailbox) != sizeof(reader->name));
	TELL(message->id, &in->id);
	TELL(message->place, &in->sequence);
	TELL(tag, &in->tag);
	TELL(ktime_add(message->sent_at, reader->clock), &in->sent_at);
	TELL(ktime_add(published_at, reader->clock), &in->published_at);
	TELL(message->size, &in->length);
	TELL(message->priority, &in->priority);
	TELL(message->deliveries, &in->deliveries);
	TELL(reader->pid, &in->pid);
	TELL(reader->tid, &in->tid);
	TELL(reader->uid, &in->uid);
	TELL(reader->gid, &in->gid);
	TELL(flags_of(reader, message), &in->flags);
	TELL(reader->name[0], (u64 __user *)in->mailbox);
	TELL(reader->name[1], (u64 __user *)in->mailbox + 1);
	if (HAS(token))
		TELL(token, &in->token);
	if (HAS(origin))
		TELL(message->is_buried ? message->buried_from : 0, &in->origin);
	if (HAS(reserved))
		TELL(0, &in->reserved);
	return true;

fault:
	return false;
}

/* Asks where the program wants the bytes, and tells it the rest. */
static __always_inline bool exchange(const struct sm_delivery *delivery, size_t size,
				     const struct sm_message *message, ktime_t published_at,
				     struct sm_payload *to, u32 *parts)
{
	struct synchmess_in __user *in = delivery->to;
	u64 tag = sm_message_tag(message);
	u32 bytes;
	u64 data;

	if (should_fail_usercopy() || !user_access_begin(in, size))
		return false;
	ASK(data, &in->data);
	ASK(bytes, &in->size);
	ASK(*parts, &in->parts);
	if (!tell(&delivery->reader, message, tag, published_at, delivery->token, in, size))
		goto fault;
	user_access_end();
	*to = sm_payload_of_piece(u64_to_user_ptr(data), bytes);
	return true;

fault:
	user_access_end();
	return false;
}

/* Of a field of which the program has a part only, it gets nothing. */
static bool clear_end(const struct sm_delivery *delivery)
{
	return !clear_user(delivery->to + SM_FIRST_IN, delivery->size - SM_FIRST_IN);
}

static __always_inline int hand_over(const struct sm_message *message,
				     const struct sm_payload *to, bool whole)
{
	if (whole && message->size > to->size)
		return -EMSGSIZE;
	return sm_message_to_user(message, to) < 0 ? -EFAULT : 0;
}

static noinline int hand_over_in_parts(const struct sm_message *message,
				       struct sm_payload array, u32 count, bool is_compat,
				       bool whole)
{
	struct sm_payload to;
	struct sm_parts parts;
	int err;

	if (array.size)
		return -EINVAL;
	err = sm_parts_open(&parts, READ, array.piece, count, is_compat, &to);
	if (err)
		return err;
	err = hand_over(message, &to, whole);
	sm_parts_close(&parts);
	return err;
}

/* @size is the delivery's; most often it is known beforehand. */
static __always_inline int deliver(struct sm_delivery *delivery, size_t size,
				   const struct sm_message *message, ktime_t published_at)
{
	struct sm_payload to;
	u32 parts;
	int err;

	if (fatal_signal_pending(current))
		return -EINTR;
	err = sm_abi_check_rest(delivery->to, size, sizeof(struct synchmess_in), SM_FIRST_IN);
	if (err)
		return err;
	if (unlikely(delivery->reader.seen != message->sender->number))
		look_at(&delivery->reader, message->sender);
	if (size < sizeof(struct synchmess_in) && !clear_end(delivery))
		return -EFAULT;
	if (!exchange(delivery, size, message, published_at, &to, &parts))
		return -EFAULT;
	delivery->to += size;
	if (unlikely(parts))
		return hand_over_in_parts(message, to, parts, delivery->is_compat,
					  delivery->whole);
	return hand_over(message, &to, delivery->whole);
}

int sm_deliver(struct sm_delivery *delivery, const struct sm_message *message,
	       ktime_t published_at)
{
	return deliver(delivery, delivery->size, message, published_at);
}

static __always_inline unsigned int deliver_each(struct sm_delivery *delivery, size_t size,
						 struct sm_message **messages,
						 unsigned int count, int *err)
{
	struct sm_message *message;
	unsigned int i;

	*err = 0;
	for (i = 0; i < count; i++) {
		message = messages[i];
		*err = deliver(delivery, size, message, sm_message_published_at(message));
		if (*err)
			break;
	}
	return i;
}

unsigned int sm_deliver_all(struct sm_delivery *delivery, struct sm_message **messages,
			    unsigned int count, int *err)
{
	const size_t ours = sizeof(struct synchmess_in);

	sm_reader_init(&delivery->reader);
	if (likely(delivery->size == ours))
		return deliver_each(delivery, ours, messages, count, err);
	return deliver_each(delivery, delivery->size, messages, count, err);
}

/* ---- stamps before the bytes */

/* The stamp stands where the program sees it at once. */
static __always_inline bool tell_before(const struct sm_reader *reader,
					const struct sm_message *message, ktime_t published_at,
					u64 token, u32 follows, struct synchmess_in __user *in,
					size_t size)
{
	u64 tag = sm_message_tag(message);

	if (should_fail_usercopy() || !user_write_access_begin(in, size))
		return false;
	TELL(0ULL, &in->data);
	TELL(follows, &in->size);
	TELL(0U, &in->parts);
	if (!tell(reader, message, tag, published_at, token, in, size))
		goto fault;
	user_write_access_end();
	return true;

fault:
	user_write_access_end();
	return false;
}

static noinline bool put_in_parts(const struct sm_reader *reader,
				  const struct sm_message *message, ktime_t published_at,
				  u64 token, u32 follows, const struct sm_payload *to,
				  size_t size)
{
	struct synchmess_in in __uninitialized;

	sm_reader_stamp(reader, message, sm_message_tag(message), published_at, token, follows,
			&in);
	return sm_payload_put(to, &in, size);
}

ssize_t sm_deliver_stamped(const struct sm_reader *reader, struct sm_message *message, u64 token,
			   size_t header, struct sm_payload to)
{
	ktime_t published_at = sm_message_published_at(message);
	size_t follows = min_t(size_t, message->size, to.size - header);
	bool told;

	if (fatal_signal_pending(current))
		return -EINTR;
	if (unlikely(to.parts))
		told = put_in_parts(reader, message, published_at, token, follows, &to, header);
	else
		told = tell_before(reader, message, published_at, token, follows, to.piece, header);
	if (!told)
		return -EFAULT;
	sm_payload_advance(&to, header);
	return sm_payload_put(&to, sm_message_data(message), follows) ? header + follows : -EFAULT;
}
