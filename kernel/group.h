/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A group: a queue, a schedule in front of it, a barrier and a rendezvous, under a number.
 *
 * Owner: references. The directory of groups holds one while the group is
 * installed, each open file holds one. Removing a group kills its four parts
 * at once, for everybody; the memory goes with the last reference.
 */
#ifndef SM_GROUP_H
#define SM_GROUP_H

#include "barrier.h"
#include "device.h"
#include "label.h"
#include "queue.h"
#include "rendezvous.h"
#include "schedule.h"

#include <linux/kref.h>
#include <linux/rhashtable-types.h>

struct sm_account;
struct synchmess_settings;
struct synchmess_stat;

/**
 * struct sm_group_plan - how a group is to be made
 * @node: number, name, owner
 * @rules: how its queue behaves; constant
 * @settings: of its queue, or NULL
 * @is_transient: it is removed with its last close
 */
struct sm_group_plan {
	struct sm_node node;
	const struct sm_queue_rules *rules;
	const struct synchmess_settings *settings;
	bool is_transient;
};

/**
 * struct sm_group - a group
 * @refs: references
 * @node: its number, names and owner; constant
 * @label: of all its parts; constant
 * @by_name: in the directory, if it has a name; guarded by its lock
 * @is_transient: it is removed with its last close; constant
 * @opened: how many files have it open, of a transient one; guarded by the directory's lock
 * @owner: who installed it and is charged for it; constant
 * @send_delay_ms: of what write(2) sends; one word, read and written with
 *	READ_ONCE/WRITE_ONCE
 * @queue: its messages
 * @schedule: its delayed messages
 * @barrier: its sleeping threads
 * @rendezvous: its parties
 */
struct sm_group {
	struct kref refs;
	struct sm_node node;
	struct sm_label label;
	struct rhash_head by_name;
	bool is_transient;
	unsigned int opened;
	struct sm_account *owner;
	unsigned int send_delay_ms;
	struct sm_queue queue;
	struct sm_schedule schedule;
	struct sm_barrier barrier;
	struct sm_rendezvous rendezvous;
};

/**
 * sm_group_create() - make a group
 * @plan: how
 * @owner: whose account to charge
 * @why: filled in if a limit refuses it
 *
 * Context: may sleep.
 * Return: the group with one reference, or ERR_PTR of -EUSERS, -EDQUOT, -ENOMEM.
 */
struct sm_group *sm_group_create(const struct sm_group_plan *plan, struct sm_account *owner,
				 struct sm_refusal *why);

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
 * sm_group_label() - the group has its number
 * @group: the group, that nobody else knows yet
 */
void sm_group_label(struct sm_group *group);

/**
 * sm_group_kill() - end a group for all who still have it open
 * @group: the group
 *
 * Context: may sleep.
 */
void sm_group_kill(struct sm_group *group);

/**
 * sm_group_show() - SYNCHMESS_STAT of a group
 * @group: the group
 * @stat: filled in, for the calling program
 */
void sm_group_show(struct sm_group *group, struct synchmess_stat *stat);

#endif /* SM_GROUP_H */
