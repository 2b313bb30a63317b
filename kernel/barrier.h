/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A barrier: threads sleep on it until another thread wakes them. It knows
 * nothing of messages.
 *
 * Owner: the group in which it is embedded. A barrier dies once, when the
 * group is removed: all who sleep return, and nobody sleeps on it again.
 *
 * Locks: the lock of the wait queue @sleepers guards all fields. It is a leaf.
 */
#ifndef SM_BARRIER_H
#define SM_BARRIER_H

#include <linux/types.h>
#include <linux/wait.h>

/**
 * struct sm_barrier - where threads sleep
 * @sleepers: the threads; its lock guards the fields below
 * @generation: raised by every awake; who sees it change was woken
 * @count: how many sleep in this generation
 * @dead: the group was removed
 */
struct sm_barrier {
	wait_queue_head_t sleepers;
	unsigned long generation;
	unsigned int count;
	bool dead;
};

void sm_barrier_init(struct sm_barrier *barrier);

/**
 * sm_barrier_kill() - wake everybody for good
 * @barrier: the barrier; its sleepers return -ENODEV
 */
void sm_barrier_kill(struct sm_barrier *barrier);

/**
 * sm_barrier_sleep() - sleep until the next sm_barrier_awake()
 * @barrier: the barrier
 *
 * Return: 0 when woken, also when a signal or the end of the barrier came at
 * the same time; -ERESTARTSYS when a signal ended the sleep, which then nobody
 * counts; -ENODEV.
 */
int sm_barrier_sleep(struct sm_barrier *barrier);

/**
 * sm_barrier_awake() - wake all who sleep
 * @barrier: the barrier
 *
 * Return: how many were woken, or -ENODEV.
 */
int sm_barrier_awake(struct sm_barrier *barrier);

/**
 * sm_barrier_count() - how many sleep now
 * @barrier: the barrier
 */
unsigned int sm_barrier_count(struct sm_barrier *barrier);

#endif /* SM_BARRIER_H */
