// SPDX-License-Identifier: GPL-2.0
/*
 * The barrier and the rendezvous of a group of one's own, beside a model of them. Nobody
 * else comes, so nobody meets but those who need no other.
 */
#include "fuzz/calls/file.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/private_group.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "harness/batch.h"
#include "harness/random.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <unistd.h>

#define MOVES 16

/**
 * struct game - the model
 * @stream: who plays
 * @random: what he does
 * @generation: of the barrier
 * @meeting: the one in progress
 * @broken: the latest that was broken
 * @how: how that was
 * @next: the meeting that each file's member means; 0: it is none
 */
struct game {
	struct stream *stream;
	uint64_t random;
	uint64_t generation, meeting, broken;
	unsigned int how;
	uint64_t next[PRIVATE_FILES];
};

static void expect(struct game *game, const char *what, long got, long expected)
{
	if (got != expected)
		fail(game->stream, "a game of meetings: %s %ld, not %ld", what, got, expected);
}

static unsigned int count_members(const struct game *game)
{
	unsigned int count = 0, i;

	for (i = 0; i < PRIVATE_FILES; i++)
		count += !!game->next[i];
	return count;
}

static unsigned int one(struct game *game)
{
	return random_below(&game->random, PRIVATE_FILES);
}

static void break_meeting(struct game *game, unsigned int how)
{
	game->broken = game->meeting++;
	game->how = how;
}

/* ---- the barrier */

static void awake(struct game *game)
{
	struct synchmess_awake awake = { .count = 1 + random_below(&game->random, 3) };

	expect(game, "AWAKE returns",
	       private_call(game->stream, one(game), CALL_AWAKE_SOME, SYNCHMESS_AWAKE, &awake), 0);
	expect(game, "its generation is", awake.generation, ++game->generation);
}

/* Nobody wakes him: he returns at once, or in vain. */
static void sleep_at(struct game *game, uint64_t generation)
{
	struct synchmess_sleep sleep = { .generation = generation, .deadline = 1 };
	bool seen = !generation || generation == game->generation;
	long result;

	if (random_below(&game->random, 2))
		sleep.flags = SYNCHMESS_NOWAIT;
	result = private_call(game->stream, one(game), CALL_SLEEP_UNTIL, SYNCHMESS_SLEEP, &sleep);
	if (result == -EINTR && seen && !sleep.flags)
		return;
	expect(game, "SLEEP returns", result,
	       !seen ? 1 : sleep.flags ? -EAGAIN : -ETIMEDOUT);
	if (!result)
		expect(game, "its generation is", sleep.generation, game->generation);
}

static void look(struct game *game)
{
	struct synchmess_barrier barrier;

	expect(game, "BARRIER returns",
	       private_call(game->stream, one(game), CALL_BARRIER, SYNCHMESS_BARRIER, &barrier), 0);
	expect(game, "the generation is", barrier.generation, game->generation);
	expect(game, "the meeting is", barrier.meeting, game->meeting);
	expect(game, "sleepers are", barrier.sleepers, 0);
	expect(game, "members are", barrier.members, count_members(game));
	expect(game, "parties are", barrier.parties, 0);
	expect(game, "arrived are", barrier.arrived, 0);
}

/* ---- members */

static void join(struct game *game)
{
	unsigned int i = one(game);

	expect(game, "JOIN returns",
	       private_call(game->stream, i, CALL_JOIN, SYNCHMESS_JOIN, NULL),
	       game->next[i] ? -EEXIST : 0);
	if (!game->next[i])
		game->next[i] = game->meeting;
}

static void leave(struct game *game)
{
	unsigned int i = one(game);

	expect(game, "LEAVE returns",
	       private_call(game->stream, i, CALL_LEAVE, SYNCHMESS_LEAVE, NULL),
	       game->next[i] ? 0 : -ENOENT);
	game->next[i] = 0;
}

/* Returns whether it is open again. */
static bool lose(struct game *game)
{
	private_file_close(game->stream, 1);
	if (game->next[1])
		break_meeting(game, SYNCHMESS_GONE_CLOSED);
	game->next[1] = 0;
	return private_file_open(game->stream, 1);
}

/* ---- meetings */

