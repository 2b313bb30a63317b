// SPDX-License-Identifier: GPL-2.0
/* The mailboxes, with each allocation and user copy failing once. */
#include "harness/mailbox.h"
#include "harness/parameters.h"
#include "harness/sweep.h"
#include "harness/trio.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static long fd;		/* of the file that comes and goes */
static char got[64];

static void begin(void)
{
	trio_begin(mailbox_register);
}

static long command(void)
{
	return write(alice, sweep_argument, strlen(sweep_argument));
}

/* ---- open and close */

static long open_file(void)
{
	return fd = open(SYNCHMESS_MAILBOX_PATH, O_RDWR | O_CLOEXEC);
}

static long close_file(void)
{
	return close(fd);
}

static void open_for_sure(void)
{
	assert_ok(open_file());
}

static void close_for_sure(void)
{
	assert_ok(close_file());
}

static void register_dave(void)
{
	fd = mailbox_register("dave");
	mailbox_do(fd, "/msg dave to myself");
}

static void expect_no_dave(void)
{
	mailbox_refuses(alice, "/msg dave anybody?", ENOENT);
}

/* ---- /reg and /unr */

static long command_of_dave(void)
{
	return write(fd, sweep_argument, strlen(sweep_argument));
}

static void expect_registered(void)
{
	mailbox_do(alice, "/msg dave welcome");
	mailbox_expect(fd, "welcome");
	close_for_sure();
	expect_no_dave();
}

static void expect_still_registered(void)
{
	mailbox_expect_balance(fd);
	assert_int_equal(mailbox_get(fd, "queued"), 1);
}

static void expect_unregistered(void)
{
	mailbox_refuses(fd, "/unr", ENOENT);
	expect_no_dave();
	close_for_sure();
}

/* ---- /msg and /all */

static void bob_has_it(void)
{
	mailbox_expect(bob, "hello");
	mailbox_expect_empty(bob);
}

static void alice_has_it(void)
{
	mailbox_expect(alice, "hello");
	mailbox_expect_empty(alice);
}

static void all_others_have_it(void)
{
	bob_has_it();
	mailbox_expect(carol, "hello");
	mailbox_expect_empty(carol);
	mailbox_expect_empty(alice);
}

/* Every queue is full, with 0, 1, 2 ... */
static void fill_all(void)
{
	long i, length = parameter_get("QUEUE_LEN");
	char text[32];

	for (i = 0; i < length; i++) {
		snprintf(text, sizeof(text), "/all %ld", i);
		mailbox_do(alice, text);
	}
}

static void expect_overwritten(int mailbox)
{
	long i, length = parameter_get("QUEUE_LEN");
	char text[32];

	for (i = 1; i < length; i++) {
		snprintf(text, sizeof(text), "%ld", i);
		mailbox_expect(mailbox, text);
	}
	mailbox_expect(mailbox, "hello");
	mailbox_expect_empty(mailbox);
}

static void all_have_it_for_the_oldest(void)
{
	expect_overwritten(bob);
	expect_overwritten(carol);
}

/* ---- read */

static void send_two(void)
{
	mailbox_do(alice, "/msg bob hello");
	mailbox_do(alice, "/msg bob next");
}

static long read_it(void)
{
	return read(bob, got, sizeof(got));
}

static long read_parts(void)
{
	const struct iovec parts[] = { { got, 2 }, { got + 2, sizeof(got) - 2 } };

	return readv(bob, parts, 2);
}

static void expect_both(void)
{
	assert_memory_equal(got, "hello", 5);
	mailbox_expect(bob, "next");
	mailbox_expect_empty(bob);
}

#define WITHIN .begin = begin, .end = trio_end
#define NO_MEMORY_OR_FAULT .errors = { ENOMEM, EFAULT }

static const struct CMUnitTest tests[] = {
	SWEEP("open", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 3, .call = open_file,
	      .done = close_for_sure),
	SWEEP("close", WITHIN, .prepare = open_for_sure, .call = close_file),
	SWEEP("close_registered", WITHIN, .prepare = register_dave, .call = close_file,
	      .done = expect_no_dave),
	SWEEP("reg", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 4, .argument = "/reg dave",
	      .prepare = open_for_sure, .call = command_of_dave, .undone = expect_no_dave,
	      .done = expect_registered),
	SWEEP("unr", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 3, .argument = "/unr",
	      .prepare = register_dave, .call = command_of_dave,
	      .undone = expect_still_registered, .done = expect_unregistered),
	SWEEP("msg", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 4, .argument = "/msg bob hello",
	      .call = command, .done = bob_has_it),
	SWEEP("msg_to_oneself", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 4,
	      .argument = "/msg alice hello", .call = command, .done = alice_has_it),
	SWEEP("all", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 6, .argument = "/all hello",
	      .call = command, .done = all_others_have_it),
	SWEEP("all_to_full_queues", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 6,
	      .argument = "/all hello", .prepare = fill_all, .call = command,
	      .done = all_have_it_for_the_oldest),
	SWEEP("read", WITHIN, .errors = { EFAULT }, .refusals = 1, .prepare = send_two,
	      .call = read_it, .done = expect_both),
	SWEEP("read_into_several_parts", WITHIN, .errors = { EFAULT }, .refusals = 2,
	      .prepare = send_two, .call = read_parts, .done = expect_both),
};

int main(void)
{
	return RUN_SWEEPS("faults: mailboxes", tests);
}
