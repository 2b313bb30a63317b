// SPDX-License-Identifier: GPL-2.0
/* What can be done to any descriptor. */
#include "fuzz/calls/area.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/stream.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

void op_fsync(struct stream *stream, const struct step *step)
{
	struct file *file = file_of(stream, step, KIND_GROUP);
	const struct question question = question_of(CALL_FSYNC, file);
	int fd = file_descriptor(stream, file);

	judge(stream, &question, outcome(step->flags & 1 ? fsync(fd) : fdatasync(fd)));
}

void op_lseek(struct stream *stream, const struct step *step)
{
	struct file *file = file_any(stream, step);
	const struct question question = question_of(CALL_LSEEK, file);
	int fd = file_descriptor(stream, file);

	judge(stream, &question, outcome(lseek(fd, step->value, step->flags % 6)));
}

static long set_flags(int fd, const struct step *step)
{
	int flags = 0;

	flags |= step->flags & 1 ? O_NONBLOCK : 0;
	flags |= step->flags & 2 ? O_ASYNC : 0;
	flags |= step->flags & 4 ? O_APPEND : 0;
	flags |= step->flags >= 240 ? O_DIRECT : 0;
	return fcntl(fd, F_SETFL, flags);
}

static long lock(int fd, const struct step *step)
{
	struct flock lock = { .l_type = step->flags % 3, .l_start = step->size % 16, .l_len = 1 };

	return fcntl(fd, F_SETLK, &lock);
}

static long duplicate(int fd, const struct step *step)
{
	int copy = fcntl(fd, step->flags & 1 ? F_DUPFD : F_DUPFD_CLOEXEC,
			 FIRST_DESCRIPTOR + FILES);

	if (copy >= 0)
		close(copy);
	return copy;
}

/* Of what no character device is. */
static long set_strange(int fd, const struct step *step)
{
	static const int commands[] = {
		F_GETLEASE, F_NOTIFY, F_SETPIPE_SZ, F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS,
		2048, 65536,
	};

	return fcntl(fd, commands[step->flags % 8], step->size);
}

static long call_fcntl(int fd, const struct step *step)
{
	switch (step->extra % 16) {
	case 0:
		return fcntl(fd, F_SETOWN, getpid());
	case 1:
		return fcntl(fd, F_SETSIG, step->flags & 1 ? SIGIO : 0);
	case 2:
		return fcntl(fd, F_GETOWN);
	case 3:
		return duplicate(fd, step);
	case 4:
		return lock(fd, step);
	case 5:
		return fcntl(fd, F_SETLEASE, step->flags % 3);
	case 6:
		return fcntl(fd, F_GETFL);
	case 7:
		return set_strange(fd, step);
	default:
		return set_flags(fd, step);
	}
}

void op_fcntl(struct stream *stream, const struct step *step)
{
	struct file *file = file_any(stream, step);
	const struct question question = question_of(CALL_FCNTL, file);

	judge(stream, &question, outcome(call_fcntl(file_descriptor(stream, file), step)));
}

void op_mmap(struct stream *stream, const struct step *step)
{
	static const int flags[] = { MAP_SHARED, MAP_PRIVATE, MAP_SHARED_VALIDATE, 0 };
	struct file *file = file_any(stream, step);
	const struct question question = question_of(CALL_MMAP, file);
	void *address = mmap(NULL, step->size, step->flags % 8, flags[step->extra % 4],
			     file_descriptor(stream, file), (step->value & 3) << 12);

	judge(stream, &question, outcome(address == MAP_FAILED ? -1 : 0));
}

static long call_splice(int fd, const int ends[2], const struct step *step)
{
	/* For no bytes the kernel does not look whether there is a file. */
	size_t length = 1 + step->size % 4096;
	loff_t position = 0, *where = step->flags >= 224 ? &position : NULL;
	struct iovec part = { (void *)area_pattern(0), length };

	switch (step->extra % 7) {
	case 0:
		return splice(fd, where, ends[1], NULL, length, SPLICE_F_NONBLOCK);
	case 1:
		return splice(ends[0], NULL, fd, where, length, SPLICE_F_NONBLOCK);
	case 2:
		return sendfile(ends[1], fd, where, length);
	case 3:
		return sendfile(fd, fd, where, length);
	case 4:
		return tee(fd, ends[1], length, SPLICE_F_NONBLOCK);
	case 5:
		return vmsplice(fd, &part, 1, SPLICE_F_NONBLOCK);
	default:
		return copy_file_range(fd, where, fd, NULL, length, 0);
	}
}

void op_splice(struct stream *stream, const struct step *step)
{
	struct file *file = file_any(stream, step);
	const struct question question = question_of(CALL_SPLICE, file);
	int ends[2];

	if (pipe2(ends, O_NONBLOCK))
		return;
	if (write(ends[1], area_pattern(0), 16) == 16)
		judge(stream, &question,
		      outcome(call_splice(file_descriptor(stream, file), ends, step)));
	close(ends[0]);
	close(ends[1]);
}

/* All of one moment, so the books balance whatever others do meanwhile. */
static void judge_books(struct stream *stream, const char *text)
{
	static const char * const fates[] = {
		"\ndelivered:", "\nqueued:", "\nscheduled:", "\nleased:", "\nrevoked:",
		"\nexpired:", "\noverwritten:", "\ndropped:",
	};
	const char *sent = strstr(text, "\nsent:");
	unsigned long sum = 0;
	size_t i;

	for (i = 0; sent && i < sizeof(fates) / sizeof(fates[0]); i++) {
		const char *fate = strstr(text, fates[i]);

		sum += fate ? strtoul(strchr(fate, ':') + 1, NULL, 10) : 0;
	}
	if (sent && strtoul(strchr(sent, ':') + 1, NULL, 10) != sum)
		fail(stream, "the ledger is not balanced:\n%s", text);
}

void op_fdinfo(struct stream *stream, const struct step *step)
{
	struct file *file = file_any(stream, step);
	const struct question question = question_of(CALL_FDINFO, file);
	char path[64], text[1024];
	ssize_t length = 0;
	long fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", file_descriptor(stream, file));
	fd = judge(stream, &question, outcome(open(path, O_RDONLY | O_CLOEXEC)));
	if (fd < 0)
		return;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length > 0) {
		text[length] = '\0';
		judge_books(stream, text);
	}
}
