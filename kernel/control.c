// SPDX-License-Identifier: GPL-2.0
#include "control.h"

#include "abi.h"
#include "call.h"
#include "commands.h"
#include "device.h"
#include "group.h"
#include "group_directory.h"
#include "group_file.h"
#include "port.h"
#include "settings.h"

#include <linux/capability.h>
#include <linux/cdev.h>
#include <linux/compat.h>
#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

/* ---- the first interface */

static long install(struct sm_port *port, struct sm_call *call, struct group_t __user *argument)
{
	struct group_t group = { };

	if (get_user(group.descriptor, &argument->descriptor))
		return -EFAULT;
	if (group.descriptor < 1 || group.descriptor > SYNCHMESS_MAX_DESCRIPTOR)
		return -EINVAL;

	/* The path depends on the number alone: out first, so a fault leaves no group. */
	snprintf(group.device_path, sizeof(group.device_path), SYNCHMESS_MASTER_PATH "%u",
		 group.descriptor);
	if (copy_to_user(argument, &group, sizeof(group)))
		return -EFAULT;

	return sm_group_install(group.descriptor, port->account, &call->why);
}

/* ---- the second: making groups */

static int check_name(const char *name, size_t size)
{
	int length = sm_abi_text_length(name, size), i;

	if (length < 0 || *name == '.')
		return -EINVAL;
	for (i = 0; i < length; i++) {
		if (!isascii(name[i]) || !(isalnum(name[i]) || strchr("._-", name[i])))
			return -EINVAL;
	}
	return length;
}

/* As chown(2) has it: others' property only the privileged may make. */
static int plan_owner(const struct synchmess_create *create, struct sm_node *node)
{
	node->uid = create->uid == (u32)-1 ? current_euid() :
		    make_kuid(current_user_ns(), create->uid);
	node->gid = create->gid == (u32)-1 ? current_egid() :
		    make_kgid(current_user_ns(), create->gid);
	if (!uid_valid(node->uid) || !gid_valid(node->gid))
		return -EINVAL;
	if (!uid_eq(node->uid, current_euid()) && !capable(CAP_CHOWN))
		return -EPERM;
	if (!in_egroup_p(node->gid) && !capable(CAP_CHOWN))
		return -EPERM;
	return 0;
}

static int plan_group(const struct synchmess_create *create, struct sm_group_plan *plan)
{
	const u32 flags = SYNCHMESS_EXCLUSIVE | SYNCHMESS_TRANSIENT;
	const u32 open_flags = O_ACCMODE | O_CLOEXEC | O_NONBLOCK;
	int length = check_name(create->name, sizeof(create->name));

	if (length < 0 || create->flags & ~flags || create->open_flags & ~open_flags ||
	    (create->open_flags & O_ACCMODE) == O_ACCMODE || create->mode & ~0666 ||
	    create->reserved || create->descriptor > SYNCHMESS_MAX_DESCRIPTOR)
		return -EINVAL;

	plan->node.number = create->descriptor;
	plan->node.is_owned = true;
	plan->node.mode = create->mode;
	memcpy(plan->node.name, create->name, sizeof(create->name));
	plan->is_transient = create->flags & SYNCHMESS_TRANSIENT;
	return plan_owner(create, &plan->node);
}

static bool is_removed(const struct sm_group *group)
{
	const struct synchmess_target target = { .descriptor = group->node.number };
	struct sm_group *now = sm_group_find(&target);

	if (!IS_ERR(now))
		sm_group_put(now);
	return now != group;
}

/* Through its node, as any program would: permissions are a matter of the node. */
static struct file *open_node(const struct sm_group *group, unsigned int flags)
{
	char path[sizeof(SYNCHMESS_MASTER_PATH) + 8];
	struct file *file;

	snprintf(path, sizeof(path), SYNCHMESS_MASTER_PATH "%u", group->node.number);
	file = filp_open(path, flags, 0);
	if (IS_ERR(file) || sm_group_file_is_of(file, group))
		return file;
	/* Of another that has its number now, or no group's at all. */
	fput(file);
	return ERR_PTR(-ENOENT);
}

