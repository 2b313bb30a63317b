/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A handle: an open file through which one sends to one mailbox without looking
 * its name up again. SYNCHMESS_OPEN_MAILBOX makes it.
 *
 * It sends on behalf of the mailbox through whose file it was made, and only as long
 * as both are registered. It keeps references to both, so that either may end.
 */
#ifndef SM_MAILBOX_HANDLE_H
#define SM_MAILBOX_HANDLE_H

struct file;
struct sm_mailbox;

/**
 * sm_mailbox_handle_create() - make a handle
 * @sender: on whose behalf; a reference is taken
 * @recipient: to whom; a reference is taken
 * @flags: O_CLOEXEC, O_NONBLOCK
 *
 * Context: may sleep.
 * Return: the file or ERR_PTR.
 */
struct file *sm_mailbox_handle_create(struct sm_mailbox *sender, struct sm_mailbox *recipient,
				      unsigned int flags);

#endif /* SM_MAILBOX_HANDLE_H */
