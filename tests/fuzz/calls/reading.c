// SPDX-License-Identifier: GPL-2.0
/* SYNCHMESS_READING, and reads of files that were asked for more than bytes. */
#include "fuzz/calls/reading.h"

#include "fuzz/calls/file.h"
#include "fuzz/calls/opened.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/stamp.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "fuzz/calls/tokens.h"
#include "harness/batch.h"
#include "harness/random.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define STAMP sizeof(struct synchmess_in)

/* ---- asking for it */

static struct file *source(struct stream *stream, const struct step *step)
{
	static const enum kind kinds[] = {
		KIND_GROUP, KIND_GROUP, KIND_GROUP, KIND_MAILBOX,
	};

	return file_of(stream, step, step->extra < 8 ? KIND_HANDLE : kinds[step->extra % 4]);
}

/* Of programs of all ages; without one there must be leases. */
static unsigned int header_of(bool leases, uint64_t *random)
{
	if (leases && structure_one_in(random, 4))
		return 0;
	return STAMP - 8 * random_below(random, 1 + (STAMP - FIRST_IN) / 8);
}

static void spoil(struct synchmess_reading *reading, uint64_t *random)
{
	switch (random_below(random, 6)) {
	case 0:
		reading->flags |= 1u << random_below(random, 32);
		break;
	case 1:
		reading->lease = random_next(random);
		break;
	case 2:
		reading->header_size = 0;
		break;
	case 3:
		reading->header_size = random_below(random, 2 * STAMP);
		break;
	case 4:
		reading->header_size = STAMP + 8 * random_below(random, 512);
		break;
	default:
		reading->header_size = random_next(random);
	}
}

static void judge_request(const struct synchmess_reading *reading, struct flaws *flaws)
{
	bool leases = reading->flags & SYNCHMESS_LEASE;
	unsigned int header = reading->header_size;

	if (reading->flags & ~SYNCHMESS_LEASE || reading->lease > INT64_MAX)
		flaws_add(flaws, EINVAL);
	if (!leases && (reading->lease || !header))
		flaws_add(flaws, EINVAL);
	if (header && (header < FIRST_IN || header % 8))
		flaws_add(flaws, EINVAL);
	if (header > STAMP)
		flaws_add(flaws, E2BIG);
}

/* It is said once, to last until the file is closed. */
static void learn_request(struct stream *stream, struct file *file,
			  const struct synchmess_reading *asked, long result)
{
	struct reading *reading = &file->opened->reading;

	if (result > 0)
		fail(stream, "READING returns more than 0");
	if (!result && reading->known == AS_SAID)
		fail(stream, "READING succeeds twice");
	if (result == -EBUSY && reading->known == ONLY_BYTES)
		fail(stream, "READING fails with EBUSY the first time");
	if (!result)
		*reading = (struct reading){
			.known = AS_SAID, .header = asked->header_size, .span = asked->lease,
			.leases = asked->flags & SYNCHMESS_LEASE,
		};
}

void op_reading(struct stream *stream, const struct step *step)
{
	struct file *file = source(stream, step);
	struct question question = question_of(CALL_READING, file);
	uint64_t random = structure_random(step);
	struct synchmess_reading reading = { };
	struct structure structure;
	struct flaws flaws = { };
	long result;

	if (structure_one_in(&random, 2)) {
		reading.flags = SYNCHMESS_LEASE;
		reading.lease = tokens_span(&random);
	}
	reading.header_size = header_of(reading.flags, &random);
	if (structure_one_in(&random, 4))
		spoil(&reading, &random);
	judge_request(&reading, &flaws);
	structure = structure_put(&stream->structures, SYNCHMESS_READING, &reading, TAKES, &random,
				  &flaws);
	result = judge_flawed(stream, &question, &flaws, structure_call(stream, file, &structure));
	if (stream->worker->shared_with == ALONE)
		learn_request(stream, file, &reading, result);
}

/* ---- what a read brings */

/* Where the stamp has room for it there is a token if there is a lease. */
static void judge_token(struct stream *stream, struct opened *opened,
			const struct synchmess_in *in, uint64_t end)
{
	const struct reading *reading = &opened->reading;

	if (reading->header < offsetof(struct synchmess_in, origin))
		return;
	if (!in->token != !reading->leases)
		fail(stream, "a read with%s leases brings token %llu", reading->leases ? "" : "out",
		     (unsigned long long)in->token);
	if (!in->token)
		return;
	if (in->token >= IMPOSSIBLE_TOKEN || tokens_find(&opened->tokens, in->token))
		fail(stream, "token %llu is given twice", (unsigned long long)in->token);
	tokens_add(&opened->tokens, in->token, end);
}

