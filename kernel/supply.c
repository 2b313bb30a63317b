// SPDX-License-Identifier: GPL-2.0
#include "supply.h"

#include "call.h"
#include "failure.h"
#include "quota.h"

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/llist.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/synchmess.h>
#include <linux/vmalloc.h>

/* Users decide how much: no reason to kill anybody or to fill the log. */
#define SUPPLY_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/* Of modules, which no cgroup pays for. */
#define POSTED_GFP	(GFP_ATOMIC | __GFP_NOWARN)

/* So many pieces are made together. */
#define AT_ONCE	32

#define STEPS	SM_SUPPLY_STEPS
#define LARGEST	(SM_SUPPLY_LAST << (SM_SUPPLY_SIZES - STEPS))

#ifdef CONFIG_KASAN
bool sm_supply_keeps;
#endif

static struct kmem_cache *slabs[STEPS];

/* Which of the sizes that are kept; there is one for as much. */
static unsigned int index_of(size_t bytes)
{
	return bytes <= SM_SUPPLY_LAST ? sm_supply_step(bytes) :
					 STEPS + ilog2((bytes - 1) / SM_SUPPLY_LAST);
}

static size_t size_at(unsigned int index)
{
	return index < STEPS ? sm_supply_step_size(index) :
			       SM_SUPPLY_LAST << (index - STEPS + 1);
}

/* Kept, but not by what is inline. */
static bool is_medium(size_t bytes)
{
	return bytes > SM_SUPPLY_LAST && bytes <= LARGEST;
}

size_t sm_supply_footprint(size_t bytes)
{
	if (likely(bytes <= LARGEST))
		return size_at(index_of(bytes));
	return PAGE_ALIGN(bytes);
}

/*
 * What is large is made of single pages: a power of two could be twice as much, for
 * the kernel to find in one piece and to clear. Without GFP_KERNEL's leave to sleep
 * there is no virtual memory.
 */
static void *allocate_large(size_t bytes, gfp_t gfp)
{
	return gfpflags_allow_blocking(gfp) ? __vmalloc(bytes, gfp) : kmalloc(bytes, gfp);
}

static void *allocate(size_t bytes, gfp_t gfp)
{
	if (sm_failure(SM_FAIL_MEMORY))
		return NULL;
	if (likely(bytes <= SM_SUPPLY_LAST))
		return kmem_cache_alloc(slabs[index_of(bytes)], gfp);
	return bytes <= LARGEST ? kmalloc(bytes, gfp) : allocate_large(bytes, gfp);
}

static void release(void *memory, size_t bytes)
{
	if (likely(bytes <= SM_SUPPLY_LAST))
		kmem_cache_free(slabs[index_of(bytes)], memory);
	else
		kvfree(memory);
}

static void discard(struct sm_supply *supply, void *memory, size_t bytes)
{
	release(memory, bytes);
	sm_quota_uncharge(supply->account, SM_MEMORY, sm_supply_footprint(bytes));
}

static unsigned int discard_list(struct sm_supply *supply, struct llist_node *list, size_t size)
{
	struct llist_node *piece, *next;
	unsigned int count = 0;

	if (list == SM_SUPPLY_CLOSED)
		return 0;
	llist_for_each_safe(piece, next, list) {
		discard(supply, piece, size);
		count++;
	}
	atomic_sub(count * size, &supply->kept);
	return count;
}

/* From now on there is @instead. Who calls has a reference; returns whether there was any. */
static bool discard_spare(struct sm_supply *supply, struct llist_node *instead)
{
	unsigned int count = 0, i;

	for (i = 0; i < SM_SUPPLY_SIZES; i++)
		count += discard_list(supply, xchg(&supply->spare[i].first, instead), size_at(i));
	if (count)
		WARN_ON(refcount_sub_and_test(count, &supply->refs));
	return count;
}

void sm_supply_init(struct sm_supply *supply, struct sm_account *account)
{
	refcount_set(&supply->refs, 1);
	supply->account = account;
}

void sm_supply_close(struct sm_supply *supply)
{
	discard_spare(supply, SM_SUPPLY_CLOSED);
}

