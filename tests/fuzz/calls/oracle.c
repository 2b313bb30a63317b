// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/oracle.h"

#include "fuzz/calls/area.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/shared.h"
#include "fuzz/calls/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void fail(struct stream *stream, const char *format, ...)
{
	const struct worker *worker = stream->worker;
	char *text = shared->failure, program[PROGRAM_TEXT];
	size_t size = sizeof(shared->failure), length;
	unsigned int steps = stream->position + 1;
	va_list arguments;

	if (atomic_exchange(&shared->failing, true))
		_exit(1);
	length = snprintf(text, size, "# worker %u, round %u, program %u, step %u%s: ",
			  worker->number, worker->round, worker->ordinal, stream->position,
			  stream->second ? " of the second stream" : "");
	va_start(arguments, format);
	length += vsnprintf(text + length, size - length, format, arguments);
	va_end(arguments);
	/* At the end of the program there may be answers to wait for. */
	program_print(stream->program, steps < PROGRAM_STEPS ? steps : PROGRAM_STEPS, program);
	snprintf(text + length, size - length, "\n# --program %s\n", program);
	shared->failed = true;
	_exit(1);
}

struct question question_of(enum call call, struct file *file)
{
	return (struct question){ .call = call, .kind = file->kind, .file = file };
}

long outcome(long result)
{
	return result < 0 ? -errno : result;
}

static const char *name_of(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : "no errno at all";
}

static const char *name_of_kind(enum kind kind)
{
	static const char * const names[] = {
		"no file", "a group", "a mailbox", "the master", "a handle", "any file",
	};

	return names[kind];
}

static bool alone(const struct stream *stream)
{
	return stream->worker->shared_with == ALONE;
}

static bool is_of_ring(enum call call)
{
	return call >= CALL_RING_READ && call <= CALL_RING_POLL;
}

/* The file of a ring's request may be another when it is asked, or when it answers. */
static enum kind kind_of(const struct stream *stream, const struct question *question)
{
	return alone(stream) && !is_of_ring(question->call) ? question->kind : KIND_ANY;
}

/* Nobody else changes the flags while we are alone. */
static void judge_interruption(struct stream *stream, const struct question *question)
{
	int flags;

	if ((question->call < CALL_READ || question->call > CALL_WRITE_ODD) &&
	    question->call != CALL_SEND && question->call != CALL_RECEIVE &&
	    question->call != CALL_SLEEP_UNTIL && question->call != CALL_MEET)
		return;
	flags = fcntl(file_descriptor(stream, question->file), F_GETFL);
	if (flags >= 0 && flags & O_NONBLOCK)
		fail(stream, "%s blocked in spite of O_NONBLOCK", call_names[question->call]);
}

/* Of what there is no way back. */
static bool is_end(const struct question *question, int error)
{
	if (is_of_ring(question->call))
		return false;
	if (question->kind == KIND_GROUP)
		return error == ENODEV && question->call != CALL_MMAP;
	if (question->kind != KIND_HANDLE)
		return false;
	return (question->call == CALL_SEND || question->call == CALL_WRITE) &&
	       (error == EACCES || error == ENOENT);
}

static void judge_error(struct stream *stream, const struct question *question, int error)
{
	enum kind kind = kind_of(stream, question);

	if (!errno_allowed(question->call, kind, error))
		fail(stream, "%s on %s must not fail with %s", call_names[question->call],
		     name_of_kind(question->kind), name_of(error));
	if (error == EFAULT && question->length <= question->valid)
		fail(stream, "%s fails with EFAULT, but its memory is good",
		     call_names[question->call]);
	if (!alone(stream) || !question->file)
		return;
	if (error == EINTR)
		judge_interruption(stream, question);
	if (is_end(question, error))
		question->file->dead = true;
}

/* May the call, where it succeeds, transfer less than it was asked to? */
static bool is_read(enum call call)
{
	return call == CALL_READ || call == CALL_READ_ODD || call == CALL_RING_READ;
}

static bool is_of_queue(const struct question *question)
{
	switch (question->call) {
	case CALL_READ:
	case CALL_WRITE:
		return question->length;
	case CALL_FSYNC:
	case CALL_SLEEP:
	case CALL_AWAKE:
	case CALL_SET_DELAY:
	case CALL_REVOKE:
	case CALL_SEND:
	case CALL_RECEIVE:
	case CALL_REVOKE_ID:
	case CALL_REVOKE_SENDER:
	case CALL_REVOKE_ALL:
	case CALL_SET:
	case CALL_SETTLE:
	case CALL_RETRIES:
	case CALL_READING:
	case CALL_SLEEP_UNTIL:
	case CALL_AWAKE_SOME:
	case CALL_WATCH:
	case CALL_WATCH_READ:
	case CALL_BARRIER:
	case CALL_JOIN:
	case CALL_LEAVE:
	case CALL_MEET:
		return true;
	default:
		return false;
	}
}

static void judge_success(struct stream *stream, const struct question *question, long result)
{
	const char *name = call_names[question->call];

	if (!errno_allowed(question->call, kind_of(stream, question), 0))
		fail(stream, "%s on %s must not succeed", name, name_of_kind(question->kind));
	if (is_read(question->call) && result > (long)question->valid)
		fail(stream, "%s brings %ld bytes to memory for %zu", name, result,
		     question->valid);
	if (!is_read(question->call) && question->valid < question->length)
		fail(stream, "%s succeeds with bad memory", name);
	if (alone(stream) && question->file && question->file->dead && is_of_queue(question))
		fail(stream, "%s succeeds on what was removed", name);
}

long judge(struct stream *stream, const struct question *question, long result)
{
	struct tally *tally = &shared->tallies[stream->worker->number];
	int error = result < 0 ? -result : 0;

	atomic_fetch_add_explicit(&tally->calls, 1, memory_order_relaxed);
	if (error < ERRNOS)
		atomic_fetch_add_explicit(&tally->outcomes[question->call][error], 1,
					  memory_order_relaxed);
	if (error)
		judge_error(stream, question, error);
	else
		judge_success(stream, question, result);
	return result;
}

void judge_message(struct stream *stream, const struct file *file, const unsigned char *bytes,
		   long got)
{
	if (got <= 0 || file->kind != KIND_GROUP || !alone(stream))
		return;
	if (got > AREA_SIZE - bytes[0] || memcmp(bytes, area_pattern(bytes[0]), got))
		fail(stream, "a read of %ld bytes brings what nobody has sent", got);
}
