/* SPDX-License-Identifier: GPL-2.0 */
/* Delivery: how a message and its stamp get into a program's struct synchmess_in. */
#ifndef SM_DELIVERY_H
#define SM_DELIVERY_H

#include <linux/ktime.h>
#include <linux/types.h>

struct sm_message;
struct sm_sender;

/**
 * struct sm_reader - a program, as far as it sees others from where it is
 * @clock: by how much its clock is ahead
 * @sender: of whom all that follows is; the same as of the message before, mostly
 * @pid: in its namespace
 * @tid: in its namespace
 * @uid: in its namespace
 * @gid: in its namespace
 *
 * It lives no longer than the messages that it is shown: @sender is no reference.
 */
struct sm_reader {
	ktime_t clock;
	const struct sm_sender *sender;
	u32 pid;
	u32 tid;
	u32 uid;
	u32 gid;
};

/* The calling program. */
void sm_reader_init(struct sm_reader *reader);

/**
 * struct sm_delivery - what to hand over, and where
 * @message: the message, or what is known of it
 * @published_at: when it became readable
 * @token: of its lease, or 0
 * @to: the program's structure
 * @size: bytes of it
 * @whole: fail rather than cut the message off
 */
struct sm_delivery {
	const struct sm_message *message;
	ktime_t published_at;
	u64 token;
	void __user *to;
	size_t size;
	bool whole;
};

/**
 * sm_deliver() - hand one message to the program, which has it if this succeeds
 * @reader: the program
 * @delivery: what and where
 *
 * Context: may sleep, with no lock held.
 * Return: 0, -EFAULT, -EINVAL, -E2BIG, -ENOMEM, or -EMSGSIZE.
 */
int sm_deliver(struct sm_reader *reader, const struct sm_delivery *delivery);

#endif /* SM_DELIVERY_H */