/* ERR_PTR(-ERESTART) when it is not there any more: look again. */
static struct file *open_existing(const struct synchmess_create *create,
				  u32 __user *descriptor)
{
	struct synchmess_target target = { .descriptor = create->descriptor };
	struct sm_group *group;
	struct file *file;

	memcpy(target.name, create->name, sizeof(target.name));
	group = sm_group_find(&target);
	if (IS_ERR(group))
		return PTR_ERR(group) == -ENOENT ? ERR_PTR(-ERESTART) : ERR_CAST(group);
	if (put_user(group->node.number, descriptor))
		file = ERR_PTR(-EFAULT);
	else
		file = open_node(group, create->open_flags);
	if (IS_ERR(file) && is_removed(group))
		file = ERR_PTR(-ERESTART);
	sm_group_put(group);
	return file;
}

static struct file *open_new(struct sm_group *group, unsigned int flags, u32 __user *descriptor)
{
	struct file *file;

	sm_group_get(group);
	file = sm_group_file_create(group, flags);
	if (!IS_ERR(file) && put_user(group->node.number, descriptor)) {
		fput(file);
		file = ERR_PTR(-EFAULT);
	}
	if (IS_ERR(file))
		sm_group_remove_this(group);
	sm_group_put(group);
	return file;
}

static struct file *create_or_open(struct sm_port *port, struct sm_call *call,
				   const struct synchmess_create *create,
				   struct sm_group_plan *plan, u32 __user *descriptor)
{
	struct sm_group *group;
	struct file *file;

	do {
		if (fatal_signal_pending(current))
			return ERR_PTR(-EINTR);
		group = sm_group_make(plan, port->account, &call->why);
		if (!IS_ERR(group))
			return open_new(group, create->open_flags, descriptor);
		if (PTR_ERR(group) != -EEXIST || create->flags & SYNCHMESS_EXCLUSIVE)
			return ERR_CAST(group);
		file = open_existing(create, descriptor);
	} while (PTR_ERR(file) == -ERESTART);
	return file;
}

static long create(struct sm_port *port, struct sm_call *call,
		   struct synchmess_create __user *argument, size_t size)
{
	struct synchmess_settings settings;
	struct sm_group_plan plan = { };
	struct synchmess_create create;
	struct file *file;
	int err, fd;

	err = sm_abi_get(&create, sizeof(create), argument, size, SM_FIRST_CREATE);
	if (!err)
		err = plan_group(&create, &plan);
	if (!err && create.settings) {
		plan.settings = &settings;
		err = sm_settings_get(&settings, u64_to_user_ptr(create.settings),
				      create.settings_size);
	}
	if (err)
		return err;

	fd = get_unused_fd_flags(create.open_flags & O_CLOEXEC);
	if (fd < 0)
		return fd;
	file = create_or_open(port, call, &create, &plan, &argument->descriptor);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}

/* ---- the second: looking at groups, removing them */

static struct sm_group *find(const struct synchmess_target *target)
{
	int length = check_name(target->name, sizeof(target->name));

	/* One of the two. */
	if (target->reserved || length < 0 || !length == !target->descriptor)
		return ERR_PTR(-EINVAL);
	return sm_group_find(target);
}

static long remove(const struct synchmess_target __user *argument, size_t size)
{
	struct synchmess_target target;
	struct sm_group *group;
	int err;

	err = sm_abi_get(&target, sizeof(target), argument, size, SM_FIRST_TARGET);
	if (err)
		return err;
	group = find(&target);
	if (IS_ERR(group))
		return PTR_ERR(group);
	if (uid_eq(group->node.uid, current_euid()) || capable(CAP_FOWNER))
		err = sm_group_remove_this(group);
	else
		err = -EPERM;
	sm_group_put(group);
	return err;
}

static long stat(struct synchmess_stat __user *argument, size_t size)
{
	struct synchmess_target target = { };
	struct synchmess_stat stat;
	struct sm_group *group;
	int err;

	err = sm_abi_get(&stat, sizeof(stat), argument, size, SM_FIRST_STAT);
	if (err)
		return err;
	target.descriptor = stat.descriptor;
	target.reserved = stat.reserved;
	memcpy(target.name, stat.name, sizeof(target.name));
	group = find(&target);
	if (IS_ERR(group))
		return PTR_ERR(group);
	sm_group_show(group, &stat);
	sm_group_put(group);
	return sm_abi_put(argument, size, &stat, sizeof(stat), SM_FIRST_STAT);
}

