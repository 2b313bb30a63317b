// SPDX-License-Identifier: GPL-2.0
#include "group_directory.h"

#include "device.h"
#include "group.h"
#include "group_sysfs.h"
#include "parameter.h"

#include <linux/device.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/synchmess.h>
#include <linux/xarray.h>

static DEFINE_MUTEX(directory_lock);
/* By descriptor; guarded by directory_lock. */
static DEFINE_XARRAY_FLAGS(groups, XA_FLAGS_ACCOUNT);

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

static const struct sm_queue_rules rules = {
	.limits.of = {
		[SM_LIMIT_MESSAGE] = &max_message_size,
		[SM_LIMIT_STORAGE] = &max_storage_size,
	},
	.full = SM_FULL_FAIL,
	.empty = SM_EMPTY_EOF,
};

static int install_locked(unsigned int descriptor, struct sm_account *owner)
{
	struct sm_group *group;
	struct device *device;
	int err;

	lockdep_assert_held(&directory_lock);

	if (xa_load(&groups, descriptor))
		return 0;

	group = sm_group_create(descriptor, &rules, owner);
	if (IS_ERR(group))
		return PTR_ERR(group);

	err = xa_err(xa_store(&groups, descriptor, group, GFP_KERNEL_ACCOUNT));
	if (err)
		goto put_group;

	device = sm_device_create(descriptor, group, sm_group_attributes);
	if (IS_ERR(device)) {
		err = PTR_ERR(device);
		goto erase_group;
	}
	return 0;

erase_group:
	xa_erase(&groups, descriptor);
put_group:
	sm_group_kill(group);
	sm_group_put(group);
	return err;
}

int sm_group_install(unsigned int descriptor, struct sm_account *owner)
{
	int err;

	if (mutex_lock_killable(&directory_lock))
		return -EINTR;
	err = install_locked(descriptor, owner);
	mutex_unlock(&directory_lock);
	return err;
}

struct sm_group *sm_group_find(unsigned int descriptor)
{
	struct sm_group *group;

	if (mutex_lock_killable(&directory_lock))
		return ERR_PTR(-EINTR);
	group = xa_load(&groups, descriptor);
	if (group)
		sm_group_get(group);
	mutex_unlock(&directory_lock);
	return group ?: ERR_PTR(-ENXIO);
}

int sm_group_remove(unsigned int descriptor)
{
	struct sm_group *group;

	mutex_lock(&directory_lock);
	group = xa_erase(&groups, descriptor);
	if (group)
		sm_device_destroy(descriptor);
	mutex_unlock(&directory_lock);
	if (!group)
		return -ENOENT;

	sm_group_kill(group);
	sm_group_put(group);
	return 0;
}

void sm_group_directory_module_exit(void)
{
	struct sm_group *group;
	unsigned long descriptor;

	xa_for_each(&groups, descriptor, group)
		sm_group_remove(descriptor);
	xa_destroy(&groups);
}
