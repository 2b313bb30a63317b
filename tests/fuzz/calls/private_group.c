// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/private_group.h"

#include "fuzz/calls/file.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/program.h"
#include "fuzz/calls/stream.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Even, and larger than what REMOVE tries; see op_open(). */
static unsigned int number_of(const struct stream *stream)
{
	return 1000 + 2 * stream->worker->number;
}

struct file *private_file(struct stream *stream, unsigned int i)
{
	return &stream->worker->files[FILES + i];
}

static long ask_master(struct stream *stream, enum call call, unsigned int command,
		       void *structure)
{
	static const struct step any_master = { .slot = FILES };
	struct file *file = file_of(stream, &any_master, KIND_MASTER);
	const struct question question = question_of(call, file);

	return judge(stream, &question,
		     outcome(ioctl(file_descriptor(stream, file), command, structure)));
}

/* Whatever the module's own limits are just now. */
static long make(struct stream *stream, unsigned int flags)
{
	const struct synchmess_settings settings = {
		.max_message_size = 64, .max_storage_size = 4096, .max_messages = 100,
		.full = SYNCHMESS_FULL_FAIL, .empty = SYNCHMESS_EMPTY_BLOCK,
	};
	struct synchmess_create create = {
		.flags = flags, .open_flags = O_RDWR | O_CLOEXEC,
		.descriptor = number_of(stream), .mode = 0600, .uid = -1, .gid = -1,
		.settings = (uintptr_t)&settings, .settings_size = sizeof(settings),
	};

	return ask_master(stream, CALL_CREATE, SYNCHMESS_CREATE, &create);
}

static bool take(struct stream *stream, unsigned int i, long fd)
{
	if (fd < 0)
		return false;
	file_put(stream, private_file(stream, i), fd, KIND_GROUP);
	return true;
}

bool private_file_open(struct stream *stream, unsigned int i)
{
	return take(stream, i, make(stream, 0));
}

void private_file_close(struct stream *stream, unsigned int i)
{
	file_close(stream, private_file(stream, i));
}

bool private_group_open(struct stream *stream)
{
	unsigned int i;

	if (!take(stream, 0, make(stream, SYNCHMESS_EXCLUSIVE | SYNCHMESS_TRANSIENT)))
		return false;
	for (i = 1; i < PRIVATE_FILES; i++) {
		if (!private_file_open(stream, i)) {
			private_group_close(stream);
			return false;
		}
	}
	return true;
}

void private_group_close(struct stream *stream)
{
	unsigned int i;

	for (i = 0; i < PRIVATE_FILES; i++)
		private_file_close(stream, i);
}

long private_call(struct stream *stream, unsigned int i, int call, unsigned int command,
		  void *structure)
{
	struct file *file = private_file(stream, i);
	const struct question question = question_of(call, file);

	return judge(stream, &question,
		     outcome(ioctl(file_descriptor(stream, file), command, structure)));
}

long private_read(struct stream *stream, unsigned int i, void *bytes, unsigned int size)
{
	struct question question = question_of(CALL_READ, private_file(stream, i));

	question.length = size;
	question.valid = bytes ? size : 0;
	return judge(stream, &question,
		     outcome(read(file_descriptor(stream, question.file), bytes, size)));
}

bool private_group_remove(struct stream *stream)
{
	struct synchmess_target target = { .descriptor = number_of(stream) };

	return !ask_master(stream, CALL_REMOVE_GROUP, SYNCHMESS_REMOVE, &target);
}
