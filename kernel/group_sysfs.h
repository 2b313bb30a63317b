/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What /sys/class/synchmess/synchmess<N>/ shows of a group and lets change.
 * docs/interface-1.md lists the attributes.
 *
 * The device's driver data is the group, which outlives the device.
 */
#ifndef SM_GROUP_SYSFS_H
#define SM_GROUP_SYSFS_H

extern const struct attribute_group *sm_group_attributes[];

#endif /* SM_GROUP_SYSFS_H */
