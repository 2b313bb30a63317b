/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An open group: what open, read, write, fsync and ioctl on
 * /dev/synch/synchmess<N> do. docs/interface-1.md is the specification.
 *
 * The open file holds a reference to its group, so the group stays valid, if
 * perhaps dead, until release.
 */
#ifndef SM_GROUP_FILE_H
#define SM_GROUP_FILE_H

#include <linux/types.h>

struct file;
struct sm_call;
struct sm_group;
struct sm_schedule;

/**
 * sm_group_file_create() - an open file for a group, without its device node
 * @group: as sm_group_make() returned it; the file's from here on, also on error
 * @flags: as open(2) has them
 *
 * Context: may sleep.
 * Return: the file or ERR_PTR.
 */
struct file *sm_group_file_create(struct sm_group *group, unsigned int flags);

/* Is it an open file for this group? */
bool sm_group_file_is_of(struct file *file, const struct sm_group *group);

/**
 * sm_group_file_set_retries() - SYNCHMESS_RETRIES
 * @file: whose private data is a port
 * @schedule: of whose messages
 * @from: the group whose they are; 0: a mailbox
 * @call: how it came
 * @argument: a struct synchmess_retries
 * @size: bytes of it
 *
 * Context: may sleep.
 * Return: 0, -EFAULT, -EINVAL, -E2BIG, -EBADF, -ENOMEM, -ENODEV.
 */
long sm_group_file_set_retries(struct file *file, struct sm_schedule *schedule, u32 from,
			       struct sm_call *call, void __user *argument, size_t size);

int sm_group_file_module_init(void);
void sm_group_file_module_exit(void);

#endif /* SM_GROUP_FILE_H */
