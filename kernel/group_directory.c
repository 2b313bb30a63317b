// SPDX-License-Identifier: GPL-2.0
#include "group_directory.h"

#include "device.h"
#include "group.h"
#include "group_sysfs.h"
#include "parameter.h"
#include "trace.h"

#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/rhashtable.h>
#include <linux/synchmess.h>
#include <linux/xarray.h>

static const struct rhashtable_params by_name = {
	.key_len = sizeof_field(struct sm_node, name),
	.key_offset = offsetof(struct sm_group, node.name),
	.head_offset = offsetof(struct sm_group, by_name),
	.automatic_shrinking = true,
};

static DEFINE_MUTEX(directory_lock);
/* By descriptor; guarded by directory_lock. */
static DEFINE_XARRAY_FLAGS(groups, XA_FLAGS_ALLOC | XA_FLAGS_ACCOUNT);
/* By the minor of their device; guarded by directory_lock. */
static DEFINE_XARRAY_FLAGS(devices, XA_FLAGS_ALLOC | XA_FLAGS_ACCOUNT);
static u32 next_minor;			/* likewise */
static struct rhashtable names;		/* likewise */

/* A limit that groups follow has changed: somebody may have waited for that. */
static void serve_all_groups(void)
{
	struct sm_group *group;
	unsigned long descriptor;

	mutex_lock(&directory_lock);
	xa_for_each(&groups, descriptor, group)
		sm_queue_serve(&group->queue);
	mutex_unlock(&directory_lock);
}

static struct sm_parameter max_message_size = {
	.value = 65536, .min = 1, .max = SYNCHMESS_MAX_MESSAGE_SIZE,
	.changed = serve_all_groups
};

SM_PARAMETER(max_message_size, 0644,
	     "bytes that a group's message may have, unless the group says otherwise (default 65536)");

static struct sm_parameter max_storage_size = {
	.value = 1048576, .min = 1, .max = LONG_MAX, .changed = serve_all_groups
};

SM_PARAMETER(max_storage_size, 0644,
	     "bytes that a group may store, unless the group says otherwise (default 1048576)");

static const struct sm_queue_rules first_rules = {
	.limits.of = {
		[SM_LIMIT_MESSAGE] = &max_message_size,
		[SM_LIMIT_STORAGE] = &max_storage_size,
	},
	.full = SM_FULL_FAIL,
	.empty = SM_EMPTY_EOF,
};

static const struct sm_queue_rules second_rules = {
	.limits.of = {
		[SM_LIMIT_MESSAGE] = &max_message_size,
		[SM_LIMIT_STORAGE] = &max_storage_size,
	},
	.full = SM_FULL_BLOCK,
	.empty = SM_EMPTY_BLOCK,
};

static struct sm_group *find_by_name_locked(const char *name)
{
	lockdep_assert_held(&directory_lock);

	return *name ? rhashtable_lookup_fast(&names, name, by_name) : NULL;
}

/* Numbers it, unless it has a number. There are as many as groups can be. */
static int insert_number_locked(struct sm_group *group)
{
	const struct xa_limit numbers = XA_LIMIT(1, SYNCHMESS_MAX_DESCRIPTOR);
	struct sm_node *node = &group->node;

	lockdep_assert_held(&directory_lock);

	if (node->number)
		return xa_insert(&groups, node->number, group, GFP_KERNEL_ACCOUNT);
	return xa_alloc(&groups, &node->number, group, numbers, GFP_KERNEL_ACCOUNT);
}

static int insert_device_locked(struct sm_group *group)
{
	const struct xa_limit minors = XA_LIMIT(SM_FIRST_MINOR, SM_LAST_MINOR);
	int err;

	lockdep_assert_held(&directory_lock);

	err = xa_alloc_cyclic(&devices, &group->node.minor, group, minors, &next_minor,
			      GFP_KERNEL_ACCOUNT);
	return min(err, 0);
}

/* How a table fails to grow is its own affair. */
static int insert_name_locked(struct sm_group *group)
{
	lockdep_assert_held(&directory_lock);

	if (!*group->node.name)
		return 0;
	return rhashtable_lookup_insert_fast(&names, &group->by_name, by_name) ? -ENOMEM : 0;
}

static int insert_locked(struct sm_group *group)
{
	int err;

	lockdep_assert_held(&directory_lock);

	err = insert_number_locked(group);
	if (err)
		return err;
	sm_group_label(group);
	err = insert_device_locked(group);
	if (err)
		goto erase_number;
	err = insert_name_locked(group);
	if (err)
		goto erase_device;
	return 0;

erase_device:
	xa_erase(&devices, group->node.minor);
erase_number:
	xa_erase(&groups, group->node.number);
	return err;
}

static void erase_locked(struct sm_group *group)
{
	lockdep_assert_held(&directory_lock);

	xa_erase(&groups, group->node.number);
	xa_erase(&devices, group->node.minor);
	if (*group->node.name)
		rhashtable_remove_fast(&names, &group->by_name, by_name);
}

/* The group with the caller's reference, beside the directory's. */
static struct sm_group *make_locked(const struct sm_group_plan *plan, struct sm_account *owner,
				    struct sm_refusal *why)
{
	struct sm_group *group;
	int err;

	lockdep_assert_held(&directory_lock);

