// SPDX-License-Identifier: GPL-2.0
#include "../group_directory.h"

#include "../call.h"
#include "../group.h"
#include "../quota.h"
#include "dice.h"
#include "fake_device.h"
#include "payer.h"
#include "setting.h"
#include "suites.h"
#include "thread.h"

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/synchmess.h>

static int install(unsigned int descriptor, struct sm_account *owner)
{
	struct sm_refusal why;

	return sm_group_install(descriptor, owner, &why);
}

static struct sm_group *find_group(unsigned int descriptor)
{
	const struct synchmess_target target = { .descriptor = descriptor };

	return sm_group_find(&target);
}

static int open_directory(struct kunit *test)
{
	test->priv = sm_payer_open(test, SM_ALICE);
	sm_fake_devices = (struct sm_fake_devices){ };
	KUNIT_ASSERT_EQ(test, sm_group_directory_module_init(), 0);
	init_completion(&sm_fake_devices.at_the_door);
	return 0;
}

static void remove_all(struct kunit *test)
{
	sm_group_directory_module_exit();
	KUNIT_EXPECT_EQ(test, sm_fake_devices.there, 0);
}

/* Is it there? Its group is not of interest. */
static int find_target(const struct synchmess_target *target)
{
	struct sm_group *group = sm_group_find(target);

	if (IS_ERR(group))
		return PTR_ERR(group);
	sm_group_put(group);
	return 0;
}

static int find(unsigned int descriptor)
{
	const struct synchmess_target target = { .descriptor = descriptor };

	return find_target(&target);
}

static void what_is_installed_is_found(struct kunit *test)
{
	static const unsigned int descriptors[] = { 1, 2, 63, 64, 65, SYNCHMESS_MAX_DESCRIPTOR };
	struct sm_group *group;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(descriptors); i++) {
		KUNIT_EXPECT_EQ(test, install(descriptors[i], test->priv), 0);
		group = find_group(descriptors[i]);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
		KUNIT_EXPECT_EQ(test, group->node.number, descriptors[i]);
		sm_group_put(group);
	}
	KUNIT_EXPECT_EQ(test, sm_fake_devices.there, ARRAY_SIZE(descriptors));
}

static void what_is_not_installed_is_not_found(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, find(7), -ENOENT);
	KUNIT_EXPECT_EQ(test, sm_group_remove(7), -ENOENT);
	KUNIT_EXPECT_EQ(test, install(7, test->priv), 0);
	KUNIT_EXPECT_EQ(test, find(6), -ENOENT);
	KUNIT_EXPECT_EQ(test, find(8), -ENOENT);
}

static void installing_again_makes_nothing_new(struct kunit *test)
{
	struct sm_account *bob = sm_payer_open(test, SM_BOB);
	struct sm_group *group;

	KUNIT_EXPECT_EQ(test, install(7, test->priv), 0);
	group = find_group(7);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
	KUNIT_EXPECT_EQ(test, install(7, bob), 0);
	KUNIT_EXPECT_PTR_EQ(test, find_group(7), group);
	KUNIT_EXPECT_EQ(test, sm_fake_devices.made, 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&bob->held[SM_GROUPS]), 0);
	sm_group_put(group);
	sm_group_put(group);
}

static void a_removed_group_lives_on_for_who_has_it(struct kunit *test)
{
	struct sm_group *old;

	KUNIT_EXPECT_EQ(test, install(7, test->priv), 0);
	old = find_group(7);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, old);
	KUNIT_EXPECT_EQ(test, sm_group_remove(7), 0);
	KUNIT_EXPECT_EQ(test, sm_fake_devices.there, 0);
	KUNIT_EXPECT_EQ(test, find(7), -ENOENT);
	KUNIT_EXPECT_EQ(test, sm_group_remove(7), -ENOENT);
	KUNIT_EXPECT_EQ(test, sm_queue_is_dead(&old->queue), true);

	KUNIT_EXPECT_EQ(test, install(7, test->priv), 0);
	KUNIT_EXPECT_EQ(test, find(7), 0);
	KUNIT_EXPECT_EQ(test, sm_queue_is_dead(&old->queue), true);
	KUNIT_EXPECT_EQ(test, sm_fake_devices.there, 1);
	sm_group_put(old);
}

static void what_fails_leaves_nothing(struct kunit *test)
{
	struct sm_account *alice = test->priv;

	sm_fake_devices.failure = -EEXIST;
	KUNIT_EXPECT_EQ(test, install(7, alice), -EEXIST);
	KUNIT_EXPECT_EQ(test, find(7), -ENOENT);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&alice->held[SM_GROUPS]), 0);
	sm_fake_devices.failure = 0;

	sm_setting_change(test, "max_groups", 1);
	KUNIT_EXPECT_EQ(test, install(7, alice), 0);
	KUNIT_EXPECT_EQ(test, install(8, alice), -EDQUOT);
	KUNIT_EXPECT_EQ(test, find(8), -ENOENT);
	KUNIT_EXPECT_EQ(test, install(7, alice), 0);
	KUNIT_EXPECT_EQ(test, sm_fake_devices.made, 1);
}

