// SPDX-License-Identifier: GPL-2.0
/*
 * Two calls at once, again and again, for each pair of the table in
 * docs/interface-2.md that concerns messages:
 *
 *	test-second-races [--rounds N] [--seed N]
 */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/option.h"
#include "harness/own_group.h"
#include "harness/race.h"
#include "harness/random.h"
#include "harness/signals.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#define BATCH 48

static unsigned long rounds = 100;

static pthread_t main_thread;
static uint64_t seed, id, end;

static void nothing_is_left(void)
{
	batch_expect_books(fd, 0, 0, 0);
}

static void run(const char *name, const struct race *what, unsigned long times)
{
	race_run(name, what, times, nothing_is_left);
}

#define RUN(...) do { \
	const struct race this = { __VA_ARGS__ }; \
	(void)state; \
	run(__func__, &this, rounds); \
} while (0)

/* ---- the calls */

static long receive_now(void)
{
	struct synchmess_in in = { };

	return batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT);
}

static long receive_waiting(void)
{
	struct synchmess_in in = { };

	return batch_receive(fd, &in, 1, 0);
}

#define LONG 60000

static char bytes[LONG + 1];

/* Only the last byte meets bad memory, so that there is time for others. */
static long receive_badly(void)
{
	struct iovec parts[2] = { { bytes, LONG }, { memory_bad(), 1 } };
	struct synchmess_in in = { .data = user(parts), .parts = 2 };

	return batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT);
}

static long peek_now(void)
{
	struct synchmess_in in = { };
	long result = batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT | SYNCHMESS_PEEK);

	return result == 1 && in.id != id ? -2 : result;
}

static long revoke_it(void)
{
	return batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id);
}

static long revoke_everything(void)
{
	return batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0);
}

static long revoke_own(void)
{
	return batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, 0, 0);
}

static long revoke_delayed(void)
{
	return batch_revoke(fd, SYNCHMESS_REVOKE_DELAYED, 0, 0);
}

static long send_now(void)
{
	struct synchmess_out out = batch_text("new");

	return batch_send(fd, &out, 1, 0);
}

static long send_delayed(void)
{
	struct synchmess_out out = batch_text("new");

	out.delay = HOUR;
	return batch_send(fd, &out, 1, 0);
}

static void one_is_there(void)
{
	id = batch_send_text(fd, "there", 0, 0, 0);
}

static bool succeeds_once(const struct race_side *side)
{
	return side->result == 1;
}

/* ---- receive */

static int one_has_it(void)
{
	if (succeeds_once(&race_left) && race_fails_with(&race_right, EAGAIN))
		return 0;
	if (!succeeds_once(&race_right) || !race_fails_with(&race_left, EAGAIN))
		race_refuse();
	return 1;
}

static void receive_and_receive(void **state)
{
	RUN(one_is_there, receive_now, receive_now, one_has_it);
}

static int received_or_revoked(void)
{
	if (succeeds_once(&race_left) && race_fails_with(&race_right, ENOENT))
		return 0;
	if (!succeeds_once(&race_right) || !race_fails_with(&race_left, EAGAIN))
		race_refuse();
	return 1;
}

static void receive_and_revoke(void **state)
{
	RUN(one_is_there, receive_now, revoke_it, received_or_revoked);
}

/* What is being put back is received as long; then it is there again. */
static int put_back_or_revoked(void)
{
	if (race_fails_with(&race_left, EFAULT) && race_fails_with(&race_right, ENOENT)) {
		assert_int_equal(receive_now(), 1);
		return 0;
	}
	if (!succeeds_once(&race_right) ||
	    (!race_fails_with(&race_left, EFAULT) && !race_fails_with(&race_left, EAGAIN)))
		race_refuse();
	return 1;
}

static void a_long_one_is_there(void)
{
	struct synchmess_out out = { .data = user(bytes), .size = sizeof(bytes) };

	assert_int_equal(batch_send(fd, &out, 1, 0), 1);
	id = out.id;
}

static void bad_receive_and_revoke(void **state)
{
	RUN(a_long_one_is_there, receive_badly, revoke_it, put_back_or_revoked);
}

static int taken_and_perhaps_seen(void)
{
	if (!succeeds_once(&race_right) ||
	    (!succeeds_once(&race_left) && !race_fails_with(&race_left, EAGAIN)))
		race_refuse();
	return !succeeds_once(&race_left);
}

static void peek_and_take(void **state)
{
	RUN(one_is_there, peek_now, receive_now, taken_and_perhaps_seen);
}

static uint64_t begun, ended, life, sent_at, latest;

static long nothing(void)
{
	return 0;
}

