// SPDX-License-Identifier: GPL-2.0
/* Registrations, and how they end: docs/interface-1.md, "Mailboxes". */
#include "harness/mailbox.h"
#include "harness/parameters.h"
#include "harness/suite.h"
#include "harness/user.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAILBOX_LIST "/sys/kernel/debug/synchmess/mailboxes"

/* A child that has prepared itself and waits for its death. */
struct child {
	pid_t pid;
	int ready;
};

/* @body says whether it went well; it must not use assertions. */
static struct child start_child(bool (*body)(int), int fd)
{
	struct child child;
	int ends[2];
	char byte;

	assert_ok(pipe(ends));
	child.pid = fork();
	assert_ok(child.pid);
	if (!child.pid) {
		close(ends[0]);
		if (!body(fd))
			_exit(1);
		if (write(ends[1], "r", 1) == 1)
			pause();
		_exit(2);
	}
	close(ends[1]);
	/* End of file if the body failed. */
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return child;
}

static void kill_child(struct child child)
{
	int status;

	assert_ok(kill(child.pid, SIGKILL));
	assert_int_equal(waitpid(child.pid, &status, 0), child.pid);
	assert_true(WIFSIGNALED(status));
}

/* What the body says, at once. */
static void run_child(bool (*body)(int), int fd)
{
	kill_child(start_child(body, fd));
}

static bool command_works(int fd, const char *command)
{
	return write(fd, command, strlen(command)) == (ssize_t)strlen(command);
}

static void two_opens_are_two(void **state)
{
	int first = mailbox_register("first"), second = mailbox_open();
	char got[8];

	(void)state;
	assert_fails(read(second, got, sizeof(got)), ENOENT);
	mailbox_refuses(second, "/all text", EACCES);
	mailbox_do(second, "/reg second");
	mailbox_do(first, "/msg second x");
	mailbox_expect_empty(first);
	mailbox_expect(second, "x");
	close(first);
	close(second);
}

static void duplicates_share_the_registration(void **state)
{
	int fd = mailbox_open(), copy = dup(fd);

	(void)state;
	assert_ok(copy);
	mailbox_do(copy, "/reg me");
	mailbox_refuses(fd, "/reg other", EEXIST);
	mailbox_do(fd, "/msg me one");
	mailbox_do(copy, "/msg me two");
	mailbox_expect(copy, "one");
	mailbox_expect(fd, "two");
	mailbox_do(fd, "/unr");
	mailbox_refuses(copy, "/unr", ENOENT);
	close(fd);
	close(copy);
}

static bool take_send_and_unregister(int fd)
{
	char got[8];

	return read(fd, got, sizeof(got)) == 6 && !memcmp(got, "before", 6) &&
		command_works(fd, "/msg other from the child") && command_works(fd, "/unr");
}

static void forked_processes_share_the_registration(void **state)
{
	int fd = mailbox_register("me"), other = mailbox_register("other");

	(void)state;
	mailbox_do(other, "/msg me before");
	run_child(take_send_and_unregister, fd);
	mailbox_expect(other, "from the child");
	mailbox_refuses(fd, "/unr", ENOENT);
	mailbox_refuses(other, "/msg me x", ENOENT);
	close(fd);
	close(other);
}

static bool is_a_stranger(int unused)
{
	int fd = open(SYNCHMESS_MAILBOX_PATH, O_RDWR);
	char got[8];

	(void)unused;
	if (fd < 0)
		return false;
	if (read(fd, got, sizeof(got)) != -1 || errno != ENOENT)
		return false;
	if (command_works(fd, "/reg me") || errno != EEXIST)
		return false;
	if (command_works(fd, "/msg me x") || errno != EACCES)
		return false;
	/* Registered, it still reads its own queue only. */
	return command_works(fd, "/reg stranger") &&
		read(fd, got, sizeof(got)) == -1 && errno == EAGAIN;
}

static void another_process_has_its_own(void **state)
{
	int fd = mailbox_register("me");

	(void)state;
	mailbox_do(fd, "/msg me mine");
	run_child(is_a_stranger, -1);
	mailbox_expect(fd, "mine");
	mailbox_expect_empty(fd);
	close(fd);
}

static void a_process_may_have_many(void **state)
{
	int fds[40], i;
	char text[32];

	(void)state;
	for (i = 0; i < 40; i++) {
		snprintf(text, sizeof(text), "many%d", i);
		fds[i] = mailbox_register(text);
	}
	for (i = 0; i < 40; i++) {
		snprintf(text, sizeof(text), "/msg many%d %d", i, i);
		mailbox_do(fds[39 - i], text);
	}
	for (i = 0; i < 40; i++) {
		snprintf(text, sizeof(text), "%d", i);
		mailbox_expect(fds[i], text);
		mailbox_expect_empty(fds[i]);
		close(fds[i]);
	}
}

