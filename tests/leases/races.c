// SPDX-License-Identifier: GPL-2.0
/*
 * Two calls at once, again and again, for each pair of the table in
 * docs/interface-2.md that concerns leases:
 *
 *	test-leases-races [--rounds N] [--seed N]
 */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/lease.h"
#include "harness/option.h"
#include "harness/own_group.h"
#include "harness/race.h"
#include "harness/random.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned long rounds = 200;
static uint64_t seed, id, token, end;
static int other, doomed, master;

static void nothing_is_left(void)
{
	lease_expect_books(fd, 0, 0, 0);
}

#define RUN(...) do { \
	const struct race this = { __VA_ARGS__ }; \
	(void)state; \
	race_run(__func__, &this, rounds, nothing_is_left); \
} while (0)

static void one_is_leased(void)
{
	id = batch_send_text(fd, "there", 0, 0, 0);
	token = lease_token(fd, "there");
}

static long settle(unsigned int what)
{
	return lease_settle_one(fd, what, token, 0);
}

static long acknowledge(void)
{
	return settle(SYNCHMESS_ACK);
}

static long give_back(void)
{
	return settle(SYNCHMESS_RETURN);
}

static long nothing(void)
{
	return 0;
}

static void expect_it_is_back(void)
{
	assert_int_equal(batch_expect(fd, "there").id, id);
}

/* ---- ack, end of the lease */

static void one_is_leased_for_a_moment(void)
{
	uint64_t span = 30000 + random_below(&seed, 100000);

	id = batch_send_text(fd, "there", 0, 0, 0);
	end = now_ns() + span;
	token = lease_expect(fd, "there", span).token;
}

static long acknowledge_at_the_end(void)
{
	race_linger(end + race_left.head_start_of_other - now_ns());
	return acknowledge();
}

static int acked_or_too_late(void)
{
	if (race_left.result == 1)
		return 0;
	if (!race_fails_with(&race_left, ESTALE) || now_ns() < end)
		race_refuse();
	expect_it_is_back();
	return 1;
}

static void ack_and_end_of_the_lease(void **state)
{
	RUN(one_is_leased_for_a_moment, acknowledge_at_the_end, nothing, acked_or_too_late);
}

/* ---- two ways to settle */

static int one_is_stale(void)
{
	if (race_left.result == 1 && race_fails_with(&race_right, ESTALE))
		return 0;
	if (race_right.result != 1 || !race_fails_with(&race_left, ESTALE))
		race_refuse();
	expect_it_is_back();
	return 1;
}

static void ack_and_return(void **state)
{
	RUN(one_is_leased, acknowledge, give_back, one_is_stale);
}

/* ---- close, receive of another */

static void another_has_it(void)
{
	id = batch_send_text(fd, "there", 0, 0, 0);
	other = batch_open(fd, O_RDWR);
	lease_token(other, "there");
}

static long close_it(void)
{
	return close(other);
}

static long receive_now(void)
{
	struct synchmess_in in = { };
	long result = batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT);

	return result == 1 && in.id != id ? -2 : result;
}

static int received_or_there(void)
{
	if (race_left.result || (race_right.result != 1 && !race_fails_with(&race_right, EAGAIN)))
		race_refuse();
	if (race_right.result == 1)
		return 0;
	expect_it_is_back();
	return 1;
}

static void close_and_receive(void **state)
{
	RUN(another_has_it, close_it, receive_now, received_or_there);
}

/* ---- return, revoke */

static long revoke_it(void)
{
	return batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id);
}

static int revoked_or_leased_still(void)
{
	if (race_left.result != 1)
		race_refuse();
	if (race_right.result == 1)
		return 0;
	if (!race_fails_with(&race_right, ENOENT))
		race_refuse();
	expect_it_is_back();
	return 1;
}

static void return_and_revoke(void **state)
{
	RUN(one_is_leased, give_back, revoke_it, revoked_or_leased_still);
}

/* ---- removal: each round has a group of its own */

static void one_is_leased_of_another_group(void)
{
	doomed = batch_group(NULL);
	batch_send_text(doomed, "there", 0, 0, 0);
	token = lease_token(doomed, "there");
}

static long settle_there(void)
{
	return lease_settle_one(doomed, SYNCHMESS_ACK, token, 0);
}

static long remove_it(void)
{
	struct synchmess_target target = { .descriptor = batch_stat(doomed).descriptor };

	return ioctl(master, SYNCHMESS_REMOVE, &target);
}

static int acked_or_gone(void)
{
	bool gone = race_fails_with(&race_left, ENODEV);

	if (race_right.result || (!gone && race_left.result != 1))
		race_refuse();
	close(doomed);
	return gone;
}

static void ack_and_removal(void **state)
{
	const struct race removal = {
		one_is_leased_of_another_group, settle_there, remove_it, acked_or_gone
	};

	(void)state;
	master = open(SYNCHMESS_MASTER_PATH, O_RDWR | O_CLOEXEC);
	assert_ok(master);
	race_run(__func__, &removal, rounds / 10, nothing_is_left);
	close(master);
}

#define WITH_GROUP(name) \
	cmocka_unit_test_setup_teardown(name, own_group_open, own_group_close)

static const struct CMUnitTest tests[] = {
	WITH_GROUP(ack_and_end_of_the_lease),
	WITH_GROUP(ack_and_return),
	WITH_GROUP(close_and_receive),
	WITH_GROUP(return_and_revoke),
	WITH_GROUP(ack_and_removal),
};

int main(int argc, char *argv[])
{
	static const struct option_number options[] = {
		{ "rounds", &rounds }, { }
	};

	(void)argc;
	option_read(argv, options);
	seed = random_seed();
	return RUN_SUITE("leases: races", tests);
}
