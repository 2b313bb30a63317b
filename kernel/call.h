/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A call: what the engine has to know of one system call of a user.
 *
 * Owner: the stack of who makes it.
 */
#ifndef SM_CALL_H
#define SM_CALL_H

#include "refusal.h"

#include <linux/ktime.h>

struct sm_sender;

/**
 * struct sm_call - one call
 * @sender: who sends and pays; referenced by who made the call; NULL if nothing is sent
 * @deadline: until when it may wait
 * @why: which limit has refused it, if one has
 */
struct sm_call {
	struct sm_sender *sender;
	ktime_t deadline;
	struct sm_refusal why;
};

#endif /* SM_CALL_H */
