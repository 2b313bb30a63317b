// SPDX-License-Identifier: GPL-2.0
/* Handles of mailboxes: docs/interface-2.md, "Mailboxes". */
#include "harness/batch.h"
#include "harness/fdinfo.h"
#include "harness/mailbox.h"
#include "harness/memory.h"
#include "harness/registered.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Bob sends to alice. */
static int alice, bob, handle;

static int open_handle(void **state)
{
	mailbox_before_test(state);
	alice = registered_as("alice", NULL);
	bob = registered_as("bob", NULL);
	handle = registered_handle(bob, "alice", O_CLOEXEC);
	assert_ok(handle);
	return 0;
}

static int close_handle(void **state)
{
	close(handle);
	return suite_after_test(state);
}

#define HANDLE_TEST(name) cmocka_unit_test_setup_teardown(name, open_handle, close_handle)

static void what_is_written_is_the_message(void **state)
{
	struct synchmess_in in;

	(void)state;
	assert_int_equal(write(handle, "/msg is no command", 18), 18);
	in = batch_expect(alice, "/msg is no command");
	assert_string_equal(in.mailbox, "bob");
	assert_int_equal(in.id, 1);
	assert_int_equal(write(handle, "", 0), 0);
	batch_expect_none(alice);
}

static void it_sends_batches(void **state)
{
	struct synchmess_out outs[] = { batch_text("low"), batch_text("high"), batch_text("late") };

	(void)state;
	outs[1].priority = 7;
	outs[2].delay = HOUR;
	assert_int_equal(batch_send(handle, outs, 3, 0), 3);
	assert_int_equal(outs[2].id, 3);
	assert_string_equal(batch_expect(alice, "high").mailbox, "bob");
	batch_expect(alice, "low");
	batch_expect_books(alice, 0, 1, 4);
	/* The recipient is known. */
	assert_fails(registered_send(handle, "alice", "x"), EINVAL);
	assert_fails(registered_broadcast(handle, "x"), EINVAL);
}

