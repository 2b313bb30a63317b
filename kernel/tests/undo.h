/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a test has to undo: at its end, after the exit function of its suite, the
 * latest first, also when the test was broken off.
 */
#ifndef SM_UNDO_H
#define SM_UNDO_H

struct kunit;

/* Has @function called with @data; if that cannot be noted, at once, and the test fails. */
void sm_undo_later(struct kunit *test, void (*function)(void *data), void *data);

#endif /* SM_UNDO_H */
