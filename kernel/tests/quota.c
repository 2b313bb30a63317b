// SPDX-License-Identifier: GPL-2.0
#include "../quota.h"

#include "../call.h"
#include "dice.h"
#include "payer.h"
#include "setting.h"
#include "suites.h"
#include "thread.h"

#include <linux/err.h>
#include <linux/file.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/synchmess.h>

/* The parameter that bounds a resource, and the error when the bound is reached. */
static const struct {
	const char *bound;
	int exhausted;
} resources[SM_RESOURCES] = {
	[SM_MEMORY]	= { "max_total_size", -ENOSPC },
	[SM_GROUPS]	= { "max_groups", -EUSERS },
	[SM_MAILBOXES]	= { "MAX_DEVICES", -EUSERS },
};

static long held(const struct sm_account *account, enum sm_resource resource)
{
	return atomic_long_read(&account->held[resource]);
}

static int try_charge(struct sm_account *account, enum sm_resource resource, long amount)
{
	struct sm_refusal why;

	return sm_quota_charge(account, resource, amount, &why);
}

static void a_user_has_one_account(struct kunit *test)
{
	struct sm_account *first = sm_payer_account(SM_ALICE, false);
	struct sm_account *second = sm_payer_account(SM_ALICE, false);

	KUNIT_EXPECT_PTR_EQ(test, first, second);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&first->refs), 2);
	sm_account_put(first);
	sm_account_put(second);
}

static void users_have_accounts_of_their_own(struct kunit *test)
{
	struct sm_account *alice = sm_payer_account(SM_ALICE, false);
	struct sm_account *bob = sm_payer_account(SM_BOB, false);

	KUNIT_EXPECT_PTR_NE(test, alice, bob);
	KUNIT_EXPECT_EQ(test, __kuid_val(bob->uid) - __kuid_val(alice->uid), SM_BOB - SM_ALICE);
	sm_account_put(alice);
	sm_account_put(bob);
}

static void the_capability_goes_to_another_account(struct kunit *test)
{
	struct sm_account *bound = sm_payer_account(SM_ALICE, false);
	struct sm_account *unbound = sm_payer_account(SM_ALICE, true);

	KUNIT_EXPECT_PTR_NE(test, bound, unbound);
	KUNIT_EXPECT_FALSE(test, bound->unbound);
	KUNIT_EXPECT_TRUE(test, unbound->unbound);
	sm_account_put(bound);
	sm_account_put(unbound);
}

static void an_account_lives_until_its_last_reference(struct kunit *test)
{
	struct sm_account *account = sm_payer_account(SM_ALICE, false);

	sm_account_get(account);
	KUNIT_EXPECT_EQ(test, try_charge(account, SM_GROUPS, 2), 0);
	sm_account_put(account);
	KUNIT_EXPECT_EQ(test, held(account, SM_GROUPS), 2);
	sm_quota_uncharge(account, SM_GROUPS, 2);
	sm_account_put(account);

	account = sm_payer_open(test, SM_ALICE);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&account->refs), 1);
}

static void a_charge_is_held_until_it_is_taken_back(struct kunit *test)
{
	struct sm_account *alice = sm_payer_open(test, SM_ALICE);
	enum sm_resource resource;

	for (resource = 0; resource < SM_RESOURCES; resource++) {
		KUNIT_EXPECT_EQ(test, try_charge(alice, resource, 3), 0);
		KUNIT_EXPECT_EQ(test, try_charge(alice, resource, 4), 0);
		KUNIT_EXPECT_EQ(test, held(alice, resource), 7);
		sm_quota_uncharge(alice, resource, 3);
		KUNIT_EXPECT_EQ(test, held(alice, resource), 4);
		sm_quota_uncharge(alice, resource, 4);
		KUNIT_EXPECT_EQ(test, held(alice, resource), 0);
	}
}

static void a_user_gets_his_share_and_no_more(struct kunit *test)
{
	struct sm_account *alice = sm_payer_open(test, SM_ALICE);
	enum sm_resource resource;

	sm_setting_change(test, "user_share", 75);
	for (resource = 0; resource < SM_RESOURCES; resource++) {
		sm_setting_change(test, resources[resource].bound, 8);
		KUNIT_EXPECT_EQ(test, try_charge(alice, resource, 7), -EDQUOT);
		KUNIT_EXPECT_EQ(test, held(alice, resource), 0);
		KUNIT_EXPECT_EQ(test, try_charge(alice, resource, 6), 0);
		KUNIT_EXPECT_EQ(test, try_charge(alice, resource, 1), -EDQUOT);
		KUNIT_EXPECT_EQ(test, held(alice, resource), 6);
		sm_quota_uncharge(alice, resource, 6);
	}
}

