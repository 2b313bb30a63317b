/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ioctl(2) and rings (io_uring) on /dev/mq do: the second interface of mailboxes.
 * docs/interface-2.md is the specification.
 */
#ifndef SM_MAILBOX_COMMANDS_H
#define SM_MAILBOX_COMMANDS_H

struct file;
struct io_uring_cmd;

/* The file operations; the file's private data is a struct sm_mailbox_owner. */
long sm_mailbox_ioctl(struct file *file, unsigned int command, unsigned long argument);
long sm_mailbox_compat_ioctl(struct file *file, unsigned int command, unsigned long argument);
int sm_mailbox_uring_cmd(struct io_uring_cmd *cmd, unsigned int flags);

#endif /* SM_MAILBOX_COMMANDS_H */
