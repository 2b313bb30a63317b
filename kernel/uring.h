/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rings: the commands of queues through io_uring, IORING_OP_URING_CMD. A ring first asks
 * for what can be done without waiting. What would have to wait it has done again, by a
 * thread of its own, which waits as ioctl(2) does.
 *
 * docs/interface-2.md is the specification. No locks of its own.
 */
#ifndef SM_URING_H
#define SM_URING_H

#include <linux/types.h>

struct file;
struct io_uring_cmd;
struct sm_call;

/**
 * typedef sm_uring_face - what a file does with a command, whether by ioctl(2) or by a ring
 * @file: the file, whose private data is a port
 * @call: how the command came; zeros but for that
 * @command: the command
 * @argument: its structure
 *
 * Return: what the command returns; -SM_EWAIT when it would have to wait elsewhere.
 */
typedef long sm_uring_face(struct file *file, struct sm_call *call, unsigned int command,
			  void __user *argument);

/**
 * sm_uring_execute() - the file operation uring_cmd
 * @cmd: of the ring
 * @flags: IO_URING_F_*
 * @face: of the file
 *
 * Return: -EIOCBQUEUED, and then it is done and answered; -EAGAIN: from where it may wait.
 */
int sm_uring_execute(struct io_uring_cmd *cmd, unsigned int flags, sm_uring_face *face);

#endif /* SM_URING_H */
