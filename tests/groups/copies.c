// SPDX-License-Identifier: GPL-2.0
/*
 * What happens while a read or a write is in the midst of its copy, and what a
 * copy that then fails leaves: docs/interface-1.md, "Write", "Read", "Removal".
 */
#include "harness/fdinfo.h"
#include "harness/group.h"
#include "harness/process.h"
#include "harness/quota.h"
#include "harness/slow_copy.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GROUP 801
#define READERS 3

static struct slow_copy readers[READERS], writer;
static long charged;

static int charge_before_test(void **state)
{
	group_remove_all();
	charged = quota_charged();
	return suite_before_test(state);
}

/* Whatever happened, without its group nothing is left. */
static int charge_after_test(void **state)
{
	group_remove_all();
	assert_int_equal(quota_charged(), charged);
	return suite_after_test(state);
}

#define CHARGED_TEST(name) \
	cmocka_unit_test_setup_teardown(name, charge_before_test, charge_after_test)

static int fresh(void)
{
	group_fresh(GROUP);
	return group_open(GROUP, O_RDWR);
}

/* Reader 0 has message 0 in its hands, and so on. */
static int fresh_with_readers(int messages, int count)
{
	int fd = fresh(), i;

	group_send_numbers(fd, 0, messages);
	for (i = 0; i < count; i++)
		slow_copy_read(&readers[i], fd);
	return fd;
}

static void messages_go_back_to_their_places(void **state)
{
	static const int orders[][READERS] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	size_t round;
	int fd, i;

	(void)state;
	for (round = 0; round < sizeof(orders) / sizeof(orders[0]); round++) {
		fd = fresh_with_readers(READERS + 2, READERS);
		group_expect_books(GROUP, 2, 0, 0, 2);
		for (i = 0; i < READERS; i++)
			slow_copy_fail(&readers[orders[round][i]]);
		group_expect_books(GROUP, READERS + 2, 0, 0, READERS + 2);
		assert_int_equal(group_get(GROUP, "statistics/delivered"), 0);
		group_expect_numbers(fd, 0, READERS + 2);
		group_expect_empty(fd);
		close(fd);
	}
}

static void meanwhile_others_read_what_is_there(void **state)
{
	int fd = fresh_with_readers(4, 3);

	(void)state;
	group_expect(fd, "3");
	group_expect_empty(fd);
	slow_copy_fail(&readers[1]);
	group_expect(fd, "1");
	group_expect_empty(fd);
	slow_copy_fail(&readers[2]);
	slow_copy_fail(&readers[0]);
	group_expect_numbers(fd, 0, 1);
	group_expect(fd, "2");
	group_expect_empty(fd);
	close(fd);
}

static void a_copy_that_ends_well_takes_its_message_along(void **state)
{
	int fd = fresh_with_readers(4, 3);

	(void)state;
	slow_copy_fail(&readers[2]);
	slow_copy_gives(&readers[1], "1");
	slow_copy_fail(&readers[0]);
	group_expect(fd, "0");
	group_expect_numbers(fd, 2, 4);
	group_expect_empty(fd);
	assert_int_equal(group_get(GROUP, "statistics/delivered"), 4);
	close(fd);
}

/* Whether it was sent or flushed. */
static void what_was_published_meanwhile_stays_behind(void **state)
{
	int fd = fresh();

	(void)state;
	group_set_delay(fd, NEVER);
	group_send(fd, "2");
	group_set_delay(fd, 0);
	group_send(fd, "0");
	slow_copy_read(&readers[0], fd);
	group_send(fd, "1");
	assert_ok(fsync(fd));
	group_send(fd, "3");
	slow_copy_fail(&readers[0]);
	group_expect_numbers(fd, 0, 4);
	group_expect_empty(fd);
	close(fd);
}

static long read_one(void *argument)
{
	const int *fd = argument;
	char got[16];

	return read(*fd, got, sizeof(got));
}

static void a_sleeping_reader_gets_what_is_put_back(void **state)
{
	static struct task sleeper;
	static int fd;

	(void)state;
	fd = fresh_with_readers(1, 1);
	group_set(GROUP, "empty_read", "block");
	task_start(&sleeper, read_one, &fd);
	task_await_asleep(&sleeper, SYS_read);
	slow_copy_fail(&readers[0]);
	task_expect(&sleeper, 1, 0);
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(fd);
}

/* Others have taken the storage meanwhile: nothing is lost, and nothing more sent. */
static void full_storage_does_not_lose_it(void **state)
{
	int fd = fresh();

	(void)state;
	group_set(GROUP, "max_storage_size", "10");
	group_send(fd, "ten bytes!");
	slow_copy_read(&readers[0], fd);
	group_send(fd, "ten others");
	slow_copy_fail(&readers[0]);
	group_expect_books(GROUP, 2, 0, 0, 20);
	assert_fails(write(fd, "x", 1), ENOSPC);
	group_expect(fd, "ten bytes!");
	assert_fails(write(fd, "x", 1), ENOSPC);
	group_expect(fd, "ten others");
	group_send(fd, "ten bytes!");
	close(fd);
}

