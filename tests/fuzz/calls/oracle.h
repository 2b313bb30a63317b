/* SPDX-License-Identifier: GPL-2.0 */
/* Judges what calls return. */
#ifndef FUZZ_ORACLE_H
#define FUZZ_ORACLE_H

#include "fuzz/calls/errnos.h"

#include <stddef.h>

struct area;
struct file;
struct stream;

/**
 * struct question - a call that was made
 * @call: which
 * @kind: on what
 * @file: on which open file, or NULL
 * @length: bytes of memory it uses, 0 for none
 * @valid: so many of these can be reached
 */
struct question {
	enum call call;
	enum kind kind;
	struct file *file;
	size_t length;
	size_t valid;
};

/* A call on an open file that uses no memory. */
struct question question_of(enum call call, struct file *file);

/* A call that returned -1: its errno, negative, as the kernel has it. */
long outcome(long result);

/* Counts the call, and fails if it must not end like this. Returns the result. */
long judge(struct stream *stream, const struct question *question, long result);

/* Fails if what a read brought is no part of a message. */
void judge_message(struct stream *stream, const struct file *file, const unsigned char *bytes,
		   long got);

/* Remembers what was found, the first time, and ends the process. */
void __attribute__((format(printf, 2, 3), noreturn))
fail(struct stream *stream, const char *format, ...);

#endif /* FUZZ_ORACLE_H */
