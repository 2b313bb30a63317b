// SPDX-License-Identifier: GPL-2.0
/* Open files come and go. */
#include "fuzz/calls/file.h"
#include "fuzz/calls/name.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/stream.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *path_of(enum kind kind, unsigned int number)
{
	static __thread char path[64];

	if (kind == KIND_MAILBOX)
		return SYNCHMESS_MAILBOX_PATH;
	if (kind == KIND_MASTER)
		return SYNCHMESS_MASTER_PATH;
	snprintf(path, sizeof(path), SYNCHMESS_MASTER_PATH "%u", number);
	return path;
}

static void open_file(struct stream *stream, struct file *file, enum kind kind,
		      unsigned int number, int flags)
{
	const struct question question = { .call = CALL_OPEN, .kind = kind };
	long fd = judge(stream, &question, outcome(open(path_of(kind, number), flags)));

	if (fd < 0)
		return;
	file_put(stream, file, fd, flags & O_PATH ? KIND_NONE : kind);
}

/* A name of its own, which only a descriptor of ours can give up. */
static void register_name(struct stream *stream, struct file *file, unsigned int place)
{
	const struct question question = question_of(CALL_WRITE, file);
	char command[16] = "/reg ";

	name_own(command + strlen(command), stream->worker->number, place, false);
	judge(stream, &question,
	      outcome(write(file_descriptor(stream, file), command, strlen(command))));
}

/* To somebody, if he is there. */
static void open_default_handle(struct stream *stream, struct file *file, unsigned int place)
{
	const struct step *now = &stream->program->steps[stream->position];
	const struct step step = {
		.slot = FILES + place, .flags = 128, .value = now->value + place,
	};

	open_handle(stream, &step, file);
}

/* Most in both directions; half of them do not block. */
void open_default(struct stream *stream, struct file *file, enum kind kind, unsigned int place)
{
	int flags = O_RDWR | (place % 2 ? O_NONBLOCK : 0);
	unsigned int number = group_numbers[place % GROUPS];

	if (kind == KIND_HANDLE) {
		open_default_handle(stream, file, place);
		return;
	}
	if (place == 6)
		flags = O_RDONLY;
	if (place == 7)
		flags = O_WRONLY;
	if (kind == KIND_GROUP)
		install_group(stream, number);
	open_file(stream, file, kind, number, flags);
	if (kind == KIND_MAILBOX)
		register_name(stream, file, place);
}

/* The access mode 3 is for ioctls alone. */
static int flags_of(const struct step *step)
{
	static const int modes[] = {
		O_RDWR, O_RDONLY, O_RDWR, O_WRONLY, O_RDWR, O_ACCMODE, O_RDWR, O_RDWR, O_RDWR,
		O_RDWR, O_RDWR, O_RDWR, O_RDWR, O_RDWR, O_RDWR, O_RDWR,
	};
	static const int others[] = {
		O_APPEND, O_ASYNC, O_SYNC, O_DSYNC, O_NOATIME, O_TRUNC, O_NOCTTY, O_CLOEXEC,
		O_LARGEFILE, O_NOFOLLOW, O_DIRECT, O_DIRECTORY, O_PATH, O_EXCL,
	};
	int flags = modes[step->flags % 16] | (step->flags & 16 ? O_NONBLOCK : 0);

	if (step->flags >= 192)
		flags |= others[step->extra % (sizeof(others) / sizeof(others[0]))];
	return flags;
}

void op_open(struct stream *stream, const struct step *step)
{
	struct file *file = &stream->worker->files[step->slot % FILES];
	enum kind kind = file_place(stream, file);
	unsigned int number = group_numbers[step->size % GROUPS];

	if (kind == KIND_NONE)
		kind = KIND_GROUP + step->value % 3;
	if (kind == KIND_HANDLE) {
		open_handle(stream, step, file);
		return;
	}
	/* Now and then one that nobody installs; even ones are somebody's own. */
	if (step->extra >= 240)
		number = step->size | 1;
	open_file(stream, file, kind, number, flags_of(step));
}

void op_close(struct stream *stream, const struct step *step)
{
	struct file *file = &stream->worker->files[step->slot % FILES];
	const struct question question = question_of(CALL_CLOSE, file);

	judge(stream, &question, outcome(close(file_descriptor(stream, file))));
	file->kind = KIND_NONE;
	file->dead = false;
}

void op_dup(struct stream *stream, const struct step *step)
{
	struct file *from = file_any(stream, step);
	struct file *to = &stream->worker->files[step->extra % FILES];
	const struct question question = question_of(CALL_DUP, from);
	enum kind place = file_place(stream, to);
	long result;

	if (place != KIND_NONE && place != from->kind)
		return;
	result = judge(stream, &question,
		       outcome(dup3(file_descriptor(stream, from), file_descriptor(stream, to),
				    step->flags & 1 ? O_CLOEXEC : 0)));
	if (result >= 0)
		*to = *from;
}