static void expect_books_of_the_dead(int fd, long sent, long delivered, long dropped)
{
	struct fdinfo info;

	fdinfo_read(fd, &info);
	assert_int_equal(fdinfo_number(&info, "sent"), sent);
	assert_int_equal(fdinfo_number(&info, "delivered"), delivered);
	assert_int_equal(fdinfo_number(&info, "queued"), 0);
	assert_int_equal(fdinfo_number(&info, "dropped"), dropped);
	assert_int_equal(fdinfo_number(&info, "stored"), 0);
	fdinfo_expect_balance(&info);
}

static void a_removed_group_drops_what_comes_back(void **state)
{
	int fd = fresh_with_readers(4, 2), anew;

	(void)state;
	group_remove(GROUP);
	expect_books_of_the_dead(fd, 4, 2, 2);
	group_install(GROUP);
	anew = group_open(GROUP, O_RDWR);
	slow_copy_fail(&readers[1]);
	expect_books_of_the_dead(fd, 4, 1, 3);
	slow_copy_fail(&readers[0]);
	expect_books_of_the_dead(fd, 4, 0, 4);
	group_expect_books(GROUP, 0, 0, 0, 0);
	group_expect_empty(anew);
	close(anew);
	close(fd);
}

static void a_removed_group_leaves_what_was_taken(void **state)
{
	int fd = fresh_with_readers(2, 1);

	(void)state;
	group_remove(GROUP);
	slow_copy_gives(&readers[0], "0");
	expect_books_of_the_dead(fd, 2, 1, 1);
	close(fd);
}

/* Whose memory ends in the midst of the copy, with all the rest of it. */
static int read_until_killed(void *argument)
{
	const int *fd = argument;
	struct slow_page page;

	CHILD_CHECK(!slow_page_make(&page));
	CHILD_CHECK(read(*fd, page.bytes, 100) < 0);
	return 0;
}

static void a_killed_reader_takes_nothing_along(void **state)
{
	int fd = fresh();
	pid_t child;

	(void)state;
	group_send_numbers(fd, 0, 3);
	child = process_start(read_until_killed, &fd);
	/* It has the message, and cannot get rid of it. */
	group_await(GROUP, "statistics/delivered", 1);
	process_kill(child);
	group_expect_books(GROUP, 3, 0, 0, 3);
	group_expect_numbers(fd, 0, 3);
	close(fd);
}

static void a_write_whose_copy_fails_sends_nothing(void **state)
{
	int fd = fresh();

	(void)state;
	slow_copy_write(&writer, fd, 5);
	group_expect_books(GROUP, 0, 0, 0, 0);
	group_send(fd, "faster");
	slow_copy_fail(&writer);
	group_expect(fd, "faster");
	assert_int_equal(group_get(GROUP, "statistics/sent"), 1);

	slow_copy_write(&writer, fd, 5);
	group_send(fd, "faster");
	slow_copy_takes(&writer, "hello");
	group_expect(fd, "faster");
	group_expect(fd, "hello");
	group_expect_empty(fd);
	group_expect_balance(GROUP);
	close(fd);
}

/* A message has its place in the storage when it is there, and no earlier. */
static void a_slow_write_may_find_the_storage_full(void **state)
{
	int fd = fresh();

	(void)state;
	group_set(GROUP, "max_storage_size", "10");
	slow_copy_write(&writer, fd, 5);
	group_send(fd, "ten bytes!");
	slow_copy_refuses(&writer, "hello", ENOSPC);
	group_expect(fd, "ten bytes!");
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(fd);
}

/* With a delay and without. */
static void a_removed_group_refuses_a_slow_write(void **state)
{
	int round, fd;

	(void)state;
	for (round = 0; round < 2; round++) {
		fd = fresh();
		group_set_delay(fd, round * NEVER);
		slow_copy_write(&writer, fd, 5);
		group_remove(GROUP);
		slow_copy_refuses(&writer, "hello", ENODEV);
		expect_books_of_the_dead(fd, 0, 0, 0);
		close(fd);
	}
}

static void a_removed_group_and_a_fault_are_a_fault(void **state)
{
	int fd = fresh();

	(void)state;
	slow_copy_write(&writer, fd, 5);
	group_remove(GROUP);
	slow_copy_fail(&writer);
	expect_books_of_the_dead(fd, 0, 0, 0);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	CHARGED_TEST(messages_go_back_to_their_places),
	CHARGED_TEST(meanwhile_others_read_what_is_there),
	CHARGED_TEST(a_copy_that_ends_well_takes_its_message_along),
	CHARGED_TEST(what_was_published_meanwhile_stays_behind),
	CHARGED_TEST(a_sleeping_reader_gets_what_is_put_back),
	CHARGED_TEST(full_storage_does_not_lose_it),
	CHARGED_TEST(a_removed_group_drops_what_comes_back),
	CHARGED_TEST(a_removed_group_leaves_what_was_taken),
	CHARGED_TEST(a_killed_reader_takes_nothing_along),
	CHARGED_TEST(a_write_whose_copy_fails_sends_nothing),
	CHARGED_TEST(a_slow_write_may_find_the_storage_full),
	CHARGED_TEST(a_removed_group_refuses_a_slow_write),
	CHARGED_TEST(a_removed_group_and_a_fault_are_a_fault),
};

int main(void)
{
	return RUN_SUITE("groups: copies", tests);
}
