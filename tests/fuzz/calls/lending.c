// SPDX-License-Identifier: GPL-2.0
/*
 * Leases in a group of one's own, beside a model of it: who has which message, how often
 * it was received, what the ledger says.
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
#include <fcntl.h>
#include <sched.h>
#include <string.h>

#define LETTERS 6
#define MOVES 16
#define PATIENCE (10 * SECOND)
#define STAMP sizeof(struct synchmess_in)

#define NOBODY -1	/* it is in the queue */
#define GONE -2

/**
 * struct letter - a message
 * @id: its number
 * @token: of its latest lease
 * @priority: as it was sent
 * @deliveries: how often it was leased
 * @holder: which file has it, NOBODY, or GONE
 */
struct letter {
	uint64_t id, token;
	unsigned int priority, deliveries;
	int holder;
};

/**
 * struct reader - what reads of a file do
 * @header: bytes of stamp; 0: nobody has asked for any
 * @leases: what is read is leased
 * @latest: the token that the next read acks; 0: none
 */
struct reader {
	unsigned int header;
	bool leases;
	uint64_t latest;
};

/**
 * struct game - the model
 * @stream: who plays
 * @random: what he does
 * @count: how many letters there are
 * @letters: them, in the order of sending
 * @readers: the files
 * @most: so often each is leased; 0: without end
 * @token: the latest
 * @delivered: so many were acked
 * @revoked: so many were revoked
 * @dropped: so many were leased too often
 */
struct game {
	struct stream *stream;
	uint64_t random;
	unsigned int count;
	struct letter letters[LETTERS];
	struct reader readers[PRIVATE_FILES];
	unsigned int most;
	uint64_t token;
	unsigned int delivered, revoked, dropped;
};

static void expect(struct game *game, const char *what, long got, long expected)
{
	if (got != expected)
		fail(game->stream, "a game of leases: %s %ld, not %ld", what, got, expected);
}

static unsigned int count(const struct game *game, int holder)
{
	unsigned int found = 0, i;

	for (i = 0; i < game->count; i++)
		found += game->letters[i].holder == holder;
	return found;
}

static unsigned int count_leased(const struct game *game)
{
	return count(game, 0) + count(game, 1);
}

/* ---- the beginning */

static void post(struct game *game)
{
	struct synchmess_out out[LETTERS] = { };
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_NOWAIT, .count = LETTERS, .message_size = sizeof(out[0]),
		.messages = user(out),
	};
	long sent;
	int i;

	for (i = 0; i < LETTERS; i++)
		out[i].priority = random_below(&game->random, 3);
	sent = private_call(game->stream, 0, CALL_SEND, SYNCHMESS_SEND, &batch);
	/* The user's share may be used up. */
	for (i = 0; i < sent; i++)
		game->letters[i] = (struct letter){
			.id = out[i].id, .priority = out[i].priority, .holder = NOBODY,
		};
	game->count = sent > 0 ? sent : 0;
}

static void limit(struct game *game)
{
	struct synchmess_retries retries = { .dead_letters = -1 };

	retries.max_deliveries = random_below(&game->random, 2) * 3;
	game->most = retries.max_deliveries;
	expect(game, "RETRIES returns",
	       private_call(game->stream, 0, CALL_RETRIES, SYNCHMESS_RETRIES, &retries), 0);
}

/* Nobody waits: then each answer can be foretold. Stamps tell which letter it is. */
static void ask_for_reading(struct game *game, int holder)
{
	struct reader *reader = &game->readers[holder];
	struct synchmess_reading reading = { .header_size = STAMP };

	*reader = (struct reader){ };
	if (structure_one_in(&game->random, 4))
		return;
	fcntl(file_descriptor(game->stream, private_file(game->stream, holder)), F_SETFL,
	      O_NONBLOCK);
	reader->header = STAMP;
	reader->leases = random_below(&game->random, 3);
	if (reader->leases) {
		reading.flags = SYNCHMESS_LEASE;
		reading.lease = random_below(&game->random, 2) * HOUR;
	}
	expect(game, "READING returns",
	       private_call(game->stream, holder, CALL_READING, SYNCHMESS_READING, &reading), 0);
	expect(game, "READING returns",
	       private_call(game->stream, holder, CALL_READING, SYNCHMESS_READING, &reading),
	       -EBUSY);
}

