/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A barrier: threads sleep on it until another thread wakes them, and watchers see
 * that it did. It knows nothing of messages.
 *
 * Owner: the group in which it is embedded. A barrier dies once, when the
 * group is removed: all who sleep return, and nobody sleeps on it again.
 *
 * Locks: @lock guards what is behind it; a leaf. Nobody is woken under it.
 */
#ifndef SM_BARRIER_H
#define SM_BARRIER_H

#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct sm_label;

/**
 * struct sm_barrier - where threads sleep
 * @label: whose it is, for who looks; constant once somebody can sleep
 * @watchers: wait for another generation
 * @lock: guards all that follows
 * @generation: from 1; raised by every awake
 * @sleepers: who sleeps, a struct sm_waiter each, in the order of coming
 * @dead: the group was removed
 */
struct sm_barrier {
	const struct sm_label *label;
	wait_queue_head_t watchers;
	spinlock_t lock;	/* guards the rest */
	u64 generation;
	struct list_head sleepers;
	bool dead;
};

void sm_barrier_init(struct sm_barrier *barrier);

/**
 * sm_barrier_kill() - wake everybody for good
 * @barrier: the barrier; its sleepers return -ENODEV
 */
void sm_barrier_kill(struct sm_barrier *barrier);

/**
 * sm_barrier_sleep() - sleep until woken
 * @barrier: the barrier
 * @generation: in: sleep only if it is still this one; 0: whatever it is. Out: what it is
 *	now, unless an error is returned
 * @deadline: until when
 *
 * Return: 0 when woken, also when a signal, the deadline or the end of the barrier came
 * at the same time; 1 when it is another generation; -EAGAIN when it is not, with
 * SM_AT_ONCE; -ERESTARTSYS or -ETIMEDOUT, and then nobody counts the sleeper; -ENODEV.
 */
int sm_barrier_sleep(struct sm_barrier *barrier, u64 *generation, ktime_t deadline);

/**
 * sm_barrier_awake() - begin another generation, and wake those who have slept longest
 * @barrier: the barrier
 * @most: so many at most
 * @generation: filled in: the new one; may be NULL
 *
 * Return: how many were woken, or -ENODEV.
 */
int sm_barrier_awake(struct sm_barrier *barrier, unsigned int most, u64 *generation);

/**
 * sm_barrier_count() - how many sleep now
 * @barrier: the barrier
 */
unsigned int sm_barrier_count(struct sm_barrier *barrier);

/**
 * sm_barrier_has_news() - is there a generation that somebody has not seen
 * @barrier: the barrier
 * @seen: which was seen last; guarded by the barrier's lock
 * @generation: filled in: the one that holds now
 *
 * Return: 1, 0, or -ENODEV.
 */
int sm_barrier_has_news(struct sm_barrier *barrier, const u64 *seen, u64 *generation);

/**
 * sm_barrier_see() - somebody has seen a generation
 * @barrier: the barrier
 * @seen: raised, unless he has seen a later one; guarded by the barrier's lock
 * @generation: which
 */
void sm_barrier_see(struct sm_barrier *barrier, u64 *seen, u64 generation);

#endif /* SM_BARRIER_H */
