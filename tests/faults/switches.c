// SPDX-License-Identifier: GPL-2.0
/* The module's own switches of failures: docs/testing.md, "Failures on demand". */
#include "harness/batch.h"
#include "harness/charges.h"
#include "harness/clock.h"
#include "harness/failure.h"
#include "harness/fdinfo.h"
#include "harness/group.h"
#include "harness/lease.h"
#include "harness/mailbox.h"
#include "harness/process.h"
#include "harness/quota.h"
#include "harness/task.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GROUP 611
#define OTHER_GROUP 612
#define AN_HOUR 3600000

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int fd;	/* of the group */
static int alice, bob, carol;

static int before_test(void **state)
{
	failure_reset();
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	return mailbox_before_test(state);
}

static int after_test(void **state)
{
	failure_reset();
	close(fd);
	return suite_after_test(state);
}

#define SWITCH_TEST(name) cmocka_unit_test_setup_teardown(name, before_test, after_test)

/* What a kind does to those operations that it concerns. */
struct refusal {
	const char *kind;
	int error;
};

static const struct refusal of_a_message[] = {
	{ "memory", ENOMEM }, { "share", EDQUOT }, { "storage", ENOSPC }, { "copy", EFAULT },
};

/* Mailboxes overwrite: none has a storage that is full. */
static const struct refusal of_a_command[] = {
	{ "memory", ENOMEM }, { "share", EDQUOT }, { "copy", EFAULT },
};

static void expect_same_books(int opened, const struct fdinfo *before)
{
	struct fdinfo after;

	fdinfo_read(opened, &after);
	assert_string_equal(after.text, before->text);
}

/* ---- groups */

static void expect_refused_write(const struct refusal *refusal)
{
	struct fdinfo before;

	fdinfo_read(fd, &before);
	failure_on(refusal->kind);
	assert_fails(write(fd, "lost", 4), refusal->error);
	assert_fails(write(fd, "lost", 4), refusal->error);
	failure_off(refusal->kind);
	expect_same_books(fd, &before);
}

static void expect_each_refused(void)
{
	size_t i;

	for (i = 0; i < COUNT(of_a_message); i++)
		expect_refused_write(&of_a_message[i]);
}

/* What the first leaves to the next is no loss. */
static void expect_refused_writes(void)
{
	long charged;

	expect_each_refused();
	charged = quota_charged();
	expect_each_refused();
	assert_int_equal(quota_charged(), charged);
}

static void a_write_that_fails_sends_nothing(void **state)
{
	(void)state;
	group_send(fd, "before");
	expect_refused_writes();
	group_send(fd, "after");
	group_expect(fd, "before");
	group_expect(fd, "after");
	group_expect_empty(fd);
}

static void a_delayed_write_that_fails_sends_nothing(void **state)
{
	(void)state;
	group_set_delay(fd, AN_HOUR);
	group_send(fd, "before");
	expect_refused_writes();
	group_send(fd, "after");
	group_expect_books(GROUP, 0, 2, 0, 11);
	assert_ok(fsync(fd));
	group_expect(fd, "before");
	group_expect(fd, "after");
	group_expect_empty(fd);
}

static void what_was_sent_is_published_whatever_fails(void **state)
{
	size_t i;

	(void)state;
	group_set_delay(fd, AN_HOUR);
	group_send(fd, "hello");
	for (i = 0; i < COUNT(of_a_message); i++)
		failure_on(of_a_message[i].kind);
	assert_ok(fsync(fd));
	failure_reset();
	group_expect(fd, "hello");
}

static void a_read_that_fails_leaves_the_message(void **state)
{
	struct fdinfo before;
	char got[16];

	(void)state;
	group_send(fd, "first");
	group_send(fd, "second");
	fdinfo_read(fd, &before);
	failure_on("copy");
	assert_fails(read(fd, got, sizeof(got)), EFAULT);
	assert_fails(read(fd, got, 2), EFAULT);
	failure_off("copy");
	expect_same_books(fd, &before);
	group_expect(fd, "first");
	group_expect(fd, "second");
	group_expect_empty(fd);
}

