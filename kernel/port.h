/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A port: an open file, as far as both faces have the same: who pays for what
 * is sent through it, how a read finds its message or waits for one, and what
 * /proc/PID/fdinfo shows.
 *
 * Owner: the private data of the open file in which it is embedded; it lives
 * from open to release and needs no lock.
 */
#ifndef SM_PORT_H
#define SM_PORT_H

#include <linux/types.h>

struct file;
struct inode;
struct iov_iter;
struct kiocb;
struct seq_file;
struct sm_account;
struct sm_queue;

/**
 * struct sm_port - an open file
 * @account: who opened it, and pays
 */
struct sm_port {
	struct sm_account *account;
};

/**
 * sm_port_open() - begin
 * @port: to be filled in
 * @inode: of the device
 * @file: the file, which becomes a stream: no positions
 *
 * Return: 0 or -ENOMEM.
 */
int sm_port_open(struct sm_port *port, struct inode *inode, struct file *file);

/**
 * sm_port_release() - end
 * @port: the port
 */
void sm_port_release(struct sm_port *port);

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
 * sm_port_show_queue() - a queue's state, for fdinfo
 * @seq: where to print
 * @queue: the queue
 */
void sm_port_show_queue(struct seq_file *seq, struct sm_queue *queue);

#endif /* SM_PORT_H */
