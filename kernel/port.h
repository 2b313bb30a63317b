/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A port: an open file, as far as all faces have the same: who sends through it and
 * pays, how long its calls may wait, how a read finds its message, what poll and
 * SIGIO tell, why a call was refused, and what /proc/PID/fdinfo shows.
 *
 * Owner: the open file, whose private data points to it; a face embeds it in what
 * it adds. It lives from open to release.
 *
 * Locks: @lock guards what is behind it; a leaf.
 */
#ifndef SM_PORT_H
#define SM_PORT_H

#include "call.h"
#include "deadline.h"
#include "lease.h"
#include "message.h"
#include "outlet.h"
#include "queue.h"
#include "schedule.h"
#include "sender.h"
#include "shortcut.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/synchmess.h>
#include <linux/types.h>

struct pid;
struct poll_table_struct;
struct seq_file;
struct sm_account;
struct sm_bell;
struct sm_reading;

/* So many threads can send in turns without being looked at anew; a power of two. */
#define SM_PORT_SENDERS	8

/**
 * struct sm_port - an open file
 * @account: who opened it, and pays
 * @bell: what pollers wait on, referenced
 * @ring: of its reader, or NULL; ERR_PTR while it is made; set once, read and written
 *	with smp_load_acquire/smp_store_release where it is followed
 * @reading: what read(2) does, or NULL: it reads bytes; set once
 * @is_mailbox: what it sends to or reads are mailboxes; set before it is opened
 * @holder: of what is leased through it
 * @senders: threads that have sent, each in a place of its own if it can be, or NULL; who
 *	takes one out has it alone
 * @lock: guards all that follows
 * @mailbox: the file's own mailbox, or empty
 * @namings: how often that has changed
 * @error: of the call that failed last
 * @why: that call was refused
 * @thread: that was refused, referenced
 */
struct sm_port {
	struct sm_account *account;
	struct sm_bell *bell;
	struct sm_ring *ring;
	struct sm_reading *reading;
	bool is_mailbox;
	struct sm_holder holder;
	struct sm_sender *senders[SM_PORT_SENDERS];

	spinlock_t lock;	/* guards the rest */
	char mailbox[SYNCHMESS_MAILBOX_NAME_MAX + 1];
	unsigned int namings;
	int error;
	struct sm_refusal why;
	struct pid *thread;
};

/**
 * sm_port_open() - begin
 * @port: to be filled in; zeros
 * @file: the file
 * @bell: what pollers wait on; a reference is taken; NULL for a file without a queue
 *
 * The file becomes a stream without positions. Return: 0 or -ENOMEM.
 */
int sm_port_open(struct sm_port *port, struct file *file, struct sm_bell *bell);

/**
 * sm_port_release() - end
 * @port: the port
 */
void sm_port_release(struct sm_port *port);

/**
 * sm_port_set_mailbox() - the file has a mailbox now
 * @port: the port
 * @name: its name, or "" when it has one no more
 */
void sm_port_set_mailbox(struct sm_port *port, const char *name);

static inline struct sm_sender **sm_port_place_of_caller(struct sm_port *port)
{
	/* The threads of a pool have been started one after the other. */
	return &port->senders[task_pid_nr(current) & (SM_PORT_SENDERS - 1)];
}

/* The caller has sent before as somebody else, or not at all. */
struct sm_sender *sm_port_replace_sender(struct sm_port *port, struct sm_sender *old);

/* As it was when the caller sent last, if nothing has changed since; or NULL. */
static inline struct sm_sender *sm_port_take_sender(struct sm_port *port)
{
	struct sm_sender *sender = xchg(sm_port_place_of_caller(port), NULL);

	if (likely(sender && sm_sender_is_current(sender) &&
		   sender->naming == READ_ONCE(port->namings)))
		return sender;
	return sm_port_replace_sender(port, sender);
}

static inline void sm_port_give_sender(struct sm_port *port, struct sm_sender *sender)
{
	struct sm_sender *other = xchg(sm_port_place_of_caller(port), sender);

	if (unlikely(other))
		sm_sender_retire(other);
}

