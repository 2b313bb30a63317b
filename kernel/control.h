/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The master device /dev/synch/synchmess: it installs groups by ioctl, and its
 * sysfs attribute `remove` takes the number of one to remove.
 */
#ifndef SM_CONTROL_H
#define SM_CONTROL_H

int sm_control_module_init(void);
void sm_control_module_exit(void);

#endif /* SM_CONTROL_H */
