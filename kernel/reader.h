/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A reader: a program, as far as it sees senders from where it is, and what it is told of a
 * message: its stamp.
 *
 * An onlooker is a reader that is remembered, while others send for it.
 *
 * Owner: who hands messages over to it. No locks of its own.
 */
#ifndef SM_READER_H
#define SM_READER_H

#include "message.h"
#include "sender.h"

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/types.h>

struct cred;
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

/**
 * struct sm_onlooker - a program that is a reader for long
 * @pids: its namespace, referenced; constant
 * @cred: its own, referenced; constant
 * @reader: of whom the last message was
 */
struct sm_onlooker {
	struct pid_namespace *pids;
	const struct cred *cred;
	struct sm_reader reader;
};

/* The calling program. Context: may sleep. */
void sm_onlooker_init(struct sm_onlooker *onlooker);
void sm_onlooker_release(struct sm_onlooker *onlooker);

/* For sm_onlooker_see(): somebody else sends. */
void sm_onlooker_look_at(struct sm_onlooker *onlooker, const struct sm_sender *sender);

/* The reader, who has seen this sender. Context: any; one at a time. */
static inline const struct sm_reader *sm_onlooker_see(struct sm_onlooker *onlooker,
						      const struct sm_sender *sender)
{
	if (unlikely(onlooker->reader.seen != sender->number))
		sm_onlooker_look_at(onlooker, sender);
	return &onlooker->reader;
}

/**
 * sm_reader_stamp() - write the stamp of a message that the bytes follow
 * @reader: who has seen its sender
 * @message: a message that has its number
 * @tag: of the message
 * @published_at: when it became readable
 * @token: of its lease, or 0
 * @size: so many bytes follow
 * @in: filled in, all of it
 *
 * Context: any.
 */
static __always_inline void sm_reader_stamp(const struct sm_reader *reader,
					    const struct sm_message *message, u64 tag,
					    ktime_t published_at, u64 token, u32 size,
					    struct synchmess_in *in)
{
	in->data = 0;
	in->size = size;
	in->parts = 0;
	in->id = message->id;
	in->sequence = message->place;
	in->tag = tag;
	in->sent_at = ktime_add(message->sent_at, reader->clock);
	in->published_at = ktime_add(published_at, reader->clock);
	in->length = message->size;
	in->priority = message->priority;
	in->deliveries = message->deliveries;
	BUILD_BUG_ON(offsetofend(struct synchmess_in, gid) - offsetof(struct synchmess_in, pid) !=
		     offsetofend(struct sm_reader, gid) - offsetof(struct sm_reader, pid));
	unsafe_memcpy(&in->pid, &reader->pid, 4 * sizeof(u32),
		      /* @pid, @tid, @uid and @gid, which stand so in both */);
	in->flags = reader->flags | (message->is_buried ? SYNCHMESS_DEAD_LETTER : 0);
	BUILD_BUG_ON(sizeof(in->mailbox) != sizeof(reader->name));
	memcpy(in->mailbox, reader->name, sizeof(in->mailbox));
	in->token = token;
	in->origin = message->is_buried ? message->buried_from : 0;
	in->reserved = 0;
}

#endif /* SM_READER_H */
