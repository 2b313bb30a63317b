// SPDX-License-Identifier: GPL-2.0
/*
 * Processes meet again and again and are killed at random, at work and while they wait.
 * Those who survive must go on, each time, and agree on what became of each meeting:
 *
 *	test-stress-meetings [--kills N | --duration SECONDS] [--seed N]
 *
 * What they saw stands in memory that they do not take along. The killer goes on when
 * all survivors were told, and gives up when one of them is not.
 */
#include "harness/barrier.h"
#include "harness/batch.h"
#include "harness/clock.h"
#include "harness/named.h"
#include "harness/option.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEATS 5
#define REMEMBERED 1024		/* latest meetings */
#define PATIENCE_MS 20000

static unsigned long kills = 100;
static unsigned long duration;

static const struct option_number options[] = {
	{ "kills", &kills },
	{ "duration", &duration },
	{ NULL, NULL }
};

enum outcome { NONE, MET, BROKEN };

/* What the process on a seat has seen. */
struct seat {
	atomic_ulong met;
	atomic_ulong told;
	atomic_ulong broken;	/* meetings; more than one may be told of at once */
	atomic_ulong faults;
};

static struct ledger {
	struct seat seats[SEATS];
	atomic_ulong outcomes[REMEMBERED];	/* 4 * number + outcome */
	atomic_ulong last[REMEMBERED];		/* who was told that he came last */
} *ledger;

static int fd;
static int news;			/* an eventfd: somebody has met, or was told */
static const char *node;
static unsigned int parties;		/* 0: they are members */
static pid_t processes[SEATS];
static unsigned long due[SEATS];	/* meetings that were broken since this one came */
static unsigned long sum_killed;

/* ---- who meets */

static void fault(struct seat *seat, const char *what, const struct synchmess_meet *meet)
{
	fprintf(stderr, "# %d: %s, meeting %llu, errno %d\n", (int)getpid(), what, meet->meeting,
		errno);
	seat->faults++;
}

/* All who were there say the same. */
static void enter(struct seat *seat, uint64_t number, enum outcome outcome,
		  const struct synchmess_meet *meet)
{
	atomic_ulong *entry = &ledger->outcomes[number % REMEMBERED];
	unsigned long known = atomic_load(entry), mine = 4 * number + outcome;

	while (known / 4 < number) {
		if (atomic_compare_exchange_weak(entry, &known, mine))
			return;
	}
	if (known != mine)
		fault(seat, "others saw another end", meet);
}

static void note_met(struct seat *seat, uint64_t number, bool was_last,
		     const struct synchmess_meet *meet)
{
	enter(seat, number, MET, meet);
	if (was_last && atomic_exchange(&ledger->last[number % REMEMBERED], number) == number)
		fault(seat, "two came last", meet);
	seat->met++;
}

static void note_broken(struct seat *seat, uint64_t number, const struct synchmess_meet *meet)
{
	if (meet->how != SYNCHMESS_GONE_DIED || !meet->pid || meet->pid == (__u32)getpid())
		fault(seat, "told of nobody", meet);
	for (; number < meet->meeting; number++) {
		enter(seat, number, BROKEN, meet);
		seat->broken++;
	}
	seat->told++;
}

static void tell_the_killer(void)
{
	static const uint64_t once = 1;

	while (write(news, &once, sizeof(once)) < 0 && errno == EINTR)
		;
}

static void work(uint64_t *random)
{
	uint64_t end = now_ns() + random_below(random, 200000);

	while (now_ns() < end)
		;
}

/* The number of the first meeting is known after it. */
static void meet_for_ever(struct seat *seat, int file, uint64_t random)
{
	struct synchmess_meet meet = { .parties = parties };
	uint64_t number;
	long result;

	for (;;) {
		number = meet.meeting;
		result = ioctl(file, SYNCHMESS_MEET, &meet);
		if (result >= 0)
			note_met(seat, meet.meeting - 1, result, &meet);
		else if (errno == EOWNERDEAD && (number || parties))
			note_broken(seat, number ?: meet.meeting - 1, &meet);
		else
			fault(seat, "neither met nor told", &meet);
		tell_the_killer();
		work(&random);
	}
}

static int attend(void *argument)
{
	struct seat *seat = argument;
	int file = open(node, O_RDWR);

	CHILD_CHECK(file >= 0);
	CHILD_CHECK(parties || !ioctl(file, SYNCHMESS_JOIN));
	meet_for_ever(seat, file, random_seed() + getpid());
	return 1;
}

/* ---- who kills */

