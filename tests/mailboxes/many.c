// SPDX-License-Identifier: GPL-2.0
/*
 * As many names and messages as the module's parameters allow: tests/module/load
 * runs this under other parameters, too.
 */
#include "harness/mailbox.h"
#include "harness/parameters.h"
#include "harness/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void raise_limit_of_files(int wanted)
{
	const struct rlimit limit = { wanted, wanted };

	assert_ok(setrlimit(RLIMIT_NOFILE, &limit));
}

static void all_names_can_be_registered(void **state)
{
	int most = parameter_get("MAX_DEVICES"), more, i;
	int *fds = malloc(most * sizeof(*fds));
	char text[32];

	(void)state;
	assert_non_null(fds);
	raise_limit_of_files(most + 64);
	for (i = 0; i < most; i++) {
		snprintf(text, sizeof(text), "n%d", i);
		fds[i] = mailbox_register(text);
	}
	more = mailbox_open();
	mailbox_refuses(more, "/reg more", EUSERS);
	mailbox_do(fds[0], "/all hello");
	for (i = 1; i < most; i++)
		mailbox_expect(fds[i], "hello");
	/* The first is first again. */
	close(fds[0]);
	mailbox_do(more, "/reg n0");
	for (i = 1; i < most; i++)
		close(fds[i]);
	close(more);
	free(fds);
}

static void a_queue_has_its_full_length(void **state)
{
	int length = parameter_get("QUEUE_LEN"), i;
	int fd = mailbox_register("me");
	char text[32];

	(void)state;
	for (i = 0; i < length + 10; i++) {
		snprintf(text, sizeof(text), "/msg me %d", i);
		mailbox_do(fd, text);
	}
	assert_int_equal(mailbox_get(fd, "queued"), length);
	assert_int_equal(mailbox_get(fd, "overwritten"), 10);
	for (i = 10; i < length + 10; i++) {
		snprintf(text, sizeof(text), "%d", i);
		mailbox_expect(fd, text);
	}
	mailbox_expect_empty(fd);
	mailbox_expect_balance(fd);
	close(fd);
}

static void a_command_has_its_full_size(void **state)
{
	size_t longest = parameter_get("CMD_BUF_SIZE");
	char *command = malloc(longest + 1);
	int fd = mailbox_register("me");

	(void)state;
	assert_non_null(command);
	memset(command, 'x', longest + 1);
	memcpy(command, "/msg me ", 8);
	mailbox_do_bytes(fd, command, longest);
	mailbox_expect_bytes(fd, command + 8, longest - 8);
	mailbox_refuses_bytes(fd, command, longest + 1, EMSGSIZE);
	mailbox_expect_empty(fd);
	free(command);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	MAILBOX_TEST(all_names_can_be_registered),
	MAILBOX_TEST(a_queue_has_its_full_length),
	MAILBOX_TEST(a_command_has_its_full_size),
};

int main(void)
{
	return RUN_SUITE("mailboxes: many", tests);
}
