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

#include "label.h"
#include "queue.h"
#include "schedule.h"

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/synchmess.h>

extern struct sm_parameter sm_command_size;	/* CMD_BUF_SIZE, bytes */

struct pid;
struct sm_account;
struct sm_bell;
struct sm_span;
struct synchmess_settings;
struct synchmess_stat;

/**
 * struct sm_mailbox - a mailbox
 * @refs: references
 * @name: padded with zeros; constant
 * @label: of its queue; constant
 * @owner: whose registration is charged; constant
 * @process: who registered it; constant
 * @by_name: in the directory; guarded by its lock
 * @in_order: in the directory; guarded by its lock
 * @number: of registrations before it; constant once it is in the directory
 * @queue: its messages
 * @schedule: its delayed messages
 */
struct sm_mailbox {
	struct kref refs;
	char name[SYNCHMESS_MAILBOX_NAME_MAX + 1];
	struct sm_label label;
	struct sm_account *owner;
	struct pid *process;
	struct rhash_head by_name;
	struct list_head in_order;
	u64 number;
	struct sm_queue queue;
	struct sm_schedule schedule;
};

/**
 * struct sm_mailbox_plan - how a mailbox is to be made
 * @name: 1 to SYNCHMESS_MAILBOX_NAME_MAX bytes
 * @owner: whose account to charge
 * @bell: whom to tell about its messages
 * @empty: what a read does when it is empty
 * @settings: of its queue, or NULL
 */
struct sm_mailbox_plan {
	const struct sm_span *name;
	struct sm_account *owner;
	struct sm_bell *bell;
	enum sm_empty empty;
	const struct synchmess_settings *settings;
};

/**
 * sm_mailbox_create() - make a mailbox, of the calling process
 * @plan: how
 * @why: filled in if a limit refuses it
 *
 * Context: may sleep.
 * Return: the mailbox with one reference, or ERR_PTR of -EUSERS, -EDQUOT, -ENOMEM.
 */
struct sm_mailbox *sm_mailbox_create(const struct sm_mailbox_plan *plan,
				     struct sm_refusal *why);

/**
 * sm_mailbox_kill() - end a mailbox that is in no directory any more
 * @mailbox: the mailbox
 *
 * Its name counts no more, whoever still has a reference. Context: may sleep.
 */
void sm_mailbox_kill(struct sm_mailbox *mailbox);

/**
 * sm_mailbox_show() - SYNCHMESS_STAT of a mailbox
 * @mailbox: the mailbox
 * @stat: filled in, for the calling program
 */
void sm_mailbox_show(struct sm_mailbox *mailbox, struct synchmess_stat *stat);

static inline void sm_mailbox_get(struct sm_mailbox *mailbox)
{
	kref_get(&mailbox->refs);
}

/**
 * sm_mailbox_put() - give a reference back
 * @mailbox: the mailbox; the last reference must be of one that was killed
 *
 * Context: may sleep.
 */
void sm_mailbox_put(struct sm_mailbox *mailbox);

#endif /* SM_MAILBOX_H */