static void a_mayfly_is_there(void)
{
	life = 30000 + random_below(&seed, 100000);
	end = now_ns() + life;
	id = batch_send_text(fd, "there", 0, 0, life);
}

static long receive_at_the_end(void)
{
	struct synchmess_in in = { };
	long result;

	race_linger(end + race_left.head_start_of_other - now_ns());
	begun = now_ns();
	result = batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT);
	ended = now_ns();
	sent_at = in.sent_at;
	return result;
}

/* The end lies a little behind what END says: it was sent later. */
static int received_or_expired(void)
{
	static uint64_t expired;
	static int last_fd = -1;

	if (fd != last_fd)
		expired = 0;
	last_fd = fd;
	if (succeeds_once(&race_left)) {
		assert_true(begun < sent_at + life);
		assert_int_equal(batch_stat(fd).expired, expired);
		return 0;
	}
	if (!race_fails_with(&race_left, EAGAIN) || ended < end)
		race_refuse();
	assert_int_equal(batch_stat(fd).expired, ++expired);
	return 1;
}

static void receive_and_expiry(void **state)
{
	RUN(a_mayfly_is_there, receive_at_the_end, nothing, received_or_expired);
}

/* ---- flush, revoke and send */

static void one_is_delayed(void)
{
	id = batch_send_text(fd, "there", 0, HOUR, 0);
}

static long flush_and_receive(void)
{
	return fsync(fd) ? -2 : receive_now();
}

static int flushed_and_perhaps_sent(void)
{
	if (!succeeds_once(&race_left) || !succeeds_once(&race_right))
		race_refuse();
	if (revoke_delayed() == 1)
		return 0;
	assert_int_equal(receive_now(), 1);
	return 1;
}

static void flush_and_delayed_send(void **state)
{
	RUN(one_is_delayed, flush_and_receive, send_delayed, flushed_and_perhaps_sent);
}

static void one_is_almost_due(void)
{
	uint64_t delay = 30000 + random_below(&seed, 100000);

	end = now_ns() + delay;
	id = batch_send_text(fd, "there", 0, delay, 0);
	latest = now_ns() + delay;
}

static long revoke_when_due(void)
{
	long result;

	race_linger(end + race_left.head_start_of_other - now_ns());
	begun = now_ns();
	result = revoke_delayed();
	ended = now_ns();
	return result;
}

static int revoked_or_published(void)
{
	if (succeeds_once(&race_left)) {
		assert_true(begun < latest);
		assert_true(receive_now() == -1);
		return 0;
	}
	if (race_left.result || ended < end)
		race_refuse();
	assert_int_equal(receive_now(), 1);
	return 1;
}

static void revoke_and_end_of_a_delay(void **state)
{
	RUN(one_is_almost_due, revoke_when_due, nothing, revoked_or_published);
}

/* What was there goes; what is sent goes, too, or it is there. */
static int sent_before_or_after(void)
{
	if (!succeeds_once(&race_right) || (race_left.result != 1 && race_left.result != 2))
		race_refuse();
	if (race_left.result == 2)
		return 1;
	assert_int_equal(revoke_everything(), 1);
	return 0;
}

static void revoke_everything_and_send(void **state)
{
	RUN(one_is_there, revoke_everything, send_now, sent_before_or_after);
}

static void revoke_of_a_process_and_delayed_send(void **state)
{
	RUN(one_is_delayed, revoke_own, send_delayed, sent_before_or_after);
}

/* ---- waiting, and a signal or a deadline */

static long receive_for_a_moment(void)
{
	struct synchmess_in in = { };

	return batch_receive_until(fd, &in, 0, now_ns() + 1000 + random_below(&seed, 100000));
}

static long send_and_signal(void)
{
	bool first = race_round() % 2;
	long result;

	if (first)
		pthread_kill(main_thread, INTERRUPTS);
	result = send_now();
	if (!first)
		pthread_kill(main_thread, INTERRUPTS);
	return result;
}

static int received_or_still_there(int error)
{
	if (!succeeds_once(&race_right))
		race_refuse();
	if (succeeds_once(&race_left))
		return 0;
	if (!race_fails_with(&race_left, error))
		race_refuse();
	assert_int_equal(receive_now(), 1);
	return 1;
}

static int received_or_interrupted(void)
{
	return received_or_still_there(EINTR);
}

static int received_or_too_late(void)
{
	return received_or_still_there(ETIMEDOUT);
}

static void message_and_signal(void **state)
{
	RUN(NULL, receive_waiting, send_and_signal, received_or_interrupted);
}