static void what_the_kernel_sends_root_pays(struct kunit *test)
{
	struct sm_account *root = sm_payer_open_unbound(test);
	struct sm_account *account = sm_account_of_kernel();

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, account);
	KUNIT_EXPECT_TRUE(test, account->unbound);
	KUNIT_EXPECT_TRUE(test, uid_eq(account->uid, GLOBAL_ROOT_UID));
	if (uid_eq(root->uid, GLOBAL_ROOT_UID))
		KUNIT_EXPECT_PTR_EQ(test, account, root);
	sm_account_put(account);
}

static void the_capability_unbinds_from_the_share(struct kunit *test)
{
	struct sm_account *root = sm_payer_open_unbound(test);
	enum sm_resource resource;

	for (resource = 0; resource < SM_RESOURCES; resource++) {
		sm_setting_change(test, resources[resource].bound, 8);
		KUNIT_EXPECT_EQ(test, try_charge(root, resource, 8), 0);
		KUNIT_EXPECT_EQ(test, try_charge(root, resource, 1),
				resources[resource].exhausted);
		KUNIT_EXPECT_EQ(test, held(root, resource), 8);
		sm_quota_uncharge(root, resource, 8);
	}
}

/* Alice may have 6 of 8, bob then only 2 of his 6. */
static void the_bound_holds_for_all_together(struct kunit *test)
{
	struct sm_account *alice = sm_payer_open(test, SM_ALICE);
	struct sm_account *bob = sm_payer_open(test, SM_BOB);
	enum sm_resource resource;

	sm_setting_change(test, "user_share", 75);
	for (resource = 0; resource < SM_RESOURCES; resource++) {
		sm_setting_change(test, resources[resource].bound, 8);
		KUNIT_EXPECT_EQ(test, try_charge(alice, resource, 6), 0);
		KUNIT_EXPECT_EQ(test, try_charge(bob, resource, 3),
				resources[resource].exhausted);
		KUNIT_EXPECT_EQ(test, held(bob, resource), 0);
		KUNIT_EXPECT_EQ(test, try_charge(bob, resource, 2), 0);
		KUNIT_EXPECT_EQ(test, try_charge(bob, resource, 1),
				resources[resource].exhausted);
		sm_quota_uncharge(alice, resource, 1);
		KUNIT_EXPECT_EQ(test, try_charge(bob, resource, 1), 0);
		sm_quota_uncharge(alice, resource, 5);
		sm_quota_uncharge(bob, resource, 3);
	}
}

static void resources_are_bounded_apart(struct kunit *test)
{
	struct sm_account *root = sm_payer_open_unbound(test);

	sm_setting_change(test, "max_groups", 1);
	sm_setting_change(test, "MAX_DEVICES", 1);
	KUNIT_EXPECT_EQ(test, try_charge(root, SM_GROUPS, 1), 0);
	KUNIT_EXPECT_EQ(test, try_charge(root, SM_MAILBOXES, 1), 0);
	KUNIT_EXPECT_EQ(test, try_charge(root, SM_MEMORY, 100), 0);
	KUNIT_EXPECT_EQ(test, try_charge(root, SM_GROUPS, 1), -EUSERS);
	sm_quota_uncharge(root, SM_GROUPS, 1);
	KUNIT_EXPECT_EQ(test, try_charge(root, SM_MAILBOXES, 1), -EUSERS);
	sm_quota_uncharge(root, SM_MAILBOXES, 1);
	sm_quota_uncharge(root, SM_MEMORY, 100);
}

/* How many a user gets when @bound and @share are as they are. */
static void expect_share(struct kunit *test, unsigned long bound, unsigned long share, long most)
{
	struct sm_account *alice = sm_payer_account(SM_ALICE, false);

	sm_setting_change(test, "max_groups", bound);
	sm_setting_change(test, "user_share", share);
	KUNIT_EXPECT_EQ(test, try_charge(alice, SM_GROUPS, most), 0);
	KUNIT_EXPECT_NE(test, try_charge(alice, SM_GROUPS, 1), 0);
	sm_quota_uncharge(alice, SM_GROUPS, most);
	sm_account_put(alice);
}

