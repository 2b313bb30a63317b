/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands of the second interface that synchronise threads: a group's barrier and
 * its rendezvous. docs/interface-2.md is the specification.
 */
#ifndef SM_BARRIER_COMMANDS_H
#define SM_BARRIER_COMMANDS_H

#include <linux/types.h>

struct file;
struct sm_group;
struct sm_member;

/**
 * sm_barrier_commands() - SYNCHMESS_SLEEP to _MEET
 * @file: an open file of the group
 * @command: the command
 * @argument: its structure
 * @group: the group
 * @member: of its rendezvous, the file's own
 *
 * Return: what the command returns; -ENOTTY when it is another one; -EBADF when the
 * file is not open for that.
 */
long sm_barrier_commands(struct file *file, unsigned int command, void __user *argument,
			 struct sm_group *group, struct sm_member *member);

#endif /* SM_BARRIER_COMMANDS_H */
