/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A grave: where messages go that were received as often as they may be, and that
 * nobody was done with: another queue.
 *
 * Owner: references; one is held by the queue whose messages it takes, one by who
 * is about to bury some. It holds a reference to its queue, which a work of its own
 * gives back: to be the last to do so means to wait for that queue's work, which may
 * be about to do the same with ours.
 */
#ifndef SM_GRAVE_H
#define SM_GRAVE_H

#include <linux/kref.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct sm_message;
struct sm_schedule;

/**
 * struct sm_grave - where messages are buried
 * @refs: references
 * @schedule: in front of the queue that takes them
 * @release: gives back what keeps @schedule alive
 * @number: of the group that has it, for who looks
 * @from: of the group whose messages come; 0: a mailbox
 * @work: the end
 */
struct sm_grave {
	struct kref refs;
	struct sm_schedule *schedule;
	void (*release)(struct sm_schedule *schedule);
	u32 number;
	u32 from;
	struct work_struct work;
};

/**
 * sm_grave_create() - make a grave
 * @schedule: the caller's reference is the grave's from here on, also on error
 * @release: gives it back
 * @number: of the group that has it
 * @from: of the group whose messages come; 0: a mailbox
 *
 * Context: may sleep.
 * Return: the grave with one reference, or NULL without memory.
 */
struct sm_grave *sm_grave_create(struct sm_schedule *schedule,
				 void (*release)(struct sm_schedule *schedule),
				 u32 number, u32 from);

struct sm_grave *sm_grave_get(struct sm_grave *grave);

/* NULL is no grave. */
void sm_grave_put(struct sm_grave *grave);

int sm_grave_module_init(void);

/* All references are given back; what they kept alive is gone afterwards. */
void sm_grave_module_exit(void);

#endif /* SM_GRAVE_H */
