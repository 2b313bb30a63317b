// SPDX-License-Identifier: GPL-2.0
/*
 * Readers that lease batches of messages, ack them, return them, let them run out or
 * are killed with them in their hands; a producer that does not care. A ledger in shared
 * memory, outside the victims, proves at the end: no message is lost, none is acked
 * twice, those that no death disturbed came in order, and whoever was late was told so.
 */
#include "harness/batch.h"
#include "harness/lease.h"
#include "harness/option.h"
#include "harness/random.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define READERS 8
#define AT_ONCE 16	/* a reader leases up to so many */
#define SPAN (20 * MS)	/* of those that are to run out */

static unsigned long messages = 20000, kills = 100;

/* Its place in the array is its tag. */
struct record {
	atomic_uchar acked;
	atomic_uchar doubtful;	/* who was about to ack it, and did not say more */
};

struct ledger {
	atomic_ulong leases, acks, returns, ran_out, late, faults, slowest_ns;
	struct record records[];
};

static struct ledger *ledger;
static int group;

struct hand {
	struct synchmess_in in[AT_ONCE];
	char bytes[AT_ONCE][8];
	uint64_t tokens[AT_ONCE];
	unsigned int count;
	uint64_t last_sequence;
	uint64_t seed;
};

static void fault(const char *what)
{
	fprintf(stderr, "%s (errno %d)\n", what, errno);
	ledger->faults++;
}

static struct record *record_of(const struct synchmess_in *in)
{
	if (in->tag >= messages) {
		fault("a tag that nobody sent");
		_exit(1);
	}
	return &ledger->records[in->tag];
}

/*
 * What comes for the first time comes in the order of publication, but for what was on
 * its way to one who was killed. What is ours without a limit of time nobody else can
 * have acked.
 */
static void look_at(struct hand *hand, const struct synchmess_in *in, uint64_t span)
{
	if (!span && record_of(in)->acked)
		fault("a message that was acked came again");
	if (in->deliveries)
		return;
	ledger->late += in->sequence < hand->last_sequence;
	if (in->sequence > hand->last_sequence)
		hand->last_sequence = in->sequence;
}

static void take(struct hand *hand, int fd, uint64_t span)
{
	unsigned int i, most = 1 + random_below(&hand->seed, AT_ONCE);
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_LEASE, .count = most, .message_size = sizeof(hand->in[0]),
		.messages = user(hand->in), .deadline = now_ns() + 20 * MS, .lease = span,
	};
	long got;

	for (i = 0; i < most; i++)
		hand->in[i] = batch_into(hand->bytes[i], sizeof(hand->bytes[i]));
	got = ioctl(fd, SYNCHMESS_RECEIVE, &batch);
	if (got < 0 && errno != ETIMEDOUT)
		fault("receive");
	hand->count = got < 0 ? 0 : got;
	ledger->leases += hand->count;
	for (i = 0; i < hand->count; i++) {
		hand->tokens[i] = hand->in[i].token;
		look_at(hand, &hand->in[i], span);
	}
}

/* Recorded before and after: who dies in between leaves it in doubt. */
static bool ack_one(struct hand *hand, int fd, unsigned int i)
{
	struct record *record = record_of(&hand->in[i]);

	record->doubtful = 1;
	if (lease_settle_one(fd, SYNCHMESS_ACK, hand->tokens[i], 0) != 1)
		return false;
	if (record->acked++)
		fault("acked twice");
	ledger->acks++;
	return true;
}

static void ack(struct hand *hand, int fd)
{
	unsigned int i;

	for (i = 0; i < hand->count; i++) {
		if (!ack_one(hand, fd, i))
			fault("acked in vain");
	}
	if (lease_settle_one(fd, SYNCHMESS_ACK, hand->tokens[0], 0) != -1 || errno != ESTALE)
		fault("acked again");
}

static void give_back(struct hand *hand, int fd)
{
	uint64_t later = random_below(&hand->seed, 2) * MS;

	if (lease_settle(fd, SYNCHMESS_RETURN, hand->tokens, hand->count, later) != hand->count)
		fault("return");
	ledger->returns += hand->count;
}

/* An ack is too late once that was noticed, and then it is told so. */
static void run_out(struct hand *hand, int fd)
{
	unsigned int i;

	usleep(2 * SPAN / 1000);
	for (i = 0; i < hand->count; i++) {
		if (ack_one(hand, fd, i))
			continue;
		if (errno != ESTALE)
			fault("a late ack");
		ledger->ran_out++;
	}
}

