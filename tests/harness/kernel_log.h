/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's kernel log, from a mark on. */
#ifndef TESTS_KERNEL_LOG_H
#define TESTS_KERNEL_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* Forget what was logged so far. */
void kernel_log_mark(void);

/*
 * Has the kernel complained since the mark? Prints the lines. What a complaint
 * looks like stands in the file of patterns that vm/run goes by, too.
 */
bool kernel_log_has_trouble(void);

/* Does a line since the mark contain these words? */
bool kernel_log_contains(const char *words);

#endif /* TESTS_KERNEL_LOG_H */
