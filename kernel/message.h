/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A message: its bytes, who pays for them, and the link by which it hangs in a
 * queue or in a schedule.
 *
 * Owner: exactly one at a time. The sender makes it, a queue or a schedule has
 * it from the accepted send on, the reader that takes it frees it. The bytes
 * never change once the message is sent. A broadcast makes one message with
 * the bytes and for each further reader a copy that only refers to them; the
 * first's memory lives until the last of them is freed.
 *
 * Locks: none of its own; the link is guarded by the lock of the queue.
 */
#ifndef SM_MESSAGE_H
#define SM_MESSAGE_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/timerqueue.h>
#include <linux/types.h>

struct iov_iter;
struct sm_account;

/**
 * struct sm_message - one message
 * @ready: in a queue's list, or in a list of messages on their way
 * @place: in the order of publication, for who must put it back
 * @delayed: in a schedule, with the time when it is due
 * @origin: the message that has the bytes; itself unless it is a copy
 * @payer: whose account is charged; the message holds a reference
 * @refs: on an origin: how many messages use its bytes
 * @size: bytes of payload
 * @data: the payload, on an origin
 */
struct sm_message {
	union {
		struct {
			struct list_head ready;
			u64 place;
		};
		struct timerqueue_node delayed;
	};
	struct sm_message *origin;
	struct sm_account *payer;
	refcount_t refs;
	u32 size;
	char data[];
};

/**
 * sm_message_from_user() - make a message of what a writer passed
 * @payer: whose account to charge
 * @from: the bytes; at most SYNCHMESS_MAX_MESSAGE_SIZE, all of them are taken
 *
 * Context: may sleep.
 * Return: the message, or ERR_PTR of -EDQUOT, -ENOSPC, -ENOMEM or -EFAULT.
 */
struct sm_message *sm_message_from_user(struct sm_account *payer, struct iov_iter *from);

/**
 * sm_message_from_text() - make a message of bytes that are in the kernel
 * @payer: whose account to charge
 * @text: the bytes
 * @size: how many; at most SYNCHMESS_MAX_MESSAGE_SIZE
 *
 * Context: may sleep.
 * Return: the message, or ERR_PTR of -EDQUOT, -ENOSPC or -ENOMEM.
 */
struct sm_message *sm_message_from_text(struct sm_account *payer, const char *text, size_t size);

/**
 * sm_message_copy() - make a message with the same bytes as another
 * @message: the other; unsent, so that it cannot go away meanwhile
 *
 * Context: may sleep.
 * Return: the copy, or ERR_PTR of -EDQUOT, -ENOSPC or -ENOMEM.
 */
struct sm_message *sm_message_copy(struct sm_message *message);

/**
 * sm_message_to_user() - hand the bytes to a reader
 * @message: the message; it stays as it is
 * @to: the reader's buffer; what does not fit is cut off
 *
 * Context: may sleep.
 * Return: how many bytes the reader got, or -EFAULT.
 */
ssize_t sm_message_to_user(const struct sm_message *message, struct iov_iter *to);

/**
 * sm_message_free() - free a message and give back what it was charged for
 * @message: the message, in no list and no schedule
 */
void sm_message_free(struct sm_message *message);

/**
 * sm_message_free_list() - free all messages of a list
 * @list: linked by &sm_message.ready; empty afterwards
 *
 * Context: may sleep.
 */
void sm_message_free_list(struct list_head *list);

#endif /* SM_MESSAGE_H */
