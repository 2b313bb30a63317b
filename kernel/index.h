/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An index: the messages of a queue, ready or delayed, by their number.
 *
 * Numbers are given one after the other, so their low bits are as good as any
 * hash. The table grows a few buckets at a time: what was in the old one is
 * moved while messages come and go, so that nothing takes long under the lock. If
 * there is no memory to grow, chains are longer, and that is all.
 *
 * Owner: the queue in which it is embedded. Locks: the queue's guards all of it.
 */
#ifndef SM_INDEX_H
#define SM_INDEX_H

#include "message.h"

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/types.h>

/**
 * struct sm_index_table - buckets
 * @heads: a power of two of them
 * @count: how many, 0 if there is no such table
 */
struct sm_index_table {
	struct hlist_head *heads;
	unsigned long count;
};

/**
 * struct sm_index - messages by number
 * @now: where messages are added
 * @before: what has not been moved from yet
 * @moved: how many buckets of @before are empty for good
 * @first: the buckets of a small index
 */
struct sm_index {
	struct sm_index_table now;
	struct sm_index_table before;
	unsigned long moved;
	struct hlist_head first[16];
};

void sm_index_init(struct sm_index *index);

/* Frees the tables; messages that are still in them are somebody else's matter. */
void sm_index_destroy(struct sm_index *index);

/* Should it grow for so many messages? Context: any, with or without the lock. */
static inline bool sm_index_is_small(const struct sm_index *index, unsigned long messages)
{
	return messages > 2 * READ_ONCE(index->now.count);
}

/**
 * sm_index_table_alloc() - prepare a larger table, without the lock
 * @index: which will get it
 * @table: filled in; to be freed by sm_index_table_free()
 *
 * Context: may sleep.
 */
void sm_index_table_alloc(const struct sm_index *index, struct sm_index_table *table);

void sm_index_table_free(struct sm_index_table *table);

/**
 * sm_index_grow_locked() - begin to use a larger table
 * @index: the index
 * @table: the new one; afterwards what is to be freed instead
 */
void sm_index_grow_locked(struct sm_index *index, struct sm_index_table *table);

static inline bool sm_index_is_moving(const struct sm_index *index)
{
	return index->moved < index->before.count;
}

/* Goes on with moving to the larger table. */
void sm_index_move_locked(struct sm_index *index);

static inline struct hlist_head *sm_index_bucket(const struct sm_index_table *table, u64 id)
{
	return &table->heads[id & (table->count - 1)];
}

static inline void sm_index_add_locked(struct sm_index *index, struct sm_message *message)
{
	if (unlikely(sm_index_is_moving(index)))
		sm_index_move_locked(index);
	hlist_add_head(&message->by_id, sm_index_bucket(&index->now, message->id));
}

static inline void sm_index_remove_locked(struct sm_message *message)
{
	__hlist_del(&message->by_id);
}

/* The message of that number, or NULL. */
struct sm_message *sm_index_find_locked(const struct sm_index *index, u64 id);

/* How far a walk has come, zeros to begin. */
struct sm_index_walk {
	unsigned long count;
	unsigned long bucket;
};

/**
 * sm_index_walk_locked() - look at the messages, bucket by bucket
 * @index: the index
 * @walk: where to go on
 *
 * What is there all the time is seen at least once, whatever comes and goes between
 * two calls. When the index grows, the walk begins again.
 *
 * Return: a bucket, NULL at the end.
 */
struct hlist_head *sm_index_walk_locked(struct sm_index *index, struct sm_index_walk *walk);

#endif /* SM_INDEX_H */
