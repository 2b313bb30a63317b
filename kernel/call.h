/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A call: what the engine has to know of one system call of a user, or of one that a
 * ring (io_uring) makes for him, and what it has to say if a limit refuses it.
 *
 * Owner: the stack of who makes it; it needs no lock.
 */
#ifndef SM_CALL_H
#define SM_CALL_H

#include <linux/ktime.h>
#include <linux/synchmess.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct sm_sender;

/**
 * struct sm_refusal - which limit or rule refused a call
 * @rule: SYNCHMESS_WHY_*
 * @value: what was taken already, or asked for
 * @bound: what may be
 * @uid: who is charged, or INVALID_UID
 */
struct sm_refusal {
	unsigned int rule;
	u64 value;
	u64 bound;
	kuid_t uid;
};

/**
 * struct sm_call - one call
 * @sender: who sends and pays, referenced; NULL if nothing can be sent
 * @deadline: until when it may wait
 * @why: which limit has refused it, if one has
 * @is_compat: an array of struct iovec is that of a 32-bit program
 * @elsewhere: where it would wait it is to be made again, elsewhere
 * @done: so many messages were sent when it was made before
 */
struct sm_call {
	struct sm_sender *sender;
	ktime_t deadline;
	struct sm_refusal why;
	bool is_compat;
	bool elsewhere;
	unsigned int done;
};

/* The rest of @why nobody looks at unless a limit has refused. */
static inline void sm_call_init(struct sm_call *call, struct sm_sender *sender, ktime_t deadline)
{
	call->sender = sender;
	call->deadline = deadline;
	call->why.rule = SYNCHMESS_WHY_NONE;
	call->is_compat = false;
	call->elsewhere = false;
	call->done = 0;
}

/**
 * sm_refuse() - note which limit refuses
 * @why: where
 * @rule: SYNCHMESS_WHY_*
 * @value: what was taken already, or asked for
 * @bound: what may be
 */
void sm_refuse(struct sm_refusal *why, unsigned int rule, u64 value, u64 bound);

#endif /* SM_CALL_H */
