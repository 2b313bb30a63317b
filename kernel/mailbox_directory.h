/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The directory of mailboxes: who has which name, and sending by name.
 *
 * Locks: a reader-writer semaphore. Names come and go under it exclusively,
 * and who looks one up holds it shared, so a mailbox that is in the directory is
 * alive. A broadcast holds it shared while it distributes: it is taken before the
 * lock of any queue. Nothing is allocated under it but the table itself.
 */
#ifndef SM_MAILBOX_DIRECTORY_H
#define SM_MAILBOX_DIRECTORY_H

struct sm_account;
struct sm_bell;
struct sm_mailbox;
struct sm_span;

/**
 * sm_mailbox_register() - register a name for the calling process
 * @name: 1 to SYNCHMESS_MAILBOX_NAME_MAX bytes
 * @owner: whose account to charge
 * @bell: whom to tell about its messages
 *
 * Context: may sleep.
 * Return: the mailbox with one reference for the caller, or ERR_PTR of
 * -EEXIST, -EUSERS, -EDQUOT, -ENOMEM, or of -EINTR when the caller is being killed.
 */
struct sm_mailbox *sm_mailbox_register(const struct sm_span *name, struct sm_account *owner,
				       struct sm_bell *bell);

/**
 * sm_mailbox_unregister() - give a name up and drop what its queue holds
 * @mailbox: registered; the caller's reference is gone afterwards
 *
 * Context: may sleep.
 */
void sm_mailbox_unregister(struct sm_mailbox *mailbox);

/**
 * sm_mailbox_send() - send to one name
 * @name: to whom
 * @payer: whose account to charge
 * @text: the message
 *
 * Context: may sleep.
 * Return: 0, -ENOENT, -EDQUOT, -ENOSPC, -ENOMEM, or -EINTR when the caller is being
 * killed.
 */
int sm_mailbox_send(const struct sm_span *name, struct sm_account *payer,
		    const struct sm_span *text);

/**
 * sm_mailbox_broadcast() - send to all names but the sender's, or to none
 * @sender: whom to leave out
 * @payer: whose account to charge
 * @text: the message
 *
 * Context: may sleep.
 * Return: 0, -EDQUOT, -ENOSPC, -ENOMEM, or -EINTR when the caller is being killed.
 */
int sm_mailbox_broadcast(const struct sm_mailbox *sender, struct sm_account *payer,
			 const struct sm_span *text);

int sm_mailbox_directory_module_init(void);
void sm_mailbox_directory_module_exit(void);

#endif /* SM_MAILBOX_DIRECTORY_H */