static void it_ends_with_the_last_close(void **state)
{
	int fd = mailbox_register("me"), copy = dup(fd), other = mailbox_open();

	(void)state;
	close(fd);
	mailbox_refuses(other, "/reg me", EEXIST);
	mailbox_do(copy, "/msg me x");
	mailbox_expect(copy, "x");
	close(copy);
	mailbox_do(other, "/reg me");
	mailbox_expect_empty(other);
	close(other);
}

static bool hold(int fd)
{
	return fd >= 0;
}

static void a_fork_prolongs_it(void **state)
{
	int fd = mailbox_register("me"), other = mailbox_open();
	struct child child = start_child(hold, fd);

	(void)state;
	close(fd);
	mailbox_refuses(other, "/reg me", EEXIST);
	kill_child(child);
	mailbox_do(other, "/reg me");
	close(other);
}

static bool register_some(int unused)
{
	char command[32];
	int i;

	(void)unused;
	for (i = 0; i < 30; i++) {
		snprintf(command, sizeof(command), "/reg doomed%d", i);
		if (!command_works(open(SYNCHMESS_MAILBOX_PATH, O_RDWR), command))
			return false;
	}
	return true;
}

static void a_crash_leaves_none_behind(void **state)
{
	int round, i;

	(void)state;
	for (round = 0; round < 10; round++) {
		struct child child = start_child(register_some, -1);
		int fd = mailbox_register("me");

		mailbox_do(fd, "/msg doomed29 x");
		kill_child(child);
		for (i = 0; i < 30; i++) {
			char command[32];

			snprintf(command, sizeof(command), "/msg doomed%d x", i);
			mailbox_refuses(fd, command, ENOENT);
		}
		close(fd);
	}
}

static void unregistering_frees_the_name(void **state)
{
	int first = mailbox_register("name"), second = mailbox_open();

	(void)state;
	mailbox_do(first, "/unr");
	mailbox_do(second, "/reg name");
	mailbox_refuses(first, "/reg name", EEXIST);
	mailbox_do(first, "/reg another");
	mailbox_do(first, "/msg name x");
	mailbox_expect(second, "x");
	close(first);
	close(second);
}

static void a_new_registration_has_an_empty_queue(void **state)
{
	int fd = mailbox_register("name"), sender = mailbox_register("sender");

	(void)state;
	mailbox_do(sender, "/msg name dropped");
	mailbox_do(fd, "/unr");
	mailbox_refuses(sender, "/msg name x", ENOENT);
	mailbox_do(fd, "/reg name");
	mailbox_expect_empty(fd);
	assert_int_equal(mailbox_get(fd, "sent"), 0);
	assert_int_equal(mailbox_get(fd, "stored"), 0);
	mailbox_do(sender, "/msg name new");
	mailbox_expect(fd, "new");
	close(fd);
	close(sender);
}

static int *open_some(int count, uid_t user)
{
	int *fds = malloc(count * sizeof(*fds)), i;

	assert_non_null(fds);
	for (i = 0; i < count; i++)
		fds[i] = mailbox_open_as(user);
	return fds;
}

static void close_some(int *fds, int count)
{
	while (count)
		close(fds[--count]);
	free(fds);
}

static void register_as(uid_t user, const int *fds, int count)
{
	char command[32];
	int i;

	for (i = 0; i < count; i++) {
		snprintf(command, sizeof(command), "/reg %x-%x", user, i);
		if (mailbox_write_as(user, fds[i], command) < 0)
			fail_msg("%d of %d: errno %d", i, count, errno);
	}
}

static void a_full_table_refuses(void **state)
{
	int most = parameter_get("MAX_DEVICES");
	int *fds = open_some(most, 0), fd = mailbox_open();

	(void)state;
	register_as(0, fds, most);
	mailbox_refuses(fd, "/reg more", EUSERS);
	/* Limits come last. */
	mailbox_refuses(fd, "/reg 0-0", EEXIST);
	mailbox_refuses(fds[0], "/reg more", EEXIST);
	mailbox_refuses(fd, "/reg a b", EINVAL);

	mailbox_do(fds[0], "/unr");
	mailbox_do(fd, "/reg more");
	mailbox_refuses(fds[0], "/reg 0-0", EUSERS);
	close(fd);
	mailbox_do(fds[0], "/reg 0-0");
	close_some(fds, most);
}