static void sit_down(int i)
{
	memset(&ledger->seats[i], 0, sizeof(ledger->seats[i]));
	due[i] = 0;
	processes[i] = process_start(attend, &ledger->seats[i]);
}

static void fail_with(int i, const char *what)
{
	const struct seat *seat = &ledger->seats[i];
	struct synchmess_barrier now = barrier_look(fd);

	fail_msg("seat %d %s: met %lu, told %lu, broken %lu of %lu, faults %lu; %u and %u there",
		 i, what, seat->met, seat->told, seat->broken, due[i], seat->faults,
		 now.members, now.arrived);
}

/* Has met since, and knows of all losses. */
static void await_seat(int i, unsigned long met)
{
	struct seat *seat = &ledger->seats[i];
	uint64_t deadline = clock_ms() + PATIENCE_MS, count;

	while (seat->met <= met || (!parties && seat->broken < due[i])) {
		if (seat->faults || clock_ms() > deadline)
			fail_with(i, "does not go on");
		/* A signal ends it now and then. */
		read(news, &count, sizeof(count));
	}
	if (seat->faults || (!parties && seat->broken != due[i]))
		fail_with(i, "was told wrongly");
}

static void await_all(void)
{
	unsigned long met[SEATS];
	int i;

	for (i = 0; i < SEATS; i++)
		met[i] = ledger->seats[i].met;
	for (i = 0; i < SEATS; i++)
		await_seat(i, met[i]);
}

static void bury(pid_t process)
{
	int status;

	while (waitpid(process, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* One after the other, as fast as it can; those who stay are to be told of each. */
static void kill_some(uint64_t *random)
{
	unsigned int victims = 1 + random_below(random, SEATS - 2), first, i;

	first = random_below(random, SEATS);
	for (i = 0; i < victims; i++)
		assert_ok(kill(processes[(first + i) % SEATS], SIGKILL));
	for (i = 0; i < victims; i++)
		bury(processes[(first + i) % SEATS]);
	for (i = victims; i < SEATS; i++)
		due[(first + i) % SEATS] += victims;
	/* Whoever comes anew must find that these have been told. */
	for (i = victims; !parties && i < SEATS; i++)
		await_seat((first + i) % SEATS, 0);
	for (i = 0; i < victims; i++)
		sit_down((first + i) % SEATS);
	sum_killed += victims;
}

static bool is_over(uint64_t started)
{
	if (duration)
		return clock_ms() - started >= duration * 1000;
	return sum_killed >= kills;
}

static void play(void)
{
	uint64_t random = random_seed(), started = clock_ms();
	int i;

	sum_killed = 0;
	process_go_first();
	for (i = 0; i < SEATS; i++)
		sit_down(i);
	while (!is_over(started)) {
		await_all();
		work(&random);
		kill_some(&random);
	}
	await_all();
	for (i = 0; i < SEATS; i++)
		process_kill(processes[i]);
	printf("# %lu killed, number %llu, %" PRIu64 " ms\n", sum_killed, barrier_look(fd).meeting,
	       clock_ms() - started);
	assert_int_equal(barrier_look(fd).members, 0);
	assert_int_equal(barrier_look(fd).arrived, 0);
}

static void members_survive_the_death_of_others(void **state)
{
	(void)state;
	parties = 0;
	play();
}

static void threads_survive_the_death_of_others(void **state)
{
	(void)state;
	parties = SEATS;
	play();
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* Each second it looks whether its patience is at an end. */
static void look_at_the_clock(void)
{
	static const struct itimerval second = { { 1, 0 }, { 1, 0 } };
	struct sigaction action = { .sa_handler = on_alarm };

	assert_ok(sigaction(SIGALRM, &action, NULL));
	assert_ok(setitimer(ITIMER_REAL, &second, NULL));
}

static int open_all(void **state)
{
	look_at_the_clock();
	news = eventfd(0, EFD_CLOEXEC);
	assert_ok(news);
	ledger = mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	assert_true(ledger != MAP_FAILED);
	fd = batch_group(NULL);
	node = named_node(batch_stat(fd).descriptor);
	named_settle();
	return suite_before_test(state);
}

static int close_all(void **state)
{
	close(fd);
	close(news);
	munmap(ledger, sizeof(*ledger));
	return suite_after_test(state);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(members_survive_the_death_of_others, open_all, close_all),
	cmocka_unit_test_setup_teardown(threads_survive_the_death_of_others, open_all, close_all),
};

int main(int argc, char *argv[])
{
	(void)argc;
	option_read(argv, options);
	return RUN_SUITE("stress: meetings", tests);
}
