// SPDX-License-Identifier: GPL-2.0
/* How leases end without their holder: time, death, removal; and what else meets them. */
#include "harness/batch.h"
#include "harness/clock.h"
#include "harness/group.h"
#include "harness/lease.h"
#include "harness/named.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/registered.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MANY 1000

static void its_time_runs_out(void **state)
{
	uint64_t began = now_ns();

	(void)state;
	batch_send_text(fd, "one", 0, 0, 0);
	batch_send_text(fd, "two", 0, 0, 0);
	lease_expect(fd, "one", 50 * MS);
	lease_expect(fd, "two", HOUR);
	lease_await(fd, 1);
	assert_true(now_ns() - began >= 50 * MS);
	batch_expect(fd, "one");
	batch_expect_none(fd);
}

/*
 * Also of many, each to its place. At once: while they are leased one after the other
 * the first could run out.
 */
static void many_run_out(void **state)
{
	static struct synchmess_in in[MANY];
	static uint64_t tokens[MANY];
	static char bytes[MANY][8];
	char text[8];
	unsigned int i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "%06u", i);
		batch_send_text(fd, text, i % 3, 0, 0);
		in[i] = batch_into(bytes[i], sizeof(bytes[i]));
	}
	assert_int_equal(lease_receive(fd, in, MANY, 0), MANY);
	for (i = 0; i < MANY; i++)
		tokens[i] = in[i].token;
	assert_int_equal(lease_settle(fd, SYNCHMESS_EXTEND, tokens, MANY, SECOND), MANY);
	lease_await(fd, 0);
	for (i = 0; i < MANY; i++)
		batch_expect(fd, bytes[i]);
	lease_expect_books(fd, 0, 0, 0);
}

/* More than can be walked past under a lock. */
static void many_come_back_in_any_order(void **state)
{
	uint64_t seed = random_seed(), swap;
	static struct synchmess_in in[MANY];
	static uint64_t tokens[MANY];
	unsigned int i, other;

	(void)state;
	for (i = 0; i < MANY; i++)
		batch_send_text(fd, "x", i % 3, 0, 0);
	memset(in, 0, sizeof(in));
	assert_int_equal(lease_receive(fd, in, MANY, 0), MANY);
	for (i = 0; i < MANY; i++)
		tokens[i] = in[i].token;
	for (i = MANY - 1; i; i--) {
		other = random_below(&seed, i + 1);
		swap = tokens[i];
		tokens[i] = tokens[other];
		tokens[other] = swap;
	}
	assert_int_equal(lease_settle(fd, SYNCHMESS_RETURN, tokens, MANY, 0), MANY);
	batch_send_text(fd, "last", 2, 0, 0);
	for (i = 0; i < MANY; i++) {
		if (i == MANY / 3)
			batch_expect(fd, "last");
		assert_int_equal(batch_expect(fd, "x").id, in[i].id);
	}
	lease_expect_books(fd, 0, 0, 0);
}

static void the_longest_times_are_endless(void **state)
{
	struct synchmess_in in = { };

	(void)state;
	batch_send_text(fd, "one", 0, 0, 0);
	batch_send_text(fd, "two", 0, 0, 0);
	batch_send_text(fd, "three", 0, 0, 0);
	assert_int_equal(lease_receive(fd, &in, 1, INT64_MAX), 1);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_EXTEND, in.token, INT64_MAX), 1);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, in.token, 0), 1);
	in = lease_expect(fd, "two", HOUR);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, in.token, INT64_MAX), 1);
	lease_expect(fd, "three", MS);
	lease_await(fd, 1);
	batch_expect(fd, "three");
}

static void the_last_close_returns_all(void **state)
{
	int other = batch_open(fd, O_RDWR), same = dup(other);

	(void)state;
	batch_send_text(fd, "one", 0, 0, 0);
	batch_send_text(fd, "two", 0, 0, 0);
	batch_send_text(fd, "three", 0, 0, 0);
	lease_expect(other, "one", 0);
	lease_expect(other, "two", HOUR);
	lease_expect(fd, "three", 0);
	close(other);
	lease_expect_books(fd, 0, 3, 11);
	close(same);
	lease_expect_books(fd, 2, 1, 11);
	batch_expect(fd, "one");
	batch_expect(fd, "two");
	batch_expect_none(fd);
}