static void a_share_of_the_names_is_bounded(void **state)
{
	int most = parameter_get("MAX_DEVICES");
	int share = most * parameter_get("user_share") / 100;
	int *alices = open_some(share + 1, ALICE), *roots = open_some(most - share, 0);
	int bob = mailbox_open_as(BOB), fd = mailbox_open();

	(void)state;
	register_as(ALICE, alices, share);
	assert_fails(mailbox_write_as(ALICE, alices[share], "/reg more"), EDQUOT);
	assert_fails(mailbox_write_as(ALICE, alices[share], "/reg 3e8-0"), EEXIST);
	/* Others are not concerned. */
	register_as(0, roots, most - share - 1);
	assert_int_equal(mailbox_write_as(BOB, bob, "/reg bob"), 8);
	mailbox_refuses(fd, "/reg more", EUSERS);

	/* What she gives up she can have again. */
	assert_int_equal(mailbox_write_as(ALICE, alices[0], "/unr"), 4);
	assert_int_equal(mailbox_write_as(ALICE, alices[share], "/reg more"), 9);
	close_some(alices, share + 1);
	close_some(roots, most - share);
	close(bob);
	close(fd);
}

static int *open_some_as(const struct person *opener, int count)
{
	int *fds = malloc(count * sizeof(*fds)), i;

	assert_non_null(fds);
	user_become(opener->user, opener->capable);
	for (i = 0; i < count; i++)
		fds[i] = mailbox_open();
	user_become(0, true);
	return fds;
}

/* How many of them can; errno tells why no more. */
static int register_all(const struct person *user, const int *fds, int most)
{
	char command[32];
	int count;

	user_become(user->user, user->capable);
	for (count = 0; count < most; count++) {
		snprintf(command, sizeof(command), "/reg n%d", count);
		if (!command_works(fds[count], command))
			break;
	}
	user_become(0, true);
	return count;
}

static void register_through(const struct person *opener, const struct person *user)
{
	int most = parameter_get("MAX_DEVICES");
	int share = most * parameter_get("user_share") / 100;
	int *fds = open_some_as(opener, most + 1);

	assert_int_equal(register_all(user, fds, most + 1), opener->capable ? most : share);
	assert_int_equal(errno, opener->capable ? EUSERS : EDQUOT);
	close_some(fds, most + 1);
}

static void the_openers_capability_decides(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < PERSONS; i++) {
		for (j = 0; j < PERSONS; j++)
			register_through(&everybody[i], &everybody[j]);
	}
}

/* What was opened with the capability does not use up the share. */
static void a_user_has_two_accounts(void **state)
{
	static const struct person capable = { ALICE, true }, alice = { ALICE, false };
	int most = parameter_get("MAX_DEVICES");
	int share = most * parameter_get("user_share") / 100;
	int *free = open_some_as(&capable, 1), *bound = open_some_as(&alice, share + 1);

	(void)state;
	mailbox_do(free[0], "/reg free");
	assert_int_equal(register_all(&alice, bound, share + 1), share);
	assert_int_equal(errno, EDQUOT);
	mailbox_do(free[0], "/unr");
	mailbox_do(free[0], "/reg free");
	mailbox_refuses(bound[share], "/reg more", EDQUOT);
	close_some(free, 1);
	close_some(bound, share + 1);
}

static bool register_the_inherited(int fd)
{
	return command_works(fd, "/reg me");
}

static void fdinfo_tells_name_and_process(void **state)
{
	int fd = mailbox_register("12345678"), shared = mailbox_open();
	struct child child;
	char name[32];

	(void)state;
	mailbox_get_text(fd, "mailbox", name, sizeof(name));
	assert_string_equal(name, "12345678");
	assert_int_equal(mailbox_get(fd, "registered-by"), getpid());

	child = start_child(register_the_inherited, shared);
	mailbox_get_text(shared, "mailbox", name, sizeof(name));
	assert_string_equal(name, "me");
	assert_int_equal(mailbox_get(shared, "registered-by"), child.pid);
	/* It is the file's, not the process's, and so outlives it. */
	kill_child(child);
	mailbox_do(fd, "/msg me x");
	mailbox_expect(shared, "x");
	assert_int_equal(mailbox_get(shared, "registered-by"), child.pid);
	close(fd);
	close(shared);
}

