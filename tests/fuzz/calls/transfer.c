// SPDX-License-Identifier: GPL-2.0
/* Reads and writes. */
#include "fuzz/calls/area.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/reading.h"
#include "fuzz/calls/stream.h"
#include "harness/batch.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#define POISON 0x5a
#define PAGE 4096

/* A few calls are of impossible size. */
static size_t length_of(const struct step *step)
{
	static const size_t sizes[] = { INT_MAX, LONG_MAX, ULONG_MAX, 1ul << 31, 16 << 20 };

	if (step->extra == 255)
		return sizes[step->value % (sizeof(sizes) / sizeof(sizes[0]))];
	return area_length(step);
}

static struct question question_about(enum call call, struct file *file, size_t length,
				      size_t valid)
{
	struct question question = question_of(call, file);

	question.length = length;
	question.valid = valid;
	if (length >= INT_MAX)
		question.call++;	/* the odd one */
	return question;
}

/* What is behind the message stays as it was. */
static void judge_rest(struct stream *stream, const struct area *area, long got)
{
	size_t i;

	for (i = got < 0 ? 0 : got; i < area->valid; i++) {
		if (area->start[i] != POISON)
			fail(stream, "a read that returns %ld changes byte %zu of its buffer",
			     got, i);
	}
}

/* What can be read, mostly. */
static struct file *source_of(struct stream *stream, const struct step *step)
{
	return file_of(stream, step, step->slot & 64 ? KIND_MAILBOX : KIND_GROUP);
}

void op_read(struct stream *stream, const struct step *step)
{
	struct file *file = source_of(stream, step);
	size_t length = length_of(step);
	struct area area = area_to(stream->room, step, length);
	const struct question question = question_about(CALL_READ, file, length, area.valid);
	bool whole = area.valid == length && length < 256;
	uint64_t began = now_ns();
	long got;

	if (whole)
		memset(area.start, POISON, length);
	got = judge(stream, &question,
		    outcome(read(file_descriptor(stream, file), area.start, length)));
	reading_judge(stream, file, &question, area.start, began, got);
	if (whole)
		judge_rest(stream, &area, got);
}

/* Where all bytes are a message. */
static struct file *destination_of(struct stream *stream, const struct step *step)
{
	return file_of(stream, step, step->slot >= 224 ? KIND_HANDLE : KIND_GROUP);
}

/* A write takes all or nothing. */
static void judge_write(struct stream *stream, const struct question *question, long result)
{
	judge(stream, question, result);
	if (result >= 0 && (size_t)result != question->length)
		fail(stream, "a write of %zu bytes returns %ld", question->length, result);
}

void op_write(struct stream *stream, const struct step *step)
{
	struct file *file = destination_of(stream, step);
	size_t length = length_of(step);
	struct area area = area_from(step, length);
	const struct question question = question_about(CALL_WRITE, file, length, area.valid);

	judge_write(stream, &question,
		    outcome(write(file_descriptor(stream, file), area.start, length)));
}

/**
 * struct vector - what readv and writev take
 * @count: how many parts, all in the stream's own array
 * @length: of all together
 * @valid: of the parts before a bad one
 * @flags: for preadv2 and pwritev2
 * @position: for the same; -1 for none
 */
struct vector {
	int count;
	size_t length, valid;
	int flags;
	off_t position;
};

static int count_of(const struct step *step)
{
	if (step->extra < 250)
		return step->extra % 9;
	return step->extra == 255 ? MOST_PARTS : MOST_PARTS - 1;
}

/* The parts follow each other, so what they carry is a piece of the pattern. */
static void lay_out(struct stream *stream, const struct step *step, unsigned char *start,
		    struct vector *vector)
{
	int i;

	for (i = 0; i < vector->count; i++) {
		size_t length = step->size * (i + 1) % 61;

		stream->parts[i].iov_base = start + vector->length;
		stream->parts[i].iov_len = length;
		vector->length += length;
	}
	vector->valid = vector->length;
}

static void spoil_part(struct stream *stream, const struct step *step, struct vector *vector)
{
	int spoiled = step->value % vector->count, i;

	vector->valid = 0;
	for (i = 0; i < spoiled; i++)
		vector->valid += stream->parts[i].iov_len;
	vector->length += PAGE - stream->parts[spoiled].iov_len;
	stream->parts[spoiled].iov_base = area_bad(step);
	stream->parts[spoiled].iov_len = PAGE;
}

static void add_oddities(const struct step *step, struct vector *vector)
{
	vector->flags = 0;
	vector->position = -1;
	if (step->flags >= 224)
		vector->flags = 1 << step->flags % 8;
	if (step->flags == 223)
		vector->flags = step->value;
	if (step->flags < 16)
		vector->position = step->flags % 2 ? 0 : (off_t)step->value;
}

static struct vector make_vector(struct stream *stream, const struct step *step,
				 const unsigned char *start)
{
	struct vector vector = { .count = count_of(step) };

	lay_out(stream, step, (unsigned char *)start, &vector);
	if (area_is_bad(step) && vector.count)
		spoil_part(stream, step, &vector);
	add_oddities(step, &vector);
	return vector;
}

static bool is_odd(const struct vector *vector)
{
	return vector->flags || vector->position != -1 || vector->count == MOST_PARTS;
}

static struct question question_of_vector(enum call plain, struct file *file,
					  const struct vector *vector)
{
	struct question question = question_about(plain, file, vector->length, vector->valid);

	if (is_odd(vector))
		question.call++;
	return question;
}

void op_readv(struct stream *stream, const struct step *step)
{
	struct file *file = source_of(stream, step);
	struct vector vector = make_vector(stream, step, stream->room);
	const struct question question = question_of_vector(CALL_READ, file, &vector);
	int fd = file_descriptor(stream, file);
	uint64_t began = now_ns();
	long got;

	if (is_odd(&vector) || step->slot & 16)
		got = preadv2(fd, stream->parts, vector.count, vector.position, vector.flags);
	else
		got = readv(fd, stream->parts, vector.count);
	got = judge(stream, &question, outcome(got));
	/* The kernel does not ask the module for no parts, nor for parts of no bytes. */
	if (vector.length)
		reading_judge(stream, file, &question, stream->room, began, got);
}

void op_writev(struct stream *stream, const struct step *step)
{
	struct file *file = destination_of(stream, step);
	struct vector vector = make_vector(stream, step, area_pattern(step->pointer % 64));
	const struct question question = question_of_vector(CALL_WRITE, file, &vector);
	int fd = file_descriptor(stream, file);
	long sent;

	if (is_odd(&vector) || step->slot & 16)
		sent = pwritev2(fd, stream->parts, vector.count, vector.position, vector.flags);
	else
		sent = writev(fd, stream->parts, vector.count);
	judge_write(stream, &question, outcome(sent));
}