static long fill_list(struct synchmess_list *list)
{
	char __user *entry = u64_to_user_ptr(list->entries);
	struct synchmess_stat stat;
	struct sm_group *group;
	u32 count;

	if (list->cursor > SYNCHMESS_MAX_DESCRIPTOR)
		return -EINVAL;
	for (count = 0; count < list->count; count++, entry += list->entry_size) {
		group = sm_group_next(list->cursor);
		if (IS_ERR_OR_NULL(group))
			return group ? PTR_ERR(group) : count;
		sm_group_show(group, &stat);
		sm_group_put(group);
		if (sm_abi_put(entry, list->entry_size, &stat, sizeof(stat), SM_FIRST_STAT))
			return -EFAULT;
		list->cursor = stat.descriptor;
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return count;
}

static long execute(struct sm_port *port, struct sm_call *call, unsigned int command,
		    void __user *argument)
{
	size_t size = _IOC_SIZE(command);

	if (command == IOCTL_INSTALL_GROUP)
		return install(port, call, argument);
	switch (SM_COMMAND(command)) {
	case SM_COMMAND(SYNCHMESS_CREATE):
		return create(port, call, argument, size);
	case SM_COMMAND(SYNCHMESS_REMOVE):
		return remove(argument, size);
	case SM_COMMAND(SYNCHMESS_STAT):
		return stat(argument, size);
	case SM_COMMAND(SYNCHMESS_LIST):
		return sm_commands_list(argument, size, fill_list);
	}
	return -ENOTTY;
}

static long control_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct sm_port *port = file->private_data;
	void __user *user = (void __user *)argument;
	struct sm_call call = { };
	long result;

	/* Asking why is no call that could fail for a reason. */
	result = sm_commands_any(port, command, user);
	if (result != -ENOTTY)
		return result;
	return sm_port_end(port, &call, execute(port, &call, command, user));
}

#ifdef CONFIG_COMPAT
/* The number as 32-bit programs have it: with the size of their pointers. */
#define IOCTL_INSTALL_GROUP_32	_IOWR(SYNCHMESS_IOC_MAGIC, 1, compat_uptr_t)

static long control_compat_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	if (command == IOCTL_INSTALL_GROUP_32)
		command = IOCTL_INSTALL_GROUP;
	return control_ioctl(file, command, (unsigned long)compat_ptr(argument));
}
#endif

static int control_open(struct inode *inode, struct file *file)
{
	struct sm_port *port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
	int err;

	if (!port)
		return -ENOMEM;
	err = sm_port_open(port, file, NULL);
	if (err)
		kfree(port);
	return err;
}

static int control_release(struct inode *inode, struct file *file)
{
	struct sm_port *port = file->private_data;

	sm_port_release(port);
	kfree(port);
	return 0;
}

static const struct file_operations control_operations = {
	.owner = THIS_MODULE,
	.open = control_open,
	.release = control_release,
	.unlocked_ioctl = control_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = control_compat_ioctl,
#endif
};

static ssize_t remove_store(struct device *device, struct device_attribute *attribute,
			    const char *text, size_t length)
{
	unsigned int descriptor;
	int err;

	if (kstrtouint(text, 0, &descriptor))
		return -EINVAL;
	err = sm_group_remove(descriptor);
	return err ?: length;
}
static DEVICE_ATTR_WO(remove);

static struct attribute *control_attrs[] = {
	&dev_attr_remove.attr,
	NULL
};
ATTRIBUTE_GROUPS(control);

static struct sm_node master_node = { .minor = SM_MASTER_MINOR, .mode = 0660 };
static struct cdev master;

int sm_control_module_init(void)
{
	int err;

	cdev_init(&master, &control_operations);
	master.owner = THIS_MODULE;
	err = cdev_add(&master, sm_device_number(SM_MASTER_MINOR), 1);
	if (err)
		return err;

	err = sm_device_create(&master_node, NULL, control_groups);
	if (err)
		cdev_del(&master);
	return err;
}

void sm_control_module_exit(void)
{
	sm_device_destroy(SM_MASTER_MINOR);
	cdev_del(&master);
}
