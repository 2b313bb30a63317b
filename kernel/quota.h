/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who holds how much of what the module gives out.
 *
 * Each resource has a bound for the whole module, and each user may hold
 * user_share per cent of that bound, so no single user can take all of it.
 *
 * An account stands for one user, as far as he opens files without
 * CAP_SYS_RESOURCE; what he opens with it goes to a second account, which is
 * held by the module's bound alone. Who opened a file decides, not who uses it:
 * a descriptor can be passed on, a capability cannot.
 *
 * Owner: whoever took a reference, which are open files, messages, groups and
 * mailboxes; the last one frees it. What is held is counted in atomics, so
 * charging takes no lock; the table of accounts has a spinlock of its own under
 * which nothing else is taken.
 */
#ifndef SM_QUOTA_H
#define SM_QUOTA_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct file;
struct sm_refusal;

enum sm_resource {
	SM_MEMORY,	/* bytes of messages, bookkeeping included */
	SM_GROUPS,
	SM_MAILBOXES,
	SM_RESOURCES
};

/**
 * struct sm_account - what one user holds
 * @node: in the table of accounts; guarded by the table's lock
 * @uid: the user; constant
 * @unbound: opened with CAP_SYS_RESOURCE; constant
 * @refs: references; one for each message, so that 32 bits could overflow
 * @held: how much of each resource
 */
struct sm_account {
	struct hlist_node node;
	kuid_t uid;
	bool unbound;
	atomic_long_t refs;
	atomic_long_t held[SM_RESOURCES];
};

/**
 * sm_account_open() - get the account of who opened a file
 * @file: the file
 *
 * It is made if there is none.
 *
 * Context: may sleep.
 * Return: the account with a reference taken, or ERR_PTR(-ENOMEM).
 */
struct sm_account *sm_account_open(const struct file *file);

/**
 * sm_account_of_kernel() - get the account of what modules of the kernel send
 *
 * It is that of root with CAP_SYS_RESOURCE: held by the module's bounds alone.
 *
 * Context: may sleep.
 * Return: the account with a reference taken, or ERR_PTR(-ENOMEM).
 */
struct sm_account *sm_account_of_kernel(void);

/**
 * sm_account_get() - take one more reference
 * @account: an account of which the caller has a reference
 */
static inline struct sm_account *sm_account_get(struct sm_account *account)
{
	atomic_long_inc(&account->refs);
	return account;
}

/**
 * sm_account_put() - give a reference back; the last one frees the account
 * @account: the account
 */
void sm_account_put(struct sm_account *account);

/**
 * sm_quota_charge() - let an account hold more of a resource
 * @account: who will hold it
 * @resource: of what
 * @amount: how much more; at most SYNCHMESS_MAX_MESSAGE_SIZE and some
 * @why: filled in on error
 *
 * Context: any.
 * Return: 0; -EDQUOT when the user's share is used up; when the module's bound
 * is reached -ENOSPC for SM_MEMORY, -EUSERS for the others. On error nothing
 * is charged.
 */
int sm_quota_charge(struct sm_account *account, enum sm_resource resource, long amount,
		    struct sm_refusal *why);

/**
 * sm_quota_uncharge() - take back what sm_quota_charge() allowed
 * @account: who holds it
 * @resource: of what
 * @amount: how much less
 */
void sm_quota_uncharge(struct sm_account *account, enum sm_resource resource, long amount);

void sm_quota_init(void);

/* Warns if anything is still charged: then something was leaked. */
void sm_quota_exit(void);

#endif /* SM_QUOTA_H */