/* What somebody is told who comes for meeting @number, one of so many. */
static long arrive(struct game *game, const struct synchmess_meet *meet, uint64_t number,
		   unsigned int parties)
{
	if (number > game->meeting)
		return -EINVAL;
	if (number < game->meeting)
		return number <= game->broken ? -EOWNERDEAD : -ESTALE;
	if (parties == 1) {
		game->meeting++;
		return 1;
	}
	if (meet->flags)
		return -EAGAIN;
	break_meeting(game, SYNCHMESS_GONE_TIMED_OUT);
	return -ETIMEDOUT;
}

/* We are the only one who can be to blame. */
static void judge_told(struct game *game, const struct synchmess_meet *told, long result)
{
	bool blames = result == -EOWNERDEAD;

	expect(game, "its culprit is process", told->pid, blames ? getpid() : 0);
	expect(game, "its culprit is thread", told->tid, blames ? gettid() : 0);
	expect(game, "its culprit went", told->how, blames ? game->how : 0);
	if (result >= 0 || blames || result == -ETIMEDOUT || result == -ESTALE)
		expect(game, "its next meeting is", told->meeting, game->meeting);
}

/* One who waits may be interrupted, as if he had not come: then he comes again. */
static long call(struct game *game, unsigned int i, struct synchmess_meet *meet)
{
	const struct synchmess_meet asked = *meet;
	long result;

	do {
		*meet = asked;
		result = private_call(game->stream, i, CALL_MEET, SYNCHMESS_MEET, meet);
	} while (result == -EINTR && !asked.flags);
	return result;
}

static struct synchmess_meet meet_random(struct game *game)
{
	struct synchmess_meet meet = { .deadline = 1 };

	if (random_below(&game->random, 2))
		meet.flags = SYNCHMESS_NOWAIT;
	return meet;
}

/* What a file's member is told, if it is one. */
static long arrive_as_member(struct game *game, unsigned int i, const struct synchmess_meet *meet)
{
	long expected;

	if (!game->next[i])
		return -ENOENT;
	expected = arrive(game, meet, game->next[i], count_members(game));
	game->next[i] = game->meeting;
	return expected;
}

/* Without a structure nobody would end his waiting: he comes only if he need not. */
static void meet_plainly(struct game *game)
{
	const struct synchmess_meet meet = { };
	unsigned int i = one(game);
	long expected;

	if (game->next[i] == game->meeting && count_members(game) > 1)
		return;
	expected = arrive_as_member(game, i, &meet);
	expect(game, "MEET without a structure returns",
	       private_call(game->stream, i, CALL_MEET, SYNCHMESS_MEET, NULL), expected);
}

static void meet_as_member(struct game *game)
{
	struct synchmess_meet meet = meet_random(game);
	unsigned int i = one(game);
	long expected = arrive_as_member(game, i, &meet), result;

	result = call(game, i, &meet);
	expect(game, "MEET of a member returns", result, expected);
	judge_told(game, &meet, result);
}

static void meet_as_thread(struct game *game)
{
	struct synchmess_meet meet = meet_random(game);
	uint64_t number = game->meeting - random_below(&game->random, 4) + 1;
	long expected = -EBUSY, result;

	meet.parties = 1 + random_below(&game->random, 3);
	if (random_below(&game->random, 2) && number && number <= game->meeting + 1)
		meet.meeting = number;
	if (!count_members(game))
		expected = arrive(game, &meet, meet.meeting ?: game->meeting, meet.parties);
	result = call(game, one(game), &meet);
	expect(game, "MEET of a thread returns", result, expected);
	judge_told(game, &meet, result);
}

/* ---- the game */

/* Returns whether there is a game any more. */
static bool move(struct game *game)
{
	switch (random_below(&game->random, 11)) {
	case 0:
		return lose(game);
	case 1:
		awake(game);
		return true;
	case 2:
		sleep_at(game, random_below(&game->random, game->generation + 2));
		return true;
	case 3 ... 4:
		join(game);
		return true;
	case 5:
		leave(game);
		return true;
	case 6 ... 7:
		meet_as_member(game);
		return true;
	case 8:
		meet_plainly(game);
		return true;
	default:
		meet_as_thread(game);
		return true;
	}
}

void op_meet_alone(struct stream *stream, const struct step *step)
{
	struct game game = {
		.stream = stream, .random = structure_random(step), .generation = 1, .meeting = 1,
	};
	unsigned int i;

	if (stream->worker->shared_with != ALONE || !private_group_open(stream))
		return;
	for (i = 0; i < MOVES && move(&game); i++)
		look(&game);
	private_group_close(stream);
}
