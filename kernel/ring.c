// SPDX-License-Identifier: GPL-2.0
#include "ring.h"

#include "call.h"
#include "compat/vm_flags.h"
#include "message.h"
#include "quota.h"

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static unsigned int count_pages(const struct sm_ring *ring)
{
	return 1 + ring->size / PAGE_SIZE;
}

static long charge(const struct sm_ring *ring)
{
	return (long)count_pages(ring) * PAGE_SIZE;
}

static void free_pages_of(struct sm_ring *ring)
{
	unsigned int i;

	for (i = 0; i < count_pages(ring) && ring->pages[i]; i++)
		__free_page(ring->pages[i]);
	kvfree(ring->pages);
}

/* The pages for records stand in the array twice, as they are mapped. */
static int allocate_pages(struct sm_ring *ring)
{
	unsigned int count = count_pages(ring), i;

	ring->pages = kvcalloc(2 * count - 1, sizeof(*ring->pages), GFP_KERNEL_ACCOUNT);
	if (!ring->pages)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		ring->pages[i] = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
		if (!ring->pages[i])
			goto free_pages;
		if (i)
			ring->pages[count - 1 + i] = ring->pages[i];
	}
	return 0;

free_pages:
	free_pages_of(ring);
	return -ENOMEM;
}

static int map_pages(struct sm_ring *ring)
{
	ring->memory = vmap(ring->pages, 2 * count_pages(ring) - 1, VM_MAP, PAGE_KERNEL);
	if (!ring->memory)
		return -ENOMEM;
	ring->control = ring->memory;
	ring->data = ring->memory + PAGE_SIZE;
	return 0;
}

static int make_memory(struct sm_ring *ring)
{
	int err;

	err = allocate_pages(ring);
	if (err)
		return err;
	err = map_pages(ring);
	if (err)
		free_pages_of(ring);
	return err;
}

struct sm_ring *sm_ring_create(u64 size, struct sm_account *account, struct sm_refusal *why)
{
	struct sm_ring *ring;
	int err;

	if (!is_power_of_2(size) || size < PAGE_SIZE || size > SYNCHMESS_MAX_RING)
		return ERR_PTR(-EINVAL);
	ring = kzalloc(sizeof(*ring), GFP_KERNEL_ACCOUNT);
	if (!ring)
		return ERR_PTR(-ENOMEM);
	ring->size = size;
	ring->account = account;
	err = sm_quota_charge(account, SM_MEMORY, charge(ring), why);
	if (err)
		goto free_ring;
	err = make_memory(ring);
	if (err)
		goto uncharge;
	sm_onlooker_init(&ring->onlooker);
	return ring;

uncharge:
	sm_quota_uncharge(account, SM_MEMORY, charge(ring));
free_ring:
	kfree(ring);
	return ERR_PTR(err);
}

void sm_ring_free(struct sm_ring *ring)
{
	if (!ring)
		return;
	vunmap(ring->memory);
	free_pages_of(ring);
	sm_quota_uncharge(ring->account, SM_MEMORY, charge(ring));
	sm_onlooker_release(&ring->onlooker);
	kfree(ring);
}

int sm_ring_map(const struct sm_ring *ring, struct vm_area_struct *area)
{
	unsigned long count = sm_ring_map_size(ring) / PAGE_SIZE;

	if (area->vm_pgoff || vma_pages(area) != count || !(area->vm_flags & VM_SHARED) ||
	    area->vm_flags & VM_EXEC)
		return -EINVAL;
	/* A child has no use for it, nor has a core dump. */
	vm_flags_mod(area, VM_DONTEXPAND | VM_DONTCOPY | VM_DONTDUMP, VM_MAYEXEC);
	return vm_map_pages(area, ring->pages, count);
}

void sm_ring_put_locked(struct sm_ring *ring, const struct sm_message *message,
			ktime_t published_at)
{
	void *data = sm_ring_begin_locked(ring, message, sm_message_tag(message),
					  published_at);

	memcpy(data, sm_message_data(message), message->size);
	sm_ring_end_locked(ring, message->size);
}
