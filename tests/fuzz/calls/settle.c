// SPDX-License-Identifier: GPL-2.0
/* SYNCHMESS_SETTLE and SYNCHMESS_RETRIES. */
#include "fuzz/calls/file.h"
#include "fuzz/calls/opened.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "harness/batch.h"
#include "harness/random.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <string.h>

/**
 * struct handful - the tokens of a call
 * @place: where they are
 * @count: how many the call is told of
 * @filled: so many can be looked at
 * @least: so many are surely good
 * @most: so many may be
 */
struct handful {
	struct place place;
	unsigned int count, filled, least, most;
};

static struct file *source(struct stream *stream, const struct step *step)
{
	static const enum kind kinds[] = {
		KIND_GROUP, KIND_GROUP, KIND_GROUP, KIND_MAILBOX,
	};

	return file_of(stream, step, step->extra < 8 ? KIND_HANDLE : kinds[step->extra % 4]);
}

/* ---- the tokens */

static unsigned int count_of(uint64_t *random)
{
	switch (random_below(random, 32)) {
	case 0:
		return random_below(random, 2) ? 0 : SYNCHMESS_MAX_BATCH + 1;
	case 1:
		return -1u >> random_below(random, 20);
	case 2:
		return SYNCHMESS_MAX_BATCH;
	default:
		return 1 + random_below(random, 4);
	}
}

/* One's own, now and then another file's, or nobody's. */
static uint64_t token_of(struct stream *stream, const struct file *file, uint64_t *random)
{
	const struct file *files = stream->worker->files;

	switch (random_below(random, 16)) {
	case 0:
		return tokens_pick(&files[random_below(random, FILES)].opened->tokens, random);
	case 1:
		return random_next(random) >> random_below(random, 64);
	default:
		return tokens_pick(&file->opened->tokens, random);
	}
}

static uint64_t token_at(const struct handful *handful, unsigned int i)
{
	uint64_t token;

	memcpy(&token, handful->place.copy + i * sizeof(token), sizeof(token));
	return token;
}

static struct handful put(struct stream *stream, const struct file *file, uint64_t *random,
			  struct flaws *flaws)
{
	struct handful handful = { .count = count_of(random) };
	unsigned int all = handful.count < SYNCHMESS_MAX_BATCH ? handful.count :
		SYNCHMESS_MAX_BATCH, i;
	uint64_t token;

	handful.place = sheet_place(&stream->elements, all * sizeof(token), random);
	handful.filled = handful.place.valid / sizeof(token);
	if (handful.filled > all)
		handful.filled = all;
	for (i = 0; i < handful.filled; i++) {
		token = token_of(stream, file, random);
		memcpy(handful.place.copy + i * sizeof(token), &token, sizeof(token));
	}
	if (!handful.count || handful.count > SYNCHMESS_MAX_BATCH)
		flaws_add(flaws, EINVAL);
	/* Whoever is good before those that cannot be read may be settled. */
	if (handful.filled < all)
		flaws_allow(flaws, EFAULT);
	if (all && !handful.filled)
		flaws_add(flaws, EFAULT);
	return handful;
}

/* ---- what becomes of them */

static struct synchmess_settle settle_random(uint64_t *random, struct flaws *flaws)
{
	struct synchmess_settle settle = { .what = 1 + random_below(random, 3) };

	/* What is returned for later must be back at the next quiet moment. */
	if (settle.what != SYNCHMESS_ACK && structure_one_in(random, 2))
		settle.time = 1 + random_below(random, 3 * MS);
	if (settle.what == SYNCHMESS_EXTEND && structure_one_in(random, 4))
		settle.time = HOUR;
	if (!structure_one_in(random, 24))
		return settle;
	flaws_add(flaws, EINVAL);
	if (structure_one_in(random, 2))
		settle.time = 1ull << 63 | random_next(random);
	else if (structure_one_in(random, 2))
		settle.what = SYNCHMESS_EXTEND + 1 + random_below(random, 1u << 31);
	else
		settle.what = 0;
	return settle;
}

/* Is it in the call already, before place @i? */
static bool is_again(const struct handful *handful, unsigned int i)
{
	unsigned int before;

	for (before = 0; before < i; before++) {
		if (token_at(handful, before) == token_at(handful, i))
			return true;
	}
	return false;
}

static bool is_surely_good(const struct file *file, const struct token *token)
{
	/* A mailbox may be another by now. */
	return file->kind == KIND_GROUP && tokens_is_good(token);
}

static bool is_surely_stale(const struct token *token, uint64_t value, bool again,
			    unsigned int what)
{
	return !value || value >= IMPOSSIBLE_TOKEN || (token && token->settled) ||
	       (again && what != SYNCHMESS_EXTEND);
}