static void a_share_is_rounded_down_but_never_to_nothing(struct kunit *test)
{
	expect_share(test, 1, 1, 1);
	expect_share(test, 1, 100, 1);
	expect_share(test, 2, 75, 1);
	expect_share(test, 3, 75, 2);
	expect_share(test, 4, 75, 3);
	expect_share(test, 99, 1, 1);
	expect_share(test, 199, 1, 1);
	expect_share(test, 200, 1, 2);
	expect_share(test, 65535, 1, 655);
	expect_share(test, 65535, 100, 65535);
}

static void the_largest_bound_does_not_overflow(struct kunit *test)
{
	struct sm_account *alice = sm_payer_open(test, SM_ALICE);

	sm_setting_change(test, "max_total_size", LONG_MAX / 2);
	sm_setting_change(test, "user_share", 100);
	KUNIT_EXPECT_EQ(test, try_charge(alice, SM_MEMORY, LONG_MAX / 2), 0);
	KUNIT_EXPECT_EQ(test, try_charge(alice, SM_MEMORY, 1), -EDQUOT);
	sm_quota_uncharge(alice, SM_MEMORY, LONG_MAX / 2);
}

static void a_charge_larger_than_the_bound_is_refused(struct kunit *test)
{
	struct sm_account *alice = sm_payer_open(test, SM_ALICE);
	struct sm_account *root = sm_payer_open_unbound(test);

	sm_setting_change(test, "max_total_size", 1);
	KUNIT_EXPECT_EQ(test, try_charge(alice, SM_MEMORY, 2 * SYNCHMESS_MAX_MESSAGE_SIZE),
			-EDQUOT);
	KUNIT_EXPECT_EQ(test, try_charge(root, SM_MEMORY, 2 * SYNCHMESS_MAX_MESSAGE_SIZE),
			-ENOSPC);
}

static void a_lowered_bound_holds_for_what_comes(struct kunit *test)
{
	struct sm_account *root = sm_payer_open_unbound(test);

	sm_setting_change(test, "max_groups", 10);
	KUNIT_EXPECT_EQ(test, try_charge(root, SM_GROUPS, 10), 0);
	sm_setting_change(test, "max_groups", 4);
	KUNIT_EXPECT_EQ(test, try_charge(root, SM_GROUPS, 1), -EUSERS);
	sm_quota_uncharge(root, SM_GROUPS, 6);
	KUNIT_EXPECT_EQ(test, try_charge(root, SM_GROUPS, 1), -EUSERS);
	sm_quota_uncharge(root, SM_GROUPS, 1);
	KUNIT_EXPECT_EQ(test, try_charge(root, SM_GROUPS, 1), 0);
	sm_quota_uncharge(root, SM_GROUPS, 4);
}

static void memory_is_bounded_by_a_quarter_of_the_machine(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sm_setting_read(test, "max_total_size"),
			totalram_pages() / 4 * PAGE_SIZE);
}

static void what_was_set_before_the_start_stays(struct kunit *test)
{
	sm_setting_change(test, "max_total_size", 12345);
	sm_quota_init();
	KUNIT_EXPECT_EQ(test, sm_setting_read(test, "max_total_size"), 12345);
}

/* ---- the twin: what is held is a list of charges, added up each time */

#define USERS 3
#define CHARGES 40

struct charge {
	unsigned int user;
	enum sm_resource resource;
	long amount;
};

struct twin {
	struct sm_account *accounts[USERS];	/* the last is not bound to a share */
	struct charge charges[CHARGES];
	unsigned int count;
	long bounds[SM_RESOURCES];
	long share;
};

static long sum(const struct twin *twin, enum sm_resource resource, int user)
{
	const struct charge *charge;
	long total = 0;

	for (charge = twin->charges; charge < &twin->charges[twin->count]; charge++) {
		if (charge->resource == resource && (user < 0 || charge->user == user))
			total += charge->amount;
	}
	return total;
}

