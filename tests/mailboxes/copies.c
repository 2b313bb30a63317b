// SPDX-License-Identifier: GPL-2.0
/*
 * What happens while a read or a command is in the midst of its copy, and what a
 * copy that then fails leaves: docs/interface-1.md, "Mailboxes", "Full queues".
 */
#include "harness/mailbox.h"
#include "harness/parameters.h"
#include "harness/quota.h"
#include "harness/slow_copy.h"
#include "harness/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READERS 3

static struct slow_copy readers[READERS], writer;
static long charged;

static int charge_before_test(void **state)
{
	int err = mailbox_before_test(state);

	charged = quota_charged();
	return err;
}

/* Whatever happened, without its mailboxes nothing is left. */
static int charge_after_test(void **state)
{
	int err = suite_after_test(state);

	mailbox_before_test(state);
	assert_int_equal(quota_charged(), charged);
	return err;
}

#define CHARGED_TEST(name) \
	cmocka_unit_test_setup_teardown(name, charge_before_test, charge_after_test)

static void send_numbers(int fd, const char *name, int from, int to)
{
	char command[32];

	for (; from < to; from++) {
		snprintf(command, sizeof(command), "/msg %s %d", name, from);
		mailbox_do(fd, command);
	}
}

static void expect_numbers(int fd, int from, int to)
{
	char text[16];

	for (; from < to; from++) {
		snprintf(text, sizeof(text), "%d", from);
		mailbox_expect(fd, text);
	}
}

/* Reader 0 has message 0 in its hands, and so on. */
static int register_with_readers(int messages, int count)
{
	int fd = mailbox_register("me"), i;

	send_numbers(fd, "me", 0, messages);
	for (i = 0; i < count; i++)
		slow_copy_read(&readers[i], fd);
	return fd;
}

static void expect_books(int fd, long queued, long delivered, long overwritten)
{
	assert_int_equal(mailbox_get(fd, "queued"), queued);
	assert_int_equal(mailbox_get(fd, "delivered"), delivered);
	assert_int_equal(mailbox_get(fd, "overwritten"), overwritten);
	assert_int_equal(mailbox_get(fd, "dropped"), 0);
	mailbox_expect_balance(fd);
}

static void messages_go_back_to_their_places(void **state)
{
	static const int orders[][READERS] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 2, 0 } };
	size_t round;
	int fd, i;

	(void)state;
	for (round = 0; round < sizeof(orders) / sizeof(orders[0]); round++) {
		fd = register_with_readers(READERS + 2, READERS);
		for (i = 0; i < READERS; i++)
			slow_copy_fail(&readers[orders[round][i]]);
		expect_books(fd, READERS + 2, 0, 0);
		expect_numbers(fd, 0, READERS + 2);
		mailbox_expect_empty(fd);
		close(fd);
	}
}

/* The queue is as long as it may be, and the oldest is the one in the reader's hands. */
static void others_may_overwrite_what_comes_back(void **state)
{
	int length = parameter_get("QUEUE_LEN"), sender = mailbox_register("sender");
	int fd = register_with_readers(1, 1);

	(void)state;
	send_numbers(sender, "me", 1, 1 + length);
	expect_books(fd, length, 1, 0);
	slow_copy_fail(&readers[0]);
	expect_books(fd, length, 0, 1);
	expect_numbers(fd, 1, 1 + length);
	mailbox_expect_empty(fd);
	assert_int_equal(mailbox_get(fd, "stored"), 0);
	close(fd);
	close(sender);
}

static void it_comes_back_into_the_last_free_place(void **state)
{
	int length = parameter_get("QUEUE_LEN");
	int fd = register_with_readers(1, 1);

	(void)state;
	send_numbers(fd, "me", 1, length);
	slow_copy_fail(&readers[0]);
	expect_books(fd, length, 0, 0);
	/* Now it is the oldest that goes when one more comes. */
	send_numbers(fd, "me", length, length + 1);
	expect_books(fd, length, 0, 1);
	expect_numbers(fd, 1, length + 1);
	mailbox_expect_empty(fd);
	close(fd);
}

/* It is the oldest that goes, also if it came back earlier. */
static void of_two_that_come_back_the_older_is_overwritten(void **state)
{
	int length = parameter_get("QUEUE_LEN"), first;

	(void)state;
	for (first = 0; first < 2; first++) {
		int fd = register_with_readers(2, 2);

		send_numbers(fd, "me", 2, 1 + length);
		slow_copy_fail(&readers[first]);
		slow_copy_fail(&readers[1 - first]);
		expect_books(fd, length, 0, 1);
		expect_numbers(fd, 1, 1 + length);
		mailbox_expect_empty(fd);
		close(fd);
	}
}