static void a_read_fails_only_by_its_copy(void **state)
{
	(void)state;
	group_send(fd, "hello");
	failure_on("memory");
	failure_on("share");
	failure_on("storage");
	group_expect(fd, "hello");
	group_expect_empty(fd);
}

static long read_little(void *unused)
{
	char got[16];

	(void)unused;
	return read(fd, got, sizeof(got));
}

/* The writer's copy is the first, and the reader's the second. */
static void a_reader_that_slept_leaves_the_message(void **state)
{
	static struct task reader;

	(void)state;
	group_set(GROUP, "empty_read", "block");
	task_start(&reader, read_little, NULL);
	task_await_asleep(&reader, SYS_read);
	failure_set("copy", "interval", 2);
	group_send(fd, "hello");
	task_expect(&reader, -1, EFAULT);
	failure_off("copy");
	group_expect_balance(GROUP);
	group_set(GROUP, "empty_read", "eof");
	group_expect(fd, "hello");
}

static int try_install(unsigned int number)
{
	struct group_t group = { .descriptor = number };
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	int result = ioctl(master, IOCTL_INSTALL_GROUP, &group), saved = errno;

	close(master);
	errno = saved;
	return result;
}

static void a_refused_group_is_not_there(void **state)
{
	(void)state;
	failure_on("share");
	assert_fails(try_install(OTHER_GROUP), EDQUOT);
	assert_fails(access("/sys/class/synchmess/synchmess612", F_OK), ENOENT);
	assert_ok(try_install(GROUP));	/* it exists: nothing is made */
	failure_off("share");
	charges_expect_groups();
	assert_ok(try_install(OTHER_GROUP));
	group_remove(OTHER_GROUP);
}

/* ---- leases */

static void settle(uint64_t token, unsigned int what)
{
	assert_int_equal(lease_settle_one(fd, what, token, 0), 1);
}

static void a_lease_that_fails_leaves_the_message(void **state)
{
	char text[8];
	struct synchmess_in in = batch_into(text, sizeof(text));
	struct fdinfo before;

	(void)state;
	group_send(fd, "first");
	group_send(fd, "second");
	fdinfo_read(fd, &before);
	failure_on("copy");
	assert_fails(lease_receive(fd, &in, 1, 0), EFAULT);
	failure_off("copy");
	expect_same_books(fd, &before);
	in = lease_expect(fd, "first", 0);
	assert_int_equal(in.deliveries, 0);
	settle(in.token, SYNCHMESS_ACK);
	group_expect(fd, "second");
}

static void lease_in_vain(const char *text)
{
	settle(lease_token(fd, text), SYNCHMESS_RETURN);
	lease_await(fd, 0);
}

/* It is there already and paid for; only room can be refused, and nobody is there to be told. */
static void a_dead_letter_needs_nothing_but_room(void **state)
{
	int grave;

	(void)state;
	group_fresh(OTHER_GROUP);
	grave = group_open(OTHER_GROUP, O_RDWR);
	assert_ok(lease_set_retries(fd, 1, grave));
	group_send(fd, "buried");
	failure_on("memory");
	failure_on("share");
	lease_in_vain("buried");
	failure_reset();
	group_expect(grave, "buried");

	group_send(fd, "dropped");
	failure_on("storage");
	lease_in_vain("dropped");
	failure_off("storage");
	group_expect_empty(grave);
	assert_int_equal(fdinfo_now(fd, "dropped"), 1);
	close(grave);
	group_remove(OTHER_GROUP);
}

/* ---- mailboxes */

static void register_all(void)
{
	alice = mailbox_register("alice");
	bob = mailbox_register("bob");
	carol = mailbox_register("carol");
}