static bool is_listed(const char *name, pid_t process, uid_t user)
{
	char line[256], listed_name[32];
	FILE *list = fopen(MAILBOX_LIST, "re");
	unsigned int listed_user;
	bool listed = false;
	int listed_process;

	assert_non_null(list);
	while (fgets(line, sizeof(line), list)) {
		if (sscanf(line, "%31s %d %u", listed_name, &listed_process, &listed_user) == 3 &&
		    !strcmp(listed_name, name) && listed_process == process &&
		    listed_user == user)
			listed = true;
	}
	fclose(list);
	return listed;
}

static void debugfs_lists_the_mailboxes(void **state)
{
	int root = mailbox_register("roots"), alice = mailbox_open_as(ALICE);

	(void)state;
	assert_int_equal(mailbox_write_as(ALICE, alice, "/reg alices"), 11);
	assert_true(is_listed("roots", getpid(), 0));
	assert_true(is_listed("alices", getpid(), ALICE));
	mailbox_do(root, "/unr");
	close(alice);
	assert_false(is_listed("roots", getpid(), 0));
	assert_false(is_listed("alices", getpid(), ALICE));
	close(root);
}

/* One thread does something until the other is done. */
struct companion {
	pthread_t thread;
	int fd;
	atomic_bool started;
	atomic_bool over;
	atomic_int strange_errno;
};

static void *read_on(void *argument)
{
	struct companion *reader = argument;
	char got[64];

	reader->started = true;
	while (!reader->over) {
		if (read(reader->fd, got, sizeof(got)) < 0 && errno != EAGAIN && errno != ENOENT)
			reader->strange_errno = errno;
	}
	return NULL;
}

static void *send_on(void *argument)
{
	struct companion *sender = argument;

	sender->started = true;
	while (!sender->over) {
		if (write(sender->fd, "/msg me x", 9) != 9 && errno != ENOENT)
			sender->strange_errno = errno;
	}
	return NULL;
}

static void start_companion(struct companion *companion, int fd, void *(*body)(void *))
{
	*companion = (struct companion){ .fd = fd };
	assert_int_equal(pthread_create(&companion->thread, NULL, body, companion), 0);
	while (!companion->started)
		sched_yield();
}

static void finish_companion(struct companion *companion)
{
	companion->over = true;
	assert_int_equal(pthread_join(companion->thread, NULL), 0);
	assert_int_equal(companion->strange_errno, 0);
}

/* A read sees a registered file or one that is not; there is nothing between. */
static void a_mailbox_ends_while_another_thread_reads(void **state)
{
	int fd = mailbox_open(), i;
	struct companion reader;

	(void)state;
	start_companion(&reader, fd, read_on);
	for (i = 0; i < 50000; i++) {
		mailbox_do(fd, "/reg me");
		mailbox_do(fd, "/unr");
	}
	finish_companion(&reader);
	close(fd);
}

static void a_mailbox_ends_while_another_thread_sends(void **state)
{
	int sender_fd = mailbox_register("sender"), fd = mailbox_open(), i;
	struct companion sender;

	(void)state;
	start_companion(&sender, sender_fd, send_on);
	for (i = 0; i < 10000; i++) {
		mailbox_do(fd, "/reg me");
		if (i % 2) {
			mailbox_do(fd, "/unr");
		} else {
			close(fd);
			fd = mailbox_open();
		}
	}
	finish_companion(&sender);
	close(fd);
	close(sender_fd);
}

static const struct CMUnitTest tests[] = {
	MAILBOX_TEST(two_opens_are_two),
	MAILBOX_TEST(duplicates_share_the_registration),
	MAILBOX_TEST(forked_processes_share_the_registration),
	MAILBOX_TEST(another_process_has_its_own),
	MAILBOX_TEST(a_process_may_have_many),
	MAILBOX_TEST(it_ends_with_the_last_close),
	MAILBOX_TEST(a_fork_prolongs_it),
	MAILBOX_TEST(a_crash_leaves_none_behind),
	MAILBOX_TEST(unregistering_frees_the_name),
	MAILBOX_TEST(a_new_registration_has_an_empty_queue),
	MAILBOX_TEST(a_full_table_refuses),
	MAILBOX_TEST(a_share_of_the_names_is_bounded),
	MAILBOX_TEST(the_openers_capability_decides),
	MAILBOX_TEST(a_user_has_two_accounts),
	MAILBOX_TEST(fdinfo_tells_name_and_process),
	MAILBOX_TEST(debugfs_lists_the_mailboxes),
	MAILBOX_TEST(a_mailbox_ends_while_another_thread_reads),
	MAILBOX_TEST(a_mailbox_ends_while_another_thread_sends),
};

int main(void)
{
	return RUN_SUITE("mailboxes: lifetime", tests);
}
