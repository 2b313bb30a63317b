// SPDX-License-Identifier: GPL-2.0
/*
 * Readers that lease batches of messages, ack them, return them, let them run out or
 * are killed with them in their hands; a producer that does not care. A ledger in shared
 * memory, outside the victims, proves at the end: no message is lost, none is acked
 * twice, those that no death disturbed came in order, and whoever was late was told so.
 */
#include "harness/batch.h"
#include "harness/clock.h"
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
	atomic_uchar doubtful;	/* so many were about to ack it, and did not say more */
};

/* What his successor must know of a reader who was killed. */
struct will {
	atomic_bool is_receiving;
	atomic_uint count;
	uint64_t tokens[AT_ONCE];	/* of the last batch that he had in his hands */
};

struct ledger {
	atomic_ulong leases, acks, returns, ran_out, late, faults, slowest_ns;
	atomic_ulong holders, receivers;	/* so were victims when they died */
	struct will wills[READERS];
	struct record records[];
};

static struct ledger *ledger;
static int group;

struct hand {
	struct synchmess_in in[AT_ONCE];
	char bytes[AT_ONCE][8];
	struct will *will;
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
	hand->will->is_receiving = true;
	got = ioctl(fd, SYNCHMESS_RECEIVE, &batch);
	hand->will->is_receiving = false;
	if (got < 0 && errno != ETIMEDOUT)
		fault("receive");
	hand->count = got < 0 ? 0 : got;
	hand->will->count = hand->count;
	ledger->leases += hand->count;
	for (i = 0; i < hand->count; i++) {
		hand->will->tokens[i] = hand->in[i].token;
		look_at(hand, &hand->in[i], span);
	}
}

/* Recorded before and after: who dies in between leaves it in doubt. */
static bool ack_one(struct hand *hand, int fd, unsigned int i)
{
	struct record *record = record_of(&hand->in[i]);
	bool done;

	record->doubtful++;
	done = lease_settle_one(fd, SYNCHMESS_ACK, hand->will->tokens[i], 0) == 1;
	if (done && record->acked++)
		fault("acked twice");
	record->doubtful--;
	ledger->acks += done;
	return done;
}

static void expect_stale(const struct will *will, int fd)
{
	unsigned int i;

	for (i = 0; i < will->count; i++) {
		if (lease_settle_one(fd, SYNCHMESS_ACK, will->tokens[i], 0) != -1 ||
		    errno != ESTALE)
			fault("a stale token was good");
	}
}

static void ack(struct hand *hand, int fd)
{
	unsigned int i;

	for (i = 0; i < hand->count; i++) {
		if (!ack_one(hand, fd, i))
			fault("acked in vain");
	}
}

static void give_back(struct hand *hand, int fd)
{
	uint64_t later = random_below(&hand->seed, 2) * MS;

	if (lease_settle(fd, SYNCHMESS_RETURN, hand->will->tokens, hand->count, later) !=
	    hand->count)
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

/* Who comes in the place of a victim can do nothing with what that one had. */
static void read_on(unsigned int reader)
{
	struct hand hand = {
		.seed = random_seed() + reader, .will = &ledger->wills[reader % READERS],
	};
	int fd = batch_open(group, O_RDWR);

	close(group);
	expect_stale(hand.will, fd);
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
		expect_stale(hand.will, fd);
		hand.will->count = 0;
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

static unsigned long delivered(void)
{
	return batch_stat(group).delivered;
}

/* At a random moment afterwards. What does not go on any more has lost something. */
static void await_delivered(unsigned long count, uint64_t *seed)
{
	uint64_t deadline = clock_ms() + PATIENCE_S * 1000;

	do
		usleep(random_below(seed, 1000));
	while (delivered() < count && !ledger->faults && clock_ms() < deadline);
	assert_int_equal(ledger->faults, 0);
	assert_true(delivered() >= count);
}

/*
 * All that one has in his hands when he dies is there again when he is gone: what a
 * parent sees of his end is the end of his files, too. His successor's number leaves
 * the same rest.
 */
static void replace(pid_t *reader, unsigned int number)
{
	struct will *will = &ledger->wills[number % READERS];
	uint64_t began = now_ns(), took;

	assert_ok(kill(*reader, SIGKILL));
	assert_int_equal(waitpid(*reader, NULL, 0), *reader);
	took = now_ns() - began;
	if (took > ledger->slowest_ns)
		ledger->slowest_ns = took;
	ledger->receivers += will->is_receiving;
	ledger->holders += will->count > 0;
	will->is_receiving = false;
	*reader = start(read_on, number);
}

static void make_ledger(void)
{
	ledger = mmap(NULL, sizeof(*ledger) + messages * sizeof(ledger->records[0]),
		      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(ledger != MAP_FAILED);
}

static void expect_ledger(void)
{
	struct synchmess_stat stat = batch_stat(group);
	unsigned long i, doubtful = 0;

	assert_int_equal(ledger->faults, 0);
	assert_true(ledger->late <= ledger->receivers * AT_ONCE);
	assert_int_equal(stat.sent, messages);
	assert_int_equal(stat.delivered, messages);
	lease_expect_books(group, 0, 0, 0);
	for (i = 0; i < messages; i++) {
		/* Killed between the ack and what he wrote of it. */
		doubtful += !ledger->records[i].acked;
		assert_true(ledger->records[i].acked || ledger->records[i].doubtful);
		assert_true(ledger->records[i].acked <= 1);
	}
	assert_true(doubtful <= kills + READERS);
	printf("# %lu killed, %lu with messages in their hands, %lu while they received; "
	       "a death took %lu us at most\n", kills, ledger->holders, ledger->receivers,
	       ledger->slowest_ns / 1000);
	printf("# %lu leased, %lu acked, %lu returned, %lu ran out, %lu late, %lu in doubt\n",
	       ledger->leases, ledger->acks, ledger->returns, ledger->ran_out, ledger->late,
	       doubtful);
}

static void no_message_is_lost_and_none_acked_twice(void **state)
{
	pid_t readers[READERS], producer;
	unsigned long killed, number;
	uint64_t seed = random_seed();

	(void)state;
	fflush(stdout);
	make_ledger();
	group = batch_group(NULL);
	for (number = 0; number < READERS; number++)
		readers[number] = start(read_on, number);
	producer = start(produce, 0);
	for (killed = 0; killed < kills; killed++) {
		await_delivered(messages / (kills + 1) * killed, &seed);
		number = random_below(&seed, READERS);
		replace(&readers[number], number + READERS * (killed + 1));
	}
	await_delivered(messages, &seed);
	assert_int_equal(waitpid(producer, NULL, 0), producer);
	for (number = 0; number < READERS; number++) {
		kill(readers[number], SIGKILL);
		waitpid(readers[number], NULL, 0);
	}
	expect_ledger();
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
