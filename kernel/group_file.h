/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An open group: what open, read, write, fsync and ioctl on
 * /dev/synch/synchmess<N> do. docs/interface-1.md is the specification.
 *
 * The open file holds a reference to its group, so the group stays valid, if
 * perhaps dead, until release.
 */
#ifndef SM_GROUP_FILE_H
#define SM_GROUP_FILE_H

int sm_group_file_module_init(void);
void sm_group_file_module_exit(void);

#endif /* SM_GROUP_FILE_H */
