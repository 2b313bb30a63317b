// SPDX-License-Identifier: GPL-2.0
/* Mailboxes by structures instead of text: docs/interface-2.md, "Mailboxes". */
#include "harness/batch.h"
#include "harness/charges.h"
#include "harness/mailbox.h"
#include "harness/memory.h"
#include "harness/parameters.h"
#include "harness/registered.h"
#include "harness/suite.h"
#include "harness/task.h"
#include "harness/user.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int after_test(void **state)
{
	charges_expect_mailboxes();
	return suite_after_test(state);
}

#define NAMES_TEST(name) \
	cmocka_unit_test_setup_teardown(name, mailbox_before_test, after_test)

/* ---- register, unregister */

static void a_registered_mailbox_blocks_when_it_is_empty(void **state)
{
	int fd = registered_as("alice", NULL);
	struct synchmess_stat stat = batch_stat(fd);

	(void)state;
	assert_string_equal(stat.name, "alice");
	assert_int_equal(stat.pid, getpid());
	assert_int_equal(stat.uid, 0);
	assert_int_equal(stat.descriptor, 0);
	assert_int_equal(stat.empty, SYNCHMESS_EMPTY_BLOCK);
	assert_int_equal(stat.full, SYNCHMESS_FULL_DROP_OLDEST);
	assert_int_equal(stat.max_message_size, parameter_get("CMD_BUF_SIZE"));
	assert_int_equal(stat.max_messages, parameter_get("QUEUE_LEN"));
	assert_true(stat.max_storage_size == UINT64_MAX);
	close(fd);
}

static long read_one(void *fd)
{
	char got[8];

	return read(*(int *)fd, got, sizeof(got));
}

static long receive_one(void *fd)
{
	char got[8];
	struct synchmess_in in = batch_into(got, sizeof(got));

	return batch_receive(*(int *)fd, &in, 1, 0);
}

static void read_and_receive_wait_for_a_message(void **state)
{
	static struct task task;
	static int fd;
	int other = registered_as("other", NULL);

	(void)state;
	fd = registered_as("alice", NULL);
	task_start(&task, read_one, &fd);
	task_await_asleep(&task, SYS_read);
	assert_int_equal(registered_send(other, "alice", "hello"), 1);
	task_expect(&task, 5, 0);
	task_start(&task, receive_one, &fd);
	task_await_asleep(&task, SYS_ioctl);
	mailbox_do(other, "/msg alice world");
	task_expect(&task, 1, 0);
	batch_expect_books(fd, 0, 0, 0);
	close(fd);
	close(other);
}

static void settings_say_how_it_is_when_full(void **state)
{
	struct synchmess_settings settings = { .max_messages = 2, .full = SYNCHMESS_FULL_FAIL };
	int other = registered_as("other", NULL), fd = registered_as("fails", &settings);

	(void)state;
	assert_int_equal(registered_send(other, "fails", "1"), 1);
	assert_int_equal(registered_send(other, "fails", "2"), 1);
	assert_fails(registered_send(other, "fails", "3"), ENOSPC);
	mailbox_refuses(other, "/msg fails 3", ENOSPC);
	batch_expect(fd, "1");
	assert_int_equal(registered_send(other, "fails", "3"), 1);
	batch_expect(fd, "2");
	batch_expect(fd, "3");
	batch_expect_books(fd, 0, 0, 0);
	close(fd);

	settings.full = SYNCHMESS_FULL_DROP_OLDEST;
	fd = registered_as("drops", &settings);
	mailbox_do(other, "/msg drops 1");
	assert_int_equal(registered_send(other, "drops", "2"), 1);
	assert_int_equal(registered_send(other, "drops", "3"), 1);
	batch_expect(fd, "2");
	batch_expect(fd, "3");
	assert_int_equal(batch_stat(fd).overwritten, 1);
	close(fd);
	close(other);
}

static int sender;

static long send_by_name(void *text)
{
	return registered_send(sender, "blocks", text);
}

static long send_by_text(void *command)
{
	return write(sender, command, strlen(command));
}

