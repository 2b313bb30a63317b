/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device nodes /dev/synch/synchmess (minor 0) and /dev/synch/synchmess<N>
 * (minor N): their class, their numbers, their names.
 *
 * Owner of a device: whoever made it, until it destroys it; the driver core
 * frees it. Nodes are made for root alone (0660); udev's rules open them to others.
 */
#ifndef SM_DEVICE_H
#define SM_DEVICE_H

#include <linux/types.h>

struct attribute_group;
struct device;

#define SM_MASTER_MINOR	0

int sm_device_module_init(void);
void sm_device_module_exit(void);

/**
 * sm_device_number() - the device number of a minor
 * @minor: 0 for the master, else a group's descriptor
 */
dev_t sm_device_number(unsigned int minor);

/**
 * sm_device_create() - make a device and its node
 * @minor: 0 for the master, else a group's descriptor
 * @data: the device's driver data
 * @attributes: what sysfs shows, NULL-terminated
 *
 * Context: may sleep.
 * Return: the device or ERR_PTR.
 */
struct device *sm_device_create(unsigned int minor, void *data,
				const struct attribute_group **attributes);

/**
 * sm_device_destroy() - take a device and its node away
 * @minor: whose
 *
 * Waits until nobody is inside any of its sysfs attributes.
 */
void sm_device_destroy(unsigned int minor);

#endif /* SM_DEVICE_H */