/**
 * sm_port_begin() - begin a call that sends
 * @port: the port
 * @call: gets its sender
 *
 * Context: may sleep. Return: 0 or -ENOMEM, which sm_port_end() may remember.
 */
static inline int sm_port_begin(struct sm_port *port, struct sm_call *call)
{
	call->sender = sm_port_take_sender(port);
	return call->sender ? 0 : -ENOMEM;
}

/* For sm_port_end(). */
long sm_port_fail(struct sm_port *port, const struct sm_call *call, long error);

/**
 * sm_port_end() - end a call
 * @port: the port
 * @call: the call
 * @result: of the call; an error is remembered, -SM_EWAIT is none yet
 *
 * Return: @result; of a mailbox that has gone meanwhile -ENOENT, as if that had come first;
 * what the call had done before, if it was made before, instead of an error.
 */
static inline long sm_port_end(struct sm_port *port, struct sm_call *call, long result)
{
	if (call->sender)
		sm_port_give_sender(port, call->sender);
	return likely(result >= 0) ? result : sm_port_fail(port, call, result);
}

/* What concerns more than the caller's own messages needs both directions. */
#define SM_BOTH (FMODE_READ | FMODE_WRITE)

/**
 * sm_port_check() - is a file open for what is asked of it
 * @file: the file
 * @mode: FMODE_READ, SM_BOTH, ...
 *
 * Return: 0 or -EBADF.
 */
static inline int sm_port_check(const struct file *file, fmode_t mode)
{
	return likely((file->f_mode & mode) == mode) ? 0 : -EBADF;
}

/**
 * sm_port_patience() - until when a read or write may wait
 * @file: through which it came
 * @nowait: not at all, as if the file were O_NONBLOCK
 */
static inline ktime_t sm_port_patience(const struct file *file, bool nowait)
{
	return nowait || file->f_flags & O_NONBLOCK ? SM_AT_ONCE : SM_NEVER;
}

/**
 * sm_port_until() - until when an ioctl may wait
 * @file: through which it came
 * @nowait: not at all, as if the file were O_NONBLOCK
 * @ns: the deadline that the program gave, 0 for none
 */
static inline ktime_t sm_port_until(const struct file *file, bool nowait, u64 ns)
{
	ktime_t deadline = sm_port_patience(file, nowait);

	return ns && deadline == SM_NEVER ? sm_deadline_from_user(ns) : deadline;
}

/* Does another file have a ring, and with it all messages? */
static inline bool sm_port_is_shut_out(const struct sm_port *port, const struct sm_queue *queue)
{
	const struct sm_ring *ring = READ_ONCE(queue->ring);

	return unlikely(ring) && ring != READ_ONCE(port->ring);
}

/**
 * sm_port_deadline() - until when a command may wait that a ring (io_uring) can have, too
 * @file: through which it came
 * @call: how
 * @nowait: as sm_port_until()
 * @ns: likewise
 */
ktime_t sm_port_deadline(const struct file *file, const struct sm_call *call, bool nowait, u64 ns);

/* For sm_port_take(): the queue was empty. NULL: that is the answer. */
struct sm_message *sm_port_await(struct sm_queue *queue, ktime_t deadline);

/* For one read(2): the next message, ERR_PTR, or NULL when nothing is the answer. */
static __always_inline struct sm_message *sm_port_take(struct sm_queue *queue, ktime_t deadline)
{
	return sm_outlet_take_one(queue) ?: sm_port_await(queue, deadline);
}

/* For one read(2): the bytes. Who is being killed takes nothing along. */
static __always_inline ssize_t sm_port_hand_over(const struct sm_message *message,
						 const struct sm_payload *to)
{
	return fatal_signal_pending(current) ? -EINTR : sm_message_to_user(message, to);
}

/* For one read(2): the reader got so many bytes, or an error; then the message stays. */
static __always_inline ssize_t sm_port_done(struct sm_schedule *schedule,
					    struct sm_message *message, ssize_t got)
{
	if (unlikely(got < 0))
		sm_schedule_put_back(schedule, &message, 1);
	else
		sm_message_free(message);
	return got;
}