/* ---- moves */

static struct letter *next_letter(struct game *game)
{
	struct letter *next = NULL;
	unsigned int i;

	for (i = 0; i < game->count; i++) {
		struct letter *letter = &game->letters[i];

		if (letter->holder == NOBODY && (!next || letter->priority > next->priority))
			next = letter;
	}
	return next;
}

/* The next in line, with a token that nobody has had. */
static void hand_over(struct game *game, const struct synchmess_in *in, int holder)
{
	struct letter *letter = next_letter(game);

	expect(game, "the next letter is", in->id, letter->id);
	expect(game, "its deliveries are", in->deliveries, letter->deliveries);
	if (in->token <= game->token)
		fail(game->stream, "a game of leases: token %llu behind %llu",
		     (unsigned long long)in->token, (unsigned long long)game->token);
	game->token = in->token;
	letter->token = in->token;
	letter->deliveries++;
	letter->holder = holder;
}

static void take_back(struct game *game, struct letter *letter)
{
	bool is_exhausted = game->most && letter->deliveries >= game->most;

	letter->holder = is_exhausted ? GONE : NOBODY;
	game->dropped += is_exhausted;
}

/* ---- settling */

/* The next read has nothing to ack then. */
static void forget_latest(struct game *game, const struct letter *letter)
{
	struct reader *reader = &game->readers[letter->holder];

	if (reader->latest == letter->token)
		reader->latest = 0;
}

static void settle_one(struct game *game, struct letter *letter, unsigned int what)
{
	if (what != SYNCHMESS_EXTEND)
		forget_latest(game, letter);
	if (what == SYNCHMESS_RETURN)
		take_back(game, letter);
	if (what != SYNCHMESS_ACK)
		return;
	letter->holder = GONE;
	game->delivered++;
}

/**
 * struct handful - tokens of any letters, also of those that are another's, or nobody's
 *	any more
 */
struct handful {
	uint64_t tokens[4];
	struct letter *letters[4];
	unsigned int count;
};

static void pick(struct game *game, struct handful *handful)
{
	unsigned int i;

	handful->count = 1 + random_below(&game->random, 4);
	for (i = 0; i < handful->count; i++) {
		handful->letters[i] = &game->letters[random_below(&game->random, game->count)];
		handful->tokens[i] = handful->letters[i]->token;
	}
}

/* Returns how many the holder can settle. */
static unsigned int settle_all(struct game *game, const struct handful *handful, int holder,
			       unsigned int what)
{
	unsigned int good;

	for (good = 0; good < handful->count && handful->letters[good]->holder == holder; good++)
		settle_one(game, handful->letters[good], what);
	return good;
}

static void settle(struct game *game)
{
	struct handful handful;
	struct synchmess_settle settle = {
		.what = 1 + random_below(&game->random, 3), .tokens = user(handful.tokens),
	};
	int holder = random_below(&game->random, PRIVATE_FILES);
	unsigned int good;

	pick(game, &handful);
	settle.count = handful.count;
	good = settle_all(game, &handful, holder, settle.what);
	expect(game, "SETTLE returns",
	       private_call(game->stream, holder, CALL_SETTLE, SYNCHMESS_SETTLE, &settle),
	       good ? (long)good : -ESTALE);
}

/* ---- lending */

/* What goes with a receive: then there is one only if all are good. */
static unsigned int choose_acks(struct game *game, struct handful *handful, int holder,
				struct synchmess_batch *batch)
{
	if (random_below(&game->random, 2))
		return 0;
	pick(game, handful);
	batch->acks = user(handful->tokens);
	batch->ack_count = handful->count;
	return handful->count - settle_all(game, handful, holder, SYNCHMESS_ACK);
}

