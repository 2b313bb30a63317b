// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/file.h"

#include "fuzz/calls/operation.h"
#include "fuzz/calls/opened.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/program.h"
#include "fuzz/calls/stream.h"

#include <unistd.h>

const unsigned int group_numbers[GROUPS] = { 1, 2, 3, 40000, 65534, 65535 };

/* What stands where: a file is never of another kind than its place says. */
static const struct {
	unsigned int first, count;
} places[KINDS] = {
	[KIND_GROUP] = { 0, 8 },
	[KIND_MAILBOX] = { FIRST_MAILBOX, MAILBOX_FILES },
	[KIND_MASTER] = { 13, 2 },
	[KIND_HANDLE] = { 15, 4 },
	[KIND_NONE] = { 19, 1 },
};

int file_descriptor(const struct stream *stream, const struct file *file)
{
	return FIRST_DESCRIPTOR + (file - stream->worker->files);
}

static struct file *opened(struct stream *stream, const struct step *step, unsigned int place)
{
	struct file *file = &stream->worker->files[place];
	enum kind kind;

	/* The dead are of some interest, but not of much. */
	if (file->dead && step->value % (file->kind == KIND_HANDLE ? 2 : 8) == 0)
		file_close(stream, file);
	for (kind = KIND_GROUP; kind < KINDS; kind++) {
		if (file->kind == KIND_NONE && place - places[kind].first < places[kind].count)
			open_default(stream, file, kind, place);
	}
	return file;
}

struct file *file_any(struct stream *stream, const struct step *step)
{
	return opened(stream, step, step->slot % FILES);
}

struct file *file_of(struct stream *stream, const struct step *step, enum kind kind)
{
	if (step->slot < FILES)
		return file_any(stream, step);
	return opened(stream, step, places[kind].first + step->slot % places[kind].count);
}

struct file *file_room(struct stream *stream, const struct step *step, enum kind kind)
{
	return &stream->worker->files[places[kind].first + step->slot % places[kind].count];
}

enum kind file_place(const struct stream *stream, const struct file *file)
{
	unsigned int place = file - stream->worker->files;
	enum kind kind = KIND_NONE;

	while (place - places[kind].first >= places[kind].count)
		kind++;
	return kind;
}

void file_put(struct stream *stream, struct file *file, int descriptor, enum kind kind)
{
	dup3(descriptor, file_descriptor(stream, file), 0);
	close(descriptor);
	file->kind = kind;
	file->dead = false;
	file->opened = opened_new(stream->worker);
}

void file_close(struct stream *stream, struct file *file)
{
	close(file_descriptor(stream, file));
	file->kind = KIND_NONE;
	file->dead = false;
}

void file_close_all(struct stream *stream)
{
	struct file *files = stream->worker->files;
	unsigned int i;

	for (i = 0; i < FILES; i++)
		file_close(stream, &files[i]);
}
