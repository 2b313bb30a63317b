/* SPDX-License-Identifier: GPL-2.0 */
/* What a message says of itself. */
#ifndef FUZZ_STAMP_H
#define FUZZ_STAMP_H

#include <linux/synchmess.h>

#include <stddef.h>

struct stream;

/* Fails if no message can have such a stamp. */
void stamp_judge(struct stream *stream, const struct synchmess_in *in);

/* Bytes and stamp belong together; there was room for so many. */
void stamp_judge_bytes(struct stream *stream, const struct synchmess_in *in,
		       const unsigned char *bytes, size_t size);

#endif /* FUZZ_STAMP_H */
