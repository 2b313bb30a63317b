// SPDX-License-Identifier: GPL-2.0
#include "device.h"

#include "compat/device_type.h"

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/slab.h>

#define MINORS (SM_LAST_MINOR + 1)

static dev_t first_number;

static const struct sm_node *node_of(SM_DEVICE_CONST struct device *device)
{
	return device->platform_data;
}

static char *device_node(SM_DEVICE_CONST struct device *device, umode_t *mode, kuid_t *uid,
			 kgid_t *gid)
{
	const struct sm_node *node = node_of(device);

	/* Permissions of 0 alone would mean that it does not matter. */
	if (mode)
		*mode = S_IFCHR | node->mode;
	if (uid)
		*uid = node->uid;
	if (gid)
		*gid = node->gid;
	/* The driver core has no way to fail then: there would be a device without a node. */
	return kasprintf(GFP_KERNEL | __GFP_NOFAIL, "synch/%s", dev_name(device));
}

/* What udev's rules ask for. */
static int device_uevent(SM_DEVICE_CONST struct device *device, struct kobj_uevent_env *env)
{
	const struct sm_node *node = node_of(device);
	int err = 0;

	if (node->is_owned)
		err = add_uevent_var(env, "SYNCHMESS_OWNED=1");
	if (!err && *node->name)
		err = add_uevent_var(env, "SYNCHMESS_NAME=%s", node->name);
	return err;
}

static const struct device_type type = {
	.name = KBUILD_MODNAME,
	.devnode = device_node,
	.uevent = device_uevent,
};

static struct class device_class = {
	.name = KBUILD_MODNAME,
};

int sm_device_module_init(void)
{
	int err;

	err = alloc_chrdev_region(&first_number, SM_MASTER_MINOR, MINORS, KBUILD_MODNAME);
	if (err)
		return err;
	err = class_register(&device_class);
	if (err)
		unregister_chrdev_region(first_number, MINORS);
	return err;
}

void sm_device_module_exit(void)
{
	class_unregister(&device_class);
	unregister_chrdev_region(first_number, MINORS);
}

dev_t sm_device_number(unsigned int minor)
{
	return MKDEV(MAJOR(first_number), minor);
}

static void device_release(struct device *device)
{
	kfree(device);
}

static int set_name(struct device *device, unsigned int number)
{
	return number ? dev_set_name(device, KBUILD_MODNAME "%u", number) :
			dev_set_name(device, KBUILD_MODNAME);
}

int sm_device_create(struct sm_node *node, void *data,
		     const struct attribute_group **attributes)
{
	struct device *device;
	int err;

	device = kzalloc(sizeof(*device), GFP_KERNEL_ACCOUNT);
	if (!device)
		return -ENOMEM;
	device_initialize(device);
	device->class = &device_class;
	device->type = &type;
	device->devt = sm_device_number(node->minor);
	device->groups = attributes;
	device->release = device_release;
	device->platform_data = node;
	dev_set_drvdata(device, data);

	err = set_name(device, node->number);
	if (!err)
		err = device_add(device);
	if (err)
		put_device(device);
	return err;
}

void sm_device_destroy(unsigned int minor)
{
	device_destroy(&device_class, sm_device_number(minor));
}
