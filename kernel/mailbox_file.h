/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An open /dev/mq: write(2) takes text commands, read(2) the next message of
 * the mailbox that this file registered. docs/interface-1.md is the
 * specification.
 *
 * Locks: each open file has a mutex that guards which mailbox is its own. It
 * is taken before the lock of the directory.
 */
#ifndef SM_MAILBOX_FILE_H
#define SM_MAILBOX_FILE_H

int sm_mailbox_file_module_init(void);
void sm_mailbox_file_module_exit(void);

#endif /* SM_MAILBOX_FILE_H */