	group = sm_group_create(plan, owner, why);
	if (IS_ERR(group))
		return group;
	err = insert_locked(group);
	if (err)
		goto put_group;
	err = sm_device_create(&group->node, group, sm_group_attributes);
	if (err)
		goto erase_group;
	sm_group_get(group);
	trace_group_created(group->node.number, group->node.name);
	return group;

erase_group:
	erase_locked(group);
put_group:
	sm_group_kill(group);
	sm_group_put(group);
	return ERR_PTR(err);
}

static int install_locked(unsigned int descriptor, struct sm_account *owner,
			  struct sm_refusal *why)
{
	const struct sm_group_plan plan = {
		.node = { .number = descriptor, .mode = 0660 },
		.rules = &first_rules,
	};
	struct sm_group *group;

	if (xa_load(&groups, descriptor))
		return 0;
	group = make_locked(&plan, owner, why);
	if (IS_ERR(group))
		return PTR_ERR(group);
	sm_group_put(group);
	return 0;
}

int sm_group_install(unsigned int descriptor, struct sm_account *owner, struct sm_refusal *why)
{
	int err;

	if (mutex_lock_killable(&directory_lock))
		return -EINTR;
	err = install_locked(descriptor, owner, why);
	mutex_unlock(&directory_lock);
	return err;
}

/* By number, by name, or by both: then both must be of the same one. */
static struct sm_group *find_locked(unsigned int number, const char *name)
{
	struct sm_group *numbered = number ? xa_load(&groups, number) : NULL;
	struct sm_group *named = find_by_name_locked(name);

	if (number && *name && numbered != named)
		return ERR_PTR(-EEXIST);
	return numbered ?: named ?: ERR_PTR(-ENOENT);
}

static bool exists_locked(const struct sm_node *node)
{
	return find_locked(node->number, node->name) != ERR_PTR(-ENOENT);
}

struct sm_group *sm_group_make(struct sm_group_plan *plan, struct sm_account *owner,
			       struct sm_refusal *why)
{
	struct sm_group *group;

	plan->rules = &second_rules;
	if (mutex_lock_killable(&directory_lock))
		return ERR_PTR(-EINTR);
	group = exists_locked(&plan->node) ? ERR_PTR(-EEXIST) : make_locked(plan, owner, why);
	if (!IS_ERR(group))
		group->opened++;
	mutex_unlock(&directory_lock);
	return group;
}

struct sm_group *sm_group_open(unsigned int minor)
{
	struct sm_group *group;

	if (mutex_lock_killable(&directory_lock))
		return ERR_PTR(-EINTR);
	group = xa_load(&devices, minor);
	if (group) {
		sm_group_get(group);
		group->opened++;
	}
	mutex_unlock(&directory_lock);
	return group ?: ERR_PTR(-ENXIO);
}

struct sm_group *sm_group_find(const struct synchmess_target *target)
{
	struct sm_group *group;

	if (mutex_lock_killable(&directory_lock))
		return ERR_PTR(-EINTR);
	group = find_locked(target->descriptor, target->name);
	if (!IS_ERR(group))
		sm_group_get(group);
	mutex_unlock(&directory_lock);
	return group;
}

struct sm_group *sm_group_next(unsigned int descriptor)
{
	unsigned long next = descriptor;
	struct sm_group *group;

	if (mutex_lock_killable(&directory_lock))
		return ERR_PTR(-EINTR);
	group = xa_find_after(&groups, &next, SYNCHMESS_MAX_DESCRIPTOR, XA_PRESENT);
	if (group)
		sm_group_get(group);
	mutex_unlock(&directory_lock);
	return group;
}

static bool remove_locked(struct sm_group *group)
{
	lockdep_assert_held(&directory_lock);

	if (!group || xa_load(&groups, group->node.number) != group)
		return false;
	erase_locked(group);
	sm_device_destroy(group->node.minor);
	trace_group_removed(group->node.number, group->node.name);
	return true;
}

/* It is in no directory any more: the rest needs no lock. */
static int end(struct sm_group *group, bool removed)
{
	if (!removed)
		return -ENOENT;
	sm_group_kill(group);
	sm_group_put(group);
	return 0;
}

int sm_group_remove(unsigned int descriptor)
{
	struct sm_group *group;
	bool removed;

	mutex_lock(&directory_lock);
	group = xa_load(&groups, descriptor);
	removed = remove_locked(group);
	mutex_unlock(&directory_lock);
	return end(group, removed);
}

int sm_group_remove_this(struct sm_group *group)
{
	bool removed;

	mutex_lock(&directory_lock);
	removed = remove_locked(group);
	mutex_unlock(&directory_lock);
	return end(group, removed);
}

void sm_group_close(struct sm_group *group)
{
	bool removed;

	mutex_lock(&directory_lock);
	group->opened--;
	removed = group->is_transient && !group->opened && remove_locked(group);
	mutex_unlock(&directory_lock);

	end(group, removed);
	sm_group_put(group);
}

int sm_group_directory_module_init(void)
{
	return rhashtable_init(&names, &by_name);
}

void sm_group_directory_module_exit(void)
{
	struct sm_group *group;
	unsigned long descriptor;

	xa_for_each(&groups, descriptor, group)
		sm_group_remove(descriptor);
	rhashtable_destroy(&names);
	xa_destroy(&devices);
	xa_destroy(&groups);
}