static void expect_nobody(const char *command)
{
	mailbox_refuses(alice, command, ENOENT);
}

static void a_refused_name_stays_free(void **state)
{
	int dave = mailbox_open();

	(void)state;
	register_all();
	failure_on("share");
	mailbox_refuses(dave, "/reg dave", EDQUOT);
	failure_off("share");
	failure_on("copy");
	mailbox_refuses(dave, "/reg dave", EFAULT);
	failure_off("copy");
	mailbox_refuses(dave, "/unr", ENOENT);
	expect_nobody("/msg dave anybody?");
	charges_expect_mailboxes();
	mailbox_do(dave, "/reg dave");
	mailbox_do(alice, "/msg dave welcome");
	mailbox_expect(dave, "welcome");
	close(dave);
}

static void a_refused_unr_keeps_the_name(void **state)
{
	(void)state;
	register_all();
	mailbox_do(alice, "/msg bob hello");
	failure_on("copy");
	mailbox_refuses(bob, "/unr", EFAULT);
	failure_off("copy");
	mailbox_expect(bob, "hello");
	mailbox_do(bob, "/unr");
	expect_nobody("/msg bob anybody?");
}

static void expect_refused_command(const struct refusal *refusal, const char *command)
{
	const int mailboxes[] = { alice, bob, carol };
	struct fdinfo before[COUNT(mailboxes)];
	size_t i;

	for (i = 0; i < COUNT(mailboxes); i++)
		fdinfo_read(mailboxes[i], &before[i]);
	mailbox_refuses(alice, command, refusal->error);
	for (i = 0; i < COUNT(mailboxes); i++)
		expect_same_books(mailboxes[i], &before[i]);
}

static void a_refused_msg_sends_nothing(void **state)
{
	long charged;
	size_t i;

	(void)state;
	register_all();
	mailbox_do(alice, "/msg bob before");
	charged = quota_charged();
	for (i = 0; i < COUNT(of_a_command); i++) {
		failure_on(of_a_command[i].kind);
		expect_refused_command(&of_a_command[i], "/msg bob lost");
		failure_off(of_a_command[i].kind);
	}
	assert_int_equal(quota_charged(), charged);
	mailbox_do(alice, "/msg bob after");
	mailbox_expect(bob, "before");
	mailbox_expect(bob, "after");
	mailbox_expect_empty(bob);
}

static void no_storage_of_a_mailbox_is_full(void **state)
{
	(void)state;
	register_all();
	failure_on("storage");
	mailbox_do(alice, "/msg bob hello");
	mailbox_do(alice, "/all world");
	mailbox_expect(bob, "hello");
	mailbox_expect(bob, "world");
	mailbox_expect(carol, "world");
}

/* One message with the text, and one for each of the two who get it. */
#define TAKEN_BY_ALL 3

static void expect_all_or_none(const struct refusal *refusal)
{
	long nth;

	for (nth = 1; nth <= TAKEN_BY_ALL; nth++) {
		failure_set(refusal->kind, "interval", nth);
		failure_set(refusal->kind, "times", 1);
		expect_refused_command(refusal, "/all lost");
		assert_int_equal(failure_get(refusal->kind, "times"), 0);
	}
	failure_set(refusal->kind, "interval", nth);
	failure_set(refusal->kind, "times", 1);
	mailbox_do(alice, "/all hello");
	assert_int_equal(failure_get(refusal->kind, "times"), 1);
	failure_off(refusal->kind);
	mailbox_expect(bob, "hello");
	mailbox_expect(carol, "hello");
}

