/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An owner: an open /dev/mq, as far as it has registered a mailbox or not.
 *
 * Owner: the open file, whose private data points to @port.
 *
 * Locks: each has a mutex that guards which mailbox is its own. It is taken before
 * the lock of the directory.
 */
#ifndef SM_MAILBOX_OWNER_H
#define SM_MAILBOX_OWNER_H

#include "port.h"

#include <linux/mutex.h>

struct file;
struct sm_call;
struct sm_mailbox;
struct sm_mailbox_plan;

/**
 * struct sm_mailbox_owner - a /dev/mq that somebody opened
 * @port: what any open file has
 * @lock: guards @own
 * @own: the mailbox that this file registered, referenced, or NULL
 */
struct sm_mailbox_owner {
	struct sm_port port;
	struct mutex lock;	/* guards own */
	struct sm_mailbox *own;
};

/* Whose file it is. */
struct sm_mailbox_owner *sm_mailbox_owner_of(struct file *file);

/**
 * sm_mailbox_owner_get_own() - the mailbox of this file
 * @owner: the file
 *
 * Return: the mailbox with a reference taken, or NULL.
 */
struct sm_mailbox *sm_mailbox_owner_get_own(struct sm_mailbox_owner *owner);

/**
 * sm_mailbox_owner_register() - register a mailbox for this file
 * @owner: the file; its account and bell are put into @plan
 * @plan: the mailbox
 * @call: learns which limit refuses it
 *
 * Return: 0, -EEXIST also when the file has one, or as sm_mailbox_register().
 */
int sm_mailbox_owner_register(struct sm_mailbox_owner *owner, struct sm_mailbox_plan *plan,
			      struct sm_call *call);

/**
 * sm_mailbox_owner_unregister() - give the file's mailbox up
 * @owner: the file
 *
 * Return: 0 or -ENOENT.
 */
int sm_mailbox_owner_unregister(struct sm_mailbox_owner *owner);

#endif /* SM_MAILBOX_OWNER_H */
