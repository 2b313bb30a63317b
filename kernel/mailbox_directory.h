/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The directory of mailboxes: who has which name, and sending by name.
 *
 * Locks: a reader-writer semaphore. Names come and go under it exclusively,
 * and who looks one up holds it shared, so a mailbox that is in the directory is
 * alive. A broadcast holds it shared while it distributes: it is taken before the
 * lock of any queue. Nothing is allocated under it but the table
 * itself, and larger indexes of queues that a broadcast has filled.
 */
#ifndef SM_MAILBOX_DIRECTORY_H
#define SM_MAILBOX_DIRECTORY_H

#include <linux/types.h>

struct sm_call;
struct sm_mailbox;
struct sm_mailbox_plan;
struct sm_message;
struct sm_refusal;
struct sm_span;
struct synchmess_stat;

/**
 * sm_mailbox_register() - register a name for the calling process
 * @plan: the mailbox
 * @why: filled in if a limit refuses it
 *
 * Context: may sleep.
 * Return: the mailbox with one reference for the caller, or ERR_PTR of
 * -EEXIST, -EUSERS, -EDQUOT, -ENOMEM, or of -EINTR when the caller is being killed.
 */
struct sm_mailbox *sm_mailbox_register(const struct sm_mailbox_plan *plan,
				       struct sm_refusal *why);

/**
 * sm_mailbox_unregister() - give a name up and drop what its queue holds
 * @mailbox: registered; the caller's reference is gone afterwards
 *
 * Context: may sleep.
 */
void sm_mailbox_unregister(struct sm_mailbox *mailbox);

/**
 * sm_mailbox_find() - look a name up
 * @name: the name
 *
 * Context: may sleep.
 * Return: the mailbox with a reference taken, or ERR_PTR of -ENOENT, or of -EINTR when
 * the caller is being killed.
 */
struct sm_mailbox *sm_mailbox_find(const struct sm_span *name);

/**
 * sm_mailbox_send_text() - send to one name
 * @name: to whom
 * @call: who sends
 * @text: the message
 *
 * Context: may sleep.
 * Return: 0, -ENOENT, an error of sm_message_from_text() or of
 * sm_admission_admit_locked(), or -EINTR when the caller is being killed.
 */
int sm_mailbox_send_text(const struct sm_span *name, struct sm_call *call,
			 const struct sm_span *text);

/**
 * sm_mailbox_broadcast() - send to all names but the sender's, or to none
 * @sender: whom to leave out
 * @call: who sends
 * @message: what; freed, also on error
 *
 * Nobody is waited for: a mailbox that is full, and does not overwrite, fails it.
 *
 * Context: may sleep.
 * Return: 0, -EDQUOT, -ENOSPC, -ENOMEM, -EAGAIN, or -EINTR when the caller is being
 * killed.
 */
int sm_mailbox_broadcast(const struct sm_mailbox *sender, struct sm_call *call,
			 struct sm_message *message);

/**
 * sm_mailbox_list() - SYNCHMESS_STAT of mailboxes, in the order of registration
 * @cursor: where to go on; 0 to begin
 * @stats: filled in
 * @most: how many at most
 *
 * Context: may sleep.
 * Return: how many, or -EINTR when the caller is being killed.
 */
int sm_mailbox_list(u64 *cursor, struct synchmess_stat *stats, unsigned int most);

/**
 * sm_mailbox_next() - the mailbox that was registered first after another
 * @last: the other; its reference is given back; NULL to begin
 *
 * Context: may sleep.
 * Return: the mailbox with a reference taken, NULL at the end, or ERR_PTR(-EINTR).
 */
struct sm_mailbox *sm_mailbox_next(struct sm_mailbox *last);

/**
 * sm_mailbox_directory_show() - show all mailboxes in debugfs
 *
 * To be called when the load of the module cannot fail any more: it would not wait for
 * who reads the file.
 */
void sm_mailbox_directory_show(void);

int sm_mailbox_directory_module_init(void);
void sm_mailbox_directory_module_exit(void);

#endif /* SM_MAILBOX_DIRECTORY_H */
