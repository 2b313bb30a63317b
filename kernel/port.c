// SPDX-License-Identifier: GPL-2.0
#include "port.h"

#include "abi.h"
#include "audience.h"
#include "bell.h"
#include "call.h"
#include "deadline.h"
#include "message.h"
#include "outlet.h"
#include "queue.h"
#include "quota.h"
#include "schedule.h"
#include "sender.h"

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

int sm_port_open(struct sm_port *port, struct file *file, struct sm_bell *bell)
{
	port->account = sm_account_open(file);
	if (IS_ERR(port->account))
		return PTR_ERR(port->account);
	port->bell = bell ? sm_bell_get(bell) : NULL;
	spin_lock_init(&port->lock);

	file->private_data = port;
	file->f_mode |= FMODE_NOWAIT;
	return stream_open(file_inode(file), file);
}

static void retire_senders(struct sm_port *port)
{
	struct sm_sender *sender;
	unsigned int i;

	for (i = 0; i < SM_PORT_SENDERS; i++) {
		sender = xchg(&port->senders[i], NULL);
		if (sender)
			sm_sender_retire(sender);
	}
}

void sm_port_release(struct sm_port *port)
{
	retire_senders(port);
	sm_holder_release(&port->holder);
	put_pid(port->thread);
	if (port->bell)
		sm_bell_put(port->bell);
	sm_ring_free(port->ring);
	sm_account_put(port->account);
}

void sm_port_set_mailbox(struct sm_port *port, const char *name)
{
	spin_lock(&port->lock);
	strscpy(port->mailbox, name, sizeof(port->mailbox));
	WRITE_ONCE(port->namings, port->namings + 1);
	spin_unlock(&port->lock);
}

static struct sm_sender *create_sender(struct sm_port *port)
{
	char mailbox[sizeof(port->mailbox)];
	struct sm_sender *sender;
	unsigned int naming;

	spin_lock(&port->lock);
	memcpy(mailbox, port->mailbox, sizeof(mailbox));
	naming = port->namings;
	spin_unlock(&port->lock);
	sender = sm_sender_create(port->account, mailbox);
	if (sender)
		sender->naming = naming;
	return sender;
}

struct sm_sender *sm_port_replace_sender(struct sm_port *port, struct sm_sender *old)
{
	if (old)
		sm_sender_retire(old);
	return create_sender(port);
}

static void remember(struct sm_port *port, const struct sm_refusal *why, int error)
{
	struct pid *thread = get_pid(task_pid(current));

	spin_lock(&port->lock);
	port->error = error;
	port->why = *why;
	swap(port->thread, thread);
	spin_unlock(&port->lock);
	put_pid(thread);
}

long sm_port_fail(struct sm_port *port, const struct sm_call *call, long error)
{
	if (error == -SM_EWAIT)
		return error;
	if (call->done)
		return call->done;
	if (error == -ENODEV && port->is_mailbox)
		error = -ENOENT;
	/* A program never sees the kernel's own numbers. */
	remember(port, &call->why, error == -ERESTARTSYS ? EINTR : -error);
	return error;
}

long sm_port_why(struct sm_port *port, void __user *argument, size_t size)
{
	struct synchmess_why why = { };

	spin_lock(&port->lock);
	why.error = port->error;
	why.rule = port->why.rule;
	if (why.rule != SYNCHMESS_WHY_NONE) {
		why.value = port->why.value;
		why.bound = port->why.bound;
	}
	why.uid = why.rule != SYNCHMESS_WHY_NONE && uid_valid(port->why.uid) ?
		  from_kuid_munged(current_user_ns(), port->why.uid) : (uid_t)-1;
	why.tid = pid_vnr(port->thread);
	spin_unlock(&port->lock);
	return sm_abi_put(argument, size, &why, sizeof(why), SM_FIRST_WHY);
}

ktime_t sm_port_deadline(const struct file *file, const struct sm_call *call, bool nowait, u64 ns)
{
	ktime_t deadline = sm_port_until(file, nowait, ns);

	return unlikely(call->elsewhere) && deadline != SM_AT_ONCE ? SM_ELSEWHERE : deadline;
}

struct sm_message *sm_port_await(struct sm_queue *queue, ktime_t deadline)
{
	struct sm_message *message;
	int err;

	do {
		if (READ_ONCE(queue->empty) == SM_EMPTY_EOF)
			return NULL;
		err = sm_audience_await(queue, deadline);
		if (err)
			return ERR_PTR(err);
		message = sm_outlet_take_one(queue);
	} while (!message);
	return message;
}

void sm_port_wait(struct file *file, struct poll_table_struct *wait)
{
	struct sm_port *port = file->private_data;

	poll_wait(file, &port->bell->readers, wait);
	poll_wait(file, &port->bell->writers, wait);
}

__poll_t sm_port_poll(struct file *file, struct sm_queue *queue)
{
	const struct sm_port *port = file->private_data;
	__poll_t events = sm_audience_poll(queue, READ_ONCE(port->ring));

	if (!(file->f_mode & FMODE_READ))
		events &= ~(EPOLLIN | EPOLLRDNORM);
	if (!(file->f_mode & FMODE_WRITE))
		events &= ~(EPOLLOUT | EPOLLWRNORM);
	return events;
}

int sm_port_fasync(int fd, struct file *file, int on)
{
	struct sm_port *port = file->private_data;

	return fasync_helper(fd, file, on, &port->bell->owners);
}

void sm_port_show_queue(struct seq_file *seq, struct sm_queue *queue)
{
	struct sm_ledger ledger;
	unsigned long stored;

	sm_queue_read_ledger(queue, &ledger, &stored);
	seq_printf(seq, "sent:\t%llu\n", ledger.sent);
	seq_printf(seq, "delivered:\t%llu\n", ledger.delivered);
	seq_printf(seq, "queued:\t%llu\n", ledger.queued);
	seq_printf(seq, "scheduled:\t%llu\n", ledger.scheduled);
	seq_printf(seq, "leased:\t%llu\n", ledger.leased);
	seq_printf(seq, "revoked:\t%llu\n", ledger.revoked);
	seq_printf(seq, "expired:\t%llu\n", ledger.expired);
	seq_printf(seq, "overwritten:\t%llu\n", ledger.overwritten);
	seq_printf(seq, "dropped:\t%llu\n", ledger.dropped);
	seq_printf(seq, "stored:\t%lu\n", stored);
}