static void *make(struct sm_supply *supply, size_t bytes, gfp_t gfp, struct sm_refusal *why)
{
	size_t size = sm_supply_footprint(bytes);
	void *memory;
	int err;

	err = sm_quota_charge(supply->account, SM_MEMORY, size, why);
	if (err)
		return ERR_PTR(err);
	/* All that is charged: the next to use it may need more. */
	memory = allocate(size, gfp);
	if (memory) {
		refcount_inc(&supply->refs);
		return memory;
	}
	sm_quota_uncharge(supply->account, SM_MEMORY, size);
	return ERR_PTR(-ENOMEM);
}

static void *reuse(struct sm_supply *supply, size_t bytes)
{
	unsigned int index = index_of(bytes);

	return sm_supply_reuse(supply, &supply->spare[index], size_at(index));
}

/* Of a small size. Returns whether they are kept, with their references. */
static bool make_many(struct sm_supply *supply, unsigned int step, unsigned int count)
{
	unsigned int size = count * sm_supply_step_size(step), i;
	struct llist_node *pieces[AT_ONCE] __uninitialized;
	struct sm_refusal why;

	if (sm_quota_charge(supply->account, SM_MEMORY, size, &why))
		return false;
	if (!kmem_cache_alloc_bulk(slabs[step], SUPPLY_GFP, count, (void **)pieces)) {
		sm_quota_uncharge(supply->account, SM_MEMORY, size);
		return false;
	}
	for (i = 1; i < count; i++)
		pieces[i - 1]->next = pieces[i];
	refcount_add(count, &supply->refs);
	atomic_add(size, &supply->kept);
	llist_add_batch(pieces[0], pieces[count - 1], &supply->spare[step]);
	return true;
}

/* Makes what is expected; returns whether there is some now. Who is refused asks for less. */
static bool stock(struct sm_supply *supply, size_t bytes)
{
	unsigned int count = min_t(unsigned int, supply->expected, AT_ONCE);
	unsigned int step = sm_supply_step(bytes);

	if (count < 2 || !sm_supply_is_small(bytes) || !sm_supply_keeps ||
	    atomic_read(&supply->kept) + count * sm_supply_step_size(step) > SM_SUPPLY_KEPT)
		return false;
	supply->expected -= count;
	return make_many(supply, step, count);
}

/* Would a piece of this size not be kept for want of room? */
static bool is_full(const struct sm_supply *supply, size_t bytes)
{
	return bytes <= LARGEST &&
	       atomic_read(&supply->kept) + sm_supply_footprint(bytes) > SM_SUPPLY_KEPT;
}

void *sm_supply_obtain(struct sm_supply *supply, size_t bytes, struct sm_refusal *why)
{
	void *memory;

	/* A failure that was ordered is met once. */
	if (sm_failures_are_wanted()) {
		discard_spare(supply, NULL);
		return make(supply, bytes, SUPPLY_GFP, why);
	}
	memory = is_medium(bytes) ? reuse(supply, bytes) : NULL;
	if (memory)
		return memory;
	/* Of other sizes than he sends now, it is of no use. */
	if (is_full(supply, bytes))
		discard_spare(supply, NULL);
	if (stock(supply, bytes))
		return reuse(supply, bytes);
	memory = make(supply, bytes, SUPPLY_GFP, why);
	if (IS_ERR(memory) && discard_spare(supply, NULL)) {
		why->rule = SYNCHMESS_WHY_NONE;
		memory = make(supply, bytes, SUPPLY_GFP, why);
	}
	return memory;
}

void *sm_supply_take_atomic(struct sm_supply *supply, size_t bytes, struct sm_refusal *why)
{
	return make(supply, bytes, POSTED_GFP, why);
}

static bool keep(struct sm_supply *supply, void *memory, size_t bytes)
{
	unsigned int index = index_of(bytes);

	return sm_supply_keep(supply, &supply->spare[index], memory, memory, size_at(index));
}

bool sm_supply_dismiss(struct sm_supply *supply, void *memory, size_t bytes)
{
	if (is_medium(bytes) && keep(supply, memory, bytes))
		return false;
	discard(supply, memory, bytes);
	return refcount_dec_and_test(&supply->refs);
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
