// SPDX-License-Identifier: GPL-2.0
/* SYNCHMESS_WATCH, and what can be done to what it returns. */
#include "fuzz/calls/area.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/opened.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "harness/random.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct synchmess_watch watch_random(const struct file *file, uint64_t *random,
					   struct flaws *flaws)
{
	struct synchmess_watch watch = { .open_flags = O_NONBLOCK | O_CLOEXEC };

	if (structure_one_in(random, 2))
		watch.generation = file->opened->generation - random_below(random, 2);
	if (structure_one_in(random, 8))
		watch.generation = random_next(random) >> random_below(random, 64);
	if (structure_one_in(random, 24))
		watch.open_flags |= 1u << random_below(random, 32);
	if (structure_one_in(random, 24))
		watch.reserved = 1u << random_below(random, 32);
	/* It may have been meanwhile. */
	if (watch.generation > file->opened->generation)
		flaws_allow(flaws, EINVAL);
	if (watch.open_flags & ~(O_NONBLOCK | O_CLOEXEC) || watch.reserved ||
	    watch.generation >> 62)
		flaws_add(flaws, EINVAL);
	return watch;
}

static bool has_news(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	return poll(&ready, 1, 0) == 1 && ready.revents & (POLLIN | POLLHUP);
}

/* A read that cannot succeed tells nothing, and takes nothing. */
static void read_badly(struct stream *stream, struct file *file, int fd, const struct step *step)
{
	struct question question = question_of(CALL_WATCH_READ, file);
	bool is_short = step->size % 2;
	long got = is_short ? read(fd, stream->room, step->size % 8) :
			      read(fd, area_bad(step), sizeof(uint64_t));

	question.length = !is_short;
	judge(stream, &question, outcome(got));
	if (got >= 0)
		fail(stream, "a bad read of a watch brings %ld bytes", got);
}

/* Whatever was not told yet is, once. */
static void read_well(struct stream *stream, struct file *file, int fd, uint64_t seen)
{
	const struct question question = question_of(CALL_WATCH_READ, file);
	bool news = has_news(fd);
	uint64_t generation = 0;
	long got = judge(stream, &question,
			 outcome(read(fd, &generation, sizeof(generation))));

	if (stream->worker->shared_with != ALONE)
		return;
	if (got == -EAGAIN && (news || (seen && seen < file->opened->generation)))
		fail(stream, "a watch of generation %llu does not tell of another",
		     (unsigned long long)seen);
	if (got < 0)
		return;
	if (got != sizeof(generation) || generation <= seen ||
	    generation < file->opened->generation)
		fail(stream, "a watch of generation %llu tells of %llu, in %ld bytes",
		     (unsigned long long)seen, (unsigned long long)generation, got);
	file->opened->generation = generation;
}

static void use(struct stream *stream, struct file *file, int fd, const struct step *step,
		uint64_t seen)
{
	if (step->flags & 1)
		read_badly(stream, file, fd, step);
	read_well(stream, file, fd, seen);
	if (write(fd, stream->room, 8) != -1 || errno != EBADF)
		fail(stream, "a watch can be written");
	if (ioctl(fd, SYNCHMESS_AWAKE, area_bad(step)) != -1 || errno != ENOTTY)
		fail(stream, "a watch takes a command");
}

void op_watch(struct stream *stream, const struct step *step)
{
	struct file *file = step->extra < 16 ? file_any(stream, step) :
		file_of(stream, step, KIND_GROUP);
	struct question question = question_of(CALL_WATCH, file);
	uint64_t random = structure_random(step);
	struct flaws flaws = { };
	struct synchmess_watch watch = watch_random(file, &random, &flaws);
	struct structure structure = structure_put(&stream->structures, SYNCHMESS_WATCH, &watch,
						   TAKES, &random, &flaws);
	long fd = judge_flawed(stream, &question, &flaws,
			       structure_call(stream, file, &structure));

	if (fd < 0)
		return;
	use(stream, file, fd, step, watch.generation);
	close(fd);
}