static int twin_answer(const struct twin *twin, const struct charge *charge)
{
	long bound = twin->bounds[charge->resource];
	long own = sum(twin, charge->resource, charge->user) + charge->amount;
	long share = max(bound * twin->share / 100, 1L);

	if (charge->user != USERS - 1 && own > share)
		return -EDQUOT;
	if (sum(twin, charge->resource, -1) + charge->amount > bound)
		return resources[charge->resource].exhausted;
	return 0;
}

static void step_charge(struct kunit *test, struct sm_dice *dice, struct twin *twin)
{
	struct charge charge = {
		.user = sm_dice_below(dice, USERS),
		.resource = sm_dice_below(dice, SM_RESOURCES),
		.amount = 1 + sm_dice_below(dice, 30),
	};
	int expected = twin_answer(twin, &charge);

	if (twin->count == CHARGES)
		return;
	SM_ASSERT_EQ(test, dice, try_charge(twin->accounts[charge.user], charge.resource,
					    charge.amount), expected);
	if (!expected)
		twin->charges[twin->count++] = charge;
}

static void step_uncharge(struct sm_dice *dice, struct twin *twin)
{
	struct charge *charge;

	if (!twin->count)
		return;
	charge = &twin->charges[sm_dice_below(dice, twin->count)];
	sm_quota_uncharge(twin->accounts[charge->user], charge->resource, charge->amount);
	*charge = twin->charges[--twin->count];
}

static void step_bounds(struct kunit *test, struct sm_dice *dice, struct twin *twin)
{
	enum sm_resource resource = sm_dice_below(dice, SM_RESOURCES);

	twin->bounds[resource] = 1 + sm_dice_below(dice, 200);
	twin->share = 1 + sm_dice_below(dice, 100);
	sm_setting_change(test, resources[resource].bound, twin->bounds[resource]);
	sm_setting_change(test, "user_share", twin->share);
}

static void expect_sums(struct kunit *test, struct sm_dice *dice, const struct twin *twin)
{
	enum sm_resource resource;
	int user;

	for (user = 0; user < USERS; user++) {
		for (resource = 0; resource < SM_RESOURCES; resource++) {
			SM_ASSERT_EQ(test, dice, held(twin->accounts[user], resource),
				     sum(twin, resource, user));
		}
	}
}

static void twin_init(struct kunit *test, struct twin *twin)
{
	enum sm_resource resource;

	twin->accounts[0] = sm_payer_open(test, SM_ALICE);
	twin->accounts[1] = sm_payer_open(test, SM_BOB);
	twin->accounts[2] = sm_payer_open_unbound(test);
	for (resource = 0; resource < SM_RESOURCES; resource++)
		twin->bounds[resource] = sm_setting_read(test, resources[resource].bound);
	twin->share = sm_setting_read(test, "user_share");
}

static void random_charges_are_answered_as_by_the_twin(struct kunit *test)
{
	struct twin *twin = kunit_kzalloc(test, sizeof(*twin), GFP_KERNEL);
	struct sm_dice dice;

	KUNIT_ASSERT_NOT_NULL(test, twin);
	twin_init(test, twin);
	sm_dice_init(&dice);
	for (; dice.step < sm_dice_steps(); dice.step++) {
		if (!sm_dice_below(&dice, 20))
			step_bounds(test, &dice, twin);
		else if (sm_dice_below(&dice, 5) < 3)
			step_charge(test, &dice, twin);
		else
			step_uncharge(&dice, twin);
		expect_sums(test, &dice, twin);
	}
	while (twin->count)
		step_uncharge(&dice, twin);
}

/* ---- threads */

#define THREADS 4
#define TURNS 1000
#define TRIES 30	/* in each turn: what goes wrong for a moment is met by many */

struct spender {
	uid_t uid;
	long amount;
	long refused;
	long most;	/* that was held when he looked */
};

static int spend_once(struct spender *spender, const struct file *file)
{
	struct sm_account *account = sm_account_open(file);
	int charge;

	if (IS_ERR(account))
		return PTR_ERR(account);
	for (charge = 0; charge < TRIES; charge++) {
		if (try_charge(account, SM_GROUPS, spender->amount))
			spender->refused++;
		else
			sm_quota_uncharge(account, SM_GROUPS, spender->amount);
	}
	spender->most = max(spender->most, held(account, SM_GROUPS));
	sm_account_put(account);
	return 0;
}

