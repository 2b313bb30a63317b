/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A refusal: which limit or rule refused a call, for who asks afterwards.
 *
 * Owner: whoever makes the call; it needs no lock.
 */
#ifndef SM_REFUSAL_H
#define SM_REFUSAL_H

#include <linux/types.h>
#include <linux/uidgid.h>

/**
 * struct sm_refusal - why a call was refused
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
 * sm_refuse() - note which limit refuses
 * @why: where
 * @rule: SYNCHMESS_WHY_*
 * @value: what was taken already, or asked for
 * @bound: what may be
 */
void sm_refuse(struct sm_refusal *why, unsigned int rule, u64 value, u64 bound);

#endif /* SM_REFUSAL_H */
