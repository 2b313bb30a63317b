// SPDX-License-Identifier: GPL-2.0
#include "index.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>

/* So many buckets are moved for each message that comes: done long before the next growth. */
#define MOVED_AT_ONCE	2
#define WALKED_AT_ONCE	64

void sm_index_init(struct sm_index *index)
{
	index->now.heads = index->first;
	index->now.count = ARRAY_SIZE(index->first);
}

static void free_heads(const struct sm_index *index, struct hlist_head *heads)
{
	if (heads != index->first)
		kvfree(heads);
}

void sm_index_destroy(struct sm_index *index)
{
	free_heads(index, index->now.heads);
	free_heads(index, index->before.heads);
}

void sm_index_table_alloc(const struct sm_index *index, struct sm_index_table *table)
{
	table->count = 2 * READ_ONCE(index->now.count);
	table->heads = kvcalloc(table->count, sizeof(*table->heads),
				GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
}

void sm_index_table_free(struct sm_index_table *table)
{
	kvfree(table->heads);
}

void sm_index_grow_locked(struct sm_index *index, struct sm_index_table *table)
{
	struct sm_index_table empty = index->before;

	/* Another may have been faster. */
	if (!table->heads || table->count <= index->now.count || sm_index_is_moving(index))
		return;
	index->before = index->now;
	index->moved = 0;
	WRITE_ONCE(index->now.count, table->count);
	index->now.heads = table->heads;
	table->heads = empty.heads == index->first ? NULL : empty.heads;
}

static void move_bucket(struct sm_index *index, struct hlist_head *bucket)
{
	struct sm_message *message;
	struct hlist_node *next;

	hlist_for_each_entry_safe(message, next, bucket, by_id) {
		hlist_del(&message->by_id);
		hlist_add_head(&message->by_id, sm_index_bucket(&index->now, message->id));
	}
}

static void move(struct sm_index *index, unsigned int buckets)
{
	while (buckets-- && sm_index_is_moving(index))
		move_bucket(index, &index->before.heads[index->moved++]);
}

void sm_index_move_locked(struct sm_index *index)
{
	move(index, MOVED_AT_ONCE);
}

static struct sm_message *find_in(const struct hlist_head *bucket, u64 id)
{
	struct sm_message *message;

	hlist_for_each_entry(message, bucket, by_id) {
		if (message->id == id)
			return message;
	}
	return NULL;
}

struct sm_message *sm_index_find_locked(const struct sm_index *index, u64 id)
{
	struct sm_message *message = find_in(sm_index_bucket(&index->now, id), id);

	if (!message && sm_index_is_moving(index))
		message = find_in(sm_index_bucket(&index->before, id), id);
	return message;
}

struct hlist_head *sm_index_walk_locked(struct sm_index *index, struct sm_index_walk *walk)
{
	if (walk->count != index->now.count) {
		walk->count = index->now.count;
		walk->bucket = 0;
	}
	if (sm_index_is_moving(index)) {
		move(index, WALKED_AT_ONCE);
		/* Where they went to may have been passed. */
		walk->bucket = 0;
	}
	return walk->bucket < walk->count ? &index->now.heads[walk->bucket++] : NULL;
}
