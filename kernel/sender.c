// SPDX-License-Identifier: GPL-2.0
#include "sender.h"

#include "quota.h"

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Of root, and no process. */
static struct sm_sender *sender_alloc(struct sm_account *account, const char *name, gfp_t gfp)
{
	struct sm_sender *sender = kzalloc(sizeof(*sender), gfp);

	if (!sender)
		return NULL;
	refcount_set(&sender->refs, 1);
	sender->account = sm_account_get(account);
	strscpy(sender->name, name, sizeof(sender->name));
	return sender;
}

struct sm_sender *sm_sender_create(struct sm_account *account, const char *mailbox)
{
	struct sm_sender *sender = sender_alloc(account, mailbox, GFP_KERNEL_ACCOUNT);

	if (!sender)
		return NULL;
	sender->uid = current_euid();
	sender->gid = current_egid();
	sender->process = get_pid(task_tgid(current));
	return sender;
}

struct sm_sender *sm_sender_of_module(struct sm_account *account, const char *module)
{
	return sender_alloc(account, module, GFP_KERNEL);
}

bool sm_sender_is_current(const struct sm_sender *sender)
{
	return sender->process == task_tgid(current) && uid_eq(sender->uid, current_euid()) &&
	       gid_eq(sender->gid, current_egid());
}

void sm_sender_put(struct sm_sender *sender)
{
	if (!refcount_dec_and_test(&sender->refs))
		return;
	put_pid(sender->process);
	sm_account_put(sender->account);
	kfree(sender);
}