static void all_reaches_all_or_none(void **state)
{
	const struct refusal fault = { "copy", EFAULT };
	long charged;

	(void)state;
	register_all();
	mailbox_do(alice, "/all hello");
	mailbox_expect(bob, "hello");
	mailbox_expect(carol, "hello");
	charged = quota_charged();
	expect_all_or_none(&(struct refusal){ "memory", ENOMEM });
	expect_all_or_none(&(struct refusal){ "share", EDQUOT });
	failure_on("copy");
	expect_refused_command(&fault, "/all lost");
	failure_off("copy");
	mailbox_expect_empty(alice);
	mailbox_expect_empty(bob);
	mailbox_expect_empty(carol);
	assert_int_equal(quota_charged(), charged);
}

static void a_mailbox_that_fails_to_be_read_keeps_its_message(void **state)
{
	struct fdinfo before;
	char got[16];

	(void)state;
	register_all();
	mailbox_do(alice, "/msg bob first");
	mailbox_do(alice, "/msg bob second");
	fdinfo_read(bob, &before);
	failure_on("copy");
	assert_fails(read(bob, got, sizeof(got)), EFAULT);
	failure_off("copy");
	expect_same_books(bob, &before);
	mailbox_expect(bob, "first");
	mailbox_expect(bob, "second");
	mailbox_expect_empty(bob);
}

/* ---- interval and times */

/* One '.' for each write that works, and one '!' for each that fails. */
static void expect_writes(const char *outcomes)
{
	for (; *outcomes; outcomes++) {
		if (*outcomes == '.')
			group_send(fd, "x");
		else
			assert_fails(write(fd, "x", 1), ENOMEM);
	}
}

static void all_is_off_at_first(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(of_a_message); i++) {
		assert_int_equal(failure_get(of_a_message[i].kind, "interval"), 0);
		assert_int_equal(failure_get(of_a_message[i].kind, "times"), -1);
		assert_int_equal(failure_get(of_a_message[i].kind, "process"), 0);
	}
}

static void an_interval_of_three_fails_each_third(void **state)
{
	(void)state;
	failure_set("memory", "interval", 3);
	expect_writes("..!..!..!..!.");
	failure_off("memory");
	expect_writes("......");
}

static void counting_begins_when_the_interval_is_written(void **state)
{
	(void)state;
	failure_set("memory", "interval", 3);
	expect_writes("..");
	failure_set("memory", "interval", 3);
	expect_writes("..!.");
	failure_set("memory", "interval", 2);
	expect_writes(".!.!");
}

static void only_so_many_times(void **state)
{
	(void)state;
	failure_set("memory", "times", 2);
	failure_on("memory");
	expect_writes("!");
	assert_int_equal(failure_get("memory", "times"), 1);
	expect_writes("!...");
	assert_int_equal(failure_get("memory", "times"), 0);
	failure_set("memory", "times", 1);
	expect_writes("!..");
	failure_set("memory", "times", -1);
	expect_writes("!!!!");
	assert_int_equal(failure_get("memory", "times"), -1);
}

static void kinds_count_apart(void **state)
{
	(void)state;
	failure_set("memory", "interval", 2);
	failure_set("copy", "interval", 2);
	group_send(fd, "x");
	assert_fails(write(fd, "x", 1), ENOMEM);	/* before its copy */
	assert_fails(write(fd, "x", 1), EFAULT);
	assert_fails(write(fd, "x", 1), ENOMEM);
	failure_off("memory");
	group_send(fd, "x");
	assert_fails(write(fd, "x", 1), EFAULT);
}

/* ---- many at once: each write fails, and early, so that they meet often */

#define WRITERS 4
#define A_WHILE_MS 1500
#define PLENTY 1000000000
#define INTERVAL 1000

static atomic_long made, failed;

static bool write_is_refused(void)
{
	return write(fd, "x", 1) < 0 && errno == EDQUOT;
}

static long write_for_a_while(void *unused)
{
	uint64_t end = clock_ms() + A_WHILE_MS;
	long calls = 0, failures = 0;

	(void)unused;
	while (calls % 100 || clock_ms() < end) {
		failures += write_is_refused();
		calls++;
	}
	made += calls;
	failed += failures;
	return 0;
}