/* How soon is measured by tests/stress/redelivery. */
static void death_returns_all(void **state)
{
	pid_t child;

	(void)state;
	batch_send_text(fd, "job", 0, 0, 0);
	child = lease_holder_start(fd);
	batch_expect_none(fd);
	process_kill(child);
	assert_int_equal(batch_expect(fd, "job").deliveries, 1);
}

static long receive_one(void *argument)
{
	struct synchmess_in in = { };

	(void)argument;
	return batch_receive(fd, &in, 1, 0);
}

static void what_comes_back_wakes_a_reader(void **state)
{
	static struct task reader;
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	uint64_t token;

	(void)state;
	batch_send_text(fd, "one", 0, 0, 0);
	token = lease_token(fd, "one");
	assert_int_equal(poll(&poller, 1, 0), 0);
	task_start(&reader, receive_one, NULL);
	task_await_asleep(&reader, SYS_ioctl);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, token, 0), 1);
	task_expect(&reader, 1, 0);

	batch_send_text(fd, "two", 0, 0, 0);
	lease_expect(fd, "two", 20 * MS);
	assert_int_equal(poll(&poller, 1, 10000), 1);
	batch_expect(fd, "two");
}

static long send_one(void *argument)
{
	struct synchmess_out out = batch_text("waits");

	(void)argument;
	return batch_send(fd, &out, 1, 0);
}

static void its_room_is_free_when_it_is_acked(void **state)
{
	struct synchmess_settings settings = { .max_messages = 1 };
	static struct task writer;
	uint64_t token;

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	batch_send_text(fd, "one", 0, 0, 0);
	token = lease_token(fd, "one");
	task_start(&writer, send_one, NULL);
	task_await_asleep(&writer, SYS_ioctl);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, token, 0), 1);
	task_expect(&writer, 1, 0);
	lease_expect_books(fd, 1, 0, 5);
}

static void it_is_not_overwritten(void **state)
{
	struct synchmess_settings settings = {
		.max_messages = 2, .full = SYNCHMESS_FULL_DROP_OLDEST,
	};
	struct synchmess_out out = batch_text("no room");
	uint64_t first, second;

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	batch_send_text(fd, "one", 0, 0, 0);
	batch_send_text(fd, "two", 0, 0, 0);
	first = lease_token(fd, "one");
	batch_send_text(fd, "three", 0, 0, 0);
	assert_int_equal(batch_stat(fd).overwritten, 1);
	second = lease_token(fd, "three");
	assert_fails(batch_send(fd, &out, 1, 0), ENOSPC);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, second, 0), 1);
	batch_send_text(fd, "four", 0, 0, 0);
	assert_int_equal(batch_stat(fd).overwritten, 2);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, first, 0), 1);
	batch_expect(fd, "one");
	batch_expect(fd, "four");
	lease_expect_books(fd, 0, 0, 0);
}

static void its_lifetime_ends_when_it_is_back(void **state)
{
	uint64_t token;

	(void)state;
	batch_send_text(fd, "old", 0, 0, 20 * MS);
	token = lease_token(fd, "old");
	usleep(40000);
	lease_expect_books(fd, 0, 1, 3);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, token, 0), 1);
	batch_expect_none(fd);
	batch_await_expired(fd, 1);
	lease_expect_books(fd, 0, 0, 0);

	batch_send_text(fd, "done", 0, 0, 20 * MS);
	token = lease_token(fd, "done");
	usleep(40000);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, token, 0), 1);
	assert_int_equal(batch_stat(fd).delivered, 1);
}

