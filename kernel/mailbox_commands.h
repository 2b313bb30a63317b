/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ioctl(2) on /dev/mq does: the second interface of mailboxes.
 * docs/interface-2.md is the specification.
 */
#ifndef SM_MAILBOX_COMMANDS_H
#define SM_MAILBOX_COMMANDS_H

struct file;

/* The file operation; the file's private data is a struct sm_mailbox_owner. */
long sm_mailbox_ioctl(struct file *file, unsigned int command, unsigned long argument);

#endif /* SM_MAILBOX_COMMANDS_H */
