// SPDX-License-Identifier: GPL-2.0
#include "mailbox.h"

#include "bell.h"
#include "mailbox_text.h"
#include "parameter.h"
#include "quota.h"

#include <linux/err.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

static struct sm_parameter QUEUE_LEN = { .value = 64, .min = 1, .max = 65536 };
SM_PARAMETER(QUEUE_LEN, 0444, "messages that a mailbox keeps (default 64)");

/* A mailbox's message is part of a command, and never longer. */
static const struct sm_queue_rules rules = {
	.limits.of = { [SM_LIMIT_LENGTH] = &QUEUE_LEN },
	.full = SM_FULL_DROP_OLDEST,
	.empty = SM_EMPTY_AGAIN,
};

struct sm_mailbox *sm_mailbox_create(const struct sm_span *name, struct sm_account *owner,
				     struct sm_bell *bell)
{
	struct sm_mailbox *mailbox;
	int err;

	err = sm_quota_charge(owner, SM_MAILBOXES, 1);
	if (err)
		return ERR_PTR(err);

	mailbox = kzalloc(sizeof(*mailbox), GFP_KERNEL_ACCOUNT);
	if (!mailbox) {
		sm_quota_uncharge(owner, SM_MAILBOXES, 1);
		return ERR_PTR(-ENOMEM);
	}

	kref_init(&mailbox->refs);
	memcpy(mailbox->name, name->start, name->length);
	mailbox->owner = sm_account_get(owner);
	mailbox->process = get_pid(task_tgid(current));
	INIT_LIST_HEAD(&mailbox->in_order);
	sm_queue_init(&mailbox->queue, &rules, sm_bell_get(bell));
	return mailbox;
}

static void mailbox_free(struct kref *refs)
{
	struct sm_mailbox *mailbox = container_of(refs, struct sm_mailbox, refs);

	sm_queue_destroy(&mailbox->queue);
	put_pid(mailbox->process);
	sm_quota_uncharge(mailbox->owner, SM_MAILBOXES, 1);
	sm_account_put(mailbox->owner);
	kfree(mailbox);
}

void sm_mailbox_put(struct sm_mailbox *mailbox)
{
	kref_put(&mailbox->refs, mailbox_free);
}
