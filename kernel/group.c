// SPDX-License-Identifier: GPL-2.0
#include "group.h"

#include "parameter.h"
#include "quota.h"

#include <linux/err.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/synchmess.h>

static struct sm_parameter max_message_size = {
	.value = 65536, .min = 1, .max = SYNCHMESS_MAX_MESSAGE_SIZE
};

SM_PARAMETER(max_message_size, 0644,
	     "bytes that a group's message may have, unless the group says otherwise (default 65536)");

static struct sm_parameter max_storage_size = {
	.value = 1048576, .min = 1, .max = LONG_MAX
};

SM_PARAMETER(max_storage_size, 0644,
	     "bytes that a group may store, unless the group says otherwise (default 1048576)");

static const struct sm_queue_rules rules = {
	.defaults = {
		[SM_LIMIT_MESSAGE] = &max_message_size,
		[SM_LIMIT_STORAGE] = &max_storage_size,
	},
	.full = SM_FULL_FAIL,
	.empty = SM_EMPTY_EOF,
};

struct sm_group *sm_group_create(unsigned int descriptor, struct sm_account *owner)
{
	struct sm_group *group;
	int err;

	err = sm_quota_charge(owner, SM_GROUPS, 1);
	if (err)
		return ERR_PTR(err);

	group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);
	if (!group) {
		sm_quota_uncharge(owner, SM_GROUPS, 1);
		return ERR_PTR(-ENOMEM);
	}

	kref_init(&group->refs);
	group->descriptor = descriptor;
	group->owner = sm_account_get(owner);
	sm_queue_init(&group->queue, &rules);
	sm_schedule_init(&group->schedule, &group->queue);
	sm_barrier_init(&group->barrier);
	return group;
}

static void group_free(struct kref *refs)
{
	struct sm_group *group = container_of(refs, struct sm_group, refs);

	sm_schedule_stop(&group->schedule);
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
	/* First what is quick: who sleeps need not wait until millions are freed. */
	sm_barrier_kill(&group->barrier);
	sm_queue_kill(&group->queue);
	sm_schedule_kill(&group->schedule);
}
