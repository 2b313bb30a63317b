// SPDX-License-Identifier: GPL-2.0
/* SYNCHMESS_RECEIVE, also of leases. */
#include "fuzz/calls/area.h"
#include "fuzz/calls/elements.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/opened.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/patience.h"
#include "fuzz/calls/stamp.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "fuzz/calls/tokens.h"
#include "harness/batch.h"
#include "harness/random.h"

#include <errno.h>
#include <string.h>

/* Each of the first messages has its own room. */
#define ROOM 2048
#define ROOMS (AREA_SIZE / ROOM)

static unsigned char *room_of(struct stream *stream, unsigned int i)
{
	return stream->room + i % ROOMS * ROOM;
}

static size_t size_of(uint64_t *random)
{
	return random_below(random, structure_one_in(random, 4) ? 32 : ROOM);
}

/* Where message @i is to be put. What is to be filled in is noise. */
static struct synchmess_in in_of(struct stream *stream, unsigned int i, uint64_t *random,
				 size_t *size)
{
	struct span span;
	struct synchmess_in in;

	memset(&in, 0x5a, sizeof(in));
	*size = size_of(random);
	span = elements_span(stream, i, room_of(stream, i), *size, random);
	in.data = span.data;
	in.size = span.size;
	in.parts = span.parts;
	return in;
}

static void spoil(struct elements *elements, unsigned int i, struct synchmess_in *in,
		  uint64_t *random)
{
	struct span span = { .data = in->data, .size = in->size, .parts = in->parts };
	bool certain;
	int error = elements_spoil_span(&span, random, &certain);

	in->data = span.data;
	in->size = span.size;
	in->parts = span.parts;
	elements_spoil(elements, i, error, certain);
}

/* Returns which one has bad memory. */
static unsigned int fill(struct stream *stream, struct elements *elements, size_t *sizes,
			 uint64_t *random)
{
	unsigned int spoiled = structure_one_in(random, 6) ? random_below(random, 4) : -1u, i;
	struct synchmess_in in;
	size_t size;

	for (i = 0; i < elements->filled; i++) {
		in = in_of(stream, i, random, &size);
		if (i < ROOMS)
			sizes[i] = size;
		if (i == spoiled)
			spoil(elements, i, &in, random);
		elements_write(elements, i, &in, sizeof(in));
	}
	return spoiled;
}

/* Where the element has room for it there is a token if there is a lease. */
static void judge_token(struct stream *stream, struct file *file,
			const struct elements *elements, const struct synchmess_batch *batch,
			const struct synchmess_in *in, uint64_t began)
{
	struct tokens *tokens = &file->opened->tokens;

	if (elements->size < offsetof(struct synchmess_in, origin))
		return;
	if (!in->token != !(batch->flags & SYNCHMESS_LEASE))
		fail(stream, "RECEIVE with flags %x brings token %llu", batch->flags,
		     (unsigned long long)in->token);
	if (!in->token)
		return;
	if (in->token >= IMPOSSIBLE_TOKEN || tokens_find(tokens, in->token))
		fail(stream, "token %llu is given twice", (unsigned long long)in->token);
	tokens_add(tokens, in->token, tokens_end(began, batch->lease));
}

static void judge_tokens(struct stream *stream, struct file *file,
			 const struct elements *elements, const struct synchmess_batch *batch,
			 uint64_t began, long got)
{
	struct synchmess_in in;
	long i;

	for (i = 0; i < got; i++) {
		elements_read(elements, i, &in, sizeof(in));
		judge_token(stream, file, elements, batch, &in, began);
	}
}

static void judge_messages(struct stream *stream, const struct file *file,
			   const struct elements *elements, const size_t *sizes,
			   unsigned int spoiled, long got)
{
	struct synchmess_in in;
	long i;

	/* Behind that, rooms are used a second time. */
	for (i = 0; i < got && got <= ROOMS; i++) {
		elements_read(elements, i, &in, sizeof(in));
		stamp_judge(stream, &in);
		if (i == spoiled)
			continue;
		stamp_judge_bytes(stream, &in, room_of(stream, i), sizes[i]);
		judge_message(stream, file, room_of(stream, i),
			      in.length < sizes[i] ? in.length : sizes[i]);
	}
}

