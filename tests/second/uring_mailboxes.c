// SPDX-License-Identifier: GPL-2.0
/* Commands of mailboxes and their handles through io_uring: docs/interface-2.md, "io_uring". */
#include "harness/batch.h"
#include "harness/lease.h"
#include "harness/mailbox.h"
#include "harness/registered.h"
#include "harness/suite.h"
#include "harness/uring.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COUNT 40

static struct io_uring ring;
static struct synchmess_out out[COUNT];
static struct synchmess_in in[COUNT];
static char texts[COUNT][8];

/* A mailbox that waits when it is full, of one message. */
static const struct synchmess_settings small = {
	.max_messages = 1, .full = SYNCHMESS_FULL_BLOCK,
};

static int prepare(void **state)
{
	unsigned int i;

	memset(texts, 0, sizeof(texts));
	for (i = 0; i < COUNT; i++) {
		out[i] = batch_text("hello");
		out[i].tag = i;
		in[i] = batch_into(texts[i], sizeof(texts[i]));
	}
	uring_open(&ring);
	return mailbox_before_test(state);
}

static int finish(void **state)
{
	io_uring_queue_exit(&ring);
	return suite_after_test(state);
}

#define TEST_RINGED(name) cmocka_unit_test_setup_teardown(name, prepare, finish)

static struct synchmess_batch sending(const char *to, unsigned int count, unsigned int flags)
{
	struct synchmess_batch batch = {
		.flags = flags, .count = count, .message_size = sizeof(out[0]),
		.messages = user(out),
	};

	memcpy(batch.to, to, strlen(to));
	return batch;
}

static struct synchmess_batch receiving(unsigned int count, unsigned int flags)
{
	return (struct synchmess_batch){
		.flags = flags, .count = count, .message_size = sizeof(in[0]),
		.messages = user(in),
	};
}

static void expect_at_once(int file, unsigned int command, const void *argument, int result)
{
	uring_command(&ring, file, command, argument, 1);
	uring_expect(&ring, 1, result);
	uring_expect_no_worker();
}

static int why(int file)
{
	struct synchmess_why told;

	assert_ok(ioctl(file, SYNCHMESS_WHY, &told));
	return told.error;
}

/* ---- what need not wait */

static void messages_go_to_a_name(void **state)
{
	struct synchmess_batch send = sending("bob", COUNT, 0), receive = receiving(COUNT, 0);
	int alice = registered_as("alice", NULL), bob = registered_as("bob", NULL);

	(void)state;
	expect_at_once(alice, SYNCHMESS_SEND, &send, COUNT);
	expect_at_once(bob, SYNCHMESS_RECEIVE, &receive, COUNT);
	assert_int_equal(in[COUNT - 1].tag, COUNT - 1);
	assert_string_equal(in[0].mailbox, "alice");
	close(bob);
	close(alice);
}

static void messages_go_to_all(void **state)
{
	struct synchmess_batch send = sending("", 2, SYNCHMESS_ALL);
	int alice = registered_as("alice", NULL), bob = registered_as("bob", NULL);

	(void)state;
	expect_at_once(alice, SYNCHMESS_SEND, &send, 2);
	mailbox_expect(bob, "hello");
	mailbox_expect(bob, "hello");
	close(bob);
	close(alice);
}

static void leases_are_settled(void **state)
{
	struct synchmess_batch receive = receiving(COUNT, SYNCHMESS_LEASE);
	int alice = registered_as("alice", NULL);
	uint64_t token;
	struct synchmess_settle settle = {
		.what = SYNCHMESS_RETURN, .count = 1, .tokens = user(&token),
	};

	(void)state;
	assert_int_equal(registered_send(alice, "alice", "mine"), 1);
	expect_at_once(alice, SYNCHMESS_RECEIVE, &receive, 1);
	token = in[0].token;
	expect_at_once(alice, SYNCHMESS_SETTLE, &settle, 1);
	expect_at_once(alice, SYNCHMESS_SETTLE, &settle, -ESTALE);
	mailbox_expect(alice, "mine");
	close(alice);
}

