// SPDX-License-Identifier: GPL-2.0
#include "port.h"

#include "bell.h"
#include "deadline.h"
#include "message.h"
#include "queue.h"
#include "quota.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/uio.h>

int sm_port_open(struct sm_port *port, struct inode *inode, struct file *file,
		 struct sm_bell *bell)
{
	port->account = sm_account_open(file);
	if (IS_ERR(port->account))
		return PTR_ERR(port->account);
	port->bell = sm_bell_get(bell);

	file->private_data = port;
	file->f_mode |= FMODE_NOWAIT;
	return stream_open(inode, file);
}

void sm_port_release(struct sm_port *port)
{
	sm_bell_put(port->bell);
	sm_account_put(port->account);
}

ktime_t sm_port_deadline(const struct kiocb *iocb)
{
	bool nowait = iocb->ki_filp->f_flags & O_NONBLOCK || iocb->ki_flags & IOCB_NOWAIT;

	return nowait ? SM_AT_ONCE : SM_NEVER;
}

ssize_t sm_port_read(struct sm_queue *queue, struct kiocb *iocb, struct iov_iter *to)
{
	ktime_t deadline = sm_port_deadline(iocb);
	struct sm_message *message;
	ssize_t got;
	int err;

	if (!iov_iter_count(to))
		return sm_queue_check(queue, 0);

	while (!(message = sm_queue_take(queue))) {
		unsigned int empty = READ_ONCE(queue->empty);

		if (empty == SM_EMPTY_EOF)
			return 0;
		if (empty == SM_EMPTY_AGAIN || deadline == SM_AT_ONCE)
			return -EAGAIN;
		err = sm_queue_wait(queue, deadline);
		if (err)
			return err;
	}
	if (IS_ERR(message))
		return PTR_ERR(message);

	/* Who is being killed takes nothing along. */
	got = fatal_signal_pending(current) ? -EINTR : sm_message_to_user(message, to);
	if (got < 0)
		sm_queue_put_back(queue, message);
	else
		sm_message_free(message);
	return got;
}

void sm_port_wait(struct file *file, struct poll_table_struct *wait)
{
	struct sm_port *port = file->private_data;

	poll_wait(file, &port->bell->readers, wait);
	poll_wait(file, &port->bell->writers, wait);
}

__poll_t sm_port_poll(struct file *file, struct sm_queue *queue)
{
	__poll_t events = sm_queue_poll(queue);

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
	seq_printf(seq, "revoked:\t%llu\n", ledger.revoked);
	seq_printf(seq, "overwritten:\t%llu\n", ledger.overwritten);
	seq_printf(seq, "dropped:\t%llu\n", ledger.dropped);
	seq_printf(seq, "stored:\t%lu\n", stored);
}
