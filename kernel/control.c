// SPDX-License-Identifier: GPL-2.0
#include "control.h"

#include "device.h"
#include "group_directory.h"
#include "quota.h"

#include <linux/cdev.h>
#include <linux/compat.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/synchmess.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>

static int install_for(const struct file *opener, unsigned int descriptor)
{
	struct sm_account *account = sm_account_open(opener);
	int err;

	if (IS_ERR(account))
		return PTR_ERR(account);
	err = sm_group_install(descriptor, account);
	sm_account_put(account);
	return err;
}

static long install(struct file *file, struct group_t __user *argument)
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

	return install_for(file, group.descriptor);
}

static long control_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	if (command != IOCTL_INSTALL_GROUP)
		return -ENOTTY;
	return install(file, (struct group_t __user *)argument);
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

static const struct file_operations control_operations = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
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

static struct cdev master;

int sm_control_module_init(void)
{
	struct device *device;
	int err;

	cdev_init(&master, &control_operations);
	master.owner = THIS_MODULE;
	err = cdev_add(&master, sm_device_number(SM_MASTER_MINOR), 1);
	if (err)
		return err;

	device = sm_device_create(SM_MASTER_MINOR, NULL, control_groups);
	if (IS_ERR(device)) {
		cdev_del(&master);
		return PTR_ERR(device);
	}
	return 0;
}

void sm_control_module_exit(void)
{
	sm_device_destroy(SM_MASTER_MINOR);
	cdev_del(&master);
}
