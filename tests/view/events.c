// SPDX-License-Identifier: GPL-2.0
/* Each change of state is told once, with its fields: docs/tracing.md. */
#include "harness/barrier.h"
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/lease.h"
#include "harness/named.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/registered.h"
#include "harness/tracing.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned int group;

static int prepare(void **state)
{
	int err = own_group_open(state);

	group = batch_stat(fd).descriptor;
	tracing_begin();
	return err;
}

static int clean_up(void **state)
{
	tracing_end();
	return own_group_close(state);
}

#define TEST_TRACED(name) cmocka_unit_test_setup_teardown(name, prepare, clean_up)

/* What a message's events tell of it. */
static const char *of_message(uint64_t id, size_t size, unsigned int priority,
			      unsigned int deliveries)
{
	static char text[256];

	snprintf(text, sizeof(text),
		 "group=%u mailbox= id=%llu size=%zu priority=%u deliveries=%u sender=%d",
		 group, (unsigned long long)id, size, priority, deliveries, getpid());
	return text;
}

static void expect_of(const char *event, uint64_t id, size_t size, unsigned int priority,
		      unsigned int deliveries)
{
	tracing_expect("%s: %s", event, of_message(id, size, priority, deliveries));
}

static void expect_of_lease(const char *event, uint64_t id, uint64_t token,
			    unsigned int deliveries)
{
	tracing_expect("%s: group=%u mailbox= id=%llu token=%llu deliveries=%u", event, group,
		       (unsigned long long)id, (unsigned long long)token, deliveries);
}

static uint64_t send(const char *text)
{
	return batch_send_text(fd, text, 0, 0, 0);
}

/* ---- messages */

static void sent_and_received(void **state)
{
	uint64_t id = batch_send_text(fd, "one", 5, 0, 0);

	(void)state;
	expect_of("message_sent", id, 3, 5, 0);
	batch_expect(fd, "one");
	expect_of("message_received", id, 3, 5, 0);
	tracing_expect_none();
}

static void nothing_is_told_of_who_looks_or_fails(void **state)
{
	struct synchmess_in in = batch_into(NULL, 0);

	(void)state;
	send("one");
	tracing_skip();
	assert_int_equal(batch_receive(fd, &in, 1, SYNCHMESS_PEEK), 1);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, 99), ENOENT);
	tracing_expect_none();
}

static void scheduled_and_published(void **state)
{
	uint64_t id = batch_send_text(fd, "later", 0, HOUR, 0);

	(void)state;
	expect_of("message_scheduled", id, 5, 0, 0);
	tracing_expect_none();
	assert_ok(fsync(fd));
	expect_of("message_published", id, 5, 0, 0);
	id = batch_send_text(fd, "soon", 0, MS, 0);
	expect_of("message_scheduled", id, 4, 0, 0);
	expect_of("message_published", id, 4, 0, 0);
	tracing_expect_none();
}

static void revoked(void **state)
{
	uint64_t ready = send("one"), delayed = batch_send_text(fd, "two", 0, HOUR, 0);

	(void)state;
	tracing_skip();
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, ready), 1);
	expect_of("message_revoked", ready, 3, 0, 0);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_DELAYED, 0, 0), 1);
	expect_of("message_revoked", delayed, 3, 0, 0);
	tracing_expect_none();
}

static void expired(void **state)
{
	uint64_t id = batch_send_text(fd, "short", 0, 0, MS);

	(void)state;
	expect_of("message_sent", id, 5, 0, 0);
	expect_of("message_expired", id, 5, 0, 0);
	tracing_expect_none();
}

static void overwritten(void **state)
{
	struct synchmess_settings settings = {
		.max_messages = 1, .full = SYNCHMESS_FULL_DROP_OLDEST,
	};
	uint64_t first, second;

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	first = send("one");
	tracing_skip();
	second = send("two");
	expect_of("message_overwritten", first, 3, 0, 0);
	expect_of("message_sent", second, 3, 0, 0);
	tracing_expect_none();
}

static void back_after_a_bad_buffer(void **state)
{
	struct synchmess_in in = batch_into((void *)1, 3);
	uint64_t id = send("one");

	(void)state;
	tracing_skip();
	assert_fails(batch_receive(fd, &in, 1, 0), EFAULT);
	expect_of("message_received", id, 3, 0, 0);
	expect_of("message_returned", id, 3, 0, 0);
	tracing_expect_none();
}