static void a_sender_waits_for_a_mailbox_that_blocks(void **state)
{
	struct synchmess_settings settings = { .max_messages = 1, .full = SYNCHMESS_FULL_BLOCK };
	static struct task task;
	int fd = registered_as("blocks", &settings);

	(void)state;
	sender = registered_as("other", NULL);
	assert_int_equal(registered_send(sender, "blocks", "1"), 1);
	assert_fails(registered_send_with(sender, "blocks", "2", SYNCHMESS_NOWAIT), EAGAIN);
	task_start(&task, send_by_name, "2");
	task_await_asleep(&task, SYS_ioctl);
	batch_expect(fd, "1");
	task_expect(&task, 1, 0);
	task_start(&task, send_by_text, "/msg blocks 3");
	task_await_asleep(&task, SYS_write);
	batch_expect(fd, "2");
	task_expect(&task, 13, 0);
	batch_expect(fd, "3");

	assert_int_equal(registered_send(sender, "blocks", "4"), 1);
	task_start(&task, send_by_name, "5");
	task_await_asleep(&task, SYS_ioctl);
	batch_expect_books(fd, 1, 0, 1);
	close(fd);
	task_expect(&task, -1, ENOENT);
	close(sender);
}

static void sizes_are_limited_as_the_settings_say(void **state)
{
	struct synchmess_settings settings = {
		.max_message_size = 100000, .max_storage_size = 100010, .full = SYNCHMESS_FULL_FAIL,
	};
	static char large[100001];
	struct synchmess_out out = { .data = user(large), .size = sizeof(large) };
	int other = registered_as("other", NULL), fd = registered_as("large", &settings);

	(void)state;
	assert_fails(registered_send_out(other, "large", &out), EMSGSIZE);
	out.size = 100000;
	assert_int_equal(registered_send_out(other, "large", &out), 1);
	assert_int_equal(out.id, 1);
	assert_fails(registered_send(other, "large", "eleven byte"), ENOSPC);
	assert_int_equal(registered_send(other, "large", "ten bytes!"), 1);
	batch_expect_books(fd, 2, 0, 100010);
	close(fd);
	close(other);
}

static void register_is_refused_as_reg_is(void **state)
{
	int fd = registered_as("alice", NULL), other = mailbox_open();
	int reader = open(SYNCHMESS_MAILBOX_PATH, O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_fails(registered_try(fd, "second", NULL), EEXIST);
	mailbox_refuses(fd, "/reg second", EEXIST);
	assert_fails(registered_try(other, "alice", NULL), EEXIST);
	assert_fails(registered_try(reader, "reader", NULL), EBADF);
	assert_fails(ioctl(reader, SYNCHMESS_UNREGISTER), EBADF);
	assert_fails(ioctl(other, SYNCHMESS_UNREGISTER), ENOENT);
	assert_ok(ioctl(fd, SYNCHMESS_UNREGISTER));
	assert_fails(ioctl(fd, SYNCHMESS_UNREGISTER), ENOENT);
	assert_ok(registered_try(other, "alice", NULL));
	mailbox_do(other, "/unr");
	mailbox_do(fd, "/reg text");
	assert_int_equal(batch_stat(fd).empty, SYNCHMESS_EMPTY_AGAIN);
	assert_ok(ioctl(fd, SYNCHMESS_UNREGISTER));
	close(fd);
	close(other);
	close(reader);
}

static void bad_names_are_refused(void **state)
{
	static const char * const names[] = {
		"", "a b", " a", "a\n", "\t", "a\x7f", "\x01", "/\n",
	};
	struct synchmess_mailbox mailbox = { };
	int fd = mailbox_open();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++)
		assert_fails(registered_try(fd, names[i], NULL), EINVAL);
	assert_fails(registered_try(fd, "123456789", NULL), ENAMETOOLONG);
	assert_fails(registered_try(fd, "123456789012345", NULL), ENAMETOOLONG);
	for (i = 2; i < sizeof(mailbox.name); i++) {
		mailbox = (struct synchmess_mailbox){ .name = "a" };
		mailbox.name[i] = 'x';
		assert_fails(ioctl(fd, SYNCHMESS_REGISTER, &mailbox), EINVAL);
	}
	memset(mailbox.name, 'x', sizeof(mailbox.name));
	assert_fails(ioctl(fd, SYNCHMESS_REGISTER, &mailbox), EINVAL);
	mailbox = (struct synchmess_mailbox){ .name = "a", .open_flags = O_CLOEXEC };
	assert_fails(ioctl(fd, SYNCHMESS_REGISTER, &mailbox), EINVAL);
	assert_ok(registered_try(fd, "12345678", NULL));
	close(fd);
}

