/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A port: an open file, as far as both faces have the same: who pays for what
 * is sent through it, how long its calls may wait, how a read finds its message,
 * what poll and SIGIO tell, and what /proc/PID/fdinfo shows.
 *
 * Owner: the open file, whose private data points to it; a face embeds it in what
 * it adds. It lives from open to release and needs no lock.
 */
#ifndef SM_PORT_H
#define SM_PORT_H

#include <linux/ktime.h>
#include <linux/types.h>

struct file;
struct inode;
struct iov_iter;
struct kiocb;
struct poll_table_struct;
struct seq_file;
struct sm_account;
struct sm_bell;
struct sm_queue;

/**
 * struct sm_port - an open file
 * @account: who opened it, and pays
 * @bell: what pollers wait on, referenced
 */
struct sm_port {
	struct sm_account *account;
	struct sm_bell *bell;
};

/**
 * sm_port_open() - begin
 * @port: to be filled in
 * @inode: of the device
 * @file: the file, which becomes a stream: no positions
 * @bell: what pollers wait on; a reference is taken
 *
 * Return: 0 or -ENOMEM.
 */
int sm_port_open(struct sm_port *port, struct inode *inode, struct file *file,
		 struct sm_bell *bell);

/**
 * sm_port_release() - end
 * @port: the port
 */
void sm_port_release(struct sm_port *port);

/**
 * sm_port_deadline() - until when a read or write may wait
 * @iocb: the call
 *
 * Return: SM_AT_ONCE or SM_NEVER.
 */
ktime_t sm_port_deadline(const struct kiocb *iocb);

/**
 * sm_port_read() - one read(2): take one message, or answer as the queue does
 * @queue: the queue to read from; the caller keeps it alive
 * @iocb: says whether the call may block
 * @to: the reader's buffer; what does not fit of the message is gone
 *
 * A buffer that faults leaves the message where it was, and so does a reader
 * who is being killed.
 *
 * Return: bytes, or -EFAULT, -EAGAIN, -EINTR, -ERESTARTSYS, -ENODEV.
 */
ssize_t sm_port_read(struct sm_queue *queue, struct kiocb *iocb, struct iov_iter *to);

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
 * sm_port_show_queue() - a queue's state, for fdinfo
 * @seq: where to print
 * @queue: the queue
 */
void sm_port_show_queue(struct seq_file *seq, struct sm_queue *queue);

#endif /* SM_PORT_H */