static void handles_send(void **state)
{
	struct synchmess_batch send = sending("", COUNT, 0), receive = receiving(1, 0);
	struct synchmess_settle settle = { .what = SYNCHMESS_ACK, .count = 1 };
	struct synchmess_retries retries = { .dead_letters = -1 };
	int alice = registered_as("alice", NULL), bob = registered_as("bob", NULL);
	int handle = registered_handle(alice, "bob", 0), i;

	(void)state;
	assert_ok(handle);
	expect_at_once(handle, SYNCHMESS_SEND, &send, COUNT);
	for (i = 0; i < COUNT; i++)
		mailbox_expect(bob, "hello");
	expect_at_once(handle, SYNCHMESS_RECEIVE, &receive, -EBADF);
	expect_at_once(handle, SYNCHMESS_SETTLE, &settle, -EBADF);
	expect_at_once(handle, SYNCHMESS_RETRIES, &retries, -EBADF);
	send = sending("bob", 1, 0);
	expect_at_once(handle, SYNCHMESS_SEND, &send, -EINVAL);
	assert_int_equal(why(handle), EINVAL);
	close(bob);
	expect_at_once(handle, SYNCHMESS_SEND, &send, -ENOENT);
	close(alice);
	expect_at_once(handle, SYNCHMESS_SEND, &send, -EACCES);
	close(handle);
}

static void what_may_not_wait_is_answered_at_once(void **state)
{
	struct synchmess_batch send = sending("bob", 1, SYNCHMESS_NOWAIT);
	struct synchmess_batch all = sending("", 1, SYNCHMESS_ALL), plain = sending("", 1, 0);
	struct synchmess_batch receive = receiving(1, SYNCHMESS_NOWAIT);
	int alice = registered_as("alice", NULL), bob = registered_as("bob", &small);
	int handle = registered_handle(alice, "bob", O_NONBLOCK);

	(void)state;
	assert_ok(handle);
	expect_at_once(bob, SYNCHMESS_RECEIVE, &receive, -EAGAIN);
	expect_at_once(alice, SYNCHMESS_SEND, &send, 1);
	expect_at_once(alice, SYNCHMESS_SEND, &send, -EAGAIN);
	assert_int_equal(why(alice), EAGAIN);
	expect_at_once(handle, SYNCHMESS_SEND, &plain, -EAGAIN);
	/* Nobody is waited for. */
	expect_at_once(alice, SYNCHMESS_SEND, &all, -EAGAIN);
	mailbox_expect(bob, "hello");
	close(handle);
	close(bob);
	close(alice);
}

static void who_has_no_mailbox(void **state)
{
	struct synchmess_batch send = sending("bob", 1, 0), receive = receiving(1, 0);
	int nobody = mailbox_open(), alice = registered_as("alice", NULL);

	(void)state;
	expect_at_once(nobody, SYNCHMESS_SEND, &send, -EACCES);
	expect_at_once(nobody, SYNCHMESS_RECEIVE, &receive, -ENOENT);
	assert_int_equal(why(nobody), ENOENT);
	expect_at_once(alice, SYNCHMESS_SEND, &send, -ENOENT);
	expect_at_once(alice, SYNCHMESS_SEND, NULL, -EFAULT);
	close(alice);
	close(nobody);
}

static void other_commands_are_not_for_rings(void **state)
{
	static const unsigned int others[] = {
		SYNCHMESS_QUERY, SYNCHMESS_STAT, SYNCHMESS_LIST, SYNCHMESS_REGISTER,
		SYNCHMESS_UNREGISTER, SYNCHMESS_OPEN_MAILBOX, SYNCHMESS_SLEEP,
	};
	int alice = registered_as("alice", NULL), handle;
	char anything[256] = "bob";
	unsigned int i;

	(void)state;
	handle = registered_handle(alice, "alice", 0);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		expect_at_once(alice, others[i], anything, -ENOTTY);
		expect_at_once(handle, others[i], anything, -ENOTTY);
	}
	assert_int_equal(why(alice), 0);
	close(handle);
	close(alice);
}

/* ---- what waits */

