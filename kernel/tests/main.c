// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the suites while the module is loaded, and only then: the kernel would
 * run a list of its own before it has looked at the parameters. A test that
 * fails does not fail the load; tests/kunit reads the log.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "../debugfs.h"
#include "../grave.h"
#include "../quota.h"
#include "../schedule.h"
#include "../supply.h"
#include "dice.h"
#include "suites.h"

#include <linux/module.h>
#include <linux/string.h>

static char *suite;
module_param(suite, charp, 0444);
MODULE_PARM_DESC(suite, "run only this one");

static struct kunit_suite *suites[] = {
	&sm_parameter_suite,
	&sm_waiter_suite,
	&sm_quota_suite,
	&sm_copy_suite,
	&sm_supply_suite,
	&sm_sender_suite,
	&sm_message_suite,
	&sm_index_suite,
	&sm_bell_suite,
	&sm_room_suite,
	&sm_lane_suite,
	&sm_ring_suite,
	&sm_queue_suite,
	&sm_inbox_suite,
	&sm_schedule_suite,
	&sm_listener_suite,
	&sm_lease_suite,
	&sm_queue_twin_suite,
	&sm_abi_suite,
	&sm_settings_suite,
	&sm_barrier_suite,
	&sm_rendezvous_suite,
	&sm_rendezvous_twin_suite,
	&sm_group_suite,
	&sm_group_directory_suite,
	&sm_mailbox_text_suite,
	&sm_mailbox_directory_suite,
};

static bool is_wanted(const struct kunit_suite *candidate)
{
	return !suite || !strcmp(suite, candidate->name);
}

static int __init tests_init(void)
{
	size_t i;
	int err;

	pr_info("seed=%u\n", sm_dice_seed());
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
	for (i = 0; i < ARRAY_SIZE(suites); i++) {
		if (is_wanted(suites[i]))
			__kunit_test_suites_init(&suites[i], 1);
	}
	return 0;

exit_grave:
	sm_grave_module_exit();
exit_supply:
	sm_supply_module_exit();
exit_debugfs:
	sm_debugfs_module_exit();
	return err;
}

/* That nothing is charged any more is the last test. */
static void __exit tests_exit(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(suites); i++) {
		if (is_wanted(suites[i]))
			__kunit_test_suites_exit(&suites[i], 1);
	}
	sm_schedule_module_exit();
	sm_grave_module_exit();
	sm_supply_module_exit();
	sm_debugfs_module_exit();
	sm_quota_exit();
}

module_init(tests_init);
module_exit(tests_exit);

MODULE_DESCRIPTION("Tests of the rooms of synchmess");
MODULE_AUTHOR("The SynchMess authors");
MODULE_LICENSE("GPL");
