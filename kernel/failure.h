/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Failures on demand: root lets operations of the module fail as if memory,
 * share or storage were used up, so that programs can be tested against it on
 * any kernel. The switches are in debugfs, in synchmess/fail/KIND/:
 *
 *	interval	fail every so many times: 1 is always, 0 never
 *	times		how many failures are left; -1: without end
 *	process		thread group ID of whom it concerns; 0: everybody
 *
 * Only calls of whom it concerns are counted, from when @interval was written.
 * These names mean the same in the kernel's own fault injection.
 *
 * Owner: the module. While all are off, who asks runs into a static key and
 * nothing else. Otherwise numbers are atomics, each of which changes by itself,
 * so asking takes no lock: however many ask at once, exactly every so many
 * fail, and no more than are left. A mutex keeps those apart who write
 * @interval.
 */
#ifndef SM_FAILURE_H
#define SM_FAILURE_H

#include <linux/jump_label.h>
#include <linux/types.h>

enum sm_failure_kind {
	SM_FAIL_MEMORY,		/* no memory for a message */
	SM_FAIL_SHARE,		/* the user's share is used up, of whatever resource */
	SM_FAIL_STORAGE,	/* the queue's storage is full */
	SM_FAIL_COPY,		/* bytes of a message or a command meet bad user memory */
	SM_FAILURE_KINDS
};

DECLARE_STATIC_KEY_FALSE(sm_failures_wanted);

bool sm_failure_is_due(enum sm_failure_kind kind);

/**
 * sm_failure() - shall this operation fail, though it need not
 * @kind: what could go wrong here; asking counts, so ask once for each operation
 *
 * Context: any; with @process set an interrupt concerns nobody.
 */
static __always_inline bool sm_failure(enum sm_failure_kind kind)
{
	return static_branch_unlikely(&sm_failures_wanted) && sm_failure_is_due(kind);
}

/* May any operation be made to fail? */
static __always_inline bool sm_failures_are_wanted(void)
{
	return static_branch_unlikely(&sm_failures_wanted);
}

void sm_failure_module_init(void);
void sm_failure_module_exit(void);

#endif /* SM_FAILURE_H */
