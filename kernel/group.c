// SPDX-License-Identifier: GPL-2.0
#include "group.h"

#include "bell.h"
#include "quota.h"
#include "settings.h"

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/user_namespace.h>

struct sm_group *sm_group_create(const struct sm_group_plan *plan, struct sm_account *owner,
				 struct sm_refusal *why)
{
	struct sm_group *group;
	struct sm_bell *bell;
	int err;

	err = sm_quota_charge(owner, SM_GROUPS, 1, why);
	if (err)
		return ERR_PTR(err);

	group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);
	bell = sm_bell_create();
	if (!group || !bell) {
		kfree(group);
		kfree(bell);
		sm_quota_uncharge(owner, SM_GROUPS, 1);
		return ERR_PTR(-ENOMEM);
	}

	kref_init(&group->refs);
	group->node = plan->node;
	group->is_transient = plan->is_transient;
	group->owner = sm_account_get(owner);
	sm_queue_init(&group->queue, plan->rules, bell);
	if (plan->settings)
		sm_settings_apply(plan->settings, &group->queue);
	sm_schedule_init(&group->schedule, &group->queue);
	sm_barrier_init(&group->barrier);
	sm_rendezvous_init(&group->rendezvous);
	return group;
}

void sm_group_label(struct sm_group *group)
{
	group->label.group = group->node.number;
	group->queue.label = &group->label;
	group->barrier.label = &group->label;
	group->rendezvous.label = &group->label;
}

static void group_free(struct kref *refs)
{
	struct sm_group *group = container_of(refs, struct sm_group, refs);

	sm_schedule_stop(&group->schedule);
	sm_queue_destroy(&group->queue);
	sm_rendezvous_destroy(&group->rendezvous);
	sm_quota_uncharge(group->owner, SM_GROUPS, 1);
	sm_account_put(group->owner);
	kfree(group);
}

void sm_group_put(struct sm_group *group)
{
	kref_put(&group->refs, group_free);
}

void sm_group_kill(struct sm_group *group)
{
	/* Who is told of the end by one part is told so by all. */
	sm_queue_close(&group->queue);
	/* What is quick comes first: who sleeps need not wait until millions are freed. */
	sm_barrier_kill(&group->barrier);
	sm_rendezvous_kill(&group->rendezvous);
	sm_queue_kill(&group->queue);
	sm_schedule_kill(&group->schedule);
}

void sm_group_show(struct sm_group *group, struct synchmess_stat *stat)
{
	const struct sm_node *node = &group->node;

	memset(stat, 0, sizeof(*stat));
	stat->descriptor = node->number;
	stat->flags = group->is_transient ? SYNCHMESS_TRANSIENT : 0;
	stat->mode = node->mode;
	stat->uid = from_kuid_munged(current_user_ns(), node->uid);
	stat->gid = from_kgid_munged(current_user_ns(), node->gid);
	stat->sleepers = sm_barrier_count(&group->barrier);
	memcpy(stat->name, node->name, sizeof(stat->name));
	sm_settings_show(&group->schedule, stat);
}
