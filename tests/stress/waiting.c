// SPDX-License-Identifier: GPL-2.0
/*
 * Many who wait: senders for room and readers for messages, of one small group,
 * while its rules and its limits change and signals come. The books of the
 * senders, of the readers and of the kernel balance at the end: each message was
 * delivered once or overwritten, and nobody is left behind.
 */
#include "harness/clock.h"
#include "harness/group.h"
#include "harness/random.h"
#include "harness/signals.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GROUP 1101
#define SENDERS 24
#define READERS 8
#define MESSAGES 1000	/* of each sender */
#define LARGEST 60
#define PATIENCE_MS 120000

/* At the beginning of each message. */
struct stamp {
	unsigned short sender, number;
};

static struct member {
	struct task task;
	unsigned int number;
	int fd;
	unsigned int sent, faults;
	bool accepted[MESSAGES];
	unsigned short last[SENDERS];
} senders[SENDERS], readers[READERS];

static atomic_uint deliveries[SENDERS][MESSAGES];
static atomic_uint senders_at_work, delivered;

/* Until it is taken; what else may be the answer is a matter of the moment. */
static void send_one(struct member *member, const char *text, size_t size, unsigned short number)
{
	struct pollfd file = { .fd = member->fd, .events = POLLOUT };
	unsigned int attempts;

	for (attempts = 0; attempts < 20; attempts++) {
		ssize_t sent = write(member->fd, text, size);

		if (sent == (ssize_t)size) {
			member->accepted[number] = true;
			member->sent++;
			return;
		}
		if (sent != -1 || (errno != EINTR && errno != EAGAIN && errno != ENOSPC &&
				   errno != EMSGSIZE)) {
			member->faults++;
			return;
		}
		if (errno == EAGAIN)
			poll(&file, 1, 10);
		else
			sched_yield();
	}
}

static long send_all(void *argument)
{
	struct member *member = argument;
	uint64_t seed = random_seed() + member->number + 1;
	char text[LARGEST] = { };
	unsigned short i;

	for (i = 0; i < MESSAGES; i++) {
		const struct stamp stamp = { member->number, i };
		size_t size = sizeof(stamp) + random_below(&seed, LARGEST - sizeof(stamp));

		memcpy(text, &stamp, sizeof(stamp));
		send_one(member, text, size, i);
	}
	senders_at_work--;
	return 0;
}

/* What one sender sent comes in his order, for each reader. */
static void record(struct member *reader, const struct stamp *stamp)
{
	if (stamp->sender >= SENDERS || stamp->number >= MESSAGES ||
	    reader->last[stamp->sender] > stamp->number) {
		reader->faults++;
		return;
	}
	reader->last[stamp->sender] = stamp->number;
	deliveries[stamp->sender][stamp->number]++;
	delivered++;
}

static long read_all(void *argument)
{
	struct member *member = argument;
	char text[LARGEST];

	for (;;) {
		ssize_t got = read(member->fd, text, sizeof(text));

		if (got >= (ssize_t)sizeof(struct stamp))
			record(member, (const struct stamp *)text);
		else if (got == -1 && errno == ENODEV)
			return 0;
		else if (got != 0 && (got != -1 || (errno != EINTR && errno != EAGAIN)))
			member->faults++;
		else
			sched_yield();
	}
}

/* Rules, limits, signals: mostly so that somebody waits. */
static void disturb(uint64_t *seed)
{
	static const char * const full[] = { "block", "fail", "drop-oldest" };
	static const char * const empty[] = { "block", "block", "again", "eof" };
	static const char * const storage[] = { "100", "200", "50", "60", "0" };

	switch (random_below(seed, 8)) {
	case 0:
	case 1:
	case 2:
		/* There and back at once. */
		group_set(GROUP, "full_write", full[random_below(seed, 3)]);
		group_set(GROUP, "full_write", "block");
		break;
	case 3:
		group_set(GROUP, "empty_read", empty[random_below(seed, 4)]);
		break;
	case 4:
		group_set(GROUP, "max_storage_size", storage[random_below(seed, 5)]);
		break;
	case 5:
		task_signal(&readers[random_below(seed, READERS)].task, INTERRUPTS);
		break;
	default:
		task_signal(&senders[random_below(seed, SENDERS)].task,
			    random_below(seed, 2) ? INTERRUPTS : RESTARTS);
	}
}

static void start(struct member *member, unsigned int number, task_call call, int flags)
{
	memset(member, 0, sizeof(*member));
	member->number = number;
	member->fd = group_open(GROUP, O_RDWR | flags);
	task_start(&member->task, call, member);
}

/* From now on everybody gets through. */
static void calm_down(void)
{
	group_set(GROUP, "max_storage_size", "0");
	group_set(GROUP, "full_write", "block");
	group_set(GROUP, "empty_read", "block");
}

static void finish(void)
{
	unsigned int i;

	calm_down();
	for (i = 0; i < SENDERS; i++) {
		task_join(&senders[i].task);
		assert_int_equal(senders[i].faults, 0);
		close(senders[i].fd);
	}
	group_await(GROUP, "statistics/queued", 0);
}

static void dismiss_readers(void)
{
	unsigned int i;

	group_remove(GROUP);
	for (i = 0; i < READERS; i++) {
		task_join(&readers[i].task);
		assert_int_equal(readers[i].faults, 0);
		close(readers[i].fd);
	}
}

static void check_books(long sent, long overwritten)
{
	unsigned int i, j, accepted = 0, missing = 0;

	for (i = 0; i < SENDERS; i++) {
		accepted += senders[i].sent;
		for (j = 0; j < MESSAGES; j++) {
			assert_true(deliveries[i][j] <= senders[i].accepted[j]);
			missing += senders[i].accepted[j] - deliveries[i][j];
		}
	}
	assert_int_equal(sent, accepted);
	assert_int_equal(overwritten, missing);
}

static void nobody_and_nothing_is_left_behind(void **state)
{
	uint64_t seed = random_seed(), deadline = clock_ms() + PATIENCE_MS;
	long sent, overwritten;
	unsigned int i;

	(void)state;
	signals_install();
	group_fresh(GROUP);
	group_set(GROUP, "max_storage_size", "100");
	group_set(GROUP, "full_write", "block");
	group_set(GROUP, "empty_read", "block");
	senders_at_work = SENDERS;
	for (i = 0; i < READERS; i++)
		start(&readers[i], i, read_all, 0);
	for (i = 0; i < SENDERS; i++)
		start(&senders[i], i, send_all, i % 4 ? 0 : O_NONBLOCK);
	while (senders_at_work && clock_ms() < deadline)
		disturb(&seed);
	finish();

	sent = group_get(GROUP, "statistics/sent");
	overwritten = group_get(GROUP, "statistics/overwritten");
	group_expect_books(GROUP, 0, 0, 0, 0);
	dismiss_readers();
	printf("# %ld sent, %u delivered, %ld overwritten\n", sent, delivered, overwritten);
	check_books(sent, overwritten);
}

static const struct CMUnitTest tests[] = {
	TEST(nobody_and_nothing_is_left_behind),
};

int main(void)
{
	return RUN_SUITE("stress: waiting", tests);
}
