/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A message's tag says what its bytes are: so many of the pattern, beginning with that
 * one. A message of the first interface has none.
 */
#ifndef FUZZ_TAG_H
#define FUZZ_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint64_t tag_of(unsigned char first, size_t length)
{
	return 1ull << 40 | (uint64_t)length << 8 | first;
}

static inline bool tag_is_of(uint64_t tag, size_t length)
{
	return tag >> 40 == 1 && (uint32_t)(tag >> 8) == length;
}

static inline unsigned char tag_first(uint64_t tag)
{
	return tag;
}

#endif /* FUZZ_TAG_H */