static void message_and_deadline(void **state)
{
	RUN(NULL, receive_for_a_moment, send_now, received_or_too_late);
}

static void one_comes_soon(void)
{
	batch_send_text(fd, "soon", 0, 1000 + random_below(&seed, 100000), 0);
}

/* If the one with the deadline has it, the other gets another; else he must get this. */
static long receive_for_a_moment_or_send(void)
{
	long result = receive_for_a_moment();

	if (result == 1)
		send_now();
	return result;
}

static int the_other_has_it_too(void)
{
	if (!succeeds_once(&race_right))
		race_refuse();
	if (!succeeds_once(&race_left) && race_left.result != -1)
		race_refuse();
	return !succeeds_once(&race_left);
}

static void message_and_deadline_of_one_of_two(void **state)
{
	RUN(one_comes_soon, receive_for_a_moment_or_send, receive_waiting,
	    the_other_has_it_too);
}

static void set(unsigned int messages, unsigned int full)
{
	struct synchmess_settings settings = { .max_messages = messages, .full = full };

	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
}

static void it_is_full(void)
{
	set(1, SYNCHMESS_FULL_BLOCK);
	one_is_there();
}

static long send_for_a_moment(void)
{
	struct synchmess_out out = batch_text("new");
	struct synchmess_batch batch = {
		.count = 1, .message_size = sizeof(out), .messages = user(&out),
		.deadline = now_ns() + 1000 + random_below(&seed, 100000),
	};

	return ioctl(fd, SYNCHMESS_SEND, &batch);
}

static long receive_and_signal(void)
{
	bool first = race_round() % 2;
	long result;

	if (first)
		pthread_kill(main_thread, INTERRUPTS);
	result = receive_now();
	if (!first)
		pthread_kill(main_thread, INTERRUPTS);
	return result;
}

static int sent_or_not(int error)
{
	if (!succeeds_once(&race_right))
		race_refuse();
	if (succeeds_once(&race_left)) {
		assert_int_equal(receive_now(), 1);
		return 0;
	}
	if (!race_fails_with(&race_left, error))
		race_refuse();
	return 1;
}

static int sent_or_interrupted(void)
{
	return sent_or_not(EINTR);
}

static int sent_or_too_late(void)
{
	return sent_or_not(ETIMEDOUT);
}

static void room_and_signal(void **state)
{
	RUN(it_is_full, send_now, receive_and_signal, sent_or_interrupted);
}

static void room_and_deadline(void **state)
{
	RUN(it_is_full, send_for_a_moment, receive_now, sent_or_too_late);
}

/* ---- rules and limits */

static long let_it_fail(void)
{
	struct synchmess_settings settings = {
		.max_messages = 1, .full = SYNCHMESS_FULL_FAIL
	};

	return ioctl(fd, SYNCHMESS_SET, &settings);
}

static int refused_by_the_new_rule(void)
{
	if (race_right.result || !race_fails_with(&race_left, ENOSPC))
		race_refuse();
	assert_int_equal(receive_now(), 1);
	return 0;
}

static void rule_and_sender_in_line(void **state)
{
	RUN(it_is_full, send_now, let_it_fail, refused_by_the_new_rule);
}

static long raise_the_limit(void)
{
	struct synchmess_settings settings = { .max_messages = 2 };

	return ioctl(fd, SYNCHMESS_SET, &settings);
}

static int served(void)
{
	if (race_right.result || !succeeds_once(&race_left))
		race_refuse();
	assert_int_equal(receive_now(), 1);
	assert_int_equal(receive_now(), 1);
	return 0;
}

static void limit_and_sender_in_line(void **state)
{
	RUN(it_is_full, send_now, raise_the_limit, served);
}

static void any_size_is_welcome(void)
{
	set(0, 0);
}

static long send_many(void)
{
	struct synchmess_out out[BATCH];
	int i;

	for (i = 0; i < BATCH; i++)
		out[i] = batch_text("hello");
	return batch_send(fd, out, BATCH, 0);
}

static long lower_the_limit(void)
{
	struct synchmess_settings settings = { .max_message_size = 4 };

	return ioctl(fd, SYNCHMESS_SET, &settings);
}

/* As many are there as it says. */
static int sent_some_of_it(void)
{
	if (race_right.result || (race_left.result < 1 && !race_fails_with(&race_left, EMSGSIZE)))
		race_refuse();
	assert_int_equal(revoke_everything(), race_left.result < 0 ? 0 : race_left.result);
	return race_left.result != BATCH;
}

static void lowered_limit_and_batch(void **state)
{
	RUN(any_size_is_welcome, send_many, lower_the_limit, sent_some_of_it);
}

