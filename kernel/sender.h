/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A sender: who sends, as the messages' stamps say, who pays, and the memory that the
 * messages are made of.
 *
 * Who it is, is a snapshot that never changes: of a thread, its effective user and
 * group at the time, and the mailbox of the file through which it sends; or of a
 * module of the kernel. Many messages share it. Owner: references of open files,
 * handles of modules, and messages; a thread that sends has it alone for the
 * length of the call, and with it the right to take of the supply.
 */
#ifndef SM_SENDER_H
#define SM_SENDER_H

#include "supply.h"

#include <linux/compiler.h>
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct pid;
struct sm_account;

/* With its end; a stamp has room for so many bytes. */
#define SM_SENDER_NAME	16

/**
 * struct sm_sender - who sends
 * @number: no other sender ever has it; not 0
 * @uid: effective user
 * @gid: effective group
 * @process: of the thread group; NULL: a module of the kernel
 * @thread: of the thread; NULL: a module of the kernel
 * @cred: of the thread, when it was made; referenced, so that nobody else gets them; NULL
 *	when it sends no more
 * @account: who pays: who opened the file
 * @name: of the file's own mailbox, or of the module, as much as fits; padded with zeros
 * @naming: which of the file's namings gave it that name, for who made it
 * @supply: memory for the messages, and references
 */
struct sm_sender {
	u64 number;
	kuid_t uid;
	kgid_t gid;
	struct pid *process;
	struct pid *thread;
	const struct cred *cred;
	struct sm_account *account;
	char name[SM_SENDER_NAME];
	unsigned int naming;
	struct sm_supply supply;
};

/**
 * sm_sender_create() - the calling thread, sending
 * @account: who pays; a reference is taken
 * @mailbox: the file's own, or empty
 *
 * Context: may sleep.
 * Return: the sender with one reference, or NULL.
 */
struct sm_sender *sm_sender_create(struct sm_account *account, const char *mailbox);

/**
 * sm_sender_of_module() - a module of the kernel, sending
 * @account: who pays; a reference is taken
 * @module: its name
 *
 * Context: may sleep.
 * Return: the sender with one reference, or NULL.
 */
struct sm_sender *sm_sender_of_module(struct sm_account *account, const char *module);

/* The caller's credentials, referenced. */
static inline const struct cred *sm_sender_cred_get(void)
{
	/* Whoever takes a reference clears a word of them, and takes no care who else does. */
	return data_race(get_current_cred());
}

/* Is it still what sm_sender_create() would make for this caller? */
static inline bool sm_sender_is_current(const struct sm_sender *sender)
{
	return sender->thread == task_pid(current) && sender->cred == current_cred();
}

static inline struct sm_sender *sm_sender_get(struct sm_sender *sender)
{
	refcount_inc(&sender->supply.refs);
	return sender;
}

void sm_sender_put(struct sm_sender *sender);

/* The last reference is gone. */
void sm_sender_free(struct sm_sender *sender);

/**
 * sm_sender_retire() - it sends no more; only its messages need it
 * @sender: the caller's, alone; the reference is given back
 */
void sm_sender_retire(struct sm_sender *sender);

#endif /* SM_SENDER_H */
