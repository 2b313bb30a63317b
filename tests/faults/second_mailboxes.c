// SPDX-License-Identifier: GPL-2.0
/*
 * Mailboxes and their handles by the second interface, with each allocation and user
 * copy failing once.
 */
#include "harness/batch.h"
#include "harness/mailbox.h"
#include "harness/registered.h"
#include "harness/sweep.h"
#include "harness/trio.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEPTH 7

static int handle;
static long result;
static long fd;		/* of the file that comes and goes */
static struct synchmess_stat stats[8];

static int enter(const char *name)
{
	return registered_as(name, NULL);
}

static void begin(void)
{
	trio_begin(enter);
	handle = registered_handle(alice, "bob", O_CLOEXEC);
	assert_ok(handle);
}

static void end(void)
{
	close(handle);
	trio_end();
}

/* ---- register and unregister */

static void open_file(void)
{
	fd = mailbox_open();
}

static long register_dave(void)
{
	static const struct synchmess_settings settings = {
		.max_messages = DEPTH, .full = SYNCHMESS_FULL_FAIL,
	};

	return registered_try(fd, "dave", &settings);
}

static void expect_no_dave(void)
{
	assert_fails(registered_send(alice, "dave", "anybody?"), ENOENT);
}

static void expect_registered(void)
{
	assert_int_equal(registered_send(alice, "dave", "welcome"), 1);
	assert_int_equal(batch_stat(fd).max_messages, DEPTH);
	assert_string_equal(batch_expect(fd, "welcome").mailbox, "alice");
	close(fd);
	expect_no_dave();
}

static void have_dave(void)
{
	open_file();
	assert_ok(register_dave());
	assert_int_equal(registered_send(fd, "dave", "to myself"), 1);
}

static long unregister(void)
{
	return ioctl(fd, SYNCHMESS_UNREGISTER);
}

static void expect_unregistered(void)
{
	assert_fails(unregister(), ENOENT);
	expect_no_dave();
	close(fd);
}

/* ---- handles */

static long open_handle(void)
{
	return fd = registered_handle(alice, "bob", O_CLOEXEC);
}

static void use_and_close(void)
{
	assert_int_equal(write(fd, "hello", 5), 5);
	assert_string_equal(batch_expect(bob, "hello").mailbox, "alice");
	assert_ok(close(fd));
}

static void open_for_sure(void)
{
	assert_ok(open_handle());
}

static long close_handle(void)
{
	return close(fd);
}

/* ---- send */

static long send_to_bob(void)
{
	return registered_send(alice, "bob", "hello");
}

static long send_to_all(void)
{
	return registered_broadcast(alice, "hello");
}

static long send_by_handle(void)
{
	return registered_send(handle, "", "hello");
}

static long write_to_handle(void)
{
	return write(handle, "hello", 5);
}

static void has_it(int mailbox)
{
	assert_string_equal(batch_expect(mailbox, "hello").mailbox, "alice");
	batch_expect_books(mailbox, 0, 0, 0);
}

static void bob_has_it(void)
{
	has_it(bob);
	batch_expect_books(carol, 0, 0, 0);
}

static void all_others_have_it(void)
{
	has_it(bob);
	has_it(carol);
	batch_expect_books(alice, 0, 0, 0);
}

/* ---- receive and revoke */

static struct synchmess_in in;
static char got[TEXT_MAX];

static long receive(void)
{
	in = batch_into(got, sizeof(got));
	return result = batch_receive(bob, &in, 1, SYNCHMESS_NOWAIT);
}

static void send_for_sure(void)
{
	assert_int_equal(send_to_bob(), 1);
}

static void expect_received(void)
{
	assert_int_equal(in.length, 5);
	assert_memory_equal(got, "hello", 5);
	batch_expect_books(bob, 0, 0, 0);
}

static long revoke_by_handle(void)
{
	return result = batch_revoke(handle, SYNCHMESS_REVOKE_SENDER, 0, 0);
}

static void expect_revoked(void)
{
	assert_int_equal(result, 1);
	batch_expect_books(bob, 0, 0, 0);
}

/* ---- looking */

static long list(void)
{
	struct synchmess_list list = {
		.entries = user(stats), .count = 8, .entry_size = sizeof(stats[0]),
	};

	return result = ioctl(alice, SYNCHMESS_LIST, &list);
}

static void expect_listed(void)
{
	assert_int_equal(result, 3);
	assert_string_equal(stats[0].name, "alice");
	assert_string_equal(stats[2].name, "carol");
}

static long stat_of(int file, const char *name)
{
	memset(stats, 0, sizeof(stats[0]));
	memcpy(stats[0].name, name, strlen(name));
	return ioctl(file, SYNCHMESS_STAT, stats);
}

static long stat_by_name(void)
{
	return stat_of(alice, "bob");
}

static long stat_by_handle(void)
{
	return stat_of(handle, "");
}

static void expect_told(void)
{
	assert_string_equal(stats[0].name, "bob");
	assert_int_equal(stats[0].pid, getpid());
}

#define WITHIN .begin = begin, .end = end
#define NO_MEMORY_OR_FAULT .errors = { ENOMEM, EFAULT }
#define FAULT .errors = { EFAULT }

static const struct CMUnitTest tests[] = {
	SWEEP("register", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 5, .prepare = open_file,
	      .call = register_dave, .undone = expect_no_dave, .done = expect_registered),
	SWEEP("unregister", WITHIN, .prepare = have_dave, .call = unregister,
	      .done = expect_unregistered),
	SWEEP("open_mailbox", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 4, .call = open_handle,
	      .done = use_and_close),
	SWEEP("close_handle", WITHIN, .prepare = open_for_sure, .call = close_handle),
	SWEEP("send_to_a_mailbox", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 4,
	      .call = send_to_bob, .done = bob_has_it),
	SWEEP("send_to_all", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 6, .call = send_to_all,
	      .done = all_others_have_it),
	SWEEP("send_by_handle", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 4,
	      .call = send_by_handle, .done = bob_has_it),
	SWEEP("write_to_a_handle", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 3,
	      .call = write_to_handle, .done = bob_has_it),
	SWEEP("receive", WITHIN, FAULT, .refusals = 4, .prepare = send_for_sure,
	      .call = receive, .done = expect_received),
	SWEEP("revoke_by_handle", WITHIN, FAULT, .refusals = 1, .prepare = send_for_sure,
	      .call = revoke_by_handle, .done = expect_revoked),
	SWEEP("list", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 5, .call = list,
	      .done = expect_listed),
	SWEEP("stat_by_name", WITHIN, FAULT, .refusals = 2, .call = stat_by_name,
	      .done = expect_told),
	SWEEP("stat_by_handle", WITHIN, FAULT, .refusals = 1, .call = stat_by_handle,
	      .done = expect_told),
};

int main(void)
{
	return RUN_SWEEPS("faults: mailboxes of the second interface", tests);
}
