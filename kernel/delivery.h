/* SPDX-License-Identifier: GPL-2.0 */
/* Delivery: how a message and its stamp get into a program's struct synchmess_in. */
#ifndef SM_DELIVERY_H
#define SM_DELIVERY_H

#include "payload.h"
#include "reader.h"

#include <linux/ktime.h>
#include <linux/types.h>

struct sm_message;

/**
 * struct sm_delivery - messages that are handed over, one after the other
 * @reader: to whom
 * @to: the program's structure for the next one
 * @size: bytes of it
 * @whole: fail rather than cut a message off
 * @is_compat: the program's iovecs are those of 32 bit
 * @token: of the next one's lease, or 0
 */
struct sm_delivery {
	struct sm_reader reader;
	void __user *to;
	size_t size;
	bool whole;
	bool is_compat;
	u64 token;
};

/**
 * sm_deliver() - hand one message to the program, which has it if this succeeds
 * @delivery: to whom and where; goes on to the next
 * @message: the message, or what is known of it
 * @published_at: when it became readable
 *
 * Who is being killed takes nothing along. Context: may sleep, with no lock held.
 * Return: 0, -EFAULT, -EINTR, -EINVAL, -E2BIG, -ENOMEM, or -EMSGSIZE.
 */
int sm_deliver(struct sm_delivery *delivery, const struct sm_message *message,
	       ktime_t published_at);

/**
 * sm_deliver_all() - hand over messages, as many as can be
 * @delivery: where the first goes; its reader is filled in
 * @messages: the messages
 * @count: how many
 * @err: filled in: 0, or why the next one was not handed over
 *
 * Context: may sleep, with no lock held.
 * Return: how many were handed over.
 */
unsigned int sm_deliver_all(struct sm_delivery *delivery, struct sm_message **messages,
			    unsigned int count, int *err);

/**
 * sm_deliver_stamped() - hand one message to the program, its stamp before its bytes
 * @reader: to whom; has seen its sender
 * @message: the message
 * @token: of its lease, or 0
 * @header: bytes of the stamp: it ends with one of its fields
 * @to: where to; there is room for the stamp at least
 *
 * Who is being killed takes nothing along. Context: may sleep, with no lock held.
 * Return: bytes of both, -EFAULT, or -EINTR.
 */
ssize_t sm_deliver_stamped(const struct sm_reader *reader, struct sm_message *message, u64 token,
			   size_t header, struct sm_payload to);

#endif /* SM_DELIVERY_H */
