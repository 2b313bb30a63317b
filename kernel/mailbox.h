/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A mailbox: a queue that overwrites its oldest message, under a name.
 *
 * Owner: references. The open file that registered the name holds one, and so
 * does whoever uses the mailbox of that file for the length of a call. It is
 * in the directory of mailboxes from its registration to its end.
 */
#ifndef SM_MAILBOX_H
#define SM_MAILBOX_H

#include "queue.h"

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/synchmess.h>

struct pid;
struct sm_account;
struct sm_bell;
struct sm_span;

/**
 * struct sm_mailbox - a mailbox
 * @refs: references
 * @name: padded with zeros; constant
 * @owner: whose registration is charged; constant
 * @process: who registered it; constant
 * @by_name: in the directory; guarded by its lock
 * @in_order: in the directory; guarded by its lock
 * @queue: its messages
 */
struct sm_mailbox {
	struct kref refs;
	char name[SYNCHMESS_MAILBOX_NAME_MAX + 1];
	struct sm_account *owner;
	struct pid *process;
	struct rhash_head by_name;
	struct list_head in_order;
	struct sm_queue queue;
};

/**
 * sm_mailbox_create() - make a mailbox, of the calling process
 * @name: 1 to SYNCHMESS_MAILBOX_NAME_MAX bytes
 * @owner: whose account to charge
 * @bell: whom to tell about its messages
 *
 * Context: may sleep.
 * Return: the mailbox with one reference, or ERR_PTR of -EUSERS, -EDQUOT, -ENOMEM.
 */
struct sm_mailbox *sm_mailbox_create(const struct sm_span *name, struct sm_account *owner,
				     struct sm_bell *bell);

static inline void sm_mailbox_get(struct sm_mailbox *mailbox)
{
	kref_get(&mailbox->refs);
}

/**
 * sm_mailbox_put() - give a reference back
 * @mailbox: the mailbox; the last reference must be of one whose queue is dead, or
 *	never was in the directory
 *
 * Context: may sleep.
 */
void sm_mailbox_put(struct sm_mailbox *mailbox);

#endif /* SM_MAILBOX_H */