/**
 * sm_port_read() - one read(2): take one message, or answer as the queue does
 * @port: through which
 * @schedule: in front of the queue to read from; the caller keeps it alive
 * @deadline: until when it may wait
 * @to: the reader's buffer; what does not fit of the message is gone
 *
 * A buffer that faults leaves the message where it was, and so does a reader
 * who is being killed.
 *
 * Return: bytes, or -EFAULT, -EAGAIN, -EBUSY, -EINTR, -ERESTARTSYS, -ENODEV.
 */
static __always_inline ssize_t sm_port_read(const struct sm_port *port,
					    struct sm_schedule *schedule, ktime_t deadline,
					    const struct sm_payload *to)
{
	struct sm_queue *queue = schedule->queue;
	struct sm_message *message;

	if (!to->size)
		return sm_queue_is_dead(queue) ? -ENODEV : 0;
	if (sm_port_is_shut_out(port, queue))
		return -EBUSY;

	message = sm_port_take(queue, deadline);
	if (IS_ERR_OR_NULL(message))
		return PTR_ERR(message);

	return sm_port_done(schedule, message, sm_port_hand_over(message, to));
}

/* For sm_port_write(). */
static __always_inline ssize_t sm_port_send(struct sm_schedule *schedule, struct sm_call *call,
					    const struct sm_payload *from,
					    const struct sm_terms *terms)
{
	struct sm_message *message;
	int err;

	if (terms == &sm_terms_plain && sm_shortcut_is_open(schedule->queue, from) &&
	    sm_shortcut_write(schedule->queue, call->sender, from))
		return from->size;

	err = sm_queue_check(schedule->queue, from->size, &call->why);
	if (err || !from->size)
		return err;

	message = sm_message_from_user(call, terms, from);
	if (IS_ERR(message))
		return PTR_ERR(message);

	err = sm_schedule_send(schedule, message, call);
	if (likely(!err))
		return from->size;
	sm_message_free(message);
	return err;
}

/**
 * sm_port_write() - one write(2): send one message
 * @port: through which
 * @schedule: where to
 * @deadline: until when it may wait
 * @from: the bytes; none are no message
 * @terms: how
 *
 * Return: how many bytes, or an error.
 */
static __always_inline ssize_t sm_port_write(struct sm_port *port, struct sm_schedule *schedule,
					     ktime_t deadline, const struct sm_payload *from,
					     const struct sm_terms *terms)
{
	struct sm_call call __uninitialized;
	ssize_t result = -ENOMEM;

	sm_call_init(&call, sm_port_take_sender(port), deadline);
	if (likely(call.sender))
		result = sm_port_send(schedule, &call, from, terms);
	return sm_port_end(port, &call, result);
}

/**
 * sm_port_wait() - let a poller wait for changes
 * @file: the file
 * @wait: of the poller
 *
 * To be called before sm_port_poll(), so that no change is missed.
 */
void sm_port_wait(struct file *file, struct poll_table_struct *wait);

/**
 * sm_port_poll() - what the file can do now
 * @file: the file
 * @queue: the queue that it reads
 *
 * Return: what its open mode and the queue allow.
 */
__poll_t sm_port_poll(struct file *file, struct sm_queue *queue);

/* The file operation: who gets SIGIO. */
int sm_port_fasync(int fd, struct file *file, int on);

/**
 * sm_port_why() - SYNCHMESS_WHY
 * @port: the port
 * @argument: the program's struct synchmess_why
 * @size: bytes of it
 *
 * Return: 0 or -EFAULT.
 */
long sm_port_why(struct sm_port *port, void __user *argument, size_t size);

/**
 * sm_port_show_queue() - a queue's state, for fdinfo
 * @seq: where to print
 * @queue: the queue
 */
void sm_port_show_queue(struct seq_file *seq, struct sm_queue *queue);

#endif /* SM_PORT_H */
