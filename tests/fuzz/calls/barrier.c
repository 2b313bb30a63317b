// SPDX-License-Identifier: GPL-2.0
/* The barrier of a group: SYNCHMESS_SLEEP, _AWAKE and _BARRIER. */
#include "fuzz/calls/file.h"
#include "fuzz/calls/opened.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/patience.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "harness/random.h"

#include <linux/synchmess.h>

#include <errno.h>

/* More than there are threads. */
#define MANY 1000

static struct file *place(struct stream *stream, const struct step *step)
{
	return step->extra < 16 ? file_any(stream, step) : file_of(stream, step, KIND_GROUP);
}

/* Generations ascend. */
static void see(struct stream *stream, struct file *file, const char *name, uint64_t generation,
		uint64_t least)
{
	if (generation < least)
		fail(stream, "%s tells of generation %llu, behind %llu", name,
		     (unsigned long long)generation, (unsigned long long)least);
	file->opened->generation = generation;
}

/* ---- sleep */

static struct synchmess_sleep sleep_random(const struct file *file, uint64_t *random,
					   struct flaws *flaws)
{
	struct synchmess_sleep sleep = { };

	patience_choose(&sleep.deadline, &sleep.flags, random);
	if (structure_one_in(random, 2))
		sleep.generation = file->opened->generation;
	else if (structure_one_in(random, 2))
		sleep.generation = random_next(random) >> random_below(random, 64);
	if (structure_one_in(random, 32))
		sleep.flags |= 1u << random_below(random, 32);
	if (structure_one_in(random, 32))
		sleep.reserved = 1u << random_below(random, 32);
	if (sleep.flags & ~SYNCHMESS_NOWAIT || sleep.reserved)
		flaws_add(flaws, EINVAL);
	return sleep;
}

/* It sleeps only if nothing has been missed, and is woken only into another generation. */
static void judge_sleep(struct stream *stream, struct file *file,
			const struct synchmess_sleep *asked, const struct structure *structure,
			long result)
{
	uint64_t known = file->opened->generation;
	struct synchmess_sleep told;

	if (asked->generation && asked->generation < known &&
	    (!result || result == -EAGAIN || result == -ETIMEDOUT || result == -EINTR))
		fail(stream, "SLEEP sleeps at generation %llu, though %llu has begun",
		     (unsigned long long)asked->generation, (unsigned long long)known);
	if (result < 0)
		return;
	structure_take(stream, structure, &told, sizeof(told));
	see(stream, file, "SLEEP", told.generation, known + !result);
	if (result > 1 || (result && (!asked->generation || told.generation == asked->generation)))
		fail(stream, "SLEEP at generation %llu returns %ld at %llu",
		     (unsigned long long)asked->generation, result,
		     (unsigned long long)told.generation);
}

void op_sleep_until(struct stream *stream, const struct step *step)
{
	struct file *file = place(stream, step);
	struct question question = question_of(CALL_SLEEP_UNTIL, file);
	uint64_t random = structure_random(step);
	struct flaws flaws = { };
	struct synchmess_sleep sleep = sleep_random(file, &random, &flaws);
	struct structure structure = structure_put(&stream->structures, SYNCHMESS_SLEEP, &sleep,
						   TAKES | FILLS, &random, &flaws);
	long result = judge_flawed(stream, &question, &flaws,
				   structure_call(stream, file, &structure));

	patience_judge(stream, &question, sleep.deadline, sleep.flags, result);
	if (stream->worker->shared_with == ALONE && !flaws.certain)
		judge_sleep(stream, file, &sleep, &structure, result);
}

/* ---- awake */

static struct synchmess_awake awake_random(uint64_t *random, struct flaws *flaws)
{
	struct synchmess_awake awake = { .count = 1 + random_below(random, 2) };

	if (structure_one_in(random, 4))
		awake.count = random_next(random) >> random_below(random, 32);
	if (structure_one_in(random, 24))
		awake.count = 0;
	if (structure_one_in(random, 24))
		awake.flags = 1u << random_below(random, 32);
	if (!awake.count || awake.flags)
		flaws_add(flaws, EINVAL);
	return awake;
}

void op_awake_some(struct stream *stream, const struct step *step)
{
	struct file *file = place(stream, step);
	struct question question = question_of(CALL_AWAKE_SOME, file);
	uint64_t random = structure_random(step);
	struct flaws flaws = { };
	struct synchmess_awake awake = awake_random(&random, &flaws), told;
	struct structure structure = structure_put(&stream->structures, SYNCHMESS_AWAKE, &awake,
						   TAKES | FILLS, &random, &flaws);
	long woken = judge_flawed(stream, &question, &flaws,
				  structure_call(stream, file, &structure));

	if (woken > awake.count || woken > MANY)
		fail(stream, "AWAKE of %u wakes %ld", awake.count, woken);
	if (woken < 0 || stream->worker->shared_with != ALONE)
		return;
	structure_take(stream, &structure, &told, sizeof(told));
	see(stream, file, "AWAKE", told.generation, file->opened->generation + 1);
}

/* ---- look */

/* Nobody waits for those who are all there. */
static void judge_barrier(struct stream *stream, struct file *file,
			  const struct synchmess_barrier *barrier)
{
	unsigned int expected = barrier->members ? barrier->members : barrier->parties;

	see(stream, file, "BARRIER", barrier->generation, file->opened->generation);
	if (barrier->meeting < file->opened->meeting || !barrier->meeting)
		fail(stream, "BARRIER tells of meeting %llu, behind %llu",
		     (unsigned long long)barrier->meeting,
		     (unsigned long long)file->opened->meeting);
	file->opened->meeting = barrier->meeting;
	if (barrier->sleepers > MANY || (barrier->members && barrier->parties) ||
	    (barrier->parties && !barrier->arrived) ||
	    (barrier->arrived && barrier->arrived >= expected) ||
	    (!barrier->members && file->opened->joined == JOINED))
		fail(stream, "BARRIER tells of %u sleepers, %u members, %u parties, %u arrived",
		     barrier->sleepers, barrier->members, barrier->parties, barrier->arrived);
}

void op_barrier(struct stream *stream, const struct step *step)
{
	struct file *file = place(stream, step);
	struct question question = question_of(CALL_BARRIER, file);
	uint64_t random = structure_random(step);
	struct synchmess_barrier barrier;
	struct flaws flaws = { };
	struct structure structure = structure_put(&stream->structures, SYNCHMESS_BARRIER, NULL,
						   FILLS, &random, &flaws);
	long result = judge_flawed(stream, &question, &flaws,
				   structure_call(stream, file, &structure));

	if (result > 0)
		fail(stream, "BARRIER returns more than 0");
	if (result || stream->worker->shared_with != ALONE)
		return;
	structure_take(stream, &structure, &barrier, sizeof(barrier));
	judge_barrier(stream, file, &barrier);
}
