/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's own switches that make its operations fail, whatever the kernel:
 * /sys/kernel/debug/synchmess/fail/KIND/NUMBER.
 */
#ifndef TESTS_FAILURE_H
#define TESTS_FAILURE_H

#define FAILURES "/sys/kernel/debug/synchmess/fail"

/* 0, or -1 with errno. */
int failure_try_set(const char *kind, const char *number, const char *text);

void failure_set(const char *kind, const char *number, long value);
long failure_get(const char *kind, const char *number);

/* From now on each time, and no more at all. */
void failure_on(const char *kind);
void failure_off(const char *kind);

/* All as they are when the module has just been loaded. */
void failure_reset(void);

#endif /* TESTS_FAILURE_H */
