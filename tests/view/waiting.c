// SPDX-License-Identifier: GPL-2.0
/* Who waits, and who has leased what: docs/tracing.md. */
#include "harness/barrier.h"
#include "harness/batch.h"
#include "harness/lease.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/registered.h"
#include "harness/sender.h"
#include "harness/table.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MANY_LEASES 200

static char name[32];

static int prepare(void **state)
{
	int err = own_group_open(state);

	snprintf(name, sizeof(name), "group %u", batch_stat(fd).descriptor);
	return err;
}

#define TEST_SEEN(name) cmocka_unit_test_setup_teardown(name, prepare, own_group_close)

/* "group 7 awake 123 124", for example: this process, that thread. */
static const char *row(const char *what, pid_t tid)
{
	static char words[128];

	snprintf(words, sizeof(words), "%s %s %d %d", name, what, getpid(), tid);
	return words;
}

/* ---- who waits */

static long sleep_once(void *unused)
{
	(void)unused;
	return barrier_sleep(fd, NULL, 0, 0);
}

static void who_sleeps(void **state)
{
	static struct task one, two;
	long waited;

	(void)state;
	task_start(&one, sleep_once, NULL);
	barrier_await_sleepers(fd, 1);
	task_start(&two, sleep_once, NULL);
	barrier_await_sleepers(fd, 2);
	usleep(20000);
	waited = table_number("waiting", row("awake", one.tid), 0);
	assert_true(waited >= 20 && waited < 100000);
	table_expect_count("waiting", row("awake", two.tid), 1);
	table_expect_count("waiting", name, 2);
	assert_int_equal(barrier_awake(fd, 2, NULL), 2);
	task_expect(&one, 0, 0);
	task_expect(&two, 0, 0);
	table_expect_count("waiting", name, 0);
}

static void who_waits_for_parties(void **state)
{
	static struct attendee one;
	struct attendee last = { .fd = fd, .meet = { .parties = 2 } };

	(void)state;
	attendee_start(&one, fd, last.meet, 1);
	table_expect_count("waiting", row("meeting", one.task.tid), 1);
	assert_int_equal(attendee_meet(&last), 1);
	attendee_expect(&one, 0, 0, 2);
	table_expect_count("waiting", name, 0);
}

static long read_one(void *unused)
{
	char text[8];

	(void)unused;
	return read(fd, text, sizeof(text));
}

static void who_waits_for_a_message(void **state)
{
	static struct task reader;

	(void)state;
	task_start(&reader, read_one, NULL);
	task_await_asleep(&reader, SYS_read);
	table_expect_count("waiting", row("message", reader.tid), 1);
	batch_send_text(fd, "one", 0, 0, 0);
	task_expect(&reader, 3, 0);
	table_expect_count("waiting", name, 0);
}

static void who_waits_for_room(void **state)
{
	struct synchmess_settings settings = { .max_storage_size = 4 };
	static struct sender sender;

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	letters_send(fd, 'a', 4);
	sender_start_waiting(&sender, fd, 'b', 4);
	table_expect_count("waiting", row("room", sender.task.tid), 1);
	letters_expect(fd, 'a', 4);
	sender_expect_sent(&sender);
	table_expect_count("waiting", name, 0);
}

static long read_mailbox(void *mailbox)
{
	char text[8];

	return read(*(int *)mailbox, text, sizeof(text));
}

static void who_waits_at_a_mailbox(void **state)
{
	static struct task reader;
	static int alice;

	(void)state;
	alice = registered_as("alice", NULL);
	task_start(&reader, read_mailbox, &alice);
	task_await_asleep(&reader, SYS_read);
	table_expect_count("waiting", "mailbox alice message", 1);
	assert_int_equal(registered_send(alice, "alice", "hello"), 1);
	task_expect(&reader, 5, 0);
	close(alice);
}

/* ---- who has leased what */

static const char *of_message(pid_t holder, uint64_t id)
{
	static char words[96];

	snprintf(words, sizeof(words), "%s %d %llu", name, holder, (unsigned long long)id);
	return words;
}

static const char *of_token(pid_t holder, uint64_t id, uint64_t token)
{
	static char words[128];

	snprintf(words, sizeof(words), "%s %llu", of_message(holder, id),
		 (unsigned long long)token);
	return words;
}

static void what_is_leased(void **state)
{
	struct synchmess_in first, second;
	const char *words;
	long left;

	(void)state;
	batch_send_text(fd, "one", 0, 0, 0);
	batch_send_text(fd, "three", 0, 0, 0);
	first = lease_expect(fd, "one", 0);
	second = lease_expect(fd, "three", HOUR);
	usleep(20000);
	words = of_token(getpid(), first.id, first.token);
	assert_int_equal(table_number("leases", words, 0), 3);
	assert_int_equal(table_number("leases", words, 1), 1);
	assert_true(table_number("leases", words, 2) >= 20);
	words = of_token(getpid(), second.id, second.token);
	assert_int_equal(table_number("leases", words, 0), 5);
	left = table_number("leases", words, 3);
	assert_true(left > 0 && left <= 3600000 - 20);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, first.token, 0), 1);
	table_expect_count("leases", name, 1);
	/* Nobody has it any more, but it is not back either. */
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, second.token, HOUR), 1);
	table_expect_count("leases", of_token(0, second.id, second.token), 1);
}

static void who_has_leased(void **state)
{
	uint64_t id = batch_send_text(fd, "one", 0, 0, 0);
	pid_t child = lease_holder_start(fd);

	(void)state;
	table_expect_count("leases", of_message(child, id), 1);
	process_kill(child);
	lease_await(fd, 0);
	table_expect_count("leases", name, 0);
}

/* More than are looked at under one lock, of two holders. */
static void all_leases_are_shown_once(void **state)
{
	static struct synchmess_in in[MANY_LEASES];
	int other = batch_open(fd, O_RDWR);
	const unsigned int half = MANY_LEASES / 2;
	unsigned int i;

	(void)state;
	memset(in, 0, sizeof(in));
	for (i = 0; i < MANY_LEASES; i++)
		batch_send_text(fd, "x", 0, 0, 0);
	assert_int_equal(lease_receive(fd, in, half, 0), half);
	assert_int_equal(lease_receive(other, &in[half], half, 0), half);
	table_expect_count("leases", name, MANY_LEASES);
	for (i = 0; i < MANY_LEASES; i++)
		table_expect_count("leases", of_token(getpid(), in[i].id, in[i].token), 1);
	close(other);
	table_expect_count("leases", name, MANY_LEASES / 2);
}

static int cannot_look(void *unused)
{
	(void)unused;
	CHILD_CHECK_FAILS(open(TABLE_FOLDER "waiting", O_RDONLY), EACCES);
	CHILD_CHECK_FAILS(open(TABLE_FOLDER "leases", O_RDONLY), EACCES);
	CHILD_CHECK_FAILS(open(TABLE_FOLDER "histograms", O_RDONLY), EACCES);
	return 0;
}

static void root_alone_may_look(void **state)
{
	(void)state;
	process_run_as("alice", cannot_look, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_SEEN(who_sleeps),
		TEST_SEEN(who_waits_for_parties),
		TEST_SEEN(who_waits_for_a_message),
		TEST_SEEN(who_waits_for_room),
		TEST_SEEN(who_waits_at_a_mailbox),
		TEST_SEEN(what_is_leased),
		TEST_SEEN(who_has_leased),
		TEST_SEEN(all_leases_are_shown_once),
		TEST_SEEN(root_alone_may_look),
	};

	return RUN_SUITE("waiting", tests);
}
