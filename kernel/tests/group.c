// SPDX-License-Identifier: GPL-2.0
#include "../group.h"

#include "../call.h"
#include "../deadline.h"
#include "../message.h"
#include "../parameter.h"
#include "../quota.h"
#include "../schedule.h"
#include "fixture.h"
#include "payer.h"
#include "setting.h"
#include "suites.h"

#include <linux/err.h>
#include <linux/time64.h>
#include <linux/uio.h>
#include <linux/wait.h>

#define LATER_MS	3600000

static long groups_of(const struct sm_account *account)
{
	return atomic_long_read(&account->held[SM_GROUPS]);
}

static struct sm_parameter message_limit = { .value = 10 };

static const struct sm_queue_rules rules = {
	.limits.of = { [SM_LIMIT_MESSAGE] = &message_limit },
	.full = SM_FULL_FAIL,
	.empty = SM_EMPTY_EOF,
};

static struct sm_group *try_to_create(struct sm_account *owner, unsigned int descriptor)
{
	const struct sm_group_plan plan = { .node.number = descriptor, .rules = &rules };
	struct sm_refusal why;

	return sm_group_create(&plan, owner, &why);
}

static struct sm_group *create(struct kunit *test, unsigned int descriptor)
{
	struct sm_group *group = try_to_create(test->priv, descriptor);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
	return group;
}

static void end(struct sm_group *group)
{
	sm_group_kill(group);
	sm_group_put(group);
}

static void a_group_starts_as_documented(struct kunit *test)
{
	struct sm_group *group = create(test, 65535);

	KUNIT_EXPECT_EQ(test, group->node.number, 65535);
	KUNIT_EXPECT_PTR_EQ(test, group->owner, test->priv);
	KUNIT_EXPECT_EQ(test, group->queue.empty, SM_EMPTY_EOF);
	KUNIT_EXPECT_EQ(test, group->send_delay_ms, 0);
	KUNIT_EXPECT_EQ(test, sm_room_limit(&group->queue.room, SM_LIMIT_MESSAGE), 10);
	KUNIT_EXPECT_EQ(test, sm_room_limit(&group->queue.room, SM_LIMIT_STORAGE), ULONG_MAX);
	KUNIT_EXPECT_EQ(test, sm_room_limit(&group->queue.room, SM_LIMIT_LENGTH), ULONG_MAX);
	KUNIT_EXPECT_EQ(test, sm_barrier_awake(&group->barrier, 1, NULL), 0);
	end(group);
}

static int check(const struct sm_group *group, size_t size)
{
	struct sm_refusal why;

	return sm_queue_check(&group->queue, size, &why);
}

static void the_defaults_can_be_changed_while_it_exists(struct kunit *test)
{
	struct sm_group *group = create(test, 1);

	message_limit.value = 11;
	KUNIT_EXPECT_EQ(test, check(group, 11), 0);
	message_limit.value = 10;
	KUNIT_EXPECT_EQ(test, check(group, 11), -EMSGSIZE);
	end(group);
}

static void a_group_is_charged_until_its_last_reference(struct kunit *test)
{
	struct sm_group *group = create(test, 1);

	KUNIT_EXPECT_EQ(test, groups_of(test->priv), 1);
	sm_group_get(group);
	end(group);
	KUNIT_EXPECT_EQ(test, groups_of(test->priv), 1);
	sm_group_put(group);
	KUNIT_EXPECT_EQ(test, groups_of(test->priv), 0);
}

static void there_are_no_more_groups_than_allowed(struct kunit *test)
{
	struct sm_account *root = sm_payer_open_unbound(test);
	struct sm_group *own, *other;

	sm_setting_change(test, "max_groups", 2);
	sm_setting_change(test, "user_share", 50);
	own = create(test, 1);
	KUNIT_EXPECT_EQ(test, PTR_ERR(try_to_create(test->priv, 2)), -EDQUOT);
	other = try_to_create(root, 2);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	KUNIT_EXPECT_EQ(test, PTR_ERR(try_to_create(root, 3)), -EUSERS);
	end(own);
	end(other);
}

