/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A supply: the memory of one sender's messages, charged to who pays for him.
 *
 * Small messages have slabs of their own, in fine steps. What is freed is kept, up to
 * SM_SUPPLY_KEPT bytes, for the next messages of the same sender, and nobody else. So
 * it stays charged to whom it serves, by the account and by the memory cgroup in which
 * it was allocated, and sending again changes neither. When the sender is done, or
 * would be refused, nothing is kept.
 *
 * Owner: the sender in which it is embedded. Whoever frees a message gives its memory
 * back, at any time and without a lock; only who sends takes, and of those there is
 * one at a time.
 */
#ifndef SM_SUPPLY_H
#define SM_SUPPLY_H

#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/types.h>

struct sm_account;
struct sm_refusal;

/* Bytes that are kept at most. */
#define SM_SUPPLY_KEPT		16384

/* Sizes of memory that are kept: fine steps, then powers of two. */
#define SM_SUPPLY_SIZES		16

/**
 * struct sm_supply - memory of one sender's messages
 * @account: who is charged; the sender has a reference
 * @kept: bytes that are kept
 * @closed: nothing is to be kept any more
 * @spare: what is kept, by size
 */
struct sm_supply {
	struct sm_account *account;
	atomic_t kept;
	bool closed;
	struct llist_head spare[SM_SUPPLY_SIZES];
};

/**
 * sm_supply_init() - begin
 * @supply: to be filled in; zeros
 * @account: who is charged
 */
void sm_supply_init(struct sm_supply *supply, struct sm_account *account);

/**
 * sm_supply_close() - keep nothing from now on
 * @supply: nobody else takes of it
 */
void sm_supply_close(struct sm_supply *supply);

/**
 * sm_supply_footprint() - what memory of a message takes
 * @bytes: asked for
 *
 * Return: bytes that are charged.
 */
size_t sm_supply_footprint(size_t bytes);

/**
 * sm_supply_take() - get memory
 * @supply: nobody else takes of it
 * @bytes: how much
 * @why: filled in if it is refused
 *
 * Context: may sleep.
 * Return: memory, with anything in it, or ERR_PTR of -EDQUOT, -ENOSPC or -ENOMEM.
 */
void *sm_supply_take(struct sm_supply *supply, size_t bytes, struct sm_refusal *why);

/**
 * sm_supply_take_atomic() - get memory, whoever else takes
 * @supply: of a module of the kernel
 * @bytes: how much
 * @why: filled in if it is refused
 *
 * Context: any in which GFP_ATOMIC may be asked for.
 * Return: as sm_supply_take().
 */
void *sm_supply_take_atomic(struct sm_supply *supply, size_t bytes, struct sm_refusal *why);

/**
 * sm_supply_give() - give memory back
 * @supply: from which it is
 * @memory: what was taken
 * @bytes: how much was asked for
 *
 * Context: as for kvfree().
 */
void sm_supply_give(struct sm_supply *supply, void *memory, size_t bytes);

int sm_supply_module_init(void);
void sm_supply_module_exit(void);

#endif /* SM_SUPPLY_H */
