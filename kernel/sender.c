// SPDX-License-Identifier: GPL-2.0
#include "sender.h"

#include "quota.h"

#include <linux/atomic.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

static atomic64_t senders;

/* Of root, and no process. */
static struct sm_sender *sender_alloc(struct sm_account *account, const char *name, gfp_t gfp)
{
	struct sm_sender *sender = kzalloc(sizeof(*sender), gfp);

	if (!sender)
		return NULL;
	sender->number = atomic64_inc_return(&senders);
	sender->account = sm_account_get(account);
	strscpy(sender->name, name, sizeof(sender->name));
	sm_supply_init(&sender->supply, account);
	return sender;
}

struct sm_sender *sm_sender_create(struct sm_account *account, const char *mailbox)
{
	struct sm_sender *sender = sender_alloc(account, mailbox, GFP_KERNEL_ACCOUNT);

	if (!sender)
		return NULL;
	sender->cred = sm_sender_cred_get();
	sender->uid = sender->cred->euid;
	sender->gid = sender->cred->egid;
	sender->process = get_pid(task_tgid(current));
	sender->thread = get_pid(task_pid(current));
	return sender;
}

struct sm_sender *sm_sender_of_module(struct sm_account *account, const char *module)
{
	struct sm_sender *sender = sender_alloc(account, module, GFP_KERNEL);

	/* It may send anywhere at any time: nobody has the supply alone. */
	if (sender)
		sm_supply_close(&sender->supply);
	return sender;
}

void sm_sender_free(struct sm_sender *sender)
{
	put_pid(sender->process);
	put_pid(sender->thread);
	put_cred(sender->cred);
	sm_account_put(sender->account);
	kfree(sender);
}

void sm_sender_put(struct sm_sender *sender)
{
	if (refcount_dec_and_test(&sender->supply.refs))
		sm_sender_free(sender);
}

void sm_sender_retire(struct sm_sender *sender)
{
	sm_supply_close(&sender->supply);
	/* Messages may lie for years: they need not keep what only the next call asks for. */
	put_cred(sender->cred);
	sender->cred = NULL;
	sm_sender_put(sender);
}