static void lend(struct game *game)
{
	struct synchmess_in in[LETTERS] = { };
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_NOWAIT | SYNCHMESS_LEASE,
		.count = 1 + random_below(&game->random, 3), .message_size = sizeof(in[0]),
		.messages = user(in), .lease = random_below(&game->random, 2) * HOUR,
	};
	unsigned int holder = random_below(&game->random, PRIVATE_FILES);
	unsigned int waiting = count(game, NOBODY);
	unsigned int expected = batch.count < waiting ? batch.count : waiting, stale, i;
	struct handful acks;

	stale = choose_acks(game, &acks, holder, &batch);
	if (stale)
		expected = 0;
	expect(game, "RECEIVE returns",
	       private_call(game->stream, holder, CALL_RECEIVE, SYNCHMESS_RECEIVE, &batch),
	       expected ? (long)expected : stale ? -ESTALE : -EAGAIN);
	expect(game, "acks that are left are", batch.ack_count, stale);
	for (i = 0; i < expected; i++)
		hand_over(game, &in[i], holder);
}

/* ---- reading */

/* Has the holder what he has read last, so that it is done, or nothing? */
static bool ack_latest(struct game *game, int holder)
{
	struct reader *reader = &game->readers[holder];
	uint64_t latest = reader->latest;
	unsigned int i;

	reader->latest = 0;
	for (i = 0; latest && i < game->count; i++) {
		if (game->letters[i].token != latest || game->letters[i].holder != holder)
			continue;
		settle_one(game, &game->letters[i], SYNCHMESS_ACK);
		return true;
	}
	return !latest;
}

static void take_stamp(struct game *game, const struct synchmess_in *in, int holder)
{
	struct reader *reader = &game->readers[holder];
	struct letter *letter = next_letter(game);

	if (reader->leases) {
		hand_over(game, in, holder);
		reader->latest = in->token;
		return;
	}
	expect(game, "the next letter is", in->id, letter->id);
	expect(game, "its deliveries are", in->deliveries, letter->deliveries);
	expect(game, "its token is", in->token, 0);
	letter->holder = GONE;
	game->delivered++;
}

/* Of no bytes, of too few, into nowhere, or as it should be. */
static void read_one(struct game *game)
{
	static const unsigned int sizes[] = { 0, STAMP - 1, STAMP, STAMP, STAMP, STAMP + 9 };
	unsigned int size = sizes[random_below(&game->random, 6)];
	bool nowhere = structure_one_in(&game->random, 6);
	int holder = random_below(&game->random, PRIVATE_FILES);
	unsigned char bytes[STAMP + 9];
	long expected = STAMP, got;
	struct synchmess_in in;

	if (!game->readers[holder].header)
		return;
	if (size && size < STAMP)
		expected = -EINVAL;
	else if (!ack_latest(game, holder))
		expected = -ESTALE;
	else if (!size)
		expected = 0;
	else if (!next_letter(game))
		expected = -EAGAIN;
	else if (nowhere)
		expected = -EFAULT;
	got = private_read(game->stream, holder, nowhere ? NULL : bytes, size);
	expect(game, "a read returns", got, expected);
	if (got <= 0)
		return;
	memcpy(&in, bytes, sizeof(in));
	take_stamp(game, &in, holder);
}

static void take_back_all(struct game *game, int holder)
{
	unsigned int i;

	for (i = 0; i < game->count; i++) {
		if (game->letters[i].holder == holder)
			take_back(game, &game->letters[i]);
	}
}

static void revoke(struct game *game)
{
	struct synchmess_revoke revoke = { .what = SYNCHMESS_REVOKE_EVERYTHING };
	struct letter *letter;
	unsigned int waiting = count(game, NOBODY);

	expect(game, "REVOKE returns",
	       private_call(game->stream, 0, CALL_REVOKE_ALL, SYNCHMESS_REVOKE, &revoke), waiting);
	while ((letter = next_letter(game)))
		letter->holder = GONE;
	game->revoked += waiting;
}