/* Ready, delayed and leased. */
static void dropped_with_the_group(void **state)
{
	uint64_t leased = send("leased"), ready = send("ready");
	uint64_t delayed = batch_send_text(fd, "delayed", 0, HOUR, 0);

	(void)state;
	lease_token(fd, "leased");
	tracing_skip();
	assert_ok(named_remove(group, NULL));
	tracing_expect("group_removed: group=%u name=", group);
	expect_of("message_dropped", ready, 5, 0, 0);
	expect_of("message_dropped", delayed, 7, 0, 0);
	expect_of("message_dropped", leased, 6, 0, 1);
	tracing_expect_none();
}

/* ---- leases */

static void leased_extended_and_acked(void **state)
{
	uint64_t id = send("one"), token = lease_token(fd, "one");

	(void)state;
	expect_of("message_sent", id, 3, 0, 0);
	expect_of_lease("message_leased", id, token, 0);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_EXTEND, token, HOUR), 1);
	expect_of_lease("message_extended", id, token, 1);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, token, 0), 1);
	expect_of_lease("message_acked", id, token, 1);
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, token, 0), ESTALE);
	tracing_expect_none();
}

static void leased_and_returned(void **state)
{
	uint64_t id = send("one"), token = lease_token(fd, "one");

	(void)state;
	tracing_skip();
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, token, 0), 1);
	expect_of("message_returned", id, 3, 0, 1);
	token = lease_token(fd, "one");
	expect_of_lease("message_leased", id, token, 1);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, token, MS), 1);
	expect_of_lease("message_postponed", id, token, 2);
	expect_of("message_returned", id, 3, 0, 2);
	tracing_expect_none();
}

static void returned_by_a_death(void **state)
{
	uint64_t id = send("one");
	pid_t child;

	(void)state;
	child = lease_holder_start(fd);
	tracing_skip();
	process_kill(child);
	expect_of("message_returned", id, 3, 0, 1);
	tracing_expect_none();
}

static void exhausted(void **state)
{
	uint64_t id = send("one"), token = lease_token(fd, "one");

	(void)state;
	tracing_skip();
	assert_ok(lease_set_retries(fd, 1, -1));
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, token, 0), 1);
	expect_of("message_exhausted", id, 3, 0, 1);
	expect_of("message_dropped", id, 3, 0, 1);
	tracing_expect_none();
}

static void exhausted_and_sent_to_the_dead_letters(void **state)
{
	uint64_t id = send("one"), token = lease_token(fd, "one");
	int grave = batch_group(NULL);

	(void)state;
	assert_ok(lease_set_retries(fd, 1, grave));
	tracing_skip();
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, token, 0), 1);
	expect_of("message_exhausted", id, 3, 0, 1);
	group = batch_stat(grave).descriptor;
	expect_of("message_sent", 1, 3, 0, 1);
	tracing_expect_none();
	close(grave);
}

/* ---- groups and mailboxes */

static void created_and_removed(void **state)
{
	struct synchmess_create plan = named_plan("traced");
	unsigned int number;
	int own;

	(void)state;
	own = named_create(&plan);
	number = plan.descriptor;
	tracing_expect("group_created: group=%u name=traced", number);
	/* It is there already: nothing happens. */
	close(named_create(&plan));
	assert_ok(named_remove(0, "traced"));
	tracing_expect("group_removed: group=%u name=traced", number);
	tracing_expect_none();
	close(own);
}

static void expect_of_alice(const char *event)
{
	tracing_expect("%s: group=0 mailbox=alice id=1 size=5 priority=0 deliveries=0 sender=%d",
		       event, getpid());
}

static void registered_and_unregistered(void **state)
{
	int alice = registered_as("alice", NULL);

	(void)state;
	tracing_expect("mailbox_registered: mailbox=alice owner=%d", getpid());
	assert_int_equal(registered_send(alice, "alice", "hello"), 1);
	expect_of_alice("message_sent");
	close(alice);
	tracing_expect("mailbox_unregistered: mailbox=alice owner=%d", getpid());
	expect_of_alice("message_dropped");
	tracing_expect_none();
}

/* ---- barrier and rendezvous */