/* ---- removal: each round has a group of its own */

#define CROWD 128	/* half of them delayed */

static int doomed, master;
static unsigned int doomed_number;

static void make_doomed(const struct synchmess_settings *settings)
{
	doomed = batch_group(settings);
	doomed_number = batch_stat(doomed).descriptor;
}

static void another_group(void)
{
	struct synchmess_settings settings = { .max_messages = BATCH / 2 };

	make_doomed(&settings);
}

static long remove_it(void)
{
	struct synchmess_target target = { .descriptor = doomed_number };

	return ioctl(master, SYNCHMESS_REMOVE, &target);
}

static long send_more_than_fit(void)
{
	struct synchmess_out out[BATCH];
	int i;

	for (i = 0; i < BATCH; i++)
		out[i] = batch_text("hello");
	return batch_send(doomed, out, BATCH, 0);
}

static long await_what_never_comes(void)
{
	struct synchmess_in in = { };

	return batch_receive(doomed, &in, 1, 0);
}

static int done_or_gone(long least, long most)
{
	bool gone = race_fails_with(&race_left, ENODEV);

	if (race_right.result || (!gone && (race_left.result < least || race_left.result > most)))
		race_refuse();
	close(doomed);
	return gone;
}

static int some_or_none_were_sent(void)
{
	return done_or_gone(1, BATCH / 2);
}

static int only_none(void)
{
	if (race_right.result || !race_fails_with(&race_left, ENODEV))
		race_refuse();
	close(doomed);
	return 1;
}

static void another_group_with_messages(void)
{
	struct synchmess_out out[CROWD];
	int i;

	make_doomed(NULL);
	for (i = 0; i < CROWD; i++) {
		out[i] = batch_text("hello");
		out[i].delay = i % 2 ? HOUR : 0;
	}
	assert_int_equal(batch_send(doomed, out, CROWD, 0), CROWD);
}

static long revoke_what_is_delayed(void)
{
	return batch_revoke(doomed, SYNCHMESS_REVOKE_DELAYED, 0, 0);
}

static int all_or_none_were_revoked(void)
{
	return done_or_gone(CROWD / 2, CROWD / 2);
}

static void run_with_groups(const char *name, void (*prepare)(void), long (*call)(void),
			    int (*judge)(void))
{
	const struct race removal = { prepare, call, remove_it, judge };

	master = open(SYNCHMESS_MASTER_PATH, O_RDWR | O_CLOEXEC);
	assert_ok(master);
	run(name, &removal, rounds / 10);
	close(master);
}

static void removal_and_batch(void **state)
{
	(void)state;
	run_with_groups(__func__, another_group, send_more_than_fit, some_or_none_were_sent);
}

static void removal_and_waiting_reader(void **state)
{
	(void)state;
	run_with_groups(__func__, another_group, await_what_never_comes, only_none);
}

static void removal_and_revoke(void **state)
{
	(void)state;
	run_with_groups(__func__, another_group_with_messages, revoke_what_is_delayed,
			all_or_none_were_revoked);
}

static int open_prepared(void **state)
{
	int err = own_group_open(state);

	main_thread = pthread_self();
	signals_install();
	return err;
}

#define WITH_GROUP(name) TEST_PREPARED(name, open_prepared)

static const struct CMUnitTest tests[] = {
	WITH_GROUP(receive_and_receive),
	WITH_GROUP(receive_and_revoke),
	WITH_GROUP(bad_receive_and_revoke),
	WITH_GROUP(peek_and_take),
	WITH_GROUP(receive_and_expiry),
	WITH_GROUP(flush_and_delayed_send),
	WITH_GROUP(revoke_and_end_of_a_delay),
	WITH_GROUP(revoke_everything_and_send),
	WITH_GROUP(revoke_of_a_process_and_delayed_send),
	WITH_GROUP(message_and_signal),
	WITH_GROUP(message_and_deadline),
	WITH_GROUP(message_and_deadline_of_one_of_two),
	WITH_GROUP(room_and_signal),
	WITH_GROUP(room_and_deadline),
	WITH_GROUP(rule_and_sender_in_line),
	WITH_GROUP(limit_and_sender_in_line),
	WITH_GROUP(lowered_limit_and_batch),
	WITH_GROUP(removal_and_batch),
	WITH_GROUP(removal_and_waiting_reader),
	WITH_GROUP(removal_and_revoke),
};

int main(int argc, char *argv[])
{
	static const struct option_number options[] = {
		{ "rounds", &rounds }, { }
	};

	(void)argc;
	option_read(argv, options);
	seed = random_seed();
	return RUN_SUITE("second: races", tests);
}
