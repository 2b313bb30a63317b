/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults: the kernel makes one allocation or user copy of this thread fail, if
 * it was built to (CONFIG_FAULT_INJECTION). Its get_user() and put_user() never
 * fail by this.
 */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include <stdbool.h>

/* Can the kernel do this? Then it and this process are made ready. */
bool fault_is_possible(void);

/*
 * What can fail besides user copies: objects of the slab allocator, whole pages.
 * That allocator itself takes pages only now and then, so with both the number
 * of an allocation differs from run to run.
 */
void fault_choose(bool objects, bool pages);

/* For fault_arm(): every allocation that can fails, so that no second attempt helps. */
#define FAULT_ALL 0

/*
 * The NTH of what can fail does, in the main thread, counted from now and
 * whatever it is made for. So nothing but the call under test belongs between
 * the two, no assertion either.
 */
void fault_arm(unsigned int nth);

/* No more. How many were still to come, the NTH included; 0: it has failed. */
unsigned int fault_disarm(void);

/*
 * Every allocation fails, or none, that the kernel's workers make for whoever has queued
 * work. For a moment only: others need them, too.
 */
void fault_arm_workers(bool fail);

#endif /* TESTS_FAULT_H */
