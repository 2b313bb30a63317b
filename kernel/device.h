/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device nodes /dev/synch/synchmess and /dev/synch/synchmess<N>: their class,
 * their numbers, their names, their owners.
 *
 * The minor of a group's device is not N: each new device has another, until a million
 * were made. udev gives owner and mode to a node some time after the node was made;
 * would a number come again at once, it could give those of a group that is gone to
 * the node of the next. It compares device numbers, and so finds that one is gone.
 *
 * Owner of a device: whoever made it, until it destroys it; the driver core
 * frees it. Nodes that nobody in particular owns are made for root alone (0660);
 * udev's rules open them to others. udev also makes /dev/synch/by-name/NAME.
 */
#ifndef SM_DEVICE_H
#define SM_DEVICE_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct attribute_group;

#define SM_MASTER_MINOR	0
#define SM_FIRST_MINOR	1
#define SM_LAST_MINOR	MINORMASK

/**
 * struct sm_node - how a device node is made
 * @number: a group's descriptor; 0 for the master
 * @minor: that of the device number; SM_MASTER_MINOR for the master
 * @is_owned: whoever made it has said to whom it belongs; udev is to leave it alone
 * @mode: permissions
 * @uid: owner
 * @gid: group
 * @name: another name, or ""
 */
struct sm_node {
	unsigned int number;
	unsigned int minor;
	bool is_owned;
	umode_t mode;
	kuid_t uid;
	kgid_t gid;
	char name[64];
};

int sm_device_module_init(void);
void sm_device_module_exit(void);

/**
 * sm_device_number() - the device number of a minor
 * @minor: up to SM_LAST_MINOR
 */
dev_t sm_device_number(unsigned int minor);

/**
 * sm_device_create() - make a device and its node
 * @node: how; valid until the device is destroyed
 * @data: the device's driver data
 * @attributes: what sysfs shows, NULL-terminated
 *
 * The node is there when the call returns; its other name comes with udev.
 *
 * Context: may sleep.
 * Return: 0 or an error.
 */
int sm_device_create(struct sm_node *node, void *data,
		     const struct attribute_group **attributes);

/**
 * sm_device_destroy() - take a device and its node away
 * @minor: whose
 *
 * Waits until nobody is inside any of its sysfs attributes.
 */
void sm_device_destroy(unsigned int minor);

#endif /* SM_DEVICE_H */
