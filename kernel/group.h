/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A group: a queue, a schedule in front of it, and a barrier, under a number.
 *
 * Owner: references. The directory of groups holds one while the group is
 * installed, each open file holds one. Removing a group kills its three parts
 * at once, for everybody; the memory goes with the last reference.
 */
#ifndef SM_GROUP_H
#define SM_GROUP_H

#include "barrier.h"
#include "queue.h"
#include "schedule.h"

#include <linux/kref.h>

struct sm_account;

/**
 * struct sm_group - a group
 * @refs: references
 * @descriptor: its number; constant
 * @owner: who installed it and is charged for it; constant
 * @queue: its messages
 * @schedule: its delayed messages
 * @barrier: its sleeping threads
 */
struct sm_group {
	struct kref refs;
	unsigned int descriptor;
	struct sm_account *owner;
	struct sm_queue queue;
	struct sm_schedule schedule;
	struct sm_barrier barrier;
};

/**
 * sm_group_create() - make a group
 * @descriptor: its number
 * @rules: how its queue behaves; constant
 * @owner: whose account to charge
 *
 * Context: may sleep.
 * Return: the group with one reference, or ERR_PTR of -EUSERS, -EDQUOT, -ENOMEM.
 */
struct sm_group *sm_group_create(unsigned int descriptor, const struct sm_queue_rules *rules,
				 struct sm_account *owner);

static inline void sm_group_get(struct sm_group *group)
{
	kref_get(&group->refs);
}

/**
 * sm_group_put() - give a reference back
 * @group: the group; the last reference must be of one that was killed
 *
 * Context: may sleep.
 */
void sm_group_put(struct sm_group *group);

/**
 * sm_group_kill() - end a group for all who still have it open
 * @group: the group
 *
 * Context: may sleep.
 */
void sm_group_kill(struct sm_group *group);

#endif /* SM_GROUP_H */