static void a_receive_waits_for_a_message(void **state)
{
	struct synchmess_batch receive = receiving(COUNT, 0);
	int alice = registered_as("alice", NULL);

	(void)state;
	uring_command(&ring, alice, SYNCHMESS_RECEIVE, &receive, 1);
	uring_await_waiting("mailbox alice message", getpid(), 1);
	uring_expect_none(&ring);
	assert_int_equal(registered_send(alice, "alice", "come"), 1);
	uring_expect(&ring, 1, 1);
	assert_memory_equal(texts[0], "come", 4);
	/* What is cancelled takes none. */
	uring_command(&ring, alice, SYNCHMESS_RECEIVE, &receive, 2);
	uring_await_waiting("mailbox alice message", getpid(), 1);
	assert_int_equal(uring_interrupt(&ring, 2), -EINTR);
	assert_int_equal(registered_send(alice, "alice", "mine"), 1);
	mailbox_expect(alice, "mine");
	close(alice);
}

static void a_receive_outlives_the_mailbox(void **state)
{
	struct synchmess_batch receive = receiving(COUNT, 0);
	int alice = registered_as("alice", NULL);

	(void)state;
	uring_command(&ring, alice, SYNCHMESS_RECEIVE, &receive, 1);
	uring_await_waiting("mailbox alice message", getpid(), 1);
	mailbox_do(alice, "/unr");
	uring_expect(&ring, 1, -ENOENT);
	close(alice);
}

/* To a mailbox of one message. */
static void expect_sent_one_by_one(int file, struct synchmess_batch send, int bob)
{
	unsigned int i;

	uring_command(&ring, file, SYNCHMESS_SEND, &send, 1);
	uring_await_waiting("mailbox bob room", getpid(), 1);
	for (i = 0; i < COUNT; i++) {
		assert_int_equal(batch_receive(bob, in, 1, 0), 1);
		assert_int_equal(in[0].tag, i);
	}
	uring_expect(&ring, 1, COUNT);
	mailbox_expect_balance(bob);
}

static void a_send_goes_on_where_it_had_to_wait(void **state)
{
	int alice = registered_as("alice", NULL), bob = registered_as("bob", &small);
	int handle = registered_handle(alice, "bob", 0);

	(void)state;
	expect_sent_one_by_one(alice, sending("bob", COUNT, 0), bob);
	expect_sent_one_by_one(handle, sending("", COUNT, 0), bob);
	close(handle);
	close(bob);
	close(alice);
}

static void what_was_sent_before_the_recipient_ends_counts(void **state)
{
	struct synchmess_batch named = sending("bob", COUNT, 0), plain = sending("", COUNT, 0);
	int alice = registered_as("alice", NULL), bob, handle;

	(void)state;
	bob = registered_as("bob", &small);
	uring_command(&ring, alice, SYNCHMESS_SEND, &named, 1);
	uring_await_waiting("mailbox bob room", getpid(), 1);
	close(bob);
	uring_expect(&ring, 1, 1);

	bob = registered_as("bob", &small);
	handle = registered_handle(alice, "bob", 0);
	assert_ok(handle);
	uring_command(&ring, handle, SYNCHMESS_SEND, &plain, 2);
	uring_await_waiting("mailbox bob room", getpid(), 1);
	close(bob);
	uring_expect(&ring, 2, 1);
	/* With nothing sent it is told what is wrong. */
	uring_command(&ring, handle, SYNCHMESS_SEND, &plain, 3);
	uring_expect(&ring, 3, -ENOENT);
	close(handle);
	close(alice);
}

static const struct CMUnitTest tests[] = {
	/* First those that need no thread: once there is one it stays for a while. */
	TEST_RINGED(messages_go_to_a_name),
	TEST_RINGED(messages_go_to_all),
	TEST_RINGED(leases_are_settled),
	TEST_RINGED(handles_send),
	TEST_RINGED(what_may_not_wait_is_answered_at_once),
	TEST_RINGED(who_has_no_mailbox),
	TEST_RINGED(other_commands_are_not_for_rings),
	TEST_RINGED(a_receive_waits_for_a_message),
	TEST_RINGED(a_receive_outlives_the_mailbox),
	TEST_RINGED(a_send_goes_on_where_it_had_to_wait),
	TEST_RINGED(what_was_sent_before_the_recipient_ends_counts),
};

int main(void)
{
	return RUN_SUITE("second: uring mailboxes", tests);
}
