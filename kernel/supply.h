/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A supply: the memory of one sender's messages, charged to who pays for him.
 *
 * Small messages have slabs of their own, in fine steps. What is freed is kept, up to
 * SM_SUPPLY_KEPT bytes, for the next messages of the same sender, and nobody else. So
 * it stays charged to whom it serves, by the account and by the memory cgroup in which
 * it was allocated, and sending again changes neither. When the sender is done, or
 * would be refused, nothing is kept; nor is it under KASAN.
 *
 * Owner: the sender in which it is embedded, and which it keeps alive: there is a
 * reference for each piece of memory that is in use or kept. Whoever frees a message
 * gives its memory back, at any time and without a lock; only who sends takes, and of
 * those there is one at a time.
 */
#ifndef SM_SUPPLY_H
#define SM_SUPPLY_H

#include "failure.h"

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/llist.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct sm_account;
struct sm_refusal;

/* Bytes that are kept at most. */
#define SM_SUPPLY_KEPT		16384

/* Sizes of memory that are kept, bytes: fine steps from slabs of our own, ... */
#define SM_SUPPLY_STEP		16
#define SM_SUPPLY_FIRST		80
#define SM_SUPPLY_LAST		256
#define SM_SUPPLY_STEPS		((SM_SUPPLY_LAST - SM_SUPPLY_FIRST) / SM_SUPPLY_STEP + 1)

/* ... and the next powers of two. */
#define SM_SUPPLY_SIZES		(SM_SUPPLY_STEPS + 5)

/* Nobody asks for less. */
#define SM_SUPPLY_LEAST		(SM_SUPPLY_FIRST - SM_SUPPLY_STEP + 1)

/**
 * struct sm_supply - memory of one sender's messages
 * @refs: of pieces of memory, and of who else needs the sender
 * @kept: bytes that are kept
 * @account: who is charged; the sender has a reference
 * @expected: so many pieces of one size will be taken soon, for who takes
 * @spare: what is kept, by size; SM_SUPPLY_CLOSED if nothing is to be kept any more
 */
struct sm_supply {
	refcount_t refs;
	atomic_t kept;
	struct sm_account *account;
	unsigned int expected;
	struct llist_head spare[SM_SUPPLY_SIZES];
};

/* No piece of memory is there. */
#define SM_SUPPLY_CLOSED	((struct llist_node *)1)

/**
 * sm_supply_init() - begin, with one reference
 * @supply: to be filled in; zeros
 * @account: who is charged
 */
void sm_supply_init(struct sm_supply *supply, struct sm_account *account);

/**
 * sm_supply_close() - keep nothing from now on
 * @supply: nobody takes of it any more, but sm_supply_take_atomic(); the caller has a
 *	reference
 */
void sm_supply_close(struct sm_supply *supply);

/**
 * sm_supply_footprint() - what memory of a message takes
 * @bytes: asked for; SM_SUPPLY_LEAST at least
 *
 * Return: bytes that are charged.
 */
size_t sm_supply_footprint(size_t bytes);

/* Which of the small sizes it is. */
static inline unsigned int sm_supply_step(size_t bytes)
{
	return (bytes - SM_SUPPLY_LEAST) / SM_SUPPLY_STEP;
}

static inline unsigned int sm_supply_step_size(unsigned int step)
{
	return SM_SUPPLY_FIRST + step * SM_SUPPLY_STEP;
}

/* Are there steps of its size? */
static inline bool sm_supply_is_small(size_t bytes)
{
	return bytes <= SM_SUPPLY_LAST;
}

/* Takes the latest piece from a shelf, from which nobody else takes; or NULL. */
static inline void *sm_supply_reuse(struct sm_supply *supply, struct llist_head *shelf,
				    unsigned int size)
{
	/* What is written to a piece before it is given is seen by who takes it. */
	struct llist_node *first = smp_load_acquire(&shelf->first);

	do {
		if (!first)
			return NULL;
	} while (!try_cmpxchg(&shelf->first, &first, READ_ONCE(first->next)));
	atomic_sub(size, &supply->kept);
	return first;
}

/*
 * KASAN does not see who uses what he has given back, if it is kept; nor does it matter
 * there what things cost. Only tests of what is kept want it to be.
 */