static struct synchmess_in judge_stamp(struct stream *stream, const struct reading *reading,
				       const struct question *question,
				       const unsigned char *bytes, long got)
{
	size_t room = question->length - reading->header;
	struct synchmess_in in = { };

	if (got < reading->header)
		fail(stream, "a read brings %ld bytes of a stamp of %u", got, reading->header);
	if (!reading->header)
		return in;
	memcpy(&in, bytes, reading->header);
	stamp_judge(stream, &in);
	stamp_judge_bytes(stream, &in, bytes + reading->header, room);
	if (in.data || in.parts || in.size != got - reading->header ||
	    in.size != (in.length < room ? in.length : room))
		fail(stream, "a read of %zu bytes brings %ld, with a stamp of %u bytes of %u",
		     question->length, got, in.size, in.length);
	return in;
}

/* ---- what a read acks */

static void judge_staleness(struct stream *stream, const struct file *file)
{
	struct opened *opened = file->opened;

	if (!opened->reading.leases)
		fail(stream, "a read that leases nothing fails with ESTALE");
	if (opened->reading.pending == NOTHING)
		fail(stream, "a read that has nothing to ack fails with ESTALE");
	/* A mailbox may be another by now. */
	if (file->kind == KIND_GROUP &&
	    tokens_is_good(tokens_find(&opened->tokens, opened->reading.latest)))
		fail(stream, "a read calls what was read last stale, but it is good");
}

/* What was read last is over, whichever way. */
static void settle_latest(struct opened *opened)
{
	struct token *latest = tokens_find(&opened->tokens, opened->reading.latest);

	if (latest)
		latest->settled = true;
	opened->reading.pending = NOTHING;
	opened->reading.latest = 0;
}

/* Where it failed before, or perhaps before, it acked, that is not over. */
static void learn_end(struct stream *stream, struct opened *opened,
		      const struct question *question, long got)
{
	/* A ring that reads, too, may have read something last, or will. */
	bool is_odd = question->call != CALL_READ || stream->ring.expected;

	switch (got) {
	case -EBADF:
	case -EINVAL:
	case -ENOMEM:
	case -ENODEV:
		return;
	case -EAGAIN:
	case -ESTALE:
		break;
	default:
		is_odd |= got < 0;
	}
	if (is_odd)
		opened_doubt_latest(opened);
	else
		settle_latest(opened);
}

static void learn_lease(struct stream *stream, struct opened *opened, uint64_t token)
{
	struct reading *reading = &opened->reading;

	/* A ring that reads, too, may ack it. */
	reading->pending = stream->ring.expected ? ANYTHING : SOMETHING;
	reading->latest = stream->ring.expected ? 0 : token;
}

/* ---- both */

static bool is_message(const struct reading *reading, long got)
{
	return got > 0 || (!got && !reading->header);
}

static void judge_room(struct stream *stream, const struct reading *reading,
		       const struct question *question, long got)
{
	bool is_short = question->length && question->length < reading->header;

	if (is_short && got >= 0)
		fail(stream, "a read of %zu bytes succeeds with a stamp of %u", question->length,
		     reading->header);
	if (!is_short && got == -EINVAL && question->call == CALL_READ)
		fail(stream, "a read of %zu bytes fails with EINVAL with a stamp of %u",
		     question->length, reading->header);
}

static void judge_as_said(struct stream *stream, struct file *file,
			  const struct question *question, const unsigned char *bytes,
			  uint64_t began, long got)
{
	struct opened *opened = file->opened;
	struct reading *reading = &opened->reading;
	uint64_t end = stream->ring.expected ? 0 : tokens_end(began, reading->span);
	struct synchmess_in in = { };

	judge_room(stream, reading, question, got);
	if (got == -ESTALE)
		judge_staleness(stream, file);
	learn_end(stream, opened, question, got);
	if (got > 0) {
		in = judge_stamp(stream, reading, question, bytes, got);
		judge_token(stream, opened, &in, end);
		judge_message(stream, file, bytes + reading->header, got - reading->header);
	}
	/* Without a stamp a message of no bytes looks like the end of the queue. */
	if (reading->leases && got > 0)
		learn_lease(stream, opened, in.token);
	else if (reading->leases && is_message(reading, got))
		opened_doubt_latest(opened);
}

static void judge_bytes(struct stream *stream, const struct file *file,
			const struct question *question, const unsigned char *bytes, long got)
{
	judge_message(stream, file, bytes, got);
	if (file->kind != KIND_GROUP && file->kind != KIND_MAILBOX)
		return;
	if (got == -ESTALE || got == -ENOMEM || (got == -EINVAL && question->call == CALL_READ))
		fail(stream, "a read of bytes fails with %s", strerrorname_np(-got));
}

void reading_judge(struct stream *stream, struct file *file, const struct question *question,
		   const unsigned char *bytes, uint64_t began, long got)
{
	if (stream->worker->shared_with != ALONE || file->opened->reading.known == UNSURE)
		return;
	if (file->opened->reading.known == AS_SAID)
		judge_as_said(stream, file, question, bytes, began, got);
	else
		judge_bytes(stream, file, question, bytes, got);
}
