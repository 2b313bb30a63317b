/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A schedule: what happens to a queue at some time. It has the messages that are not
 * readable yet, ordered by the time when they will be, the leases, and the inbox. A timer fires
 * at the earliest time at which a message is to be published, a readable one expires
 * or a lease ends, and work on the module's own workqueue does what is due.
 *
 * Owner: the group or mailbox in which it is embedded, beside its queue. A message
 * in the schedule was admitted by the queue, so its publication cannot fail.
 *
 * Locks: the queue's lock guards @due, @leases and the arming of the timer. A message
 * goes from @due to where it is readable under one hold of it. The timer's
 * function takes no lock.
 */
#ifndef SM_SCHEDULE_H
#define SM_SCHEDULE_H

#include "inbox.h"
#include "lease.h"

#include <linux/hrtimer.h>
#include <linux/timerqueue.h>
#include <linux/workqueue.h>

struct sm_call;
struct sm_message;
struct sm_queue;

/**
 * struct sm_schedule - what happens at some time
 * @queue: to whom; constant
 * @leases: messages in readers' hands
 * @inbox: messages that modules have posted
 * @due: delayed messages by due time; guarded by the queue's lock
 * @armed: what the timer is set to, KTIME_MAX for nothing; guarded likewise
 * @timer: fires at the earliest time; armed under the queue's lock
 * @work: does what is due
 */
struct sm_schedule {
	struct sm_queue *queue;
	struct sm_leases leases;
	struct sm_inbox inbox;
	struct timerqueue_head due;
	ktime_t armed;
	struct hrtimer timer;
	struct work_struct work;
};

void sm_schedule_init(struct sm_schedule *schedule, struct sm_queue *queue);

/**
 * sm_schedule_kill() - drop all that is delayed, leased or posted
 * @schedule: of a queue that is dead, so that nothing can be added
 *
 * Context: may sleep.
 */
void sm_schedule_kill(struct sm_schedule *schedule);

/**
 * sm_schedule_stop() - wait until the work has ended for good
 * @schedule: was killed, and nobody else knows it any more
 *
 * Context: may sleep.
 */
void sm_schedule_stop(struct sm_schedule *schedule);

/**
 * sm_schedule_send() - send a message, to be readable after its delay
 * @schedule: the schedule
 * @message: the message; not the caller's any more when the call succeeds
 * @call: who sends
 *
 * Context: may sleep.
 * Return: as sm_admission_admit_locked().
 */
int sm_schedule_send(struct sm_schedule *schedule, struct sm_message *message,
		     struct sm_call *call);

/**
 * sm_schedule_send_at() - send a message as sm_schedule_send() does
 * @schedule: the schedule
 * @message: the message
 * @call: who sends
 * @now: the time, or 0 if nobody has looked yet
 */
int sm_schedule_send_at(struct sm_schedule *schedule, struct sm_message *message,
			struct sm_call *call, ktime_t now);

/**
 * sm_schedule_post() - send a message without waiting for anything, not even a lock
 * @schedule: the schedule
 * @message: without a delay; not the caller's any more when the call succeeds
 *
 * It is readable soon. Context: any but NMI.
 * Return: as sm_inbox_put().
 */
int sm_schedule_post(struct sm_schedule *schedule, struct sm_message *message);

/**
 * sm_schedule_send_many() - send messages, as many as can be
 * @schedule: the schedule
 * @messages: those that were not sent, the last ones, are still the caller's
 * @count: how many
 * @call: who sends
 * @ids: filled in with the numbers of those that were sent
 * @err: filled in: 0, or why the next one was refused
 *
 * Waits for room for each if need be. Context: may sleep.
 * Return: how many were sent.
 */
unsigned int sm_schedule_send_many(struct sm_schedule *schedule, struct sm_message **messages,
				   unsigned int count, struct sm_call *call, u64 *ids, int *err);

/**
 * sm_schedule_put_back() - undo sm_outlet_take()
 * @schedule: of the queue
 * @messages: what was taken; see sm_outlet_put_back_locked()
 * @count: how many
 *
 * Context: may sleep.
 */
void sm_schedule_put_back(struct sm_schedule *schedule, struct sm_message **messages,
			  unsigned int count);

/**
 * sm_schedule_arm_locked() - something may have to be done earlier than before
 * @schedule: its timer is set
 */
void sm_schedule_arm_locked(struct sm_schedule *schedule);

/**
 * sm_schedule_flush() - publish all that is posted, and all that is delayed now, in order
 * @schedule: the schedule
 *
 * What others send meanwhile, to be due before the last of these, goes along.
 *
 * Context: may sleep.
 * Return: 0, -ENODEV, or -EINTR when the caller is being killed.
 */
int sm_schedule_flush(struct sm_schedule *schedule);

/* For who takes delayed messages out before they are due. */

/**
 * sm_schedule_publish_until() - publish what is due, with the lock free in between
 * @schedule: the schedule
 * @until: all that is due by then
 *
 * Context: may sleep.
 * Return: 0, -ENODEV, or -EINTR when the caller is being killed.
 */
int sm_schedule_publish_until(struct sm_schedule *schedule, ktime_t until);

/* When the last of what is delayed now is due; long ago if nothing is. */
ktime_t sm_schedule_last_due(struct sm_schedule *schedule);

/* The first that is delayed, if it is due by @until; else NULL. */
struct sm_message *sm_schedule_first_locked(struct sm_schedule *schedule, ktime_t until);

/* It is not delayed any more; what becomes of it the caller says. */
void sm_schedule_remove_locked(struct sm_schedule *schedule, struct sm_message *message);

/* The module's workqueue. */
int sm_schedule_module_init(void);
void sm_schedule_module_exit(void);

#endif /* SM_SCHEDULE_H */
