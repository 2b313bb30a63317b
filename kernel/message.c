// SPDX-License-Identifier: GPL-2.0
#include "message.h"

#include "failure.h"
#include "quota.h"

#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uio.h>

/* Users decide how much: no reason to kill anybody or to fill the log. */
#define MESSAGE_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/* What the allocator takes for so many bytes. */
static size_t footprint(size_t bytes)
{
	return bytes > KMALLOC_MAX_SIZE ? PAGE_ALIGN(bytes) : kmalloc_size_roundup(bytes);
}

static struct sm_message *message_alloc(struct sm_account *payer, size_t bytes)
{
	struct sm_message *message;
	int err;

	err = sm_quota_charge(payer, SM_MEMORY, footprint(bytes));
	if (err)
		return ERR_PTR(err);

	message = sm_failure(SM_FAIL_MEMORY) ? NULL : kvmalloc(bytes, MESSAGE_GFP);
	if (!message) {
		sm_quota_uncharge(payer, SM_MEMORY, footprint(bytes));
		return ERR_PTR(-ENOMEM);
	}
	message->payer = sm_account_get(payer);
	return message;
}

static void message_release(struct sm_message *message, size_t bytes)
{
	sm_quota_uncharge(message->payer, SM_MEMORY, footprint(bytes));
	sm_account_put(message->payer);
	kvfree(message);
}

static struct sm_message *origin_alloc(struct sm_account *payer, size_t size)
{
	struct sm_message *message;

	message = message_alloc(payer, sizeof(*message) + size);
	if (IS_ERR(message))
		return message;
	message->origin = message;
	refcount_set(&message->refs, 1);
	message->size = size;
	return message;
}

struct sm_message *sm_message_from_user(struct sm_account *payer, struct iov_iter *from)
{
	size_t size = iov_iter_count(from);
	struct sm_message *message;

	message = origin_alloc(payer, size);
	if (IS_ERR(message))
		return message;
	if (sm_failure(SM_FAIL_COPY) || !copy_from_iter_full(message->data, size, from)) {
		sm_message_free(message);
		return ERR_PTR(-EFAULT);
	}
	return message;
}

struct sm_message *sm_message_from_text(struct sm_account *payer, const char *text, size_t size)
{
	struct sm_message *message;

	message = origin_alloc(payer, size);
	if (!IS_ERR(message))
		memcpy(message->data, text, size);
	return message;
}

struct sm_message *sm_message_copy(struct sm_message *message)
{
	struct sm_message *origin = message->origin;
	struct sm_message *copy;

	copy = message_alloc(origin->payer, sizeof(*copy));
	if (IS_ERR(copy))
		return copy;
	refcount_inc(&origin->refs);
	copy->origin = origin;
	copy->size = origin->size;
	return copy;
}

ssize_t sm_message_to_user(const struct sm_message *message, struct iov_iter *to)
{
	size_t size = min_t(size_t, message->size, iov_iter_count(to));

	if (sm_failure(SM_FAIL_COPY) || copy_to_iter(message->origin->data, size, to) != size)
		return -EFAULT;
	return size;
}

void sm_message_free(struct sm_message *message)
{
	struct sm_message *origin = message->origin;

	if (message != origin)
		message_release(message, sizeof(*message));
	if (refcount_dec_and_test(&origin->refs))
		message_release(origin, sizeof(*origin) + origin->size);
}

void sm_message_free_list(struct list_head *list)
{
	struct sm_message *message, *next;

	list_for_each_entry_safe(message, next, list, ready) {
		sm_message_free(message);
		cond_resched();
	}
	INIT_LIST_HEAD(list);
}
