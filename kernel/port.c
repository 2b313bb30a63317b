// SPDX-License-Identifier: GPL-2.0
#include "port.h"

#include "message.h"
#include "queue.h"
#include "quota.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/uio.h>

int sm_port_open(struct sm_port *port, struct inode *inode, struct file *file)
{
	port->account = sm_account_open(file);
	if (IS_ERR(port->account))
		return PTR_ERR(port->account);
	return stream_open(inode, file);
}

void sm_port_release(struct sm_port *port)
{
	sm_account_put(port->account);
}

static bool may_block(const struct kiocb *iocb)
{
	return !(iocb->ki_filp->f_flags & O_NONBLOCK);
}

ssize_t sm_port_read(struct sm_queue *queue, struct kiocb *iocb, struct iov_iter *to)
{
	struct sm_message *message;
	ssize_t got;
	int err;

	if (!iov_iter_count(to))
		return sm_queue_check(queue, 0);

	while (!(message = sm_queue_take(queue))) {
		unsigned int empty = READ_ONCE(queue->empty);

		if (empty == SM_EMPTY_EOF)
			return 0;
		if (empty == SM_EMPTY_AGAIN || !may_block(iocb))
			return -EAGAIN;
		err = sm_queue_wait(queue);
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
