// SPDX-License-Identifier: GPL-2.0
#include "reading.h"

#include "abi.h"
#include "audience.h"
#include "delivery.h"
#include "lending.h"
#include "message.h"
#include "payload.h"
#include "port.h"
#include "queue.h"
#include "reader.h"
#include "schedule.h"

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/synchmess.h>

/* ---- asking for it */

static struct sm_reading *create(const struct synchmess_reading *given)
{
	struct sm_reading *reading = kmalloc(sizeof(*reading), GFP_KERNEL_ACCOUNT);

	if (!reading)
		return NULL;
	reading->header = given->header_size;
	reading->leases = given->flags & SYNCHMESS_LEASE;
	reading->span = given->lease;
	spin_lock_init(&reading->lock);
	sm_onlooker_init(&reading->onlooker);
	return reading;
}

void sm_reading_free(struct sm_reading *reading)
{
	if (!reading)
		return;
	sm_onlooker_release(&reading->onlooker);
	kfree(reading);
}

static int check(const struct synchmess_reading *given)
{
	bool leases = given->flags & SYNCHMESS_LEASE;
	u32 header = given->header_size;

	if (given->flags & ~SYNCHMESS_LEASE || given->lease > KTIME_MAX)
		return -EINVAL;
	if (!leases && (given->lease || !header))
		return -EINVAL;
	/* The bytes stand behind it, so there is nothing that could be left out. */
	if (header > sizeof(struct synchmess_in))
		return -E2BIG;
	/* Its fields end there, one or two. */
	return header && (header < SM_FIRST_IN || header % sizeof(u64)) ? -EINVAL : 0;
}

/* Once: who reads meanwhile reads as it was, or as it will be. */
static int set(struct sm_port *port, const struct synchmess_reading *given)
{
	struct sm_reading *reading = create(given);

	if (!reading)
		return -ENOMEM;
	if (!cmpxchg(&port->reading, NULL, reading))
		return 0;
	sm_reading_free(reading);
	return -EBUSY;
}

long sm_reading_set(struct file *file, struct sm_queue *queue, void __user *argument,
		    size_t size)
{
	struct synchmess_reading given;
	int err;

	err = sm_port_check(file, FMODE_READ) ?:
	      sm_abi_get(&given, sizeof(given), argument, size, SM_FIRST_READING) ?:
	      check(&given);
	if (!err && sm_queue_is_dead(queue))
		err = -ENODEV;
	return err ?: set(file->private_data, &given);
}

/* ---- handing over */

static void see(struct sm_reading *reading, const struct sm_sender *sender,
		struct sm_reader *reader)
{
	spin_lock(&reading->lock);
	*reader = *sm_onlooker_see(&reading->onlooker, sender);
	spin_unlock(&reading->lock);
}

static __always_inline ssize_t hand_over(struct sm_reading *reading, struct sm_message *message,
					 u64 token, const struct sm_payload *to)
{
	struct sm_reader reader __uninitialized;

	if (!reading->header)
		return sm_port_hand_over(message, to);
	see(reading, message->sender, &reader);
	return sm_deliver_stamped(&reader, message, token, reading->header, *to);
}

/* ---- with leases */

/* Acks, and takes the next message: 1; 0 when that is the answer to an empty queue. */
static int take_next(struct sm_schedule *schedule, struct sm_holder *holder, ktime_t deadline,
		     struct sm_lease **blank)
{
	struct sm_queue *queue = schedule->queue;
	int found = sm_lending_next(schedule, holder, blank, 1), err;

	while (!found && READ_ONCE(queue->empty) != SM_EMPTY_EOF) {
		err = sm_audience_await(queue, deadline);
		if (err)
			return err;
		found = sm_lease_take(&schedule->leases, blank, 1);
	}
	return found;
}

static ssize_t hand_over_leased(struct sm_reading *reading, struct sm_schedule *schedule,
				struct sm_holder *holder, struct sm_lease *lease,
				const struct sm_payload *to)
{
	ssize_t got = hand_over(reading, lease->message, lease->token, to);
	int err;

	if (got < 0) {
		sm_lending_cancel(schedule, &lease, 1);
		return got;
	}
	err = sm_lending_grant(schedule, &lease, 1, reading->span, holder);
	return err ?: got;
}

static ssize_t read_leased(struct sm_reading *reading, struct sm_port *port,
			   struct sm_schedule *schedule, ktime_t deadline,
			   const struct sm_payload *to)
{
	struct sm_holder *holder = &port->holder;
	struct sm_lease *lease;
	int found;

	lease = sm_lease_create_one(holder);
	if (!lease)
		return -ENOMEM;
	found = take_next(schedule, holder, deadline, &lease);
	if (found > 0)
		return hand_over_leased(reading, schedule, holder, lease, to);
	sm_lease_free_blank(&lease, 1);
	return found;
}

/* ---- without */

/* A read that has no room for anything. */
static int read_nothing(const struct sm_reading *reading, struct sm_port *port,
			struct sm_schedule *schedule)
{
	if (reading->leases)
		return sm_lending_next(schedule, &port->holder, NULL, 0);
	return sm_queue_is_dead(schedule->queue) ? -ENODEV : 0;
}

static ssize_t read_stamped(struct sm_reading *reading, struct sm_schedule *schedule,
			    ktime_t deadline, const struct sm_payload *to)
{
	struct sm_message *message = sm_port_take(schedule->queue, deadline);

	if (IS_ERR_OR_NULL(message))
		return PTR_ERR(message);
	return sm_port_done(schedule, message, hand_over(reading, message, 0, to));
}

ssize_t sm_reading_read_more(struct sm_reading *reading, struct sm_port *port,
			     struct sm_schedule *schedule, ktime_t deadline,
			     const struct sm_payload *to)
{
	if (!to->size)
		return read_nothing(reading, port, schedule);
	if (to->size < reading->header)
		return -EINVAL;
	if (sm_port_is_shut_out(port, schedule->queue))
		return -EBUSY;
	if (reading->leases)
		return read_leased(reading, port, schedule, deadline, to);
	return read_stamped(reading, schedule, deadline, to);
}
