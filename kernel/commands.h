/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands of the second interface that all devices understand, and those
 * that all queues do. docs/interface-2.md is the specification.
 */
#ifndef SM_COMMANDS_H
#define SM_COMMANDS_H

#include <linux/types.h>

struct file;
struct sm_call;
struct sm_port;
struct sm_schedule;
struct synchmess_list;

/**
 * sm_commands_any() - SYNCHMESS_QUERY and _WHY
 * @port: of the file
 * @command: the command
 * @argument: its structure
 *
 * Return: 0, -ENOTTY when it is another command, -EFAULT.
 */
long sm_commands_any(struct sm_port *port, unsigned int command, void __user *argument);

/**
 * sm_commands_queue() - the former, and SYNCHMESS_SEND, _RECEIVE, _SETTLE, _REVOKE, _SET,
 *	_RING, _RING_WAIT, _READING
 * @file: whose private data is a port
 * @schedule: in front of the file's queue; the caller keeps it alive
 * @call: how it came
 * @command: the command
 * @argument: its structure
 *
 * Return: what the command returns; -ENOTTY when it is another one; -EBADF when the
 * file is not open for that direction; -SM_EWAIT.
 */
long sm_commands_queue(struct file *file, struct sm_schedule *schedule, struct sm_call *call,
		       unsigned int command, void __user *argument);

/**
 * sm_commands_list() - SYNCHMESS_LIST
 * @argument: a struct synchmess_list
 * @size: bytes of it
 * @fill: fills the entries from the cursor on, moves the cursor, returns how many or an
 *	error
 *
 * Context: may sleep.
 * Return: what @fill returns, -EFAULT, -EINVAL, -E2BIG.
 */
long sm_commands_list(void __user *argument, size_t size,
		      long (*fill)(struct synchmess_list *list));

/* Is it one that a queue is needed for? */
bool sm_commands_need_queue(unsigned int command);

#endif /* SM_COMMANDS_H */
