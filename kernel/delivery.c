// SPDX-License-Identifier: GPL-2.0
#include "delivery.h"

#include "abi.h"
#include "copy.h"
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
#include <linux/user_namespace.h>

/* What the program says, and what it is told. */
#define ASKED	offsetof(struct synchmess_in, id)
#define TOLD	(sizeof(struct synchmess_in) - ASKED)

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

static __always_inline void show_sender(struct sm_reader *reader, const struct sm_sender *sender,
					struct synchmess_in *in)
{
	if (reader->sender != sender)
		look_at(reader, sender);
	in->pid = reader->pid;
	in->tid = reader->tid;
	in->uid = reader->uid;
	in->gid = reader->gid;
	BUILD_BUG_ON(sizeof(in->mailbox) != sizeof(sender->name));
	memcpy(in->mailbox, sender->name, sizeof(in->mailbox));
}

static __always_inline void show_stamp(struct sm_reader *reader,
				       const struct sm_delivery *delivery,
				       struct synchmess_in *in)
{
	const struct sm_message *message = delivery->message;

	in->id = message->id;
	in->sequence = message->place;
	in->tag = message->tag;
	in->sent_at = ktime_add(message->sent_at, reader->clock);
	in->published_at = ktime_add(delivery->published_at, reader->clock);
	in->length = message->size;
	in->priority = message->priority;
	in->deliveries = message->deliveries;
	in->flags = (message->is_buried ? SYNCHMESS_DEAD_LETTER : 0) |
		    (message->sender->process ? 0 : SYNCHMESS_FROM_KERNEL);
	in->token = delivery->token;
	in->origin = message->is_buried ? message->buried_from : 0;
	in->reserved = 0;
	show_sender(reader, message->sender, in);
}

static int ask(const struct sm_delivery *delivery, struct synchmess_in *in)
{
	if (likely(delivery->size == sizeof(*in)))
		return sm_copy_struct_in(in, delivery->to, ASKED) ? 0 : -EFAULT;
	return sm_abi_get(in, sizeof(*in), delivery->to, delivery->size, SM_FIRST_IN);
}

static int tell(const struct sm_delivery *delivery, const struct synchmess_in *in)
{
	if (likely(delivery->size == sizeof(*in)))
		return sm_copy_struct_out(delivery->to + ASKED, &in->id, TOLD) ? 0 : -EFAULT;
	return sm_abi_put(delivery->to, delivery->size, in, sizeof(*in), SM_FIRST_IN);
}

static int hand_over(struct sm_reader *reader, const struct sm_delivery *delivery,
		     struct synchmess_in *in, const struct sm_payload *to)
{
	int err;

	show_stamp(reader, delivery, in);
	err = tell(delivery, in);
	if (err)
		return err;
	if (delivery->whole && delivery->message->size > to->size)
		return -EMSGSIZE;
	return sm_message_to_user(delivery->message, to) < 0 ? -EFAULT : 0;
}

static noinline int hand_over_in_parts(struct sm_reader *reader,
				       const struct sm_delivery *delivery,
				       struct synchmess_in *in)
{
	struct sm_payload to;
	struct sm_parts parts;
	int err;

	if (in->size)
		return -EINVAL;
	err = sm_parts_open(&parts, READ, u64_to_user_ptr(in->data), in->parts, &to);
	if (err)
		return err;
	err = hand_over(reader, delivery, in, &to);
	sm_parts_close(&parts);
	return err;
}

int sm_deliver(struct sm_reader *reader, const struct sm_delivery *delivery)
{
	struct synchmess_in in;
	struct sm_payload to;
	int err;

	err = ask(delivery, &in);
	if (err)
		return err;
	if (unlikely(in.parts))
		return hand_over_in_parts(reader, delivery, &in);
	to = sm_payload_of_piece(u64_to_user_ptr(in.data), in.size);
	return hand_over(reader, delivery, &in, &to);
}