static void bad_memory_and_settings_register_nothing(void **state)
{
	struct synchmess_settings settings = { .full = 4 };
	struct synchmess_mailbox mailbox = {
		.name = "a", .settings_size = sizeof(settings), .settings = user(&settings),
	};
	int fd = mailbox_open();

	(void)state;
	assert_fails(ioctl(fd, SYNCHMESS_REGISTER, memory_bad()), EFAULT);
	assert_fails(ioctl(fd, SYNCHMESS_REGISTER, memory_edge() - sizeof(mailbox) + 1), EFAULT);
	assert_fails(ioctl(fd, SYNCHMESS_REGISTER, &mailbox), EINVAL);
	mailbox.settings = user(memory_bad());
	assert_fails(ioctl(fd, SYNCHMESS_REGISTER, &mailbox), EFAULT);
	mailbox.settings = user(memory_edge() - sizeof(settings) + 1);
	assert_fails(ioctl(fd, SYNCHMESS_REGISTER, &mailbox), EFAULT);
	mailbox.settings_size = sizeof(settings) - 1;
	mailbox.settings = user(&settings);
	assert_fails(ioctl(fd, SYNCHMESS_REGISTER, &mailbox), EINVAL);
	assert_fails(ioctl(fd, SYNCHMESS_UNREGISTER), ENOENT);
	close(fd);
}

static void no_more_mailboxes_than_a_users_share(void **state)
{
	struct synchmess_why why;
	int fds[2], i;

	(void)state;
	assert_true(parameter_get("MAX_DEVICES") >= 2);
	parameter_set("user_share", 1);
	for (i = 0; i < 2; i++)
		fds[i] = mailbox_open_as(ALICE);
	/* MAX_DEVICES is 64, of which one in a hundred is one at least. */
	assert_ok(registered_try(fds[0], "one", NULL));
	assert_fails(registered_try(fds[1], "two", NULL), EDQUOT);
	assert_ok(ioctl(fds[1], SYNCHMESS_WHY, &why));
	assert_int_equal(why.error, EDQUOT);
	assert_int_equal(why.rule, SYNCHMESS_WHY_USER_MAILBOXES);
	assert_int_equal(why.value, 1);
	assert_int_equal(why.bound, 1);
	assert_int_equal(why.uid, ALICE);
	assert_ok(ioctl(fds[0], SYNCHMESS_UNREGISTER));
	assert_ok(registered_try(fds[1], "two", NULL));
	close(fds[0]);
	close(fds[1]);
	parameters_restore(state);
}

/* ---- sending by name */

static void a_send_says_from_which_mailbox(void **state)
{
	int alice = registered_as("alice", NULL), bob = registered_as("12345678", NULL);
	struct synchmess_in in;

	(void)state;
	assert_int_equal(registered_send(bob, "alice", "by name"), 1);
	in = batch_expect(alice, "by name");
	assert_string_equal(in.mailbox, "12345678");
	assert_int_equal(in.pid, getpid());
	assert_int_equal(in.tid, gettid());
	assert_int_equal(in.id, 1);
	mailbox_do(bob, "/msg alice by text");
	in = batch_expect(alice, "by text");
	assert_string_equal(in.mailbox, "12345678");
	assert_int_equal(in.id, 2);
	mailbox_do(bob, "/all to all");
	assert_string_equal(batch_expect(alice, "to all").mailbox, "12345678");
	assert_ok(ioctl(bob, SYNCHMESS_UNREGISTER));
	assert_ok(registered_try(bob, "anew", NULL));
	assert_int_equal(registered_send(bob, "alice", "anew"), 1);
	assert_string_equal(batch_expect(alice, "anew").mailbox, "anew");
	assert_int_equal(registered_send(alice, "alice", "self"), 1);
	batch_expect(alice, "self");
	close(alice);
	close(bob);
}

static void who_may_send_to_whom(void **state)
{
	int alice = registered_as("alice", NULL), nobody = mailbox_open();
	int reader = open(SYNCHMESS_MAILBOX_PATH, O_RDONLY | O_CLOEXEC);
	struct synchmess_out out = batch_text("x");
	struct synchmess_batch batch = {
		.count = 1, .message_size = sizeof(out), .messages = user(&out), .to = "alice",
	};
	size_t i;

	(void)state;
	assert_fails(registered_send(nobody, "alice", "x"), EACCES);
	assert_fails(registered_send(reader, "alice", "x"), EBADF);
	assert_fails(registered_send(alice, "bob", "x"), ENOENT);
	assert_fails(registered_send(alice, "", "x"), EINVAL);
	assert_fails(registered_send(alice, "123456789", "x"), ENAMETOOLONG);
	for (i = 6; i < sizeof(batch.to); i++) {
		batch.to[i] = 'x';
		assert_fails(ioctl(alice, SYNCHMESS_SEND, &batch), EINVAL);
		batch.to[i] = '\0';
	}
	batch.to[0] = '\0';
	assert_fails(ioctl(alice, SYNCHMESS_SEND, &batch), EINVAL);
	batch_expect_books(alice, 0, 0, 0);
	close(alice);
	close(nobody);
	close(reader);
}