static int send_by(struct sm_call *call, struct sm_group *group, unsigned int delay_ms)
{
	const struct sm_terms terms = { .delay = (u64)delay_ms * NSEC_PER_MSEC };
	struct kvec part = { "hello", 5 };
	struct sm_message *message;
	struct sm_payload from;
	struct iov_iter parts;
	int err;

	iov_iter_kvec(&parts, WRITE, &part, 1, 5);
	from = sm_payload_of_parts(&parts);
	message = sm_message_from_user(call, &terms, &from);
	if (IS_ERR(message))
		return PTR_ERR(message);
	err = sm_schedule_send(&group->schedule, message, call);
	if (err)
		sm_message_free(message);
	return err;
}

static int send(struct sm_group *group, struct sm_account *payer, unsigned int delay_ms)
{
	struct sm_call call;
	int err = sm_payer_begin(payer, &call);

	if (err)
		return err;
	err = send_by(&call, group, delay_ms);
	sm_payer_end(&call);
	return err;
}

static void killing_a_group_ends_its_four_parts(struct kunit *test)
{
	struct sm_group *group = create(test, 1);
	struct sm_ledger ledger;
	unsigned long stored;
	struct sm_member member = { };
	u64 seen = 0;

	KUNIT_EXPECT_EQ(test, send(group, test->priv, 0), 0);
	KUNIT_EXPECT_EQ(test, send(group, test->priv, LATER_MS), 0);
	sm_group_kill(group);
	KUNIT_EXPECT_EQ(test, send(group, test->priv, 0), -ENODEV);
	KUNIT_EXPECT_EQ(test, send(group, test->priv, LATER_MS), -ENODEV);
	KUNIT_EXPECT_EQ(test, PTR_ERR(sm_take(&group->queue)), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_schedule_flush(&group->schedule), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_barrier_sleep(&group->barrier, &seen, SM_NEVER), -ENODEV);
	KUNIT_EXPECT_EQ(test, sm_rendezvous_join(&group->rendezvous, &member), -ENODEV);
	sm_queue_read_ledger(&group->queue, &ledger, &stored);
	KUNIT_EXPECT_EQ(test, ledger.dropped, 2);
	KUNIT_EXPECT_EQ(test, stored, 0);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
	sm_group_put(group);
}

static int open_payer(struct kunit *test)
{
	test->priv = sm_payer_open(test, SM_ALICE);
	return 0;
}

/* Whom the barrier tells of its end: may he believe that the group has gone? */
struct mourner {
	struct wait_queue_entry entry;
	const struct sm_group *group;
	int answer;
};

static int try_to_send(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	struct mourner *mourner = container_of(entry, struct mourner, entry);

	mourner->answer = check(mourner->group, 1);
	return 0;
}

static void who_is_told_of_the_end_by_one_part_is_told_so_by_all(struct kunit *test)
{
	struct sm_group *group = create(test, 1);
	struct mourner mourner = { .group = group };

	init_waitqueue_func_entry(&mourner.entry, try_to_send);
	add_wait_queue(&group->barrier.watchers, &mourner.entry);
	sm_group_kill(group);
	KUNIT_EXPECT_EQ(test, mourner.answer, -ENODEV);
	remove_wait_queue(&group->barrier.watchers, &mourner.entry);
	sm_group_put(group);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_group_starts_as_documented),
	KUNIT_CASE(the_defaults_can_be_changed_while_it_exists),
	KUNIT_CASE(a_group_is_charged_until_its_last_reference),
	KUNIT_CASE(there_are_no_more_groups_than_allowed),
	KUNIT_CASE(killing_a_group_ends_its_four_parts),
	KUNIT_CASE(who_is_told_of_the_end_by_one_part_is_told_so_by_all),
	{}
};

struct kunit_suite sm_group_suite = {
	.name = "group",
	.init = open_payer,
	.test_cases = cases,
};