static void read_on(unsigned int reader)
{
	struct hand hand = { .seed = random_seed() + reader };
	int fd = batch_open(group, O_RDWR);

	close(group);
	for (;;) {
		unsigned int fate = random_below(&hand.seed, 100);

		take(&hand, fd, fate < 2 ? SPAN : 0);
		if (!hand.count)
			continue;
		if (fate < 2)
			run_out(&hand, fd);
		else if (fate < 20)
			give_back(&hand, fd);
		else
			ack(&hand, fd);
	}
}

static pid_t start(void (*work)(unsigned int), unsigned int number)
{
	pid_t child = fork();

	assert_ok(child);
	if (child)
		return child;
	work(number);
	_exit(0);
}

static void produce(unsigned int unused)
{
	struct synchmess_out out[AT_ONCE];
	unsigned long next = 0, i;
	long sent;

	(void)unused;
	while (next < messages) {
		for (i = 0; i < AT_ONCE; i++) {
			out[i] = batch_text("job");
			out[i].tag = next + i;
		}
		if (i > messages - next)
			i = messages - next;
		sent = batch_send(group, out, i, 0);
		if (sent < 0) {
			fault("send");
			return;
		}
		next += sent;
	}
}

static bool is_over(void)
{
	return batch_stat(group).delivered >= messages;
}

/*
 * All that one has in his hands when he dies is there again when he is gone: what a
 * parent sees of his end is the end of his files, too.
 */
static void replace(pid_t *reader, unsigned int number)
{
	uint64_t began = now_ns(), took;

	assert_ok(kill(*reader, SIGKILL));
	assert_int_equal(waitpid(*reader, NULL, 0), *reader);
	took = now_ns() - began;
	if (took > ledger->slowest_ns)
		ledger->slowest_ns = took;
	*reader = start(read_on, number);
}

static void make_ledger(void)
{
	ledger = mmap(NULL, sizeof(*ledger) + messages * sizeof(ledger->records[0]),
		      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(ledger != MAP_FAILED);
}

static void expect_ledger(unsigned long killed)
{
	struct synchmess_stat stat = batch_stat(group);
	unsigned long i, doubtful = 0;

	assert_int_equal(ledger->faults, 0);
	assert_true(ledger->late <= killed * AT_ONCE);
	assert_int_equal(stat.sent, messages);
	assert_int_equal(stat.delivered, messages);
	lease_expect_books(group, 0, 0, 0);
	for (i = 0; i < messages; i++) {
		/* Killed between the ack and what he wrote of it. */
		doubtful += !ledger->records[i].acked;
		assert_true(ledger->records[i].acked || ledger->records[i].doubtful);
		assert_true(ledger->records[i].acked <= 1);
	}
	assert_true(doubtful <= killed * AT_ONCE);
	printf("# %lu killed, %lu leased, %lu acked, %lu returned, %lu ran out, %lu late, "
	       "%lu in doubt; a death took %lu us at most\n", killed, ledger->leases,
	       ledger->acks, ledger->returns, ledger->ran_out, ledger->late, doubtful,
	       ledger->slowest_ns / 1000);
}

static void no_message_is_lost_and_none_acked_twice(void **state)
{
	pid_t readers[READERS], producer;
	unsigned long killed = 0, number;
	uint64_t seed = random_seed();

	(void)state;
	fflush(stdout);
	make_ledger();
	group = batch_group(NULL);
	for (number = 0; number < READERS; number++)
		readers[number] = start(read_on, number);
	producer = start(produce, 0);
	for (; !is_over() || killed < kills; killed++) {
		/* Those that are left wait for messages that will not come. */
		usleep(random_below(&seed, 2000));
		number = random_below(&seed, READERS);
		replace(&readers[number], READERS + killed);
	}
	assert_int_equal(waitpid(producer, NULL, 0), producer);
	for (number = 0; number < READERS; number++) {
		kill(readers[number], SIGKILL);
		waitpid(readers[number], NULL, 0);
	}
	expect_ledger(killed);
	close(group);
}

static const struct CMUnitTest tests[] = {
	TEST(no_message_is_lost_and_none_acked_twice),
};

int main(int argc, char *argv[])
{
	const struct option_number options[] = {
		{ "messages", &messages }, { "kills", &kills }, { NULL, NULL }
	};

	(void)argc;
	option_read(argv, options);
	return RUN_SUITE("stress: leases", tests);
}