static void text_and_structures_share_a_mailbox(void **state)
{
	int alice = mailbox_register("alice"), bob = registered_as("bob", NULL);

	(void)state;
	batch_expect_none(alice);
	mailbox_do(bob, "/msg alice 1");
	assert_int_equal(registered_send(bob, "alice", "2"), 1);
	mailbox_do(bob, "/all 3");
	mailbox_expect(alice, "1");
	batch_expect(alice, "2");
	mailbox_expect(alice, "3");
	mailbox_expect_empty(alice);
	mailbox_do(alice, "/msg bob back");
	batch_expect(bob, "back");
	batch_expect_books(alice, 0, 0, 0);
	mailbox_expect_balance(alice);
	close(alice);
	close(bob);
}

/* ---- the file's own mailbox */

static void without_a_mailbox_there_is_nothing(void **state)
{
	struct synchmess_settings settings = { };
	struct synchmess_stat stat = { };
	int fd = mailbox_open();
	char got[8];
	struct synchmess_in in = batch_into(got, sizeof(got));

	(void)state;
	assert_fails(batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT), ENOENT);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0), ENOENT);
	assert_fails(ioctl(fd, SYNCHMESS_SET, &settings), ENOENT);
	assert_fails(ioctl(fd, SYNCHMESS_STAT, &stat), ENOENT);
	assert_fails(fsync(fd), ENOENT);
	assert_fails(read(fd, got, sizeof(got)), ENOENT);
	assert_fails(ioctl(fd, _IO(SYNCHMESS_IOC_MAGIC, 99)), ENOTTY);
	assert_fails(ioctl(fd, SYNCHMESS_CREATE, got), ENOTTY);
	close(fd);
}

static void its_messages_are_revoked_and_flushed(void **state)
{
	int alice = registered_as("alice", NULL), bob = registered_as("bob", NULL);
	struct synchmess_out later = batch_text("later");

	(void)state;
	later.delay = HOUR;
	assert_int_equal(registered_send_out(bob, "alice", &later), 1);
	assert_int_equal(registered_send(bob, "alice", "now"), 1);
	batch_expect_books(alice, 1, 1, 8);
	assert_int_equal(batch_revoke(alice, SYNCHMESS_REVOKE_ID, 0, 2), 1);
	assert_ok(fsync(bob));
	batch_expect_none(alice);
	assert_ok(fsync(alice));
	batch_expect(alice, "later");
	assert_int_equal(registered_send_out(bob, "alice", &later), 1);
	assert_int_equal(batch_revoke(alice, SYNCHMESS_REVOKE_DELAYED, 0, 0), 1);
	assert_int_equal(batch_stat(alice).revoked, 2);
	batch_expect_books(alice, 0, 0, 0);
	close(alice);
	close(bob);
}

static void its_settings_change(void **state)
{
	struct synchmess_settings settings = {
		.max_message_size = 3, .max_messages = 1, .full = SYNCHMESS_FULL_FAIL,
		.empty = SYNCHMESS_EMPTY_EOF,
	};
	int alice = registered_as("alice", NULL), bob = registered_as("bob", NULL);
	char got[8];

	(void)state;
	assert_ok(ioctl(alice, SYNCHMESS_SET, &settings));
	assert_int_equal(read(alice, got, sizeof(got)), 0);
	assert_fails(registered_send(bob, "alice", "four"), EMSGSIZE);
	assert_int_equal(registered_send(bob, "alice", "1"), 1);
	assert_fails(registered_send(bob, "alice", "2"), ENOSPC);
	assert_int_equal(batch_stat(alice).max_messages, 1);
	settings.max_messages = 0;
	assert_ok(ioctl(alice, SYNCHMESS_SET, &settings));
	assert_int_equal(batch_stat(alice).max_messages, parameter_get("QUEUE_LEN"));
	batch_expect(alice, "1");
	close(alice);
	close(bob);
}