#ifdef CONFIG_KASAN
extern bool sm_supply_keeps;
#else
static const bool sm_supply_keeps = true;
#endif

/* Pieces, linked, of @size bytes in all. With them go their references. */
static __always_inline bool sm_supply_keep(struct sm_supply *supply, struct llist_head *shelf,
					   struct llist_node *piece, struct llist_node *last,
					   unsigned int size)
{
	struct llist_node *first = READ_ONCE(shelf->first);

	if (!sm_supply_keeps || atomic_read(&supply->kept) > SM_SUPPLY_KEPT - (int)size)
		return false;
	atomic_add(size, &supply->kept);
	do {
		if (unlikely(first == SM_SUPPLY_CLOSED))
			return false;
		last->next = first;
	} while (!try_cmpxchg(&shelf->first, &first, piece));
	return true;
}

/* So many pieces of one size will be taken now: they can be made together. 0: no more. */
static inline void sm_supply_expect(struct sm_supply *supply, unsigned int count)
{
	supply->expected = count;
}

/* For sm_supply_take(): what has to be made, or is large. */
void *sm_supply_obtain(struct sm_supply *supply, size_t bytes, struct sm_refusal *why);

/**
 * sm_supply_take() - get memory
 * @supply: nobody else takes of it
 * @bytes: how much; SM_SUPPLY_LEAST at least
 * @why: filled in if it is refused
 *
 * Context: may sleep.
 * Return: memory, with anything in it, and a reference, or ERR_PTR of -EDQUOT, -ENOSPC or -ENOMEM.
 */
static inline void *sm_supply_take(struct sm_supply *supply, size_t bytes,
				   struct sm_refusal *why)
{
	unsigned int step = sm_supply_step(bytes);
	void *memory = NULL;

	/* What cannot fail, nobody can make fail. */
	if (likely(sm_supply_is_small(bytes)) && !sm_failures_are_wanted())
		memory = sm_supply_reuse(supply, &supply->spare[step], sm_supply_step_size(step));
	return likely(memory) ? memory : sm_supply_obtain(supply, bytes, why);
}

/**
 * sm_supply_take_atomic() - get memory, whoever else takes
 * @supply: of a module of the kernel
 * @bytes: how much; SM_SUPPLY_LEAST at least
 * @why: filled in if it is refused
 *
 * Context: any in which GFP_ATOMIC may be asked for.
 * Return: as sm_supply_take().
 */
void *sm_supply_take_atomic(struct sm_supply *supply, size_t bytes, struct sm_refusal *why);

/* For sm_supply_give(): what is not kept, or is large. */
bool sm_supply_dismiss(struct sm_supply *supply, void *memory, size_t bytes);

/**
 * sm_supply_give() - give memory back
 * @supply: from which it is
 * @memory: what was taken
 * @bytes: how much was asked for
 *
 * Context: as for kvfree().
 * Return: whether that was the last reference.
 */
static inline bool sm_supply_give(struct sm_supply *supply, void *memory, size_t bytes)
{
	unsigned int step = sm_supply_step(bytes);

	if (likely(sm_supply_is_small(bytes) &&
		   sm_supply_keep(supply, &supply->spare[step], memory, memory,
				  sm_supply_step_size(step))))
		return false;
	return sm_supply_dismiss(supply, memory, bytes);
}

/**
 * sm_supply_give_many() - give pieces of memory back that are to be kept
 * @supply: from which they are
 * @first: the first of them, linked
 * @last: the last of them
 * @count: how many
 * @bytes: of each: how much was asked for; small, and all of the same step
 *
 * Context: as for kvfree().
 * Return: whether they are kept; else each is to be given back by itself.
 */
static inline bool sm_supply_give_many(struct sm_supply *supply, struct llist_node *first,
				       struct llist_node *last, unsigned int count,
				       size_t bytes)
{
	unsigned int step = sm_supply_step(bytes);

	return sm_supply_keep(supply, &supply->spare[step], first, last,
			      count * sm_supply_step_size(step));
}

int sm_supply_module_init(void);
void sm_supply_module_exit(void);

#endif /* SM_SUPPLY_H */
