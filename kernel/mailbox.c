// SPDX-License-Identifier: GPL-2.0
#include "mailbox.h"

#include "bell.h"
#include "mailbox_text.h"
#include "parameter.h"
#include "quota.h"
#include "settings.h"

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

static struct sm_parameter QUEUE_LEN = { .value = 64, .min = 1, .max = 65536 };
SM_PARAMETER(QUEUE_LEN, 0444, "messages that a mailbox keeps (default 64)");

struct sm_parameter sm_command_size = { .value = 1024, .min = 16, .max = 65536 };
module_param_cb(CMD_BUF_SIZE, &sm_parameter_ops, &sm_command_size, 0444);
MODULE_PARM_DESC(CMD_BUF_SIZE, "bytes of the longest mailbox command (default 1024)");

/* No message is longer than a command that sends one, unless the mailbox says otherwise. */
static const struct sm_queue_rules rules = {
	.limits.of = {
		[SM_LIMIT_MESSAGE] = &sm_command_size,
		[SM_LIMIT_LENGTH] = &QUEUE_LEN,
	},
	.full = SM_FULL_DROP_OLDEST,
	.empty = SM_EMPTY_AGAIN,
};

struct sm_mailbox *sm_mailbox_create(const struct sm_mailbox_plan *plan,
				     struct sm_refusal *why)
{
	struct sm_mailbox *mailbox;
	int err;

	err = sm_quota_charge(plan->owner, SM_MAILBOXES, 1, why);
	if (err)
		return ERR_PTR(err);

	mailbox = kzalloc(sizeof(*mailbox), GFP_KERNEL_ACCOUNT);
	if (!mailbox) {
		sm_quota_uncharge(plan->owner, SM_MAILBOXES, 1);
		return ERR_PTR(-ENOMEM);
	}

	kref_init(&mailbox->refs);
	memcpy(mailbox->name, plan->name->start, plan->name->length);
	memcpy(mailbox->label.mailbox, mailbox->name, sizeof(mailbox->name));
	mailbox->owner = sm_account_get(plan->owner);
	mailbox->process = get_pid(task_tgid(current));
	INIT_LIST_HEAD(&mailbox->in_order);
	sm_queue_init(&mailbox->queue, &rules, sm_bell_get(plan->bell));
	mailbox->queue.label = &mailbox->label;
	mailbox->queue.empty = plan->empty;
	if (plan->settings)
		sm_settings_apply(plan->settings, &mailbox->queue);
	sm_schedule_init(&mailbox->schedule, &mailbox->queue);
	return mailbox;
}

void sm_mailbox_kill(struct sm_mailbox *mailbox)
{
	sm_queue_kill(&mailbox->queue);
	sm_schedule_kill(&mailbox->schedule);
	sm_quota_uncharge(mailbox->owner, SM_MAILBOXES, 1);
}

static void mailbox_free(struct kref *refs)
{
	struct sm_mailbox *mailbox = container_of(refs, struct sm_mailbox, refs);

	sm_schedule_stop(&mailbox->schedule);
	sm_queue_destroy(&mailbox->queue);
	put_pid(mailbox->process);
	sm_account_put(mailbox->owner);
	kfree(mailbox);
}

void sm_mailbox_put(struct sm_mailbox *mailbox)
{
	kref_put(&mailbox->refs, mailbox_free);
}

void sm_mailbox_show(struct sm_mailbox *mailbox, struct synchmess_stat *stat)
{
	memset(stat, 0, sizeof(*stat));
	stat->uid = from_kuid_munged(current_user_ns(), mailbox->owner->uid);
	stat->gid = (u32)-1;
	stat->pid = pid_vnr(mailbox->process);
	memcpy(stat->name, mailbox->name, sizeof(mailbox->name));
	sm_settings_show(&mailbox->schedule, stat);
}
