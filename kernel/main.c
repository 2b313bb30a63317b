// SPDX-License-Identifier: GPL-2.0
/* Brings the rooms up and takes them down. */
#include "control.h"
#include "debugfs.h"
#include "device.h"
#include "failure.h"
#include "grave.h"
#include "group_directory.h"
#include "group_file.h"
#include "mailbox_directory.h"
#include "mailbox_file.h"
#include "quota.h"
#include "schedule.h"
#include "supply.h"
#include "view.h"

#include <linux/module.h>

/*
 * What programs can open comes last: a load that fails does not wait for files
 * that are open already. Groups cannot be opened before the master device is
 * there to install one. Nobody needs what debugfs has to be there: it comes when
 * no step is left that could fail.
 */
static int __init synchmess_init(void)
{
	int err;

	sm_quota_init();
	sm_debugfs_module_init();
	err = sm_supply_module_init();
	if (err)
		goto exit_debugfs;
	err = sm_grave_module_init();
	if (err)
		goto exit_supply;
	err = sm_schedule_module_init();
	if (err)
		goto exit_grave;
	err = sm_device_module_init();
	if (err)
		goto exit_schedule;
	err = sm_group_directory_module_init();
	if (err)
		goto exit_device;
	err = sm_mailbox_directory_module_init();
	if (err)
		goto exit_group_directory;
	err = sm_group_file_module_init();
	if (err)
		goto exit_mailbox_directory;
	err = sm_mailbox_file_module_init();
	if (err)
		goto exit_group_file;
	err = sm_control_module_init();
	if (err)
		goto exit_mailbox_file;
	sm_mailbox_directory_show();
	sm_view_module_init();
	sm_failure_module_init();
	return 0;

exit_mailbox_file:
	sm_mailbox_file_module_exit();
exit_group_file:
	sm_group_file_module_exit();
exit_mailbox_directory:
	sm_mailbox_directory_module_exit();
exit_group_directory:
	sm_group_directory_module_exit();
exit_device:
	sm_device_module_exit();
exit_schedule:
	sm_schedule_module_exit();
exit_grave:
	sm_grave_module_exit();
exit_supply:
	sm_supply_module_exit();
exit_debugfs:
	sm_debugfs_module_exit();
	return err;
}

static void __exit synchmess_exit(void)
{
	sm_failure_module_exit();
	sm_view_module_exit();
	sm_control_module_exit();
	sm_group_directory_module_exit();
	sm_mailbox_file_module_exit();
	sm_group_file_module_exit();
	sm_mailbox_directory_module_exit();
	sm_device_module_exit();
	sm_schedule_module_exit();
	sm_grave_module_exit();
	sm_supply_module_exit();
	sm_debugfs_module_exit();
	sm_quota_exit();
}

module_init(synchmess_init);
module_exit(synchmess_exit);

MODULE_DESCRIPTION("Messages and thread synchronisation without a daemon");
MODULE_AUTHOR("The SynchMess authors");
MODULE_LICENSE("GPL");
MODULE_ALIAS("mq_driver");