static void write_together(void)
{
	static struct task writers[WRITERS];
	int i;

	made = 0;
	failed = 0;
	failure_on("memory");
	for (i = 0; i < WRITERS; i++)
		task_start(&writers[i], write_for_a_while, NULL);
	for (i = 0; i < WRITERS; i++)
		task_expect(&writers[i], 0, 0);
}

/* When the next one fails tells whether each was counted. */
static void however_many_write_each_is_counted(void **state)
{
	long more = 1;

	(void)state;
	failure_set("share", "interval", INTERVAL);
	write_together();
	assert_int_equal(failed, made / INTERVAL);
	while (more <= INTERVAL && !write_is_refused())
		more++;
	assert_int_equal(more, INTERVAL - made % INTERVAL);
}

static void however_many_write_each_failure_is_one_less(void **state)
{
	(void)state;
	failure_set("share", "times", PLENTY);
	failure_on("share");
	write_together();
	assert_int_equal(failed, made);
	assert_int_equal(failure_get("share", "times"), PLENTY - made);
}

/* ---- process */

static int write_well(void *unused)
{
	(void)unused;
	CHILD_CHECK(write(fd, "x", 1) == 1);
	return 0;
}

static int write_in_vain(void *unused)
{
	(void)unused;
	CHILD_CHECK_FAILS(write(fd, "x", 1), ENOMEM);
	return 0;
}

static void run_child(process_body body)
{
	assert_int_equal(process_wait(process_start(body, NULL)), 0);
}

static void other_processes_are_spared(void **state)
{
	(void)state;
	failure_set("memory", "process", getpid());
	failure_on("memory");
	expect_writes("!");
	run_child(write_well);
	expect_writes("!");
	failure_set("memory", "process", 0);
	run_child(write_in_vain);
}

static void other_processes_do_not_count(void **state)
{
	(void)state;
	failure_set("memory", "process", getpid());
	failure_set("memory", "interval", 2);
	expect_writes(".");
	run_child(write_well);
	expect_writes("!");
	run_child(write_well);
	run_child(write_well);
	expect_writes(".!");
}

static int told[2];	/* a pipe */

static int write_in_vain_when_told(void *unused)
{
	char byte;

	CHILD_CHECK(read(told[0], &byte, 1) == 1);
	return write_in_vain(unused);
}

static void another_process_is_met_alone(void **state)
{
	pid_t child;

	(void)state;
	assert_ok(pipe(told));
	child = process_start(write_in_vain_when_told, NULL);
	failure_set("memory", "process", child);
	failure_on("memory");
	expect_writes("..");
	assert_int_equal(write(told[1], "!", 1), 1);
	assert_int_equal(process_wait(child), 0);
	expect_writes("..");
	close(told[0]);
	close(told[1]);
}

static long write_one(void *unused)
{
	(void)unused;
	return write(fd, "x", 1);
}

static void all_threads_of_the_process_are_met(void **state)
{
	static struct task writer;

	(void)state;
	failure_set("memory", "process", getpid());
	failure_on("memory");
	task_start(&writer, write_one, NULL);
	task_expect(&writer, -1, ENOMEM);
}

/* ---- what can be written, and by whom */

static void expect_bad(const char *number, const char *text, int error)
{
	long before = failure_get("memory", number);

	if (failure_try_set("memory", number, text) != -1 || errno != error)
		fail_msg("%s takes \"%s\", or errno %d", number, text, errno);
	assert_int_equal(failure_get("memory", number), before);
}

