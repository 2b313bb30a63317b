// SPDX-License-Identifier: GPL-2.0
#include "debugfs.h"

#include <linux/debugfs.h>
#include <linux/module.h>

static struct dentry *folder;

struct dentry *sm_debugfs_folder(void)
{
	return folder;
}

void sm_debugfs_module_init(void)
{
	folder = debugfs_create_dir(KBUILD_MODNAME, NULL);
}

void sm_debugfs_module_exit(void)
{
	debugfs_remove(folder);
}
