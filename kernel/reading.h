/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A reading: what read(2) does on an open file that has asked for more than bytes. Each
 * message comes with its stamp, or is leased until the next read says that it is done.
 *
 * Owner: the file's port, from SYNCHMESS_READING to its release. Which lease the next read
 * acks is the port's holder's.
 *
 * Locks: @lock guards what is behind it; a leaf.
 */
#ifndef SM_READING_H
#define SM_READING_H

#include "port.h"
#include "reader.h"

#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct file;
struct sm_payload;
struct sm_queue;
struct sm_schedule;

/**
 * struct sm_reading - what read(2) does
 * @header: bytes of stamp before those of the message; 0: none
 * @leases: messages are leased
 * @span: nanoseconds for which; 0: until the file is released
 * @lock: guards @onlooker
 * @onlooker: who asked for it: stamps are as this one is to see them
 */
struct sm_reading {
	size_t header;
	bool leases;
	u64 span;

	spinlock_t lock;	/* guards the rest */
	struct sm_onlooker onlooker;
};

/**
 * sm_reading_set() - SYNCHMESS_READING
 * @file: whose private data is a port
 * @queue: that is read through it now
 * @argument: the program's struct synchmess_reading
 * @size: bytes of it
 *
 * Context: may sleep.
 * Return: 0, -EBADF, -EFAULT, -EINVAL, -E2BIG, -ENODEV, -ENOMEM, or -EBUSY when it was set
 * before.
 */
long sm_reading_set(struct file *file, struct sm_queue *queue, void __user *argument,
		    size_t size);

/* The port is released. NULL does nothing. */
void sm_reading_free(struct sm_reading *reading);

/* For sm_reading_read(): there is one. */
ssize_t sm_reading_read_more(struct sm_reading *reading, struct sm_port *port,
			     struct sm_schedule *schedule, ktime_t deadline,
			     const struct sm_payload *to);

/**
 * sm_reading_read() - one read(2), with or without a reading
 * @port: through which
 * @schedule: in front of the queue to read from; the caller keeps it alive
 * @deadline: until when it may wait
 * @to: the reader's buffer; what does not fit of the message is gone. Without any room
 *	what was read last is acked, and nothing read.
 *
 * Context: may sleep.
 * Return: as sm_port_read(), bytes with those of the stamp; -EINVAL when there is no room
 * for that; -ENOMEM; -ESTALE when what was read last is its reader's no more.
 */
static __always_inline ssize_t sm_reading_read(struct sm_port *port,
					       struct sm_schedule *schedule, ktime_t deadline,
					       const struct sm_payload *to)
{
	/* What it points to was there before. */
	struct sm_reading *reading = READ_ONCE(port->reading);

	if (unlikely(reading))
		return sm_reading_read_more(reading, port, schedule, deadline, to);
	return sm_port_read(port, schedule, deadline, to);
}

#endif /* SM_READING_H */