/* ---- looking */

static void list_is_in_the_order_of_registration(void **state)
{
	static const char * const names[] = { "zoe", "alice", "mallory", "bob", "carol" };
	struct synchmess_stat stats[COUNT(names)], one;
	int fds[COUNT(names)];
	size_t i, page;

	(void)state;
	for (i = 0; i < COUNT(names); i++)
		fds[i] = registered_as(names[i], NULL);
	close(fds[2]);
	fds[2] = registered_as("anew", NULL);
	for (page = 1; page <= COUNT(names); page++) {
		assert_int_equal(registered_list(fds[0], stats, COUNT(names), page), COUNT(names));
		assert_string_equal(stats[0].name, "zoe");
		assert_string_equal(stats[1].name, "alice");
		assert_string_equal(stats[2].name, "bob");
		assert_string_equal(stats[3].name, "carol");
		assert_string_equal(stats[4].name, "anew");
	}
	one = batch_stat(fds[3]);
	assert_memory_equal(&stats[2], &one, sizeof(one));
	for (i = 0; i < COUNT(names); i++)
		close(fds[i]);
	fds[0] = mailbox_open();
	assert_int_equal(registered_list(fds[0], stats, COUNT(names), 2), 0);
	close(fds[0]);
}

static void list_has_more_than_it_looks_at_at_once(void **state)
{
	static struct synchmess_stat stats[64];
	int fds[50], i;
	char name[9];

	(void)state;
	for (i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "box%d", i);
		fds[i] = registered_as(name, NULL);
	}
	for (i = 15; i <= 64; i++)
		assert_int_equal(registered_list(fds[0], stats, 64, i), 50);
	for (i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "box%d", i);
		assert_string_equal(stats[i].name, name);
		close(fds[i]);
	}
}

static void stat_tells_of_any(void **state)
{
	int alice = registered_as("alice", NULL), nobody = mailbox_open();
	struct synchmess_stat own = batch_stat(alice), stat = { .name = "alice" };

	(void)state;
	assert_ok(ioctl(nobody, SYNCHMESS_STAT, &stat));
	assert_memory_equal(&stat, &own, sizeof(own));
	stat = (struct synchmess_stat){ .name = "bob" };
	assert_fails(ioctl(nobody, SYNCHMESS_STAT, &stat), ENOENT);
	stat = (struct synchmess_stat){ .name = "alice" };
	stat.name[63] = 'x';
	assert_fails(ioctl(nobody, SYNCHMESS_STAT, &stat), EINVAL);
	/* No name, but no zeros either. */
	stat = (struct synchmess_stat){ };
	stat.name[1] = 'x';
	assert_fails(ioctl(alice, SYNCHMESS_STAT, &stat), EINVAL);
	stat = (struct synchmess_stat){ .name = "alice", .reserved = 1 };
	assert_fails(ioctl(nobody, SYNCHMESS_STAT, &stat), EINVAL);
	close(alice);
	close(nobody);
}

static const struct CMUnitTest tests[] = {
	NAMES_TEST(a_registered_mailbox_blocks_when_it_is_empty),
	NAMES_TEST(read_and_receive_wait_for_a_message),
	NAMES_TEST(settings_say_how_it_is_when_full),
	NAMES_TEST(a_sender_waits_for_a_mailbox_that_blocks),
	NAMES_TEST(sizes_are_limited_as_the_settings_say),
	NAMES_TEST(register_is_refused_as_reg_is),
	NAMES_TEST(bad_names_are_refused),
	NAMES_TEST(bad_memory_and_settings_register_nothing),
	NAMES_TEST(no_more_mailboxes_than_a_users_share),
	NAMES_TEST(a_send_says_from_which_mailbox),
	NAMES_TEST(who_may_send_to_whom),
	NAMES_TEST(text_and_structures_share_a_mailbox),
	NAMES_TEST(without_a_mailbox_there_is_nothing),
	NAMES_TEST(its_messages_are_revoked_and_flushed),
	NAMES_TEST(its_settings_change),
	NAMES_TEST(list_is_in_the_order_of_registration),
	NAMES_TEST(list_has_more_than_it_looks_at_at_once),
	NAMES_TEST(stat_tells_of_any),
};

int main(void)
{
	return cmocka_run_group_tests_name("names: mailboxes", tests, parameters_remember,
					   parameters_restore);
}
