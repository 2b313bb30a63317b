/* SPDX-License-Identifier: GPL-2.0 */
/* Judges what reads bring of files that have asked for more than bytes. */
#ifndef FUZZ_READING_H
#define FUZZ_READING_H

#include <stdint.h>

struct file;
struct question;
struct stream;

/*
 * Fails if a read that began then must not end like this. What it brought is in @bytes, one
 * behind the other.
 */
void reading_judge(struct stream *stream, struct file *file, const struct question *question,
		   const unsigned char *bytes, uint64_t began, long got);

#endif /* FUZZ_READING_H */
