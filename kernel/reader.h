/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A reader: a program, as far as it sees senders from where it is.
 *
 * Owner: who hands messages over to it. No locks of its own.
 */
#ifndef SM_READER_H
#define SM_READER_H

#include <linux/ktime.h>
#include <linux/types.h>

struct pid_namespace;
struct sm_sender;
struct user_namespace;

/**
 * struct sm_reader - a program, as far as it sees others from where it is
 * @clock: by how much its clock is ahead
 * @seen: number of the sender of whom all that follows is; the same as of the message
 *	before, mostly
 * @pid: in its namespace
 * @tid: in its namespace
 * @uid: in its namespace
 * @gid: in its namespace
 * @flags: SYNCHMESS_FROM_KERNEL
 * @name: of its mailbox, or module
 */
struct sm_reader {
	ktime_t clock;
	u64 seen;
	u32 pid;
	u32 tid;
	u32 uid;
	u32 gid;
	u32 flags;
	u64 name[2];
};

/* The calling program. */
void sm_reader_init(struct sm_reader *reader);

/**
 * sm_reader_look_at() - see a sender
 * @reader: what is known of him is filled in
 * @sender: who
 * @pids: of the reader
 * @users: of the reader
 *
 * Context: any.
 */
void sm_reader_look_at(struct sm_reader *reader, const struct sm_sender *sender,
		       struct pid_namespace *pids, struct user_namespace *users);

#endif /* SM_READER_H */
