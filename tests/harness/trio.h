/* SPDX-License-Identifier: GPL-2.0 */
/* The mailboxes alice, bob and carol of a sweep. */
#ifndef TESTS_TRIO_H
#define TESTS_TRIO_H

extern int alice, bob, carol;

/* Registers them, each by @enter, and watches what fdinfo shows of them. */
void trio_begin(int (*enter)(const char *name));

/* Nothing more is charged than in the beginning; closes them. */
void trio_end(void);

#endif /* TESTS_TRIO_H */
