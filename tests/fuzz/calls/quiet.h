/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What must hold when nobody works. All of it fails the test unless it does;
 * what ends a moment after its process is waited for.
 */
#ifndef FUZZ_QUIET_H
#define FUZZ_QUIET_H

#include <stdbool.h>

/* Books, sleepers, mailboxes. */
void quiet_check(void);

/* Removes all groups; none is left. */
void quiet_remove_groups(void);

#endif /* FUZZ_QUIET_H */
