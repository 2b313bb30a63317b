// SPDX-License-Identifier: GPL-2.0
#include "delivery.h"

#include "abi.h"
#include "deadline.h"
#include "message.h"
#include "payload.h"
#include "sender.h"

#include <linux/build_bug.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/user_namespace.h>

static void show_stamp(const struct sm_stamp *stamp, struct synchmess_in *in)
{
	const struct sm_sender *sender = stamp->sender;

	in->id = stamp->id;
	in->sequence = stamp->place;
	in->tag = stamp->tag;
	in->sent_at = sm_time_to_user(stamp->sent_at);
	in->published_at = sm_time_to_user(stamp->published_at);
	in->length = stamp->size;
	in->priority = stamp->priority;
	in->deliveries = stamp->deliveries;
	in->pid = pid_vnr(sender->process);
	in->tid = pid_vnr(sender->thread);
	in->uid = from_kuid_munged(current_user_ns(), sender->uid);
	in->gid = from_kgid_munged(current_user_ns(), sender->gid);
	in->flags = (stamp->is_buried ? SYNCHMESS_DEAD_LETTER : 0) |
		    (sender->process ? 0 : SYNCHMESS_FROM_KERNEL);
	in->token = stamp->token;
	in->origin = stamp->buried_from;
	in->reserved = 0;
	BUILD_BUG_ON(sizeof(in->mailbox) != sizeof(sender->name));
	memcpy(in->mailbox, sender->name, sizeof(in->mailbox));
}

int sm_deliver(const struct sm_stamp *stamp, const struct sm_message *origin,
	       void __user *user, size_t size, bool whole)
{
	struct sm_payload payload;
	struct sm_parts parts;
	struct synchmess_in in;
	bool fits;
	int err;

	err = sm_abi_get(&in, sizeof(in), user, size, SM_FIRST_IN);
	if (err)
		return err;
	err = sm_payload_open(&payload, &parts, READ, in.data, in.size, in.parts);
	if (err)
		return err;
	fits = stamp->size <= payload.size;
	show_stamp(stamp, &in);
	err = sm_abi_put(user, size, &in, sizeof(in), SM_FIRST_IN);
	if (!err && whole && !fits)
		err = -EMSGSIZE;
	if (!err && sm_message_to_user(origin, &payload) < 0)
		err = -EFAULT;
	sm_payload_close(&parts);
	return err;
}