static void the_end_removes_all(struct kunit *test)
{
	struct sm_account *alice = test->priv;
	unsigned int descriptor;

	for (descriptor = 1; descriptor <= 200; descriptor++)
		KUNIT_ASSERT_EQ(test, install(descriptor * 300, alice), 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&alice->held[SM_GROUPS]), 200);
	sm_group_directory_module_exit();
	KUNIT_EXPECT_EQ(test, sm_fake_devices.there, 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&alice->held[SM_GROUPS]), 0);
	KUNIT_ASSERT_EQ(test, sm_group_directory_module_init(), 0);
	KUNIT_EXPECT_EQ(test, find(300), -ENOENT);
}

/* ---- groups of the second interface */

static struct sm_group *make(struct kunit *test, unsigned int number, const char *name)
{
	struct sm_group_plan plan = { .node.number = number };
	struct sm_refusal why;

	strscpy(plan.node.name, name, sizeof(plan.node.name));
	return sm_group_make(&plan, test->priv, &why);
}

/* It stays until its last file is closed. */
static struct sm_group *make_transient(struct kunit *test)
{
	struct sm_group_plan plan = { .is_transient = true };
	struct sm_group *group;
	struct sm_refusal why;

	group = sm_group_make(&plan, test->priv, &why);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
	return group;
}

static int find_name(const char *name)
{
	struct synchmess_target target = { };

	strscpy(target.name, name, sizeof(target.name));
	return find_target(&target);
}

static void a_name_is_found_until_it_is_removed(struct kunit *test)
{
	struct sm_group *group = make(test, 0, "jobs");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
	KUNIT_EXPECT_EQ(test, group->node.number, 1);
	KUNIT_EXPECT_EQ(test, find_name("jobs"), 0);
	KUNIT_EXPECT_EQ(test, find_name("job"), -ENOENT);
	KUNIT_EXPECT_EQ(test, PTR_ERR(make(test, 0, "jobs")), -EEXIST);
	KUNIT_EXPECT_EQ(test, PTR_ERR(make(test, 1, "")), -EEXIST);
	KUNIT_EXPECT_EQ(test, sm_group_remove(1), 0);
	KUNIT_EXPECT_EQ(test, find_name("jobs"), -ENOENT);
	sm_group_close(group);
}

static int find_both(unsigned int number, const char *name)
{
	struct synchmess_target target = { .descriptor = number };

	strscpy(target.name, name, sizeof(target.name));
	return find_target(&target);
}

static void number_and_name_must_be_of_the_same_one(struct kunit *test)
{
	struct sm_group *named = make(test, 7, "jobs"), *other = make(test, 8, "");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, named);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	KUNIT_EXPECT_EQ(test, find_both(7, "jobs"), 0);
	KUNIT_EXPECT_EQ(test, find_both(8, "jobs"), -EEXIST);
	KUNIT_EXPECT_EQ(test, find_both(9, "jobs"), -EEXIST);
	KUNIT_EXPECT_EQ(test, find_both(7, "job"), -EEXIST);
	KUNIT_EXPECT_EQ(test, find_both(9, "job"), -ENOENT);
	KUNIT_EXPECT_EQ(test, PTR_ERR(make(test, 9, "jobs")), -EEXIST);
	sm_group_close(named);
	sm_group_close(other);
}

static void a_transient_group_goes_with_its_last_file(struct kunit *test)
{
	struct sm_group *group = make_transient(test);

	KUNIT_EXPECT_PTR_EQ(test, sm_group_open(group->node.minor), group);
	sm_group_close(group);
	KUNIT_EXPECT_EQ(test, find(1), 0);
	sm_group_close(group);
	KUNIT_EXPECT_EQ(test, find(1), -ENOENT);
	KUNIT_EXPECT_EQ(test, sm_fake_devices.there, 0);
}

static void any_other_group_stays(struct kunit *test)
{
	struct sm_group *group = make(test, 7, "");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
	sm_group_close(group);
	KUNIT_EXPECT_EQ(test, find(7), 0);
}

static void the_device_of_a_removed_group_leads_nowhere(struct kunit *test)
{
	struct sm_group *old = make(test, 7, ""), *new;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, old);
	KUNIT_EXPECT_EQ(test, sm_group_remove_this(old), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(sm_group_open(old->node.minor)), -ENXIO);
	new = make(test, 7, "");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, new);
	KUNIT_EXPECT_NE(test, new->node.minor, old->node.minor);
	KUNIT_EXPECT_EQ(test, sm_group_remove_this(old), -ENOENT);
	KUNIT_EXPECT_EQ(test, find(7), 0);
	sm_group_close(old);
	sm_group_close(new);
}

