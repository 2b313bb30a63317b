// SPDX-License-Identifier: GPL-2.0
#include "quota.h"

#include "parameter.h"

#include <linux/bug.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

/* Zero stands for "a quarter of the memory" until sm_quota_init() has looked. */
static struct sm_parameter max_total_size = { .value = 0, .min = 1, .max = LONG_MAX / 2 };
SM_PARAMETER(max_total_size, 0644,
	     "bytes that all messages together may take (default: a quarter of the memory)");

static struct sm_parameter max_groups = { .value = 8192, .min = 1, .max = 65535 };
SM_PARAMETER(max_groups, 0644, "groups that may exist (default 8192)");

static struct sm_parameter MAX_DEVICES = { .value = 64, .min = 1, .max = 65536 };
SM_PARAMETER(MAX_DEVICES, 0444, "mailbox names that may be registered (default 64)");

static struct sm_parameter user_share = { .value = 75, .min = 1, .max = 100 };
SM_PARAMETER(user_share, 0644, "per cent of each bound that one user may hold (default 75)");

static const struct {
	const struct sm_parameter *bound;
	int exhausted;
} resources[SM_RESOURCES] = {
	[SM_MEMORY]	= { &max_total_size, -ENOSPC },
	[SM_GROUPS]	= { &max_groups, -EUSERS },
	[SM_MAILBOXES]	= { &MAX_DEVICES, -EUSERS },
};

static atomic_long_t held_by_all[SM_RESOURCES];

static DEFINE_SPINLOCK(accounts_lock);
static DEFINE_HASHTABLE(accounts, 6);	/* guarded by accounts_lock */

static struct sm_account *find_account_locked(kuid_t uid)
{
	struct sm_account *account;

	lockdep_assert_held(&accounts_lock);

	hash_for_each_possible(accounts, account, node, __kuid_val(uid)) {
		if (uid_eq(account->uid, uid))
			return sm_account_get(account);
	}
	return NULL;
}

struct sm_account *sm_account_open(kuid_t uid)
{
	struct sm_account *account, *fresh;

	spin_lock(&accounts_lock);
	account = find_account_locked(uid);
	spin_unlock(&accounts_lock);
	if (account)
		return account;

	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT);
	if (!fresh)
		return ERR_PTR(-ENOMEM);
	fresh->uid = uid;
	refcount_set(&fresh->refs, 1);

	/* Another thread of this user may have been faster. */
	spin_lock(&accounts_lock);
	account = find_account_locked(uid);
	if (!account)
		hash_add(accounts, &fresh->node, __kuid_val(uid));
	spin_unlock(&accounts_lock);

	if (!account)
		return fresh;
	kfree(fresh);
	return account;
}

void sm_account_put(struct sm_account *account)
{
	bool last;

	if (refcount_dec_not_one(&account->refs))
		return;

	/* Nobody may find it any more once its last reference is gone. */
	spin_lock(&accounts_lock);
	last = refcount_dec_and_test(&account->refs);
	if (last)
		hash_del(&account->node);
	spin_unlock(&accounts_lock);
	if (last)
		kfree(account);
}

/* At least one, so that a small bound does not lock everybody out. */
static long user_bound(long bound)
{
	return max(mult_frac(bound, (long)sm_parameter_get(&user_share), 100L), 1L);
}

int sm_quota_charge(struct sm_account *account, enum sm_resource resource, long amount)
{
	long bound = sm_parameter_get(resources[resource].bound);
	int err;

	/* The share first: who is beyond it must not even for a moment be in others' way. */
	if (atomic_long_add_return(amount, &account->held[resource]) > user_bound(bound) &&
	    !capable(CAP_SYS_RESOURCE)) {
		err = -EDQUOT;
		goto uncharge_user;
	}
	if (atomic_long_add_return(amount, &held_by_all[resource]) > bound) {
		err = resources[resource].exhausted;
		goto uncharge_all;
	}
	return 0;

uncharge_all:
	atomic_long_sub(amount, &held_by_all[resource]);
uncharge_user:
	atomic_long_sub(amount, &account->held[resource]);
	return err;
}

void sm_quota_uncharge(struct sm_account *account, enum sm_resource resource, long amount)
{
	atomic_long_sub(amount, &account->held[resource]);
	atomic_long_sub(amount, &held_by_all[resource]);
}

void sm_quota_init(void)
{
	if (!sm_parameter_get(&max_total_size))
		max_total_size.value = totalram_pages() / 4 * PAGE_SIZE;
}

void sm_quota_exit(void)
{
	enum sm_resource resource;

	for (resource = 0; resource < SM_RESOURCES; resource++) {
		long leaked = atomic_long_read(&held_by_all[resource]);

		WARN(leaked, "synchmess: %ld of resource %d leaked\n", leaked, resource);
	}
	WARN(!hash_empty(accounts), "synchmess: an account leaked\n");
}
