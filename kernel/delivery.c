// SPDX-License-Identifier: GPL-2.0
#include "delivery.h"

#include "abi.h"
#include "deadline.h"
#include "message.h"
#include "sender.h"

#include <linux/build_bug.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

void sm_reader_init(struct sm_reader *reader)
{
	reader->clock = sm_clock_offset();
	reader->sender = NULL;
}

static noinline void look_at(struct sm_reader *reader, const struct sm_sender *sender)
{
	reader->sender = sender;
	reader->pid = pid_vnr(sender->process);
	reader->tid = pid_vnr(sender->thread);
	reader->uid = from_kuid_munged(current_user_ns(), sender->uid);
	reader->gid = from_kgid_munged(current_user_ns(), sender->gid);
}

/* Of a structure that may have been compiled earlier, or later. */
#define HAS(delivery, field)	((delivery)->size >= offsetofend(struct synchmess_in, field))
#define ASK(field)		unsafe_get_user(field, &in->field, fault)
#define TELL(field, value)	unsafe_put_user(value, &in->field, fault)

static __always_inline bool ask(const struct synchmess_in __user *in, struct sm_payload *to,
				u32 *parts_given)
{
	u32 size, parts;
	u64 data;

	if (!user_read_access_begin(in, sizeof(*in)))
		return false;
	ASK(data);
	ASK(size);
	ASK(parts);
	user_read_access_end();
	*to = sm_payload_of_piece(u64_to_user_ptr(data), size);
	*parts_given = parts;
	return true;

fault:
	user_read_access_end();
	return false;
}

static u32 flags_of(const struct sm_message *message)
{
	return (message->is_buried ? SYNCHMESS_DEAD_LETTER : 0) |
	       (message->sender->process ? 0 : SYNCHMESS_FROM_KERNEL);
}

static __always_inline bool tell(const struct sm_reader *reader,
				 const struct sm_delivery *delivery,
				 struct synchmess_in __user *in)
{
	const struct sm_message *message = delivery->message;
	u64 names[sizeof(in->mailbox) / sizeof(u64)];
	unsigned int i;

	BUILD_BUG_ON(sizeof(in->mailbox) != sizeof(message->sender->name));
	memcpy(names, message->sender->name, sizeof(names));
	if (!user_write_access_begin(in, delivery->size))
		return false;
	TELL(id, message->id);
	TELL(sequence, message->place);
	TELL(tag, message->tag);
	TELL(sent_at, ktime_add(message->sent_at, reader->clock));
	TELL(published_at, ktime_add(delivery->published_at, reader->clock));
	TELL(length, message->size);
	TELL(priority, message->priority);
	TELL(deliveries, message->deliveries);
	TELL(pid, reader->pid);
	TELL(tid, reader->tid);
	TELL(uid, reader->uid);
	TELL(gid, reader->gid);
	TELL(flags, flags_of(message));
	for (i = 0; i < ARRAY_SIZE(names); i++)
		unsafe_put_user(names[i], (u64 __user *)in->mailbox + i, fault);
	if (HAS(delivery, token))
		TELL(token, delivery->token);
	if (HAS(delivery, origin))
		TELL(origin, message->is_buried ? message->buried_from : 0);
	if (HAS(delivery, reserved))
		TELL(reserved, 0);
	user_write_access_end();
	return true;

fault:
	user_write_access_end();
	return false;
}

static int hand_over(struct sm_reader *reader, const struct sm_delivery *delivery,
		     const struct sm_payload *to)
{
	const struct sm_message *message = delivery->message;

	if (reader->sender != message->sender)
		look_at(reader, message->sender);
	if (!tell(reader, delivery, delivery->to))
		return -EFAULT;
	if (delivery->whole && message->size > to->size)
		return -EMSGSIZE;
	return sm_message_to_user(message, to) < 0 ? -EFAULT : 0;
}

static noinline int hand_over_in_parts(struct sm_reader *reader,
				       const struct sm_delivery *delivery,
				       const struct sm_payload *array, u32 count)
{
	struct sm_payload to;
	struct sm_parts parts;
	int err;

	if (array->size)
		return -EINVAL;
	err = sm_parts_open(&parts, READ, array->piece, count, &to);
	if (err)
		return err;
	err = hand_over(reader, delivery, &to);
	sm_parts_close(&parts);
	return err;
}

int sm_deliver(struct sm_reader *reader, const struct sm_delivery *delivery)
{
	struct sm_payload to;
	u32 parts;
	int err;

	err = sm_abi_check_rest(delivery->to, delivery->size, sizeof(struct synchmess_in),
				SM_FIRST_IN);
	if (err)
		return err;
	if (!ask(delivery->to, &to, &parts))
		return -EFAULT;
	if (unlikely(parts))
		return hand_over_in_parts(reader, delivery, &to, parts);
	return hand_over(reader, delivery, &to);
}
