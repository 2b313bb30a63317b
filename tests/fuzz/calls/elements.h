/* SPDX-License-Identifier: GPL-2.0 */
/* The array of messages that a batch is about. */
#ifndef FUZZ_ELEMENTS_H
#define FUZZ_ELEMENTS_H

#include "fuzz/calls/flaws.h"
#include "fuzz/calls/sheet.h"

#include <linux/synchmess.h>

#define ELEMENTS_SIZE (128 * 1024)

/* Vectors for so many of them, of so many parts. */
#define ELEMENTS_WITH_PARTS 64
#define ELEMENT_PARTS 8

/**
 * struct elements - the array
 * @place: where it is
 * @size: of one
 * @count: how many the call is told of
 * @filled: so many can be looked at
 * @good: so many stand before the first that is flawed
 * @flaws: of that one
 * @perhaps: with which errnos the first may be refused, a bit for each
 */
struct elements {
	struct place place;
	size_t size;
	unsigned int count, filled, good;
	struct flaws flaws;
	uint64_t perhaps;
};

/**
 * struct span - where a message's bytes are
 * @data: the bytes, or parts
 * @size: bytes; 0 if there are parts
 * @parts: how many
 */
struct span {
	uint64_t data;
	uint32_t size, parts;
};

/*
 * Room for some; @known bytes of each are known to the header, and @first were to the
 * first that was published.
 */
struct elements elements_put(struct stream *stream, size_t known, size_t first,
			     uint64_t *random);

/* Fills in, or takes, one that can be looked at: @size bytes, or as many as it has. */
void elements_write(const struct elements *elements, unsigned int i, const void *bytes,
		    size_t size);
void elements_read(const struct elements *elements, unsigned int i, void *bytes, size_t size);

/* The call stops at element @i at the latest, with that errno, or perhaps. */
void elements_spoil(struct elements *elements, unsigned int i, int error, bool certain);

/* The bytes, as they are or as parts of them one behind the other. */
struct span elements_span(struct stream *stream, unsigned int i, unsigned char *bytes,
			  size_t size, uint64_t *random);

/* Makes a span bad; returns with which errno, and for certain or if it matters. */
int elements_spoil_span(struct span *span, uint64_t *random, bool *certain);

/* A batch around them; what is wrong goes to @flaws. */
struct synchmess_batch elements_batch(const struct elements *elements, unsigned int known_flags,
				      uint64_t *random, struct flaws *flaws);

/* Judges a call that returned how many; what stops at the first is a flaw of the call. */
long elements_judge(struct stream *stream, struct question *question,
		    const struct elements *elements, struct flaws *flaws, long result);

#endif /* FUZZ_ELEMENTS_H */
