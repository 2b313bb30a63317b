/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A sender: who sends, as the messages' stamps say, and who pays.
 *
 * It is a snapshot that never changes: of a process, its effective user and
 * group at the time, and the mailbox of the file through which it sends. Many
 * messages share it. Owner: references of open files and messages.
 */
#ifndef SM_SENDER_H
#define SM_SENDER_H

#include <linux/refcount.h>
#include <linux/synchmess.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct pid;
struct sm_account;

/**
 * struct sm_sender - who sends
 * @refs: references
 * @uid: effective user
 * @gid: effective group
 * @process: of the thread group
 * @account: who pays: who opened the file
 * @mailbox: the file's own, padded with zeros
 */
struct sm_sender {
	refcount_t refs;
	kuid_t uid;
	kgid_t gid;
	struct pid *process;
	struct sm_account *account;
	char mailbox[SYNCHMESS_MAILBOX_NAME_MAX + 1];
};

/**
 * sm_sender_create() - the calling process, sending
 * @account: who pays; a reference is taken
 * @mailbox: the file's own, or empty
 *
 * Context: may sleep.
 * Return: the sender with one reference, or NULL.
 */
struct sm_sender *sm_sender_create(struct sm_account *account, const char *mailbox);

/* Is it still what sm_sender_create() would make for this caller? */
bool sm_sender_is_current(const struct sm_sender *sender);

static inline struct sm_sender *sm_sender_get(struct sm_sender *sender)
{
	refcount_inc(&sender->refs);
	return sender;
}

void sm_sender_put(struct sm_sender *sender);

#endif /* SM_SENDER_H */
