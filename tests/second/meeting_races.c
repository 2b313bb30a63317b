// SPDX-License-Identifier: GPL-2.0
/*
 * Two calls at once, again and again, for each pair of the table in docs/interface-2.md
 * that concerns the barrier and the rendezvous:
 *
 *	test-second-meeting_races [--rounds N] [--seed N]
 */
#include "harness/barrier.h"
#include "harness/batch.h"
#include "harness/option.h"
#include "harness/own_group.h"
#include "harness/race.h"
#include "harness/random.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned long rounds = 200;
static uint64_t seed, generation, meeting;
static int other;

/* Nobody sleeps or waits when both calls have returned. */
static void nobody_is_left(void)
{
	struct synchmess_barrier now = barrier_look(fd);

	assert_int_equal(now.sleepers, 0);
	assert_int_equal(now.arrived, 0);
}

#define RUN(...) do { \
	const struct race this = { __VA_ARGS__ }; \
	(void)state; \
	race_run(__func__, &this, rounds, nobody_is_left); \
} while (0)

static uint64_t soon(void)
{
	return now_ns() + 1000 + random_below(&seed, 100000);
}

/* ---- the barrier */

static void the_generation_was_seen(void)
{
	generation = barrier_look(fd).generation;
}

static long sleep_at_it(void)
{
	uint64_t seen = generation;
	long result = barrier_sleep(fd, &seen, 0, 0);

	return seen == generation + 1 ? result : -2;
}

static long sleep_for_a_moment(void)
{
	return barrier_sleep(fd, NULL, soon(), 0);
}

static long awake(void)
{
	return barrier_awake(fd, 1, NULL);
}

static int woken_or_not_asleep(void)
{
	if (race_left.result == 0 && race_right.result == 1)
		return 0;
	if (race_left.result != 1 || race_right.result != 0)
		race_refuse();
	return 1;
}

static void sleep_and_awake(void **state)
{
	RUN(the_generation_was_seen, sleep_at_it, awake, woken_or_not_asleep);
}

static int woken_or_too_late(void)
{
	if (race_left.result == 0 && race_right.result == 1)
		return 1;
	if (!race_fails_with(&race_left, ETIMEDOUT) || race_right.result != 0)
		race_refuse();
	return 0;
}

static void deadline_and_awake(void **state)
{
	RUN(NULL, sleep_for_a_moment, awake, woken_or_too_late);
}

/* ---- the rendezvous */

static long meet_by(int file, unsigned int parties, uint64_t deadline)
{
	struct attendee attendee = {
		.fd = file,
		.meet = { .parties = parties, .meeting = meeting, .deadline = deadline },
	};

	return attendee_meet(&attendee);
}

static void the_number_is_known(void)
{
	meeting = barrier_look(fd).meeting;
}

static long meet_one(void)
{
	return meet_by(fd, 2, 0);
}

static long meet_one_soon(void)
{
	return meet_by(fd, 2, soon());
}

static int both_have_met(void)
{
	if (race_left.result + race_right.result != 1 || race_left.result < 0 ||
	    race_right.result < 0)
		race_refuse();
	return race_left.result;
}

static void meet_and_meet(void **state)
{
	RUN(the_number_is_known, meet_one, meet_one, both_have_met);
}

static int both_or_neither(void)
{
	if (race_fails_with(&race_left, ETIMEDOUT) && race_fails_with(&race_right, EOWNERDEAD))
		return 0;
	both_have_met();
	return 1;
}

static void deadline_and_meet(void **state)
{
	RUN(the_number_is_known, meet_one_soon, meet_one, both_or_neither);
}

static int one_has_timed_out(void)
{
	if (race_fails_with(&race_left, ETIMEDOUT) && race_fails_with(&race_right, EOWNERDEAD))
		return 0;
	if (race_fails_with(&race_right, ETIMEDOUT) && race_fails_with(&race_left, EOWNERDEAD))
		return 1;
	both_have_met();
	return 1;
}

static void deadline_and_deadline(void **state)
{
	RUN(the_number_is_known, meet_one_soon, meet_one_soon, one_has_timed_out);
}

/* ---- members */

static void both_are_members(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (ioctl(i ? other : fd, SYNCHMESS_JOIN))
			assert_int_equal(errno, EEXIST);
	}
}

static void one_is_a_member(void)
{
	both_are_members();
	assert_ok(ioctl(other, SYNCHMESS_LEAVE));
}

static long meet_as_member(void)
{
	return meet_by(fd, 0, 0);
}

static long leave(void)
{
	return ioctl(other, SYNCHMESS_LEAVE);
}

/* Whoever comes second lets him meet: he comes last, or is the only one. */
static int met_without_the_other(void)
{
	if (race_right.result || race_left.result < 0 || race_left.result > 1)
		race_refuse();
	return race_left.result;
}

static void meet_and_leave(void **state)
{
	RUN(both_are_members, meet_as_member, leave, met_without_the_other);
}

static long close_other(void)
{
	int again = batch_open(fd, O_RDWR), closed = close(other);

	other = again;
	return closed;
}

/* Nobody can say who was first. */
static int told_of_the_loss(void)
{
	if (race_right.result || !race_fails_with(&race_left, EOWNERDEAD))
		race_refuse();
	return race_round() % 2;
}

static void meet_and_close(void **state)
{
	RUN(both_are_members, meet_as_member, close_other, told_of_the_loss);
}

static long join_and_meet(void)
{
	return ioctl(other, SYNCHMESS_JOIN) ? -2 : meet_by(other, 0, soon());
}

/* Either he came too late, and met nobody; or both have met, if he waited long enough. */
static int met_before_or_with_him(void)
{
	if (race_fails_with(&race_left, EOWNERDEAD) && race_fails_with(&race_right, ETIMEDOUT))
		return 1;
	if (race_left.result == 1 && race_fails_with(&race_right, ETIMEDOUT)) {
		assert_fails(meet_as_member(), EOWNERDEAD);
		return 0;
	}
	both_have_met();
	return 1;
}

static void meet_and_join(void **state)
{
	RUN(one_is_a_member, meet_as_member, join_and_meet, met_before_or_with_him);
}

static int open_both(void **state)
{
	int err = own_group_open(state);

	other = batch_open(fd, O_RDWR);
	return err;
}

static int close_both(void **state)
{
	close(other);
	return own_group_close(state);
}

#define WITH_GROUP(name) cmocka_unit_test_setup_teardown(name, open_both, close_both)

static const struct CMUnitTest tests[] = {
	WITH_GROUP(sleep_and_awake),
	WITH_GROUP(deadline_and_awake),
	WITH_GROUP(meet_and_meet),
	WITH_GROUP(deadline_and_meet),
	WITH_GROUP(deadline_and_deadline),
	WITH_GROUP(meet_and_leave),
	WITH_GROUP(meet_and_close),
	WITH_GROUP(meet_and_join),
};

int main(int argc, char *argv[])
{
	static const struct option_number options[] = {
		{ "rounds", &rounds }, { }
	};

	(void)argc;
	option_read(argv, options);
	seed = random_seed();
	return RUN_SUITE("second: meeting races", tests);
}
