/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transfers: SYNCHMESS_SEND, _RECEIVE and _REVOKE, the same for every kind of queue.
 * One call moves many messages; what is done when one of them fails stays done.
 */
#ifndef SM_TRANSFER_H
#define SM_TRANSFER_H

#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/types.h>

struct file;
struct sm_call;
struct sm_holder;
struct sm_message;
struct sm_queue;
struct sm_schedule;

/**
 * struct sm_batch - one call's messages, in the program's memory
 * @messages: its array
 * @size: bytes of an element
 * @count: how many elements
 * @flags: SYNCHMESS_*
 * @is_compat: iovecs are those of a 32-bit program
 * @holder: who may settle what is leased
 * @lease: nanoseconds until it comes back by itself; 0: never
 * @acks: tokens to ack
 * @ack_count: how many
 * @acks_left: where the program is told how many are left
 */
struct sm_batch {
	char __user *messages;
	size_t size;
	unsigned int count;
	unsigned int flags;
	bool is_compat;
	struct sm_holder *holder;
	u64 lease;
	const u64 __user *acks;
	unsigned int ack_count;
	u32 __user *acks_left;
};

/* Is anything but zeros where a mailbox may be named? */
static inline bool sm_transfer_has_name(const struct synchmess_batch *given)
{
	u64 words[sizeof(given->to) / sizeof(u64)];

	BUILD_BUG_ON(ARRAY_SIZE(words) != 2);
	memcpy(words, given->to, sizeof(words));
	return words[0] | words[1];
}

/**
 * sm_transfer_begin() - understand a struct synchmess_batch
 * @file: through which it came
 * @call: its deadline is filled in
 * @argument: the program's
 * @size: bytes of it
 * @given: filled in: the structure, whose @to is the face's matter
 * @batch: filled in
 *
 * Return: 0, -EFAULT, -EINVAL, -E2BIG.
 */
int sm_transfer_begin(struct file *file, struct sm_call *call, void __user *argument,
		      size_t size, struct synchmess_batch *given, struct sm_batch *batch);

/**
 * sm_transfer_send() - send messages
 * @schedule: to whom
 * @call: who sends
 * @batch: the messages, struct synchmess_out
 *
 * Return: how many were sent, with those that were before; if none could be, why the first
 * was refused.
 */
long sm_transfer_send(struct sm_schedule *schedule, struct sm_call *call,
		      const struct sm_batch *batch);

/**
 * sm_transfer_make() - make one message of a batch, to be sent in another way
 * @queue: whose limit for one message holds; NULL if that is seen to later
 * @call: who sends
 * @batch: the messages
 * @i: which of them
 *
 * Return: the message or ERR_PTR.
 */
struct sm_message *sm_transfer_make(const struct sm_queue *queue, struct sm_call *call,
				    const struct sm_batch *batch, unsigned int i);

/**
 * sm_transfer_receive() - receive messages, waiting for the first of them
 * @schedule: in front of the queue
 * @call: until when
 * @batch: where to, struct synchmess_in
 *
 * What is to be acked comes first: if it cannot be, nothing is received.
 * Return: how many were received; if none could be, why.
 */
long sm_transfer_receive(struct sm_schedule *schedule, struct sm_call *call,
			 const struct sm_batch *batch);

/**
 * sm_transfer_revoke() - revoke messages
 * @file: one that is open for writing alone revokes what its process has sent
 * @schedule: whose
 * @argument: the program's struct synchmess_revoke
 * @size: bytes of it
 *
 * Return: how many were revoked, or an error.
 */
long sm_transfer_revoke(struct file *file, struct sm_schedule *schedule,
			void __user *argument, size_t size);

#endif /* SM_TRANSFER_H */
