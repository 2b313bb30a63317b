// SPDX-License-Identifier: GPL-2.0
#include "supply.h"

#include "call.h"
#include "failure.h"
#include "quota.h"

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

/* Users decide how much: no reason to kill anybody or to fill the log. */
#define SUPPLY_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/* Of modules, which no cgroup pays for. */
#define POSTED_GFP	(GFP_ATOMIC | __GFP_NOWARN)

/*
 * Sizes that are kept: STEPS of them so far apart up to LAST_STEP, from slabs of our
 * own, and the powers of two of kmalloc() up to LARGEST.
 */
#define STEP		16
#define FIRST_STEP	96
#define LAST_STEP	256
#define STEPS		((LAST_STEP - FIRST_STEP) / STEP + 1)
#define LARGEST		(LAST_STEP << (SM_SUPPLY_SIZES - STEPS))

static struct kmem_cache *slabs[STEPS];

/* Which of the sizes that are kept; there is one for as much. */
static unsigned int index_of(size_t bytes)
{
	if (likely(bytes <= LAST_STEP))
		return bytes <= FIRST_STEP ? 0 : (bytes - FIRST_STEP + STEP - 1) / STEP;
	return STEPS + ilog2((bytes - 1) / LAST_STEP);
}

static size_t size_at(unsigned int index)
{
	return index < STEPS ? FIRST_STEP + index * STEP : (size_t)LAST_STEP << (index - STEPS + 1);
}

size_t sm_supply_footprint(size_t bytes)
{
	if (likely(bytes <= LARGEST))
		return size_at(index_of(bytes));
	return bytes > KMALLOC_MAX_SIZE ? PAGE_ALIGN(bytes) : kmalloc_size_roundup(bytes);
}

static void *allocate(size_t bytes, gfp_t gfp)
{
	if (sm_failure(SM_FAIL_MEMORY))
		return NULL;
	if (likely(bytes <= LAST_STEP))
		return kmem_cache_alloc(slabs[index_of(bytes)], gfp);
	/* Without GFP_KERNEL's leave to sleep there is no virtual memory, either. */
	return gfpflags_allow_blocking(gfp) ? kvmalloc(bytes, gfp) : kmalloc(bytes, gfp);
}

static void release(void *memory, size_t bytes)
{
	if (likely(bytes <= LAST_STEP))
		kmem_cache_free(slabs[index_of(bytes)], memory);
	else
		kvfree(memory);
}

static void discard(struct sm_supply *supply, void *memory, size_t bytes)
{
	release(memory, bytes);
	sm_quota_uncharge(supply->account, SM_MEMORY, sm_supply_footprint(bytes));
}

/* Returns whether there was anything. */
static bool discard_spare(struct sm_supply *supply)
{
	struct llist_node *memory, *next;
	bool any = false;
	unsigned int i;

	for (i = 0; i < SM_SUPPLY_SIZES; i++) {
		llist_for_each_safe(memory, next, llist_del_all(&supply->spare[i])) {
			atomic_sub(size_at(i), &supply->kept);
			discard(supply, memory, size_at(i));
			any = true;
		}
	}
	return any;
}

void sm_supply_init(struct sm_supply *supply, struct sm_account *account)
{
	supply->account = account;
}

void sm_supply_close(struct sm_supply *supply)
{
	/* Who gives back at this moment may keep it: then it goes with the next call. */
	WRITE_ONCE(supply->closed, true);
	discard_spare(supply);
}

static void *make(struct sm_supply *supply, size_t bytes, gfp_t gfp, struct sm_refusal *why)
{
	size_t size = sm_supply_footprint(bytes);
	void *memory;
	int err;

	err = sm_quota_charge(supply->account, SM_MEMORY, size, why);
	if (err)
		return ERR_PTR(err);
	memory = allocate(bytes, gfp);
	if (memory)
		return memory;
	sm_quota_uncharge(supply->account, SM_MEMORY, size);
	return ERR_PTR(-ENOMEM);
}

static void *reuse(struct sm_supply *supply, size_t bytes)
{
	unsigned int index = index_of(bytes);
	struct llist_node *spare;

	/* What cannot fail, nobody can make fail. */
	if (llist_empty(&supply->spare[index]) || sm_failures_are_wanted())
		return NULL;
	spare = llist_del_first(&supply->spare[index]);
	atomic_sub(size_at(index), &supply->kept);
	return spare;
}

void *sm_supply_take(struct sm_supply *supply, size_t bytes, struct sm_refusal *why)
{
	void *memory = bytes <= LARGEST ? reuse(supply, bytes) : NULL;

	if (likely(memory))
		return memory;
	memory = make(supply, bytes, SUPPLY_GFP, why);
	if (IS_ERR(memory) && discard_spare(supply))
		memory = make(supply, bytes, SUPPLY_GFP, why);
	return memory;
}

void *sm_supply_take_atomic(struct sm_supply *supply, size_t bytes, struct sm_refusal *why)
{
	return make(supply, bytes, POSTED_GFP, why);
}

static bool may_keep(const struct sm_supply *supply, size_t bytes)
{
	return bytes <= LARGEST && !READ_ONCE(supply->closed) &&
	       atomic_read(&supply->kept) < SM_SUPPLY_KEPT;
}

void sm_supply_give(struct sm_supply *supply, void *memory, size_t bytes)
{
	unsigned int index;

	if (!may_keep(supply, bytes)) {
		discard(supply, memory, bytes);
		return;
	}
	index = index_of(bytes);
	atomic_add(size_at(index), &supply->kept);
	llist_add(memory, &supply->spare[index]);
}

static struct kmem_cache *slab_create(unsigned int size)
{
	char name[32];

	snprintf(name, sizeof(name), "synchmess_%u", size);
	/* Long messages are copied by routines that want to know. */
	return kmem_cache_create_usercopy(name, size, sizeof(u64), 0, 0, size, NULL);
}

int sm_supply_module_init(void)
{
	unsigned int i;

	for (i = 0; i < STEPS; i++) {
		slabs[i] = slab_create(size_at(i));
		if (!slabs[i]) {
			sm_supply_module_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void sm_supply_module_exit(void)
{
	unsigned int i;

	for (i = 0; i < STEPS; i++)
		kmem_cache_destroy(slabs[i]);
}
