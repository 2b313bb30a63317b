// SPDX-License-Identifier: GPL-2.0
/* SYNCHMESS_SEND. */
#include "fuzz/calls/area.h"
#include "fuzz/calls/elements.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/name.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/patience.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "fuzz/calls/tag.h"
#include "harness/batch.h"
#include "harness/random.h"

#include <errno.h>
#include <string.h>

static uint64_t delay_of(uint64_t *random)
{
	switch (random_below(random, 32)) {
	case 0:
		return HOUR;
	case 1 ... 5:
		return random_below(random, 3 * MS);
	default:
		return 0;
	}
}

static uint64_t lifetime_of(uint64_t delay, uint64_t *random)
{
	switch (random_below(random, 32)) {
	case 0:
		return delay + HOUR;
	case 1 ... 5:
		return delay + 1 + random_below(random, 3 * MS);
	default:
		return 0;
	}
}

static size_t length_of(uint64_t *random)
{
	switch (random_below(random, 64)) {
	case 0:
		return 0;
	case 1:
		return random_below(random, AREA_SIZE - 256);
	case 2 ... 9:
		return random_below(random, 2048);
	default:
		return random_below(random, 64);
	}
}

static struct synchmess_out out_of(struct stream *stream, unsigned int i, uint64_t *random)
{
	unsigned char first = random_next(random);
	size_t length = length_of(random);
	struct span span = elements_span(stream, i, (unsigned char *)area_pattern(first), length,
					 random);
	struct synchmess_out out = {
		.data = span.data, .size = span.size, .parts = span.parts,
		.tag = tag_of(first, length), .delay = delay_of(random),
		.priority = random_below(random, 2 * SYNCHMESS_PRIORITIES) / 2,
	};

	out.lifetime = lifetime_of(out.delay, random);
	return out;
}

/* What its bytes are does not matter then; of none at all it is not looked where they are. */
static int spoil_bytes(struct synchmess_out *out, uint64_t *random, bool *certain)
{
	struct span span = { .data = out->data, .size = out->size, .parts = out->parts };
	int error = elements_spoil_span(&span, random, certain);

	out->data = span.data;
	out->size = span.size;
	out->parts = span.parts;
	if (span.size)
		*certain = true;
	return error;
}

static int spoil(struct synchmess_out *out, uint64_t *random, bool *certain)
{
	*certain = true;
	switch (random_below(random, 8)) {
	case 0:
		out->flags = 1u << random_below(random, 32);
		return EINVAL;
	case 1:
		out->priority = SYNCHMESS_PRIORITIES << random_below(random, 29);
		return EINVAL;
	case 2:
		out->delay = 1ull << 63 | random_next(random);
		return EINVAL;
	case 3:
		out->lifetime = 1ull << 63 | random_next(random);
		return EINVAL;
	case 4:
		out->delay = 1 + random_below(random, HOUR);
		out->lifetime = 1 + random_below(random, out->delay);
		return EINVAL;
	default:
		return spoil_bytes(out, random, certain);
	}
}

static void fill(struct stream *stream, struct elements *elements, uint64_t *random)
{
	unsigned int spoiled = structure_one_in(random, 6) ? random_below(random, 4) : -1u, i;
	struct synchmess_out out;
	bool certain;
	int error;

	for (i = 0; i < elements->filled; i++) {
		out = out_of(stream, i, random);
		if (i == spoiled) {
			error = spoil(&out, random, &certain);
			elements_spoil(elements, i, error, certain);
		}
		elements_write(elements, i, &out, sizeof(out));
	}
}

/* To whom: on /dev/mq that must be said, elsewhere it must not. */
static void address(struct synchmess_batch *batch, enum kind kind, uint64_t *random,
		    struct flaws *flaws)
{
	bool odd = structure_one_in(random, 32);

	if (kind == KIND_MAILBOX && structure_one_in(random, 4))
		batch->flags |= SYNCHMESS_ALL;
	else if (kind == KIND_MAILBOX && !(batch->flags & SYNCHMESS_ALL))
		name_mailbox(batch->to, random, flaws);
	if (!odd)
		return;
	flaws_add(flaws, EINVAL);
	if (kind == KIND_MAILBOX && !(batch->flags & SYNCHMESS_ALL))
		memset(batch->to, 0, sizeof(batch->to));
	else
		batch->to[random_below(random, sizeof(batch->to))] = 'x';
}

/* They ascend, but that of a broadcast, of which each recipient has another. The last. */
static uint64_t judge_ids(struct stream *stream, const struct elements *elements, bool all,
			  long sent)
{
	uint64_t last = 0;
	long i;

	for (i = 0; i < sent; i++) {
		struct synchmess_out out;

		elements_read(elements, i, &out, sizeof(out));
		if (all ? out.id : out.id <= last)
			fail(stream, "message %ld of a batch has number %llu, behind %llu", i,
			     (unsigned long long)out.id, (unsigned long long)last);
		last = out.id;
	}
	return last;
}

static struct file *destination(struct stream *stream, const struct step *step)
{
	static const enum kind kinds[] = {
		KIND_GROUP, KIND_GROUP, KIND_MAILBOX, KIND_HANDLE,
	};

	return file_of(stream, step, kinds[step->extra % 4]);
}

void op_send(struct stream *stream, const struct step *step)
{
	struct file *file = destination(stream, step);
	struct question question = question_of(CALL_SEND, file);
	uint64_t random = structure_random(step);
	struct elements elements = elements_put(stream, sizeof(struct synchmess_out),
						sizeof(struct synchmess_out), &random);
	struct flaws flaws = { };
	struct synchmess_batch batch;
	struct structure structure;
	long sent;

	fill(stream, &elements, &random);
	batch = elements_batch(&elements, SYNCHMESS_NOWAIT |
			       (question.kind == KIND_MAILBOX ? SYNCHMESS_ALL : 0), &random,
			       &flaws);
	address(&batch, question.kind, &random, &flaws);
	if (structure_one_in(&random, 64))
		batch.lease = 1 + random_next(&random) / 2;
	structure = structure_put(&stream->structures, SYNCHMESS_SEND, &batch, TAKES, &random,
				  &flaws);
	structure_see(&structure, &batch, sizeof(batch));
	if (batch.lease)
		flaws_add(&flaws, EINVAL);
	sent = elements_judge(stream, &question, &elements, &flaws,
			      structure_call(stream, file, &structure));
	patience_judge(stream, &question, batch.deadline, batch.flags, sent);
	if (stream->worker->shared_with == ALONE && sent > 0)
		file->last_id = judge_ids(stream, &elements, batch.flags & SYNCHMESS_ALL, sent);
}