/* A taken message that is read in the end was never in anybody's way. */
static void a_copy_that_ends_well_overwrites_nothing(void **state)
{
	int length = parameter_get("QUEUE_LEN");
	int fd = register_with_readers(1, 1);

	(void)state;
	send_numbers(fd, "me", 1, 1 + length);
	slow_copy_gives(&readers[0], "0");
	expect_books(fd, length, 1, 0);
	expect_numbers(fd, 1, 1 + length);
	mailbox_expect_empty(fd);
	close(fd);
}

static void expect_room_for_all_names(void)
{
	int most = parameter_get("MAX_DEVICES"), i;
	int *fds = calloc(most, sizeof(*fds));
	char name[16];

	assert_non_null(fds);
	for (i = 0; i < most; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		fds[i] = mailbox_register(name);
	}
	while (i)
		close(fds[--i]);
	free(fds);
}

/* And not into the next mailbox of that file, or of that name. */
static void an_unregistered_mailbox_drops_what_comes_back(void **state)
{
	int fd = register_with_readers(3, 2);

	(void)state;
	mailbox_do(fd, "/unr");
	slow_copy_fail(&readers[1]);
	mailbox_do(fd, "/reg me");
	slow_copy_fail(&readers[0]);
	mailbox_expect_empty(fd);
	expect_books(fd, 0, 0, 0);
	assert_int_equal(mailbox_get(fd, "sent"), 0);
	close(fd);
	expect_room_for_all_names();
}

static void an_unregistered_mailbox_leaves_what_was_taken(void **state)
{
	int fd = register_with_readers(2, 1);

	(void)state;
	mailbox_do(fd, "/unr");
	slow_copy_gives(&readers[0], "0");
	close(fd);
	expect_room_for_all_names();
}

static void start_command(int fd, const char *command)
{
	slow_copy_write(&writer, fd, strlen(command));
}

static void a_command_whose_copy_fails_does_nothing(void **state)
{
	int fd = mailbox_register("me");

	(void)state;
	start_command(fd, "/msg me hello");
	slow_copy_fail(&writer);
	start_command(fd, "/unr");
	slow_copy_fail(&writer);
	expect_books(fd, 0, 0, 0);
	assert_int_equal(mailbox_get(fd, "sent"), 0);

	start_command(fd, "/msg me hello");
	mailbox_do(fd, "/msg me faster");
	slow_copy_takes(&writer, "/msg me hello");
	mailbox_expect(fd, "faster");
	mailbox_expect(fd, "hello");
	mailbox_expect_empty(fd);
	close(fd);
}

/* As if whatever came meanwhile had come first. */
static void a_slow_command_finds_what_is_there_in_the_end(void **state)
{
	static const char message[] = "/msg other hello", everybody[] = "/all hello";
	int fd = mailbox_register("me"), other = mailbox_register("other");

	(void)state;
	start_command(fd, message);
	mailbox_do(other, "/unr");
	slow_copy_refuses(&writer, message, ENOENT);

	start_command(fd, message);
	mailbox_do(other, "/reg other");
	slow_copy_takes(&writer, message);
	mailbox_expect(other, "hello");

	start_command(fd, message);
	mailbox_do(fd, "/unr");
	slow_copy_refuses(&writer, message, EACCES);
	start_command(fd, everybody);
	slow_copy_refuses(&writer, everybody, EACCES);
	mailbox_expect_empty(other);
	close(fd);
	close(other);
}

static const struct CMUnitTest tests[] = {
	CHARGED_TEST(messages_go_back_to_their_places),
	CHARGED_TEST(others_may_overwrite_what_comes_back),
	CHARGED_TEST(it_comes_back_into_the_last_free_place),
	CHARGED_TEST(of_two_that_come_back_the_older_is_overwritten),
	CHARGED_TEST(a_copy_that_ends_well_overwrites_nothing),
	CHARGED_TEST(an_unregistered_mailbox_drops_what_comes_back),
	CHARGED_TEST(an_unregistered_mailbox_leaves_what_was_taken),
	CHARGED_TEST(a_command_whose_copy_fails_does_nothing),
	CHARGED_TEST(a_slow_command_finds_what_is_there_in_the_end),
};

int main(void)
{
	return RUN_SUITE("mailboxes: copies", tests);
}