static struct synchmess_stat look(struct game *game)
{
	struct synchmess_stat stat;

	expect(game, "STAT returns",
	       private_call(game->stream, 0, CALL_STAT, SYNCHMESS_STAT, &stat), 0);
	return stat;
}

static void judge_ledger(struct game *game)
{
	const struct synchmess_stat stat = look(game);

	expect(game, "sent are", stat.sent, game->count);
	expect(game, "queued are", stat.queued, count(game, NOBODY));
	expect(game, "leased are", stat.leased, count_leased(game));
	expect(game, "delivered are", stat.delivered, game->delivered);
	expect(game, "revoked are", stat.revoked, game->revoked);
	expect(game, "dropped are", stat.dropped, game->dropped);
}

/* A lease's end is noticed by itself; whoever comes then comes too late. */
static void expire(struct game *game)
{
	struct letter *letter = &game->letters[random_below(&game->random, game->count)];
	struct synchmess_settle settle = {
		.what = SYNCHMESS_EXTEND, .count = 1, .tokens = user(&letter->token), .time = 1,
	};
	unsigned int leased = count_leased(game);
	uint64_t deadline = now_ns() + PATIENCE;
	int holder = letter->holder;

	if (holder < 0)
		return;
	expect(game, "SETTLE returns",
	       private_call(game->stream, holder, CALL_SETTLE, SYNCHMESS_SETTLE, &settle), 1);
	while (look(game).leased == leased) {
		if (now_ns() > deadline)
			fail(game->stream, "a game of leases: a lease does not end");
		sched_yield();
	}
	take_back(game, letter);
	settle.what = SYNCHMESS_ACK;
	settle.time = 0;
	expect(game, "SETTLE returns",
	       private_call(game->stream, holder, CALL_SETTLE, SYNCHMESS_SETTLE, &settle), -ESTALE);
}

/* Returns whether it could be opened. */
static bool open_anew(struct game *game)
{
	private_file_close(game->stream, 1);
	take_back_all(game, 1);
	judge_ledger(game);
	if (!private_file_open(game->stream, 1))
		return false;
	ask_for_reading(game, 1);
	return true;
}

/* Returns whether there is a game any more. */
static bool move(struct game *game)
{
	switch (random_below(&game->random, 16)) {
	case 0:
		return open_anew(game);
	case 1:
		revoke(game);
		return true;
	case 2:
		expire(game);
		return true;
	case 3 ... 6:
		lend(game);
		return true;
	case 7 ... 11:
		read_one(game);
		return true;
	default:
		settle(game);
		return true;
	}
}

/* What is leased is dropped, and nobody holds it. */
static void end(struct game *game)
{
	uint64_t token = game->token;
	struct synchmess_settle settle = {
		.what = SYNCHMESS_ACK, .count = 1, .tokens = user(&token),
	};

	if (random_below(&game->random, 2) || !private_group_remove(game->stream))
		return;
	expect(game, "SETTLE returns",
	       private_call(game->stream, 0, CALL_SETTLE, SYNCHMESS_SETTLE, &settle), -ENODEV);
	game->dropped += count(game, NOBODY) + count_leased(game);
	if (game->readers[0].header)
		expect(game, "a read returns", private_read(game->stream, 0, NULL, 0), -ENODEV);
	expect(game, "dropped are", look(game).dropped, game->dropped);
}

void op_lend(struct stream *stream, const struct step *step)
{
	struct game game = { .stream = stream, .random = structure_random(step) };
	unsigned int i;

	if (stream->worker->shared_with != ALONE || !private_group_open(stream))
		return;
	post(&game);
	limit(&game);
	for (i = 0; i < PRIVATE_FILES; i++)
		ask_for_reading(&game, i);
	for (i = 0; i < MOVES && game.count && move(&game); i++)
		judge_ledger(&game);
	if (i == MOVES)
		end(&game);
	private_group_close(stream);
}
