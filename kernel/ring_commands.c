// SPDX-License-Identifier: GPL-2.0
#include "ring_commands.h"

#include "abi.h"
#include "audience.h"
#include "bell.h"
#include "call.h"
#include "outlet.h"
#include "port.h"
#include "queue.h"
#include "ring.h"

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/synchmess.h>
#include <linux/wait.h>

/* Stands in the file's place for a ring while one is made. */
#define COMING	((struct sm_ring *)ERR_PTR(-EBUSY))

static struct sm_ring *ring_of(struct sm_port *port)
{
	/* All of it is there by then. */
	struct sm_ring *ring = smp_load_acquire(&port->ring);

	return IS_ERR(ring) ? NULL : ring;
}

static int attach(struct sm_port *port, struct sm_queue *queue, struct sm_ring *ring)
{
	int err;

	if (cmpxchg(&port->ring, NULL, COMING))
		return -EBUSY;
	err = sm_audience_attach(queue, ring);
	/* For ring_of(). */
	smp_store_release(&port->ring, err ? NULL : ring);
	return err;
}

static int make(struct sm_port *port, struct sm_queue *queue, struct sm_call *call,
		struct synchmess_ring *given)
{
	struct sm_ring *ring;
	int err;

	ring = sm_ring_create(given->size, port->account, &call->why);
	if (IS_ERR(ring))
		return PTR_ERR(ring);
	given->map_size = sm_ring_map_size(ring);
	given->data_offset = PAGE_SIZE;
	given->header_size = sizeof(struct synchmess_in);
	err = attach(port, queue, ring);
	if (err) {
		sm_ring_free(ring);
		return err;
	}
	/* Who sleeps or polls elsewhere is shut out from now on. */
	wake_up_all(&queue->bell->readers);
	return 0;
}

long sm_ring_attach(struct file *file, struct sm_queue *queue, struct sm_call *call,
		    void __user *argument, size_t size)
{
	struct synchmess_ring given;
	int err;

	err = sm_port_check(file, SM_BOTH) ?:
	      sm_abi_get(&given, sizeof(given), argument, size, SM_FIRST_RING);
	if (err)
		return err;
	if (given.flags || given.reserved)
		return -EINVAL;
	/* A place where the answer cannot be written is found before anything is done. */
	err = sm_abi_put(argument, size, &given, sizeof(given), SM_FIRST_RING) ?:
	      make(file->private_data, queue, call, &given);
	if (!err)
		sm_abi_put(argument, size, &given, sizeof(given), SM_FIRST_RING);
	return err;
}

/*
 * As much as fits, and no more though somebody reads meanwhile. Returns 0, or why the next
 * one stays where it is.
 */
static int fill(struct sm_queue *queue, struct sm_ring *ring)
{
	size_t left = ring->size / sizeof(struct synchmess_in);
	int moved;

	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		moved = sm_outlet_move_one(queue, ring);
		cond_resched();
	} while (moved > 0 && --left);
	return min(moved, 0);
}

/* A program that plays with its tail does not keep itself from being interrupted. */
static int wait(struct sm_queue *queue, struct sm_ring *ring, ktime_t deadline)
{
	bool interrupted;
	int err;

	do {
		interrupted = signal_pending(current);
		err = fill(queue, ring);
		/* What does not fit at all has its turn when all before it is read. */
		if ((!err || err == -EMSGSIZE) && sm_audience_has_unread(queue, ring))
			return 0;
		if (!err && interrupted)
			err = -ERESTARTSYS;
		if (!err)
			err = sm_audience_await_for(queue, ring, deadline);
	} while (!err);
	return err;
}

long sm_ring_wait(struct file *file, struct sm_queue *queue, const struct sm_call *call,
		  void __user *argument, size_t size)
{
	struct sm_ring *ring = ring_of(file->private_data);
	struct synchmess_ring_wait given;
	int err;

	err = sm_port_check(file, SM_BOTH) ?:
	      sm_abi_get(&given, sizeof(given), argument, size, SM_FIRST_RING_WAIT);
	if (err)
		return err;
	if (given.flags & ~SYNCHMESS_NOWAIT || given.reserved || !ring)
		return -EINVAL;
	return wait(queue, ring,
		    sm_port_deadline(file, call, given.flags & SYNCHMESS_NOWAIT,
				     given.deadline));
}

int sm_ring_mmap(struct file *file, struct vm_area_struct *area)
{
	const struct sm_ring *ring = ring_of(file->private_data);

	return ring ? sm_ring_map(ring, area) : -ENODEV;
}

void sm_ring_give_up(struct sm_port *port, struct sm_queue *queue)
{
	if (port->ring)
		sm_audience_detach(queue, port->ring);
}
