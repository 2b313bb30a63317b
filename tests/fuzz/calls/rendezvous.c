// SPDX-License-Identifier: GPL-2.0
/* Who meets at a group: SYNCHMESS_JOIN, _LEAVE and _MEET. */
#include "fuzz/calls/file.h"
#include "fuzz/calls/opened.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/patience.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "harness/random.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <sys/ioctl.h>

static struct file *place(struct stream *stream, const struct step *step)
{
	return step->extra < 16 ? file_any(stream, step) : file_of(stream, step, KIND_GROUP);
}

/* ---- members */

/* It takes no structure, whatever is passed. */
static long call(struct stream *stream, struct file *file, enum call call, unsigned int command,
		 const struct step *step)
{
	struct question question = question_of(call, file);
	const struct flaws none = { };
	long result = judge_flawed(stream, &question, &none,
				   outcome(ioctl(file_descriptor(stream, file), command,
						 step->value)));

	if (result > 0)
		fail(stream, "%s returns more than 0", call_names[call]);
	return result;
}

void op_join(struct stream *stream, const struct step *step)
{
	struct file *file = place(stream, step);
	long result = call(stream, file, CALL_JOIN, SYNCHMESS_JOIN, step);

	if (stream->worker->shared_with != ALONE)
		return;
	if ((result == -EEXIST && file->opened->joined == NOT_JOINED) ||
	    ((!result || result == -EBUSY) && file->opened->joined == JOINED))
		fail(stream, "JOIN returns %ld", result);
	if (!result || result == -EEXIST)
		file->opened->joined = JOINED;
}

void op_leave(struct stream *stream, const struct step *step)
{
	struct file *file = place(stream, step);
	long result = call(stream, file, CALL_LEAVE, SYNCHMESS_LEAVE, step);

	if (stream->worker->shared_with != ALONE)
		return;
	if ((result == -ENOENT && file->opened->joined == JOINED) ||
	    (!result && file->opened->joined == NOT_JOINED) || result == -EBUSY)
		fail(stream, "LEAVE returns %ld", result);
	if (!result || result == -ENOENT)
		file->opened->joined = NOT_JOINED;
}

/* ---- meet */

static struct synchmess_meet meet_random(const struct file *file, uint64_t *random,
					 struct flaws *flaws)
{
	struct synchmess_meet meet = { .parties = random_below(random, 4) };

	patience_choose(&meet.deadline, &meet.flags, random);
	if (structure_one_in(random, 2))
		meet.meeting = file->opened->meeting - random_below(random, 2);
	if (structure_one_in(random, 8))
		meet.meeting = random_next(random) >> random_below(random, 64);
	if (structure_one_in(random, 8))
		meet.parties = random_next(random) >> random_below(random, 32);
	if (structure_one_in(random, 32))
		meet.flags |= 1u << random_below(random, 32);
	if (structure_one_in(random, 32))
		meet.reserved = 1u << random_below(random, 32);
	/* It may have begun meanwhile. */
	if (meet.parties && meet.meeting > file->opened->meeting)
		flaws_allow(flaws, EINVAL);
	if (meet.flags & ~SYNCHMESS_NOWAIT || meet.reserved ||
	    (meet.parties && meet.meeting >> 62))
		flaws_add(flaws, EINVAL);
	return meet;
}

static void fail_meet(struct stream *stream, const struct file *file,
		      const struct synchmess_meet *asked, long result)
{
	fail(stream, "MEET of %u parties (flags %x, joined %u) at %llu, known %llu, returns %ld",
	     asked->parties, asked->flags, file->opened->joined,
	     (unsigned long long)asked->meeting, (unsigned long long)file->opened->meeting,
	     result);
}

/* Did it come too late for the meeting that it means? Members mean no certain one. */
static bool is_late(const struct file *file, const struct synchmess_meet *asked)
{
	return asked->parties && asked->meeting && asked->meeting < file->opened->meeting;
}

static bool has_waited(long result)
{
	return !result || result == -ETIMEDOUT || result == -EINTR || result == -EAGAIN;
}

/* A member knows what it is; threads are not told of what was before, unless they ask. */
static bool can_return(const struct file *file, const struct synchmess_meet *asked, long result)
{
	bool is_member = !asked->parties;

	if (result > 1 || (result == -ETIMEDOUT && !asked->deadline))
		return false;
	if (is_member && file->opened->joined == NOT_JOINED)
		return result == -ENOENT || result == -ENODEV;
	if (is_member && file->opened->joined == JOINED && result == -ENOENT)
		return false;
	if (is_member)
		return result != -ESTALE && result != -EBUSY;
	if (result == -ENOENT || (asked->parties == 1 && has_waited(result)))
		return false;
	if (!asked->meeting && (result == -ESTALE || (result == -EOWNERDEAD &&
						      asked->flags & SYNCHMESS_NOWAIT)))
		return false;
	return !is_late(file, asked) || result == -EOWNERDEAD || result == -ESTALE ||
	       result == -EBUSY || result == -ENODEV;
}

/* Its next meeting is one that has not been. */
static void judge_next(struct stream *stream, struct file *file,
		       const struct synchmess_meet *asked, const struct synchmess_meet *told,
		       long result)
{
	bool was_late = result == -EOWNERDEAD || result == -ESTALE;
	uint64_t known = file->opened->meeting;

	if (told->meeting < known + !was_late || told->meeting < 2 ||
	    (asked->parties && told->meeting <= asked->meeting))
		fail_meet(stream, file, asked, result);
	if (result == -EOWNERDEAD ? told->how - 1 > SYNCHMESS_GONE_TIMED_OUT - 1u :
				    told->how || told->pid || told->tid)
		fail(stream, "MEET returns %ld and tells how %u, pid %u, tid %u", result,
		     told->how, told->pid, told->tid);
	file->opened->meeting = told->meeting;
}

/* No structure is as one of zeros, in which nothing can be wrong. */
static void do_without(struct synchmess_meet *meet, struct flaws *flaws)
{
	*meet = (struct synchmess_meet){ };
	*flaws = (struct flaws){ };
}

static bool tells_next(long result)
{
	return result >= 0 || result == -EOWNERDEAD || result == -ETIMEDOUT || result == -ESTALE;
}

void op_meet(struct stream *stream, const struct step *step)
{
	struct file *file = place(stream, step);
	struct question question = question_of(CALL_MEET, file);
	uint64_t random = structure_random(step);
	struct flaws flaws = { };
	struct synchmess_meet meet = meet_random(file, &random, &flaws), told;
	struct structure structure = structure_put(&stream->structures, SYNCHMESS_MEET, &meet,
						   TAKES | FILLS, &random, &flaws);
	long result;

	if (structure_one_in(&random, 8))
		structure.place.start = NULL;
	if (!structure.place.start)
		do_without(&meet, &flaws);
	result = judge_flawed(stream, &question, &flaws,
			      structure_call(stream, file, &structure));
	patience_judge(stream, &question, meet.deadline, meet.flags, result);
	if (stream->worker->shared_with != ALONE || flaws.certain || question.kind != KIND_GROUP ||
	    result == -EBADF || result == -EINVAL || result == -E2BIG || result == -EFAULT)
		return;
	if (!can_return(file, &meet, result))
		fail_meet(stream, file, &meet, result);
	if (!structure.place.start || !tells_next(result))
		return;
	structure_take(stream, &structure, &told, sizeof(told));
	judge_next(stream, file, &meet, &told, result);
}
