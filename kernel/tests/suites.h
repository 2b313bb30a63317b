/* SPDX-License-Identifier: GPL-2.0 */
/* The suites of synchmess_kunit.ko, one for each room that needs no device. */
#ifndef SM_SUITES_H
#define SM_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite sm_parameter_suite;
extern struct kunit_suite sm_waiter_suite;
extern struct kunit_suite sm_quota_suite;
extern struct kunit_suite sm_copy_suite;
extern struct kunit_suite sm_supply_suite;
extern struct kunit_suite sm_sender_suite;
extern struct kunit_suite sm_message_suite;
extern struct kunit_suite sm_index_suite;
extern struct kunit_suite sm_bell_suite;
extern struct kunit_suite sm_room_suite;
extern struct kunit_suite sm_lane_suite;
extern struct kunit_suite sm_ring_suite;
extern struct kunit_suite sm_queue_suite;
extern struct kunit_suite sm_inbox_suite;
extern struct kunit_suite sm_schedule_suite;
extern struct kunit_suite sm_listener_suite;
extern struct kunit_suite sm_queue_twin_suite;
extern struct kunit_suite sm_lease_suite;
extern struct kunit_suite sm_abi_suite;
extern struct kunit_suite sm_settings_suite;
extern struct kunit_suite sm_barrier_suite;
extern struct kunit_suite sm_rendezvous_suite;
extern struct kunit_suite sm_rendezvous_twin_suite;
extern struct kunit_suite sm_group_suite;
extern struct kunit_suite sm_group_directory_suite;
extern struct kunit_suite sm_mailbox_text_suite;
extern struct kunit_suite sm_mailbox_directory_suite;

#endif /* SM_SUITES_H */
