// SPDX-License-Identifier: GPL-2.0
#include "device.h"

#include "compat/class.h"

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/synchmess.h>

#define MINORS (SYNCHMESS_MAX_DESCRIPTOR + 1)

static dev_t first_number;

static char *device_node(SM_DEVNODE_CONST struct device *device, umode_t *mode)
{
	if (mode)
		*mode = 0660;
	/* The driver core has no way to fail then: there would be a device without a node. */
	return kasprintf(GFP_KERNEL | __GFP_NOFAIL, "synch/%s", dev_name(device));
}

static struct class device_class = {
	.name = KBUILD_MODNAME,
	.devnode = device_node,
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

struct device *sm_device_create(unsigned int minor, void *data,
				const struct attribute_group **attributes)
{
	dev_t number = sm_device_number(minor);

	if (minor == SM_MASTER_MINOR)
		return device_create_with_groups(&device_class, NULL, number, data, attributes,
						 KBUILD_MODNAME);
	return device_create_with_groups(&device_class, NULL, number, data, attributes,
					 KBUILD_MODNAME "%u", minor);
}

void sm_device_destroy(unsigned int minor)
{
	device_destroy(&device_class, sm_device_number(minor));
}