static void it_is_open_for_writing_only(void **state)
{
	struct synchmess_settings settings = { };
	struct synchmess_query query;
	char got[8];
	struct synchmess_in in = batch_into(got, sizeof(got));

	(void)state;
	assert_int_equal(fcntl(handle, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_WRONLY);
	assert_int_equal(fcntl(handle, F_GETFD), FD_CLOEXEC);
	assert_fails(read(handle, got, sizeof(got)), EBADF);
	assert_fails(batch_receive(handle, &in, 1, 0), EBADF);
	assert_fails(ioctl(handle, SYNCHMESS_SET, &settings), EBADF);
	assert_fails(ioctl(handle, SYNCHMESS_UNREGISTER), ENOTTY);
	assert_fails(registered_try(handle, "new", NULL), ENOTTY);
	assert_ok(ioctl(handle, SYNCHMESS_QUERY, &query));
	assert_int_equal(query.mailbox_name_max, SYNCHMESS_MAILBOX_NAME_MAX);
}

static void it_revokes_what_its_process_has_sent(void **state)
{
	uint64_t own;

	(void)state;
	own = batch_send_text(handle, "own", 0, 0, 0);
	assert_int_equal(batch_revoke(handle, SYNCHMESS_REVOKE_ID, 0, own), 1);
	assert_fails(batch_revoke(handle, SYNCHMESS_REVOKE_ID, 0, own), ENOENT);
	batch_send_text(handle, "one", 0, 0, 0);
	batch_send_text(handle, "two", 0, HOUR, 0);
	assert_int_equal(batch_revoke(handle, SYNCHMESS_REVOKE_SENDER, 0, 0), 2);
	assert_fails(batch_revoke(handle, SYNCHMESS_REVOKE_SENDER, getpid(), 0), EBADF);
	assert_fails(batch_revoke(handle, SYNCHMESS_REVOKE_DELAYED, 0, 0), EBADF);
	assert_fails(batch_revoke(handle, SYNCHMESS_REVOKE_EVERYTHING, 0, 0), EBADF);
	assert_int_equal(batch_stat(alice).revoked, 3);
	batch_expect_books(alice, 0, 0, 0);
}

static void stat_tells_of_the_recipient(void **state)
{
	struct synchmess_stat own = batch_stat(alice), stat = batch_stat(handle);

	(void)state;
	assert_memory_equal(&own, &stat, sizeof(own));
}

static void fdinfo_tells_the_name_of_the_recipient(void **state)
{
	struct fdinfo info;
	char name[16];

	(void)state;
	fdinfo_read(handle, &info);
	fdinfo_text(&info, "sends-to", name, sizeof(name));
	assert_string_equal(name, "alice");
}

static void set_full(unsigned long messages, unsigned int full)
{
	struct synchmess_settings settings = { .max_messages = messages, .full = full };

	assert_ok(ioctl(alice, SYNCHMESS_SET, &settings));
}

static long write_one(void *text)
{
	return write(handle, text, strlen(text));
}

static void it_waits_for_room(void **state)
{
	static struct task task;

	(void)state;
	set_full(1, SYNCHMESS_FULL_BLOCK);
	assert_int_equal(write(handle, "1", 1), 1);
	task_start(&task, write_one, "two");
	task_await_asleep(&task, SYS_write);
	batch_expect(alice, "1");
	task_expect(&task, 3, 0);
	batch_expect(alice, "two");
	assert_ok(fcntl(handle, F_SETFL, O_WRONLY | O_NONBLOCK));
	assert_int_equal(write(handle, "3", 1), 1);
	assert_fails(write(handle, "4", 1), EAGAIN);
	set_full(1, SYNCHMESS_FULL_FAIL);
	assert_fails(write(handle, "4", 1), ENOSPC);
	set_full(1, SYNCHMESS_FULL_DROP_OLDEST);
	assert_int_equal(write(handle, "4", 1), 1);
	batch_expect(alice, "4");
}

static void expect_events(int events)
{
	struct pollfd poller = { .fd = handle, .events = POLLIN | POLLOUT };

	assert_int_equal(poll(&poller, 1, 0), !!events);
	assert_int_equal(poller.revents, events);
}

static void it_is_polled_for_room(void **state)
{
	struct synchmess_settings settings = { .max_message_size = 1, .full = SYNCHMESS_FULL_BLOCK,
		.max_messages = 1 };

	(void)state;
	assert_ok(ioctl(alice, SYNCHMESS_SET, &settings));
	expect_events(POLLOUT);
	assert_int_equal(write(handle, "1", 1), 1);
	expect_events(0);
	batch_expect(alice, "1");
	expect_events(POLLOUT);
	close(alice);
	expect_events(POLLHUP | POLLERR);
}

static void without_its_sender_it_is_refused(void **state)
{
	(void)state;
	assert_ok(ioctl(bob, SYNCHMESS_UNREGISTER));
	assert_fails(write(handle, "x", 1), EACCES);
	assert_fails(registered_send(handle, "", "x"), EACCES);
	/* Another of that name is another one. */
	assert_ok(registered_try(bob, "bob", NULL));
	assert_fails(write(handle, "x", 1), EACCES);
	batch_expect_books(alice, 0, 0, 0);
}

static void without_its_recipient_it_finds_nobody(void **state)
{
	(void)state;
	mailbox_do(alice, "/unr");
	assert_fails(write(handle, "x", 1), ENOENT);
	assert_fails(registered_send(handle, "", "x"), ENOENT);
	assert_ok(registered_try(alice, "alice", NULL));
	assert_fails(write(handle, "x", 1), ENOENT);
	assert_fails(batch_revoke(handle, SYNCHMESS_REVOKE_SENDER, 0, 0), ENOENT);
	batch_expect_books(alice, 0, 0, 0);
	/* Both are gone: as of /msg the first rule first. */
	mailbox_do(bob, "/unr");
	assert_fails(write(handle, "x", 1), EACCES);
}

static int why(int file)
{
	struct synchmess_why told;

	assert_ok(ioctl(file, SYNCHMESS_WHY, &told));
	return told.error;
}

static void the_end_of_the_recipient_ends_the_wait(void **state)
{
	static struct task task;

	(void)state;
	set_full(1, SYNCHMESS_FULL_BLOCK);
	assert_int_equal(write(handle, "1", 1), 1);
	task_start(&task, write_one, "2");
	task_await_asleep(&task, SYS_write);
	close(alice);
	task_expect(&task, -1, ENOENT);
	assert_int_equal(why(handle), ENOENT);
}

static void why_tells_of_whom_there_is_not(void **state)
{
	struct synchmess_in in = { };

	(void)state;
	mailbox_do(alice, "/unr");
	assert_fails(batch_receive(alice, &in, 1, 0), ENOENT);
	assert_int_equal(why(alice), ENOENT);
	assert_fails(write(handle, "x", 1), ENOENT);
	assert_int_equal(why(handle), ENOENT);
	mailbox_do(bob, "/unr");
	assert_fails(registered_send(handle, "", "x"), EACCES);
	assert_int_equal(why(handle), EACCES);
	assert_fails(ioctl(bob, SYNCHMESS_SET, &in), ENOENT);
	assert_int_equal(why(bob), ENOENT);
}

static void what_it_does_not_know_is_unknown_whoever_is_gone(void **state)
{
	(void)state;
	mailbox_do(alice, "/unr");
	mailbox_do(bob, "/unr");
	assert_fails(ioctl(handle, SYNCHMESS_UNREGISTER), ENOTTY);
	assert_fails(ioctl(handle, IOCTL_AWAKE), ENOTTY);
}

static void closing_dev_mq_ends_what_it_registered(void **state)
{
	(void)state;
	close(bob);
	assert_fails(write(handle, "x", 1), EACCES);
	close(handle);
	bob = registered_as("bob", NULL);
	handle = registered_handle(bob, "alice", 0);
	assert_int_equal(fcntl(handle, F_GETFD), 0);
	assert_int_equal(write(handle, "x", 1), 1);
	batch_expect(alice, "x");
}

static void one_can_send_to_oneself(void **state)
{
	int own = registered_handle(bob, "bob", O_NONBLOCK);

	(void)state;
	assert_ok(own);
	assert_int_equal(fcntl(own, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	assert_int_equal(write(own, "me", 2), 2);
	assert_string_equal(batch_expect(bob, "me").mailbox, "bob");
	close(own);
}

static void who_gets_no_handle(void **state)
{
	int nobody = mailbox_open(), reader = open(SYNCHMESS_MAILBOX_PATH, O_RDONLY | O_CLOEXEC);
	struct synchmess_mailbox mailbox = { .name = "alice", .settings_size = 32 };
	struct rlimit limit, none;
	size_t i;

	(void)state;
	assert_fails(registered_handle(nobody, "alice", 0), EACCES);
	assert_fails(registered_handle(reader, "alice", 0), EBADF);
	assert_fails(registered_handle(bob, "carol", 0), ENOENT);
	assert_fails(registered_handle(bob, "", 0), EINVAL);
	assert_fails(registered_handle(bob, "123456789", 0), ENAMETOOLONG);
	assert_fails(registered_handle(bob, "alice", O_RDWR), EINVAL);
	assert_fails(registered_handle(bob, "alice", O_WRONLY), EINVAL);
	assert_fails(registered_handle(bob, "alice", O_APPEND), EINVAL);
	assert_fails(ioctl(bob, SYNCHMESS_OPEN_MAILBOX, &mailbox), EINVAL);
	assert_fails(ioctl(bob, SYNCHMESS_OPEN_MAILBOX, memory_bad()), EFAULT);
	for (i = 6; i < sizeof(mailbox.name); i++) {
		mailbox = (struct synchmess_mailbox){ .name = "alice" };
		mailbox.name[i] = 'x';
		assert_fails(ioctl(bob, SYNCHMESS_OPEN_MAILBOX, &mailbox), EINVAL);
	}
	assert_ok(getrlimit(RLIMIT_NOFILE, &limit));
	none = limit;
	none.rlim_cur = 3;
	assert_ok(setrlimit(RLIMIT_NOFILE, &none));
	assert_fails(registered_handle(bob, "alice", 0), EMFILE);
	assert_ok(setrlimit(RLIMIT_NOFILE, &limit));
	close(nobody);
	close(reader);
}

static const struct CMUnitTest tests[] = {
	HANDLE_TEST(what_is_written_is_the_message),
	HANDLE_TEST(it_sends_batches),
	HANDLE_TEST(it_is_open_for_writing_only),
	HANDLE_TEST(it_revokes_what_its_process_has_sent),
	HANDLE_TEST(stat_tells_of_the_recipient),
	HANDLE_TEST(fdinfo_tells_the_name_of_the_recipient),
	HANDLE_TEST(it_waits_for_room),
	HANDLE_TEST(it_is_polled_for_room),
	HANDLE_TEST(without_its_sender_it_is_refused),
	HANDLE_TEST(without_its_recipient_it_finds_nobody),
	HANDLE_TEST(the_end_of_the_recipient_ends_the_wait),
	HANDLE_TEST(why_tells_of_whom_there_is_not),
	HANDLE_TEST(what_it_does_not_know_is_unknown_whoever_is_gone),
	HANDLE_TEST(closing_dev_mq_ends_what_it_registered),
	HANDLE_TEST(one_can_send_to_oneself),
	HANDLE_TEST(who_gets_no_handle),
};

int main(void)
{
	return RUN_SUITE("names: handles", tests);
}