/* It says how much room the message takes, which is more than there was. */
static void judge_refusal(struct stream *stream, const struct elements *elements,
			  const struct synchmess_batch *batch, const size_t *sizes,
			  unsigned int spoiled)
{
	struct synchmess_in in;

	if (!(batch->flags & SYNCHMESS_WHOLE))
		fail(stream, "RECEIVE fails with EMSGSIZE where it may cut off");
	elements_read(elements, 0, &in, sizeof(in));
	if (spoiled && in.length <= sizes[0])
		fail(stream, "RECEIVE refuses %u bytes for a room of %zu", in.length, sizes[0]);
}

static void set_flags(struct synchmess_batch *batch, uint64_t *random, struct flaws *flaws)
{
	if (structure_one_in(random, 4))
		batch->flags |= SYNCHMESS_WHOLE;
	if (structure_one_in(random, batch->count == 1 ? 2 : 32))
		batch->flags |= SYNCHMESS_PEEK;
	if (batch->flags & SYNCHMESS_PEEK && batch->count != 1)
		flaws_add(flaws, EINVAL);
	if (structure_one_in(random, 64)) {
		batch->to[random_below(random, sizeof(batch->to))] = 'x';
		flaws_add(flaws, EINVAL);
	}
}

static void set_lease(struct synchmess_batch *batch, uint64_t *random)
{
	if (structure_one_in(random, 4)) {
		batch->flags |= SYNCHMESS_LEASE;
		batch->lease = tokens_span(random);
	}
	if (structure_one_in(random, 64))
		batch->lease = 1 + random_next(random);
}

/* Of one whose program does not know of leases they are for ever. */
static void judge_lease(const struct synchmess_batch *batch, struct flaws *flaws)
{
	bool is_lease = batch->flags & SYNCHMESS_LEASE;

	if (batch->lease > INT64_MAX || (batch->lease && !is_lease) ||
	    (is_lease && batch->flags & SYNCHMESS_PEEK))
		flaws_add(flaws, EINVAL);
}

static struct file *source(struct stream *stream, const struct step *step)
{
	static const enum kind kinds[] = {
		KIND_GROUP, KIND_GROUP, KIND_MAILBOX,
	};

	return file_of(stream, step, step->extra < 8 ? KIND_HANDLE : kinds[step->extra % 3]);
}

void op_receive(struct stream *stream, const struct step *step)
{
	struct file *file = source(stream, step);
	struct question question = question_of(CALL_RECEIVE, file);
	uint64_t random = structure_random(step);
	struct elements elements = elements_put(stream, sizeof(struct synchmess_in), FIRST_IN,
						&random);
	size_t sizes[ROOMS];
	unsigned int spoiled = fill(stream, &elements, sizes, &random);
	struct flaws flaws = { };
	struct synchmess_batch batch;
	struct structure structure;
	uint64_t began = now_ns();
	long got;

	batch = elements_batch(&elements, SYNCHMESS_NOWAIT | SYNCHMESS_PEEK | SYNCHMESS_WHOLE |
			       SYNCHMESS_LEASE, &random, &flaws);
	set_flags(&batch, &random, &flaws);
	set_lease(&batch, &random);
	structure = structure_put(&stream->structures, SYNCHMESS_RECEIVE, &batch, TAKES, &random,
				  &flaws);
	structure_see(&structure, &batch, sizeof(batch));
	judge_lease(&batch, &flaws);
	got = elements_judge(stream, &question, &elements, &flaws,
			     structure_call(stream, file, &structure));
	patience_judge(stream, &question, batch.deadline, batch.flags, got);
	if (stream->worker->shared_with != ALONE)
		return;
	judge_messages(stream, file, &elements, sizes, spoiled, got);
	judge_tokens(stream, file, &elements, &batch, began, got);
	if (got == -EMSGSIZE)
		judge_refusal(stream, &elements, &batch, sizes, spoiled);
}