/* It is in its reader's hands. */
static void revoking_does_not_find_it(void **state)
{
	uint64_t id, token;

	(void)state;
	id = batch_send_text(fd, "one", 0, 0, 0);
	batch_send_text(fd, "two", 0, 0, 0);
	token = lease_token(fd, "one");
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id), ENOENT);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, 0, 0), 1);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0), 0);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, token, 0), 1);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id), 1);
	lease_expect_books(fd, 0, 0, 0);
}

static void removal_drops_all(void **state)
{
	struct synchmess_stat stat;
	uint64_t token;

	(void)state;
	batch_send_text(fd, "one", 0, 0, 0);
	batch_send_text(fd, "two", 0, 0, 0);
	batch_send_text(fd, "three", 0, 0, 0);
	token = lease_token(fd, "one");
	lease_expect(fd, "two", HOUR);
	assert_ok(named_remove(batch_stat(fd).descriptor, NULL));
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, token, 0), ENODEV);
	assert_fails(lease_settle_one(fd, SYNCHMESS_RETURN, token, 0), ENODEV);
	stat = batch_stat(fd);
	assert_int_equal(stat.leased, 0);
	assert_int_equal(stat.dropped, 3);
	assert_int_equal(stat.stored, 0);
}

/* ---- mailboxes */

static void mailboxes_lease_as_well(void **state)
{
	int box = registered_as("box", NULL), sender = registered_as("sender", NULL);
	struct synchmess_in in;

	(void)state;
	assert_int_equal(registered_send(sender, "box", "one"), 1);
	assert_int_equal(registered_send(sender, "box", "two"), 1);
	in = lease_expect(box, "one", 0);
	assert_string_equal(in.mailbox, "sender");
	lease_expect_books(box, 1, 1, 6);
	assert_int_equal(lease_settle_one(box, SYNCHMESS_RETURN, in.token, 0), 1);
	in = lease_expect(box, "one", 0);
	assert_int_equal(in.deliveries, 1);
	assert_int_equal(lease_settle_one(box, SYNCHMESS_ACK, in.token, 0), 1);
	batch_expect(box, "two");
	lease_expect_books(box, 0, 0, 0);
	close(box);
	close(sender);
}

static void the_end_of_a_mailbox_drops_its_leases(void **state)
{
	int box = registered_as("box", NULL), sender = registered_as("sender", NULL);
	uint64_t token;

	(void)state;
	assert_int_equal(registered_send(sender, "box", "one"), 1);
	token = lease_token(box, "one");
	assert_ok(ioctl(box, SYNCHMESS_UNREGISTER));
	assert_fails(lease_settle_one(box, SYNCHMESS_ACK, token, 0), ENOENT);
	assert_ok(registered_try(box, "box", NULL));
	assert_fails(lease_settle_one(box, SYNCHMESS_ACK, token, 0), ESTALE);
	lease_expect_books(box, 0, 0, 0);

	/* Not even when something is leased in the new one. */
	assert_int_equal(registered_send(sender, "box", "two"), 1);
	lease_token(box, "two");
	assert_fails(lease_settle_one(box, SYNCHMESS_ACK, token, 0), ESTALE);
	lease_expect_books(box, 0, 1, 3);
	close(box);
	close(sender);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_GROUP(its_time_runs_out),
	TEST_WITH_GROUP(many_run_out),
	TEST_WITH_GROUP(many_come_back_in_any_order),
	TEST_WITH_GROUP(the_longest_times_are_endless),
	TEST_WITH_GROUP(the_last_close_returns_all),
	TEST_WITH_GROUP(death_returns_all),
	TEST_WITH_GROUP(what_comes_back_wakes_a_reader),
	TEST_WITH_GROUP(its_room_is_free_when_it_is_acked),
	TEST_WITH_GROUP(it_is_not_overwritten),
	TEST_WITH_GROUP(its_lifetime_ends_when_it_is_back),
	TEST_WITH_GROUP(revoking_does_not_find_it),
	TEST_WITH_GROUP(removal_drops_all),
	TEST(mailboxes_lease_as_well),
	TEST(the_end_of_a_mailbox_drops_its_leases),
};

int main(void)
{
	return RUN_SUITE("leases: ends", tests);
}
