/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program's memory, for tests that copy: that of the program which loads this module.
 * Tests run in threads of the kernel, which have none. A suite opens the memory when it
 * begins and closes it when it ends.
 */
#ifndef SM_PROGRAM_H
#define SM_PROGRAM_H

#include <linux/compiler_types.h>
#include <linux/types.h>

struct kunit_suite;

/* For @suite_init and @suite_exit. */
int sm_program_open(struct kunit_suite *suite);
void sm_program_close(struct kunit_suite *suite);

/* So many bytes that can be read and written; ... */
u8 __user *sm_program_memory(void);
size_t sm_program_size(void);

/*
 * ... by this thread from here on, until it leaves, which it must: assert nothing in between.
 * What comes behind them can be neither read nor written.
 */
void sm_program_enter(void);
void sm_program_leave(void);

#endif /* SM_PROGRAM_H */
