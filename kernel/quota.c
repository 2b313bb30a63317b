// SPDX-License-Identifier: GPL-2.0
#include "quota.h"

#include "failure.h"
#include "parameter.h"
#include "call.h"

#include <linux/bug.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hashtable.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/synchmess.h>
#include <linux/user_namespace.h>

/* Zero stands for "a quarter of the memory" until sm_quota_init() has looked. */
static struct sm_parameter max_total_size = { .value = 0, .min = 1, .max = LONG_MAX / 2 };
SM_PARAMETER(max_total_size, 0644,
	     "bytes that all messages together may take (default: a quarter of the memory)");

static struct sm_parameter max_groups = {
	.value = 8192, .min = 1, .max = SYNCHMESS_MAX_DESCRIPTOR
};

SM_PARAMETER(max_groups, 0644, "groups that may exist (default 8192)");

static struct sm_parameter MAX_DEVICES = { .value = 64, .min = 1, .max = 65536 };
SM_PARAMETER(MAX_DEVICES, 0444, "mailbox names that may be registered (default 64)");

static struct sm_parameter user_share = { .value = 75, .min = 1, .max = 100 };
SM_PARAMETER(user_share, 0644, "per cent of each bound that one user may hold (default 75)");

static const struct {
	const struct sm_parameter *bound;
	int exhausted;
	unsigned int rule;
	unsigned int user_rule;
} resources[SM_RESOURCES] = {
	[SM_MEMORY] = {
		&max_total_size, -ENOSPC, SYNCHMESS_WHY_MEMORY, SYNCHMESS_WHY_USER_MEMORY
	},
	[SM_GROUPS] = {
		&max_groups, -EUSERS, SYNCHMESS_WHY_GROUPS, SYNCHMESS_WHY_USER_GROUPS
	},
	[SM_MAILBOXES] = {
		&MAX_DEVICES, -EUSERS, SYNCHMESS_WHY_MAILBOXES, SYNCHMESS_WHY_USER_MAILBOXES
	},
};

static atomic_long_t held_by_all[SM_RESOURCES];

static DEFINE_SPINLOCK(accounts_lock);
static DEFINE_HASHTABLE(accounts, 6);	/* guarded by accounts_lock */

static struct sm_account *find_account_locked(kuid_t uid, bool unbound)
{
	struct sm_account *account;

	lockdep_assert_held(&accounts_lock);

	hash_for_each_possible(accounts, account, node, __kuid_val(uid)) {
		if (uid_eq(account->uid, uid) && account->unbound == unbound)
			return sm_account_get(account);
	}
	return NULL;
}

static struct sm_account *find_or_make_account(kuid_t uid, bool unbound)
{
	struct sm_account *account, *fresh;

	spin_lock(&accounts_lock);
	account = find_account_locked(uid, unbound);
	spin_unlock(&accounts_lock);
	if (account)
		return account;

	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT);
	if (!fresh)
		return ERR_PTR(-ENOMEM);
	fresh->uid = uid;
	fresh->unbound = unbound;
	atomic_long_set(&fresh->refs, 1);

	/* Another thread of this user may have been faster. */
	spin_lock(&accounts_lock);
	account = find_account_locked(uid, unbound);
	if (!account)
		hash_add(accounts, &fresh->node, __kuid_val(uid));
	spin_unlock(&accounts_lock);

	if (!account)
		return fresh;
	kfree(fresh);
	return account;
}

struct sm_account *sm_account_open(const struct file *file)
{
	bool unbound = file_ns_capable(file, &init_user_ns, CAP_SYS_RESOURCE);

	return find_or_make_account(file->f_cred->euid, unbound);
}

struct sm_account *sm_account_of_kernel(void)
{
	return find_or_make_account(GLOBAL_ROOT_UID, true);
}

void sm_account_put(struct sm_account *account)
{
	bool last;

	if (atomic_long_add_unless(&account->refs, -1, 1))
		return;

	/* Nobody may find it any more once its last reference is gone. */
	spin_lock(&accounts_lock);
	last = atomic_long_dec_and_test(&account->refs);
	if (last)
		hash_del(&account->node);
	spin_unlock(&accounts_lock);
	if (last)
		kfree(account);
}

/* At least one, so that a small bound does not lock everybody out. */
static long user_bound(const struct sm_account *account, long bound)
{
	if (account->unbound)
		return bound;
	return max(mult_frac(bound, (long)sm_parameter_get(&user_share), 100L), 1L);
}

/* Never beyond the bound, not even for a moment in which others would be refused. */
static bool hold_more(atomic_long_t *held, long amount, long bound)
{
	long before = atomic_long_read(held);

	do {
		if (before > bound - amount)
			return false;
	} while (!atomic_long_try_cmpxchg(held, &before, before + amount));
	return true;
}

static int refuse_module(enum sm_resource resource, long bound, struct sm_refusal *why)
{
	sm_refuse(why, resources[resource].rule, atomic_long_read(&held_by_all[resource]), bound);
	return resources[resource].exhausted;
}

static int refuse_user(const struct sm_account *account, enum sm_resource resource, long bound,
		       struct sm_refusal *why)
{
	sm_refuse(why, resources[resource].user_rule, atomic_long_read(&account->held[resource]),
		  bound);
	why->uid = account->uid;
	return -EDQUOT;
}

int sm_quota_charge(struct sm_account *account, enum sm_resource resource, long amount,
		    struct sm_refusal *why)
{
	long bound = sm_parameter_get(resources[resource].bound);
	long share = user_bound(account, bound);

	if (sm_failure(SM_FAIL_SHARE))
		return refuse_user(account, resource, share, why);
	if (!hold_more(&account->held[resource], amount, share))
		return account->unbound ? refuse_module(resource, bound, why) :
					  refuse_user(account, resource, share, why);
	if (!hold_more(&held_by_all[resource], amount, bound)) {
		atomic_long_sub(amount, &account->held[resource]);
		return refuse_module(resource, bound, why);
	}
	return 0;
}

void sm_quota_uncharge(struct sm_account *account, enum sm_resource resource, long amount)
{
	atomic_long_sub(amount, &account->held[resource]);
	atomic_long_sub(amount, &held_by_all[resource]);
}

void sm_quota_init(void)
{
	/* Through sysfs it may have been set already. */
	cmpxchg(&max_total_size.value, 0, totalram_pages() / 4 * PAGE_SIZE);
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
