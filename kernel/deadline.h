/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A deadline: until when to wait, as a moment of CLOCK_MONOTONIC. A restarted
 * wait ends when the first would have ended.
 */
#ifndef SM_DEADLINE_H
#define SM_DEADLINE_H

#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#define SM_AT_ONCE	((ktime_t)0)	/* do not wait at all */
#define SM_ELSEWHERE	((ktime_t)-1)	/* do not wait here */
#define SM_NEVER	KTIME_MAX	/* wait for ever */

/* With SM_ELSEWHERE: it would have to wait, and is to be made again where it may. */
#define SM_EWAIT	ERESTARTNOINTR

/**
 * sm_deadline_check() - may a call wait
 * @deadline: until when
 *
 * Return: 0; -EAGAIN with SM_AT_ONCE, -SM_EWAIT with SM_ELSEWHERE.
 */
static inline int sm_deadline_check(ktime_t deadline)
{
	if (deadline == SM_AT_ONCE)
		return -EAGAIN;
	return deadline == SM_ELSEWHERE ? -SM_EWAIT : 0;
}

/* For sm_deadline_sleep(). */
int sm_deadline_sleep_until(ktime_t deadline);

/**
 * sm_deadline_sleep() - sleep until somebody wakes the caller, or the deadline
 * @deadline: when to give up
 *
 * Context: the caller has set its state, so that no waking is missed.
 * Return: 0 or -ETIMEDOUT.
 */
static inline int sm_deadline_sleep(ktime_t deadline)
{
	if (unlikely(deadline != SM_NEVER))
		return sm_deadline_sleep_until(deadline);
	schedule();
	return 0;
}

/**
 * sm_deadline_from_user() - what a program means by a deadline
 * @ns: nanoseconds of CLOCK_MONOTONIC in its time namespace; 0 for never
 */
ktime_t sm_deadline_from_user(u64 ns);

/* By how much the calling program's CLOCK_MONOTONIC is ahead of the kernel's. */
ktime_t sm_clock_offset(void);

#endif /* SM_DEADLINE_H */
