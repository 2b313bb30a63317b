// SPDX-License-Identifier: GPL-2.0
/*
 * Senders, processes of their own, and one reader with a ring that is too small for them:
 * now it reads what is there, now it waits, now it fetches, now it lies about its tail. Each
 * message comes exactly once, those of each sender in order, and all in the order of
 * their numbers.
 */
#include "harness/batch.h"
#include "harness/option.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/ringed.h"
#include "harness/suite.h"

#include <string.h>
#include <unistd.h>

#define SENDERS 4

static unsigned long messages = 20000;	/* of each sender */

struct letter {
	unsigned int sender;
	unsigned int number;
	char rest[1000];
};

struct sender {
	int fd;
	unsigned int number;
	uint64_t seed;
};

/* One in eight is long, one in four goes by SEND, up to three at once. */
static int send_some(struct sender *sender, struct letter *letters)
{
	size_t size = sizeof(*letters) - sizeof(letters->rest) +
		      random_below(&sender->seed, random_below(&sender->seed, 8) ? 100 : 1000);
	unsigned int count = 1 + random_below(&sender->seed, 3), i;
	struct synchmess_out out[3] = { };

	if (random_below(&sender->seed, 4)) {
		CHILD_CHECK(write(sender->fd, letters, size) == (ssize_t)size);
		letters[0].number++;
		return 0;
	}
	for (i = 0; i < count; i++) {
		letters[i] = letters[0];
		letters[i].number += i;
		out[i] = (struct synchmess_out){ .data = user(&letters[i]), .size = size };
	}
	CHILD_CHECK(batch_send(sender->fd, out, count, 0) == count);
	letters[0].number += count;
	return 0;
}

static int send_all(void *argument)
{
	struct sender *sender = argument;
	struct letter letters[3] = { { .sender = sender->number } };

	while (letters[0].number < messages) {
		if (send_some(sender, letters))
			return 1;
	}
	return 0;
}

struct tally {
	unsigned long next[SENDERS];
	uint64_t id;
	unsigned long fetched;
};

/* Of a batch the last ones may be more than there should be. */
static bool is_complete(const struct tally *tally)
{
	unsigned int i;

	for (i = 0; i < SENDERS; i++) {
		if (tally->next[i] < messages)
			return false;
	}
	return true;
}

static void record(struct tally *tally, const struct ring *ring, const struct synchmess_in *in)
{
	const struct letter *letter = ring_payload(ring, in);

	assert_int_equal(in->id, ++tally->id);
	assert_in_range(letter->sender, 0, SENDERS - 1);
	assert_int_equal(letter->number, tally->next[letter->sender]++);
}

/* Nothing is lost if it seems to be full for a while. */
static void lie(const struct ring *ring, uint64_t *seed)
{
	__atomic_store_n(&ring->control->tail, ring->tail - 1 - random_below(seed, 1 << 20),
			 __ATOMIC_RELEASE);
	__atomic_store_n(&ring->control->tail, ring->tail, __ATOMIC_RELEASE);
}

static void read_some(struct ring *ring, struct tally *tally, uint64_t *seed)
{
	unsigned long most = random_below(seed, 50);
	const struct synchmess_in *in;

	while (most-- && (in = ring_peek(ring))) {
		record(tally, ring, in);
		ring_done(ring, in);
	}
}

static void read_all(struct ring *ring, struct tally *tally, uint64_t *seed)
{
	while (!is_complete(tally)) {
		read_some(ring, tally, seed);
		if (!random_below(seed, 16))
			lie(ring, seed);
		if (!random_below(seed, 4) && !ringed_move(ring))
			tally->fetched++;
		if (!ring_peek(ring) && !is_complete(tally))
			assert_ok(ring_wait(ring, 0, 0));
	}
}

static void each_message_comes_exactly_once(void **state)
{
	const struct synchmess_settings settings = { .max_messages = 64 };
	int fd = batch_group(&settings);
	struct ring ring = ringed(fd, 4 * RING_LEAST);
	struct sender senders[SENDERS];
	uint64_t seed = random_seed();
	struct tally tally = { };
	pid_t children[SENDERS];
	unsigned int i;

	(void)state;
	for (i = 0; i < SENDERS; i++) {
		senders[i] = (struct sender){ .fd = fd, .number = i, .seed = seed + i + 1 };
		children[i] = process_start(send_all, &senders[i]);
	}
	read_all(&ring, &tally, &seed);
	for (i = 0; i < SENDERS; i++)
		assert_int_equal(process_wait(children[i]), 0);
	/* The rest of the last batches. */
	while (!ringed_move(&ring))
		read_some(&ring, &tally, &seed);
	assert_int_equal(batch_stat(fd).sent, tally.id);
	batch_expect_books(fd, 0, 0, 0);
	ring_close(&ring);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	TEST(each_message_comes_exactly_once),
};

int main(int argc, char *argv[])
{
	static const struct option_number options[] = { { "messages", &messages }, { } };

	(void)argc;
	option_read(argv, options);
	return RUN_SUITE("stress: ring", tests);
}
