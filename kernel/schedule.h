/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A schedule: the messages of a queue that are not readable yet, ordered by
 * the time when they will be. A timer fires at the earliest, and work on the
 * module's own workqueue publishes all that are due.
 *
 * Owner: the group in which it is embedded, beside its queue. A message in the
 * schedule was admitted by the queue, so its publication cannot fail.
 *
 * Locks: the queue's lock guards @due and the arming of the timer. A message
 * goes from @due to where it is readable under one hold of it. The timer's
 * function takes no lock.
 */
#ifndef SM_SCHEDULE_H
#define SM_SCHEDULE_H

#include <linux/hrtimer.h>
#include <linux/timerqueue.h>
#include <linux/workqueue.h>

struct sm_message;
struct sm_queue;

/**
 * struct sm_schedule - delayed messages
 * @queue: where they go; constant
 * @delay_ms: the delay of what is sent from now on, 0 for none; one word, read
 *	and written with READ_ONCE/WRITE_ONCE
 * @due: messages by due time; guarded by the queue's lock
 * @timer: fires at the earliest due time; armed under the queue's lock
 * @work: publishes what is due
 */
struct sm_schedule {
	struct sm_queue *queue;
	unsigned int delay_ms;
	struct timerqueue_head due;
	struct hrtimer timer;
	struct work_struct work;
};

void sm_schedule_init(struct sm_schedule *schedule, struct sm_queue *queue);

/**
 * sm_schedule_kill() - drop all that is delayed
 * @schedule: of a queue that is dead, so that nothing can be added
 *
 * Context: may sleep.
 */
void sm_schedule_kill(struct sm_schedule *schedule);

/**
 * sm_schedule_stop() - wait until timer and work have ended for good
 * @schedule: was killed, and nobody else knows it any more
 *
 * Context: may sleep.
 */
void sm_schedule_stop(struct sm_schedule *schedule);

/**
 * sm_schedule_send() - send a message, to be readable after the present delay
 * @schedule: the schedule
 * @message: the message; not the caller's any more when the call succeeds
 * @deadline: until when to wait for room
 *
 * Context: may sleep.
 * Return: as sm_queue_admit_locked().
 */
int sm_schedule_send(struct sm_schedule *schedule, struct sm_message *message, ktime_t deadline);

/**
 * sm_schedule_flush() - publish all that is delayed now, in order
 * @schedule: the schedule
 *
 * What others send meanwhile, to be due before the last of these, goes along.
 *
 * Context: may sleep.
 * Return: 0, -ENODEV, or -EINTR when the caller is being killed.
 */
int sm_schedule_flush(struct sm_schedule *schedule);

/**
 * sm_schedule_revoke() - drop every message whose delay has not run out
 * @schedule: the schedule
 *
 * What is due when the call begins is published instead. Context: may sleep.
 */
void sm_schedule_revoke(struct sm_schedule *schedule);

/* The module's workqueue. */
int sm_schedule_module_init(void);
void sm_schedule_module_exit(void);

#endif /* SM_SCHEDULE_H */