/* Behind the first that is surely stale nothing is settled. To be asked after the call. */
static void expect(struct handful *handful, struct file *file, unsigned int what)
{
	unsigned int i;

	for (i = 0; i < handful->filled; i++) {
		uint64_t value = token_at(handful, i);
		struct token *token = tokens_find(&file->opened->tokens, value);
		bool again = is_again(handful, i);

		if (is_surely_stale(token, value, again, what))
			break;
		if (handful->least == i && !again && is_surely_good(file, token))
			handful->least++;
	}
	handful->most = i;
	if (handful->filled < handful->count)
		handful->least = 0;
}

static void judge_count(struct stream *stream, const struct handful *handful, long settled)
{
	if (settled >= 0 && (!settled || settled > handful->most || settled < handful->least))
		fail(stream, "SETTLE of %u tokens, of which %u to %u are good, returns %ld",
		     handful->count, handful->least, handful->most, settled);
	if (settled == -ESTALE && handful->least)
		fail(stream, "SETTLE calls a token stale that is good");
}

static void learn(struct file *file, const struct handful *handful,
		  const struct synchmess_settle *settle, uint64_t began, long settled)
{
	unsigned int good = settled > 0 ? settled : 0, i;
	struct token *token;

	for (i = 0; i < good; i++) {
		token = tokens_find(&file->opened->tokens, token_at(handful, i));
		if (!token)
			continue;
		token->settled = settle->what != SYNCHMESS_EXTEND;
		/* What a read may ack, nobody knows which, it acks however long it lasts. */
		if (token->end)
			token->end = tokens_end(began, settle->time);
	}
	/* At which it stopped, if that was not for want of memory. */
	if (good == handful->filled || (settled < 0 && settled != -ESTALE))
		return;
	token = tokens_find(&file->opened->tokens, token_at(handful, good));
	if (token && handful->filled == handful->count)
		token->settled = true;
}

void op_settle(struct stream *stream, const struct step *step)
{
	struct file *file = source(stream, step);
	struct question question = question_of(CALL_SETTLE, file);
	uint64_t random = structure_random(step);
	struct flaws flaws = { };
	struct handful handful = put(stream, file, &random, &flaws);
	struct synchmess_settle settle = settle_random(&random, &flaws);
	struct structure structure;
	uint64_t began = now_ns();
	long settled;

	settle.count = handful.count;
	settle.tokens = (uintptr_t)handful.place.start;
	structure = structure_put(&stream->structures, SYNCHMESS_SETTLE, &settle, TAKES, &random,
				  &flaws);
	settled = judge_flawed(stream, &question, &flaws,
			       structure_call(stream, file, &structure));
	if (stream->worker->shared_with != ALONE)
		return;
	expect(&handful, file, settle.what);
	judge_count(stream, &handful, settled);
	learn(file, &handful, &settle, began, settled);
}

/* ---- dead letters */

static void judge_grave(const struct file *file, const struct file *grave, struct flaws *flaws)
{
	/* It may be the same group through another file. */
	if (grave->kind == KIND_GROUP)
		flaws_allow(flaws, EINVAL);
	if (grave->kind == KIND_NONE)
		flaws_add(flaws, EBADF);
	else if (grave->kind != KIND_GROUP || grave->opened == file->opened)
		flaws_add(flaws, EINVAL);
}

/* A group gets what groups are sent, which is the pattern, and not a mailbox's text. */
static int choose_grave(struct stream *stream, const struct step *step, const struct file *file,
			uint64_t *random, struct flaws *flaws)
{
	struct file *grave = &stream->worker->files[random_below(random, FILES)];
	bool may_be_group = file_place(stream, grave) == KIND_GROUP ||
			    file_place(stream, grave) == KIND_NONE;

	if (step->flags & 1 || (may_be_group && file_place(stream, file) != KIND_GROUP))
		return -1;
	if (step->flags >= 240) {
		flaws_add(flaws, EBADF);
		return -2 - (int)random_below(random, 1u << 30);
	}
	judge_grave(file, grave, flaws);
	return file_descriptor(stream, grave);
}

void op_retries(struct stream *stream, const struct step *step)
{
	struct file *file = source(stream, step);
	struct question question = question_of(CALL_RETRIES, file);
	uint64_t random = structure_random(step);
	struct flaws flaws = { };
	struct synchmess_retries retries = { .max_deliveries = random_below(&random, 4) };
	struct structure structure;

	retries.dead_letters = choose_grave(stream, step, file, &random, &flaws);
	if (structure_one_in(&random, 16)) {
		retries.max_deliveries = SYNCHMESS_MAX_DELIVERIES + 1 +
			random_below(&random, 1u << 31);
		flaws_add(&flaws, EINVAL);
	}
	structure = structure_put(&stream->structures, SYNCHMESS_RETRIES, &retries, TAKES, &random,
				  &flaws);
	if (judge_flawed(stream, &question, &flaws, structure_call(stream, file, &structure)) > 0)
		fail(stream, "RETRIES returns more than 0");
}