static void bad_values_change_nothing(void **state)
{
	static const char * const numbers[] = { "interval", "times", "process" };
	static const char * const bad[] = {
		"-3", "2147483648", "-9223372036854775808", "9223372036854775807", "x", "1x",
		"1 2", "1.5", " ", "\n",
	};
	size_t i, j;

	(void)state;
	failure_set("memory", "times", 5);
	failure_set("memory", "process", getpid());
	failure_set("memory", "interval", 3);
	expect_writes(".");
	for (i = 0; i < COUNT(numbers); i++) {
		for (j = 0; j < COUNT(bad); j++)
			expect_bad(numbers[i], bad[j], EINVAL);
		expect_bad(numbers[i], "9223372036854775808", ERANGE);
	}
	expect_bad("interval", "-1", EINVAL);
	expect_bad("process", "-1", EINVAL);
	expect_bad("times", "-2", EINVAL);
	expect_writes(".!..!");
}

static void good_values_read_back(void **state)
{
	(void)state;
	failure_set("share", "process", 0x7fffffff);
	failure_set("share", "times", 0x7fffffff);
	failure_set("share", "interval", 0x7fffffff);
	assert_int_equal(failure_get("share", "process"), 0x7fffffff);
	assert_int_equal(failure_get("share", "times"), 0x7fffffff);
	assert_int_equal(failure_get("share", "interval"), 0x7fffffff);
	assert_ok(failure_try_set("share", "interval", "0x10\n"));
	assert_int_equal(failure_get("share", "interval"), 16);
	assert_ok(failure_try_set("share", "times", "-1\n"));
	assert_int_equal(failure_get("share", "times"), -1);
}

static void expect_for_root(const char *kind, const char *number)
{
	struct stat status;
	char path[128];

	snprintf(path, sizeof(path), FAILURES "/%s/%s", kind, number);
	assert_ok(stat(path, &status));
	assert_int_equal(status.st_mode, S_IFREG | 0600);
	assert_int_equal(status.st_uid, 0);
}

static void the_switches_belong_to_root(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(of_a_message); i++) {
		expect_for_root(of_a_message[i].kind, "interval");
		expect_for_root(of_a_message[i].kind, "times");
		expect_for_root(of_a_message[i].kind, "process");
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(all_is_off_at_first),
	SWITCH_TEST(a_write_that_fails_sends_nothing),
	SWITCH_TEST(a_delayed_write_that_fails_sends_nothing),
	SWITCH_TEST(what_was_sent_is_published_whatever_fails),
	SWITCH_TEST(a_read_that_fails_leaves_the_message),
	SWITCH_TEST(a_read_fails_only_by_its_copy),
	SWITCH_TEST(a_reader_that_slept_leaves_the_message),
	SWITCH_TEST(a_lease_that_fails_leaves_the_message),
	SWITCH_TEST(a_dead_letter_needs_nothing_but_room),
	SWITCH_TEST(a_refused_group_is_not_there),
	SWITCH_TEST(a_refused_name_stays_free),
	SWITCH_TEST(a_refused_unr_keeps_the_name),
	SWITCH_TEST(a_refused_msg_sends_nothing),
	SWITCH_TEST(no_storage_of_a_mailbox_is_full),
	SWITCH_TEST(all_reaches_all_or_none),
	SWITCH_TEST(a_mailbox_that_fails_to_be_read_keeps_its_message),
	SWITCH_TEST(an_interval_of_three_fails_each_third),
	SWITCH_TEST(counting_begins_when_the_interval_is_written),
	SWITCH_TEST(only_so_many_times),
	SWITCH_TEST(kinds_count_apart),
	SWITCH_TEST(however_many_write_each_is_counted),
	SWITCH_TEST(however_many_write_each_failure_is_one_less),
	SWITCH_TEST(other_processes_are_spared),
	SWITCH_TEST(other_processes_do_not_count),
	SWITCH_TEST(another_process_is_met_alone),
	SWITCH_TEST(all_threads_of_the_process_are_met),
	SWITCH_TEST(bad_values_change_nothing),
	SWITCH_TEST(good_values_read_back),
	SWITCH_TEST(the_switches_belong_to_root),
};

int main(void)
{
	return RUN_SUITE("faults: switches", tests);
}