/* ---- the twin: one flag for each number */

#define NUMBERS 20

static void random_installs_and_removes_are_as_the_twin_says(struct kunit *test)
{
	bool installed[NUMBERS + 1] = { };
	unsigned int count = 0, number;
	struct sm_dice dice;

	sm_dice_init(&dice);
	for (; dice.step < sm_dice_steps(); dice.step++) {
		number = 1 + sm_dice_below(&dice, NUMBERS);
		if (sm_dice_below(&dice, 2)) {
			SM_ASSERT_EQ(test, &dice, install(number, test->priv), 0);
			count += !installed[number];
			installed[number] = true;
		} else {
			SM_ASSERT_EQ(test, &dice, sm_group_remove(number),
				     installed[number] ? 0 : -ENOENT);
			count -= installed[number];
			installed[number] = false;
		}
		number = 1 + sm_dice_below(&dice, NUMBERS);
		SM_ASSERT_EQ(test, &dice, find(number), installed[number] ? 0 : -ENOENT);
		SM_ASSERT_EQ(test, &dice, sm_fake_devices.there, count);
	}
}

/* ---- threads */

#define THREADS 4
#define ROUNDS	200

/* What all threads share. */
struct crowd {
	struct sm_account *account;
	atomic_t arrived;
};

/* Round after round all install one number together, so one of them makes it. */
static long install_all(void *data)
{
	struct crowd *crowd = data;
	int round, err = 0;

	for (round = 1; round <= ROUNDS && !err; round++) {
		atomic_inc(&crowd->arrived);
		while (atomic_read(&crowd->arrived) < THREADS * round) {
			if (fatal_signal_pending(current))
				return -EINTR;
			usleep_range(10, 50);
		}
		err = install(round, crowd->account) ?: find(round);
	}
	return err;
}

static void who_installs_together_makes_one_group(struct kunit *test)
{
	struct crowd *crowd = kunit_kzalloc(test, sizeof(*crowd), GFP_KERNEL);
	struct sm_thread *threads[THREADS];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, crowd);
	crowd->account = test->priv;
	for (i = 0; i < THREADS; i++)
		threads[i] = sm_thread_start(test, install_all, crowd);
	for (i = 0; i < THREADS; i++)
		KUNIT_EXPECT_EQ(test, sm_thread_join(test, threads[i]), 0);
	KUNIT_EXPECT_EQ(test, sm_fake_devices.made, ROUNDS);
}

static long install_slowly(void *account)
{
	return install(1, account);
}

static long install_when_killed(void *account)
{
	sm_thread_kill_me();
	return install(2, account);
}

static long find_when_killed(void *unused)
{
	sm_thread_kill_me();
	return find(1);
}

/* Whoever has to wait for the directory may die instead. */
static void the_dying_do_not_wait(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(door);
	struct sm_thread *slow, *installer, *finder;

	sm_fake_devices.door = &door;
	slow = sm_thread_start(test, install_slowly, test->priv);
	wait_for_completion(&sm_fake_devices.at_the_door);
	installer = sm_thread_start(test, install_when_killed, test->priv);
	finder = sm_thread_start(test, find_when_killed, NULL);
	KUNIT_EXPECT_TRUE(test, sm_eventually(sm_thread_has_ended, installer));
	KUNIT_EXPECT_TRUE(test, sm_eventually(sm_thread_has_ended, finder));
	sm_fake_devices.door = NULL;
	complete(&door);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, installer), -EINTR);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, finder), -EINTR);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, slow), 0);
	KUNIT_EXPECT_EQ(test, find(1), 0);
	KUNIT_EXPECT_EQ(test, find(2), -ENOENT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(what_is_installed_is_found),
	KUNIT_CASE(what_is_not_installed_is_not_found),
	KUNIT_CASE(installing_again_makes_nothing_new),
	KUNIT_CASE(a_removed_group_lives_on_for_who_has_it),
	KUNIT_CASE(what_fails_leaves_nothing),
	KUNIT_CASE(the_end_removes_all),
	KUNIT_CASE(a_name_is_found_until_it_is_removed),
	KUNIT_CASE(number_and_name_must_be_of_the_same_one),
	KUNIT_CASE(a_transient_group_goes_with_its_last_file),
	KUNIT_CASE(any_other_group_stays),
	KUNIT_CASE(the_device_of_a_removed_group_leads_nowhere),
	KUNIT_CASE(random_installs_and_removes_are_as_the_twin_says),
	KUNIT_CASE(who_installs_together_makes_one_group),
	KUNIT_CASE(the_dying_do_not_wait),
	{}
};

struct kunit_suite sm_group_directory_suite = {
	.name = "group_directory",
	.init = open_directory,
	.exit = remove_all,
	.test_cases = cases,
};