static long spend(void *data)
{
	struct spender *spender = data;
	struct file *file = sm_payer_file(spender->uid, false);
	int turn, err = 0;

	if (IS_ERR(file))
		return PTR_ERR(file);
	for (turn = 0; turn < TURNS && !err; turn++)
		err = spend_once(spender, file);
	fput(file);
	return err;
}

/* Spends in threads; says how often they were refused, and the most that was seen held. */
static void spend_together(struct kunit *test, const long *amounts, uid_t second_uid,
			   struct spender *spenders)
{
	struct sm_thread *threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++) {
		spenders[i].uid = i % 2 ? second_uid : SM_ALICE;
		spenders[i].amount = amounts[i];
		threads[i] = sm_thread_start(test, spend, &spenders[i]);
	}
	for (i = 0; i < THREADS; i++)
		KUNIT_EXPECT_EQ(test, sm_thread_join(test, threads[i]), 0);
}

static struct spender *make_spenders(struct kunit *test)
{
	struct spender *spenders = kunit_kcalloc(test, THREADS, sizeof(*spenders), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, spenders);
	return spenders;
}

/* Who asks for too much must not be in the way of the others, not even for a moment. */
static void nobody_is_refused_for_another_who_is(struct kunit *test)
{
	static const long amounts[THREADS] = { 4, 4, 9, 9 };
	struct spender *spenders = make_spenders(test);

	sm_setting_change(test, "max_groups", 8);
	sm_setting_change(test, "user_share", 100);
	spend_together(test, amounts, SM_ALICE, spenders);
	KUNIT_EXPECT_EQ(test, spenders[0].refused, 0);
	KUNIT_EXPECT_EQ(test, spenders[1].refused, 0);
	KUNIT_EXPECT_EQ(test, spenders[2].refused, TURNS * TRIES);
	KUNIT_EXPECT_EQ(test, spenders[3].refused, TURNS * TRIES);
}

static void the_bound_is_never_exceeded(struct kunit *test)
{
	static const long amounts[THREADS] = { 3, 4, 5, 7 };
	struct spender *spenders = make_spenders(test);
	int i;

	sm_setting_change(test, "max_groups", 8);
	sm_setting_change(test, "user_share", 100);
	spend_together(test, amounts, SM_ALICE, spenders);
	for (i = 0; i < THREADS; i++)
		KUNIT_EXPECT_LE(test, spenders[i].most, 8);
}

/* Each turn of a thread may make the account and free it. */
static void accounts_come_and_go_among_threads(struct kunit *test)
{
	static const long amounts[THREADS] = { 1, 1, 1, 1 };
	struct spender *spenders = make_spenders(test);
	int i;

	spend_together(test, amounts, SM_BOB, spenders);
	for (i = 0; i < THREADS; i++)
		KUNIT_EXPECT_EQ(test, spenders[i].refused, 0);
	sm_payer_open(test, SM_ALICE);
	sm_payer_open(test, SM_BOB);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_user_has_one_account),
	KUNIT_CASE(users_have_accounts_of_their_own),
	KUNIT_CASE(the_capability_goes_to_another_account),
	KUNIT_CASE(an_account_lives_until_its_last_reference),
	KUNIT_CASE(a_charge_is_held_until_it_is_taken_back),
	KUNIT_CASE(a_user_gets_his_share_and_no_more),
	KUNIT_CASE(what_the_kernel_sends_root_pays),
	KUNIT_CASE(the_capability_unbinds_from_the_share),
	KUNIT_CASE(the_bound_holds_for_all_together),
	KUNIT_CASE(resources_are_bounded_apart),
	KUNIT_CASE(a_share_is_rounded_down_but_never_to_nothing),
	KUNIT_CASE(the_largest_bound_does_not_overflow),
	KUNIT_CASE(a_charge_larger_than_the_bound_is_refused),
	KUNIT_CASE(a_lowered_bound_holds_for_what_comes),
	KUNIT_CASE(memory_is_bounded_by_a_quarter_of_the_machine),
	KUNIT_CASE(what_was_set_before_the_start_stays),
	KUNIT_CASE(random_charges_are_answered_as_by_the_twin),
	KUNIT_CASE(nobody_is_refused_for_another_who_is),
	KUNIT_CASE(the_bound_is_never_exceeded),
	KUNIT_CASE(accounts_come_and_go_among_threads),
	{}
};

struct kunit_suite sm_quota_suite = {
	.name = "quota",
	.test_cases = cases,
};
