/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's folder in debugfs, for whatever rooms want to show there. As
 * always with debugfs, nothing depends on it: when it cannot be made, what is
 * put into it is not there, and nobody fails.
 *
 * Owner: the module, from before the first room puts something into it until
 * after the last has taken its own away.
 */
#ifndef SM_DEBUGFS_H
#define SM_DEBUGFS_H

struct dentry;

/**
 * sm_debugfs_folder() - where to put what a room shows
 *
 * Return: the folder, or an error that debugfs takes in its place.
 */
struct dentry *sm_debugfs_folder(void);

void sm_debugfs_module_init(void);
void sm_debugfs_module_exit(void);

#endif /* SM_DEBUGFS_H */
