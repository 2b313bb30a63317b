// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/structure.h"

#include "fuzz/calls/file.h"
#include "fuzz/calls/program.h"
#include "fuzz/calls/stream.h"
#include "harness/random.h"

#include <errno.h>
#include <linux/ioctl.h>
#include <string.h>
#include <sys/ioctl.h>

#define POISON 0x5a

uint64_t structure_random(const struct step *step)
{
	uint64_t random = step->value ^ (uint64_t)step->pointer << 32 ^ step->flags;

	return random ? random : 1;
}

bool structure_one_in(uint64_t *random, unsigned int many)
{
	return !random_below(random, many);
}

static size_t odd_size(size_t known, size_t most, uint64_t *random)
{
	switch (random_below(random, 4)) {
	case 0:
		return random_below(random, known);
	case 1:
		return known + 1 + random_below(random, most - known);
	case 2:
		return known + 8;
	default:
		return STRUCTURE_PAGE + random_below(random, 2);
	}
}

size_t structure_element_size(size_t known, uint64_t *random)
{
	return structure_one_in(random, 12) ? odd_size(known, STRUCTURE_PAGE, random) : known;
}

/* What is only filled is poisoned before. */
static void fill(struct structure *structure, const void *bytes, size_t known, enum use use)
{
	const struct place *place = &structure->place;
	size_t all = place->valid < structure->size ? place->valid : structure->size;

	if (!place->copy)
		return;
	memset(place->copy, use & TAKES ? 0 : POISON, all);
	if (use & TAKES)
		memcpy(place->copy, bytes, all < known ? all : known);
}

static void make_dirty(struct structure *structure, size_t known, uint64_t *random)
{
	size_t place = known + random_below(random, structure->size - known);

	if (place < structure->place.valid)
		structure->place.copy[place] = 1;
}

static size_t first_size(unsigned int command)
{
	switch (command) {
	case SYNCHMESS_SEND:
	case SYNCHMESS_RECEIVE:
		return FIRST_BATCH;
	case SYNCHMESS_STAT:
		return FIRST_STAT;
	default:
		return _IOC_SIZE(command);
	}
}

static void judge_size(size_t size, size_t first, enum use use, bool dirty, struct flaws *flaws)
{
	if (size < first)
		flaws_add(flaws, EINVAL);
	if (dirty)
		flaws_add(flaws, E2BIG);
	/* Zeros or not: so much is not looked at. */
	if (size > STRUCTURE_PAGE && use & TAKES)
		flaws_allow(flaws, E2BIG);
}

struct structure structure_put(const struct sheet *sheet, unsigned int command, const void *bytes,
			       enum use use, uint64_t *random, struct flaws *flaws)
{
	size_t known = _IOC_SIZE(command);
	size_t size = structure_one_in(random, 12) ? odd_size(known, STRUCTURE_MOST, random) :
		known;
	bool dirty = size > known && use & TAKES && structure_one_in(random, 2);
	struct structure structure = {
		.command = (command & ~IOCSIZE_MASK) | size << IOCSIZE_SHIFT, .size = size,
		.place = sheet_place(sheet, size, random),
	};

	fill(&structure, bytes, known, use);
	if (dirty)
		make_dirty(&structure, known, random);
	judge_size(size, first_size(command), use, dirty, flaws);
	if (structure.place.valid < size)
		flaws_add(flaws, EFAULT);
	if (structure.place.constant && use & FILLS)
		flaws_add(flaws, EFAULT);
	return structure;
}

void structure_see(const struct structure *structure, void *bytes, size_t size)
{
	if (structure->size < size)
		memset((char *)bytes + structure->size, 0, size - structure->size);
}

long structure_call(struct stream *stream, const struct file *file,
		    const struct structure *structure)
{
	return outcome(ioctl(file_descriptor(stream, file), structure->command,
			     structure->place.start));
}

void structure_take(struct stream *stream, const struct structure *structure, void *bytes,
		    size_t size)
{
	const unsigned char *copy = structure->place.copy;
	size_t i;

	memset(bytes, 0, size);
	memcpy(bytes, copy, structure->size < size ? structure->size : size);
	for (i = size; i < structure->size; i++) {
		if (copy[i])
			fail(stream, "byte %zu of an answer, which nobody knows, is not zero", i);
	}
}
