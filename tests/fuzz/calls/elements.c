// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/elements.h"

#include "fuzz/calls/area.h"
#include "fuzz/calls/patience.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "harness/random.h"

#include <errno.h>
#include <string.h>

static unsigned int count_of(uint64_t *random)
{
	switch (random_below(random, 64)) {
	case 0:
		return 0;
	case 1:
		return SYNCHMESS_MAX_BATCH + random_below(random, 2);
	case 2:
		return -1u >> random_below(random, 20);
	case 3 ... 9:
		return 1 + random_below(random, 100);
	default:
		return 1 + random_below(random, 4);
	}
}

/* The beginning of one that is not wholly there, too. */
static void clear(struct elements *elements, unsigned int most)
{
	size_t all = most * elements->size;

	if (elements->place.valid < all)
		all = elements->place.valid;
	elements->filled = elements->size ? all / elements->size : 0;
	if (all)
		memset(elements->place.copy, 0, all);
}

static unsigned char *at(const struct elements *elements, unsigned int i)
{
	return elements->place.copy + i * elements->size;
}

/* Something that nobody knows. */
static void make_dirty(struct elements *elements, uint64_t *random)
{
	unsigned int i;
	unsigned char *element;

	if (!elements->filled)
		return;
	i = random_below(random, elements->filled);
	element = at(elements, i);
	element[elements->size - 1] = 1;
	elements_spoil(elements, i, E2BIG, true);
}

struct elements elements_put(struct stream *stream, size_t known, size_t first,
			     uint64_t *random)
{
	struct elements elements = {
		.size = structure_element_size(known, random), .count = count_of(random),
	};
	size_t most = elements.count < SYNCHMESS_MAX_BATCH ? elements.count : SYNCHMESS_MAX_BATCH;

	elements.place = sheet_place(&stream->elements, most * elements.size, random);
	/* None is as bad as too many. */
	elements.good = most ? most : 1;
	/* Of one that is too small nothing is looked at. */
	if (elements.size < first) {
		elements_spoil(&elements, 0, EINVAL, true);
		return elements;
	}
	clear(&elements, most);
	if (elements.filled < most)
		elements_spoil(&elements, elements.filled, EFAULT, true);
	if (elements.place.constant)
		elements_spoil(&elements, 0, EFAULT, true);
	if (elements.size > known && structure_one_in(random, 2))
		make_dirty(&elements, random);
	return elements;
}

void elements_write(const struct elements *elements, unsigned int i, const void *bytes,
		    size_t size)
{
	memcpy(at(elements, i), bytes, elements->size < size ? elements->size : size);
}

void elements_read(const struct elements *elements, unsigned int i, void *bytes, size_t size)
{
	memset(bytes, 0, size);
	memcpy(bytes, at(elements, i), elements->size < size ? elements->size : size);
}

void elements_spoil(struct elements *elements, unsigned int i, int error, bool certain)
{
	if (!certain && !i)
		elements->perhaps |= 1ull << error;
	if (!certain || i > elements->good)
		return;
	if (i < elements->good)
		elements->flaws = (struct flaws){ };
	elements->good = i;
	flaws_add(&elements->flaws, error);
}

struct span elements_span(struct stream *stream, unsigned int i, unsigned char *bytes,
			  size_t size, uint64_t *random)
{
	struct iovec *parts = (struct iovec *)stream->vectors.writable + i * ELEMENT_PARTS;
	struct span span = { .data = (uintptr_t)bytes, .size = size };
	size_t length;

	if (i >= ELEMENTS_WITH_PARTS || !structure_one_in(random, 4))
		return span;
	span = (struct span){ .data = (uintptr_t)parts, .parts = 1 + random_below(random, 8) };
	for (i = 0; i < span.parts; i++, bytes += length, size -= length) {
		length = i + 1 < span.parts ? random_below(random, size + 1) : size;
		parts[i] = (struct iovec){ bytes, length };
	}
	return span;
}

static int spoil_part(struct span *span, uint64_t *random, bool *certain)
{
	const struct step step = { .pointer = random_below(random, 256) };
	struct iovec *part = (struct iovec *)(uintptr_t)span->data +
		random_below(random, span->parts);

	switch (random_below(random, 3)) {
	case 0:
		part->iov_len = -1ul - random_below(random, 1000);
		*certain = true;
		return EINVAL;
	case 1:
		span->data = (uintptr_t)area_bad(&step);
		*certain = true;
		return EFAULT;
	default:	/* nothing may be there to be copied */
		part->iov_base = area_bad(&step);
		return EFAULT;
	}
}

int elements_spoil_span(struct span *span, uint64_t *random, bool *certain)
{
	const struct step step = { .pointer = random_below(random, 256) };

	*certain = false;
	switch (random_below(random, 4)) {
	case 0:		/* both */
		span->parts += !span->parts;
		span->size += !span->size;
		*certain = true;
		return EINVAL;
	case 1:		/* too many */
		span->parts = MOST_PARTS + random_below(random, 1000);
		span->size = 0;
		*certain = true;
		return EINVAL;
	default:
		if (span->parts)
			return spoil_part(span, random, certain);
		span->data = (uintptr_t)area_bad(&step);
		return EFAULT;
	}
}

struct synchmess_batch elements_batch(const struct elements *elements, unsigned int known_flags,
				      uint64_t *random, struct flaws *flaws)
{
	struct synchmess_batch batch = {
		.count = elements->count, .message_size = elements->size,
		.messages = (uintptr_t)elements->place.start,
	};

	patience_choose(&batch.deadline, &batch.flags, random);
	if (structure_one_in(random, 64))
		batch.flags |= 1u << random_below(random, 32);
	if (structure_one_in(random, 64))
		batch.ack_count = SYNCHMESS_MAX_BATCH + 1 + random_below(random, 1u << 31);
	if (batch.flags & ~known_flags || batch.ack_count || !elements->count ||
	    elements->count > SYNCHMESS_MAX_BATCH || elements->size > STRUCTURE_PAGE)
		flaws_add(flaws, EINVAL);
	return batch;
}

long elements_judge(struct stream *stream, struct question *question,
		    const struct elements *elements, struct flaws *flaws, long result)
{
	const char *name = call_names[question->call];

	flaws->errnos |= elements->perhaps;
	if (!elements->good) {
		flaws->certain |= elements->flaws.certain;
		flaws->errnos |= elements->flaws.errnos;
	}
	judge_flawed(stream, question, flaws, result);
	if (stream->worker->shared_with != ALONE)
		return result;
	if (!result || result > (long)elements->good)
		fail(stream, "%s of %u messages, of which %u are good, returns %ld", name,
		     elements->count, elements->good, result);
	return result;
}