static long sleep_once(void *unused)
{
	(void)unused;
	return barrier_sleep(fd, NULL, 0, 0);
}

static void slept_and_woken(void **state)
{
	static struct task sleeper;

	(void)state;
	task_start(&sleeper, sleep_once, NULL);
	barrier_await_sleepers(fd, 1);
	tracing_expect("barrier_sleep: group=%u generation=1", group);
	assert_int_equal(barrier_awake(fd, 10, NULL), 1);
	tracing_expect("barrier_awake: group=%u generation=2 woken=1", group);
	task_expect(&sleeper, 0, 0);
	tracing_expect("barrier_woken: group=%u generation=2 error=0", group);
	tracing_expect_none();
}

static void slept_until_the_deadline(void **state)
{
	(void)state;
	assert_fails(barrier_sleep(fd, NULL, now_ns() + MS, 0), ETIMEDOUT);
	tracing_expect("barrier_sleep: group=%u generation=1", group);
	tracing_expect("barrier_woken: group=%u generation=1 error=%d", group, ETIMEDOUT);
	tracing_expect_none();
}

static void met(void **state)
{
	static struct attendee first;
	struct attendee last = { .fd = fd, .meet = { .parties = 2 } };

	(void)state;
	attendee_start(&first, fd, last.meet, 1);
	tracing_expect("rendezvous_arrived: group=%u meeting=1 members=0 arrived=1", group);
	assert_int_equal(attendee_meet(&last), 1);
	attendee_expect(&first, 0, 0, 2);
	tracing_expect("rendezvous_met: group=%u meeting=1 members=0 arrived=1", group);
	tracing_expect_none();
}

static int join_and_die(void *argument)
{
	int own = batch_open(fd, O_RDWR);

	(void)argument;
	CHILD_CHECK(!ioctl(own, SYNCHMESS_JOIN));
	pause();
	return 1;
}

static void broken_by_a_death(void **state)
{
	pid_t child;

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_JOIN));
	tracing_expect("rendezvous_joined: group=%u meeting=1 members=1 arrived=0", group);
	child = process_start(join_and_die, NULL);
	tracing_expect("rendezvous_joined: group=%u meeting=1 members=2 arrived=0", group);
	process_kill(child);
	tracing_expect("rendezvous_broken: group=%u meeting=1 culprit=%d thread=%d how=died",
		       group, child, child);
	assert_ok(ioctl(fd, SYNCHMESS_LEAVE));
	tracing_expect("rendezvous_left: group=%u meeting=2 members=0 arrived=0", group);
	tracing_expect_none();
}

static void broken_by_a_deadline(void **state)
{
	struct attendee attendee = { .fd = fd, .meet = { .parties = 2 } };
	pid_t self = getpid();

	(void)state;
	attendee.meet.deadline = now_ns() + MS;
	assert_fails(attendee_meet(&attendee), ETIMEDOUT);
	tracing_expect("rendezvous_arrived: group=%u meeting=1 members=0 arrived=1", group);
	tracing_expect("rendezvous_withdrawn: group=%u meeting=1 members=0 arrived=0", group);
	tracing_expect("rendezvous_broken: group=%u meeting=1 culprit=%d thread=%d how=timed-out",
		       group, self, self);
	tracing_expect_none();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_TRACED(sent_and_received),
		TEST_TRACED(nothing_is_told_of_who_looks_or_fails),
		TEST_TRACED(scheduled_and_published),
		TEST_TRACED(revoked),
		TEST_TRACED(expired),
		TEST_TRACED(overwritten),
		TEST_TRACED(back_after_a_bad_buffer),
		TEST_TRACED(dropped_with_the_group),
		TEST_TRACED(leased_extended_and_acked),
		TEST_TRACED(leased_and_returned),
		TEST_TRACED(returned_by_a_death),
		TEST_TRACED(exhausted),
		TEST_TRACED(exhausted_and_sent_to_the_dead_letters),
		TEST_TRACED(created_and_removed),
		TEST_TRACED(registered_and_unregistered),
		TEST_TRACED(slept_and_woken),
		TEST_TRACED(slept_until_the_deadline),
		TEST_TRACED(met),
		TEST_TRACED(broken_by_a_death),
		TEST_TRACED(broken_by_a_deadline),
	};

	return RUN_SUITE("events", tests);
}
