// SPDX-License-Identifier: GPL-2.0
/* Writing to a full group: docs/interface-1.md, `full_write`. */
#include "harness/group.h"
#include "harness/parameters.h"
#include "harness/sender.h"
#include "harness/signals.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/synchmess.h>

#define GROUP 611
#define STORAGE 100
#define MOST_SENDERS 50
#define HOUR_MS 3600000

static struct sender senders[MOST_SENDERS];

static int fresh(const char *full)
{
	group_fresh(GROUP);
	group_set(GROUP, "max_storage_size", "100");
	group_set(GROUP, "full_write", full);
	return group_open(GROUP, O_RDWR);
}

/* Full to the last byte, with ten messages. */
static int fresh_and_full(const char *full)
{
	int fd = fresh(full), i;

	for (i = 0; i < 10; i++)
		letters_send(fd, '0' + i, STORAGE / 10);
	return fd;
}

static void expect_setting(const char *full)
{
	char text[32] = "poison";

	group_get_text(GROUP, "full_write", text, sizeof(text));
	assert_string_equal(text, full);
}

static long statistic(const char *name)
{
	char attribute[64];

	snprintf(attribute, sizeof(attribute), "statistics/%s", name);
	return group_get(GROUP, attribute);
}

static void a_group_starts_with_fail(void **state)
{
	int fd;

	(void)state;
	group_fresh(GROUP);
	expect_setting("fail");
	group_set(GROUP, "max_storage_size", "100");
	fd = group_open(GROUP, O_RDWR);
	letters_send(fd, 'a', 100);
	assert_fails(letters_try_send(fd, 'b', 1), ENOSPC);
	letters_expect(fd, 'a', 100);
	letters_send(fd, 'b', 1);
	close(fd);
}

static void no_other_word_is_taken(void **state)
{
	static const char * const wrong[] = {
		"\n", "FAIL", "fai", "failed", "drop", "drop_oldest", "block ", " block", "eof",
	};
	size_t i;
	int fd = fresh("block");

	(void)state;
	expect_setting("block");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_fails(group_try_set(GROUP, "full_write", wrong[i]), EINVAL);
		expect_setting("block");
	}
	group_set(GROUP, "full_write", "drop-oldest\n");
	expect_setting("drop-oldest");
	close(fd);
}

/* ---- block */

static void a_writer_waits_until_there_is_room(void **state)
{
	int fd = fresh_and_full("block"), round;

	(void)state;
	for (round = 0; round < 30; round++) {
		sender_start_waiting(&senders[0], fd, '0' + round % 10, 10);
		assert_int_equal(statistic("sent"), 10 + round);
		letters_expect(fd, '0' + round % 10, 10);
		sender_expect_sent(&senders[0]);
	}
	group_expect_books(GROUP, 10, 0, 0, 100);
	close(fd);
}

static void what_fits_is_sent_at_once(void **state)
{
	int fd = fresh("block");

	(void)state;
	letters_send(fd, 'a', 40);
	letters_send(fd, 'b', 60);
	letters_expect(fd, 'a', 40);
	letters_expect(fd, 'b', 60);
	close(fd);
}

static void with_nonblock_nobody_waits(void **state)
{
	int fd = fresh_and_full("block"), nonblock = group_open(GROUP, O_WRONLY | O_NONBLOCK);

	(void)state;
	assert_fails(letters_try_send(nonblock, 'x', 1), EAGAIN);
	letters_expect(fd, '0', 10);
	assert_fails(letters_try_send(nonblock, 'x', 11), EAGAIN);
	letters_send(nonblock, 'x', 10);
	/* The flag may come later, too. */
	assert_ok(fcntl(fd, F_SETFL, O_NONBLOCK));
	assert_fails(letters_try_send(fd, 'x', 1), EAGAIN);
	assert_int_equal(statistic("sent"), 11);
	close(nonblock);
	close(fd);
}

static void writing_nothing_never_waits(void **state)
{
	int fd = fresh_and_full("block");

	(void)state;
	assert_int_equal(write(fd, "", 0), 0);
	close(fd);
}

static void nobody_waits_for_more_than_there_can_be(void **state)
{
	int fd = fresh("block"), nonblock = group_open(GROUP, O_WRONLY | O_NONBLOCK);

	(void)state;
	assert_fails(letters_try_send(fd, 'x', 101), EMSGSIZE);
	assert_fails(letters_try_send(nonblock, 'x', 101), EMSGSIZE);
	letters_send(fd, 'x', 100);
	assert_fails(letters_try_send(fd, 'x', 101), EMSGSIZE);
	/* Under the other rules it is room that is missing. */
	group_set(GROUP, "full_write", "fail");
	assert_fails(letters_try_send(fd, 'x', 101), ENOSPC);
	group_set(GROUP, "full_write", "drop-oldest");
	assert_fails(letters_try_send(fd, 'x', 101), ENOSPC);
	group_expect_books(GROUP, 1, 0, 0, 100);
	close(nonblock);
	close(fd);
}

static void a_signal_ends_the_wait(void **state)
{
	int fd = fresh_and_full("block"), round;

	(void)state;
	signals_install();
	for (round = 0; round < 20; round++) {
		sender_start_waiting(&senders[0], fd, 'x', 10);
		task_signal(&senders[0].task, INTERRUPTS);
		sender_expect_error(&senders[0], EINTR);
	}
	group_expect_books(GROUP, 10, 0, 0, 100);
	close(fd);
}

static void with_sa_restart_the_wait_goes_on(void **state)
{
	int fd = fresh_and_full("block"), round;

	(void)state;
	signals_install();
	sender_start_waiting(&senders[0], fd, 'x', 10);
	for (round = 1; round <= 10; round++) {
		task_signal(&senders[0].task, RESTARTS);
		while (signals_handled < round)
			usleep(100);
		sender_expect_waiting(&senders[0]);
	}
	letters_expect(fd, '0', 10);
	sender_expect_sent(&senders[0]);
	assert_int_equal(statistic("sent"), 11);
	close(fd);
}

/* The room was his before the signal came. */
static void success_beats_a_signal(void **state)
{
	int fd = fresh("block"), round;

	(void)state;
	signals_install();
	letters_send(fd, 'a', STORAGE);
	for (round = 0; round < 100; round++) {
		sender_start_waiting(&senders[0], fd, 'a', STORAGE);
		letters_expect(fd, 'a', STORAGE);
		task_signal(&senders[0].task, INTERRUPTS);
		sender_expect_sent(&senders[0]);
	}
	close(fd);
}

static void removal_sends_everybody_away(void **state)
{
	int fd = fresh_and_full("block"), i;

	(void)state;
	for (i = 0; i < MOST_SENDERS; i++)
		sender_start(&senders[i], fd, 'x', 1 + i);
	for (i = 0; i < MOST_SENDERS; i++)
		sender_expect_waiting(&senders[i]);
	group_remove(GROUP);
	for (i = 0; i < MOST_SENDERS; i++)
		sender_expect_error(&senders[i], ENODEV);
	assert_fails(letters_try_send(fd, 'x', 1), ENODEV);
	close(fd);
}

/* ---- changes while somebody waits */

static void a_change_to_fail_ends_the_wait(void **state)
{
	int fd = fresh_and_full("block"), i;

	(void)state;
	for (i = 0; i < 10; i++)
		sender_start_waiting(&senders[i], fd, 'x', 10);
	group_set(GROUP, "full_write", "fail");
	for (i = 0; i < 10; i++)
		sender_expect_error(&senders[i], ENOSPC);
	group_expect_books(GROUP, 10, 0, 0, 100);
	close(fd);
}

static void a_change_to_drop_oldest_sends_what_waited(void **state)
{
	int fd = fresh_and_full("block"), i;

	(void)state;
	for (i = 0; i < 5; i++)
		sender_start_waiting(&senders[i], fd, 'x', 10);
	group_set(GROUP, "full_write", "drop-oldest");
	for (i = 0; i < 5; i++)
		sender_expect_sent(&senders[i]);
	assert_int_equal(statistic("overwritten"), 5);
	for (i = 5; i < 10; i++)
		letters_expect(fd, '0' + i, 10);
	for (i = 0; i < 5; i++)
		letters_expect(fd, 'x', 10);
	close(fd);
}

static void a_change_to_block_leaves_everybody_waiting(void **state)
{
	int fd = fresh_and_full("block");

	(void)state;
	sender_start_waiting(&senders[0], fd, 'x', 10);
	group_set(GROUP, "full_write", "block");
	sender_expect_waiting(&senders[0]);
	assert_int_equal(statistic("sent"), 10);
	letters_expect(fd, '0', 10);
	sender_expect_sent(&senders[0]);
	close(fd);
}

static void a_raised_limit_lets_them_in(void **state)
{
	int fd = fresh_and_full("block"), i;

	(void)state;
	for (i = 0; i < 3; i++)
		sender_start_waiting(&senders[i], fd, 'x', 10);
	group_set(GROUP, "max_storage_size", "120");
	sender_expect_sent(&senders[0]);
	sender_expect_sent(&senders[1]);
	sender_expect_waiting(&senders[2]);
	group_set(GROUP, "max_storage_size", "130");
	sender_expect_sent(&senders[2]);
	group_expect_books(GROUP, 13, 0, 0, 130);
	close(fd);
}

static void a_raised_default_lets_them_in(void **state)
{
	int fd = fresh_and_full("block");

	(void)state;
	parameter_set("max_storage_size", 100);
	group_set(GROUP, "max_storage_size", "0");
	sender_start_waiting(&senders[0], fd, 'x', 10);
	sender_start_waiting(&senders[1], fd, 'x', 10);
	parameter_set("max_storage_size", 120);
	sender_expect_sent(&senders[0]);
	sender_expect_sent(&senders[1]);
	group_expect_books(GROUP, 12, 0, 0, 120);
	close(fd);
}

/* To follow the module again is a change of the limit, too. */
static void following_the_default_again_lets_them_in(void **state)
{
	int fd = fresh_and_full("block");

	(void)state;
	sender_start_waiting(&senders[0], fd, 'x', 10);
	group_set(GROUP, "max_storage_size", "0");
	sender_expect_sent(&senders[0]);
	close(fd);
}

static void a_lowered_limit_sends_who_will_never_fit_away(void **state)
{
	int fd = fresh_and_full("block");

	(void)state;
	sender_start_waiting(&senders[0], fd, 'L', 60);
	sender_start_waiting(&senders[1], fd, 's', 10);
	group_set(GROUP, "max_storage_size", "59");
	sender_expect_error(&senders[0], EMSGSIZE);
	sender_expect_waiting(&senders[1]);
	group_set(GROUP, "max_storage_size", "110");
	sender_expect_sent(&senders[1]);
	close(fd);
}

/* ---- delayed messages */

static void delayed_messages_hold_their_room(void **state)
{
	int fd = fresh("block");

	(void)state;
	group_set_delay(fd, HOUR_MS);
	letters_send(fd, 'd', 60);
	group_set_delay(fd, 0);
	letters_send(fd, 'a', 40);
	sender_start_waiting(&senders[0], fd, 'x', 60);
	letters_expect(fd, 'a', 40);
	sender_expect_waiting(&senders[0]);
	/* Readable now, but there all the same. */
	assert_ok(fsync(fd));
	sender_expect_waiting(&senders[0]);
	letters_expect(fd, 'd', 60);
	sender_expect_sent(&senders[0]);
	close(fd);
}

static void revoking_makes_room(void **state)
{
	int fd = fresh("block");

	(void)state;
	group_set_delay(fd, HOUR_MS);
	letters_send(fd, 'd', 60);
	letters_send(fd, 'e', 40);
	group_set_delay(fd, 0);
	sender_start_waiting(&senders[0], fd, 'x', 60);
	sender_start_waiting(&senders[1], fd, 'y', 40);
	assert_ok(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES));
	sender_expect_sent(&senders[0]);
	sender_expect_sent(&senders[1]);
	group_expect_books(GROUP, 2, 0, 2, 100);
	close(fd);
}

static void who_sends_with_a_delay_waits_too(void **state)
{
	int fd = fresh_and_full("block");

	(void)state;
	group_set_delay(fd, HOUR_MS);
	sender_start_waiting(&senders[0], fd, 'd', 10);
	assert_int_equal(statistic("scheduled"), 0);
	letters_expect(fd, '0', 10);
	sender_expect_sent(&senders[0]);
	group_expect_books(GROUP, 9, 1, 0, 100);
	close(fd);
}

/* ---- drop-oldest */

static void the_oldest_make_room(void **state)
{
	int fd = fresh_and_full("drop-oldest"), i;

	(void)state;
	letters_send(fd, 'x', 25);
	assert_int_equal(statistic("overwritten"), 3);
	letters_send(fd, 'y', 5);
	assert_int_equal(statistic("overwritten"), 3);
	letters_send(fd, 'z', 1);
	assert_int_equal(statistic("overwritten"), 4);
	for (i = 4; i < 10; i++)
		letters_expect(fd, '0' + i, 10);
	letters_expect(fd, 'x', 25);
	letters_expect(fd, 'y', 5);
	letters_expect(fd, 'z', 1);
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(fd);
}

/* More than are dropped under one lock. */
static void many_make_room_for_one(void **state)
{
	int fd = fresh("drop-oldest"), i;

	(void)state;
	group_set(GROUP, "max_storage_size", "1000");
	for (i = 0; i < 1000; i++)
		letters_send(fd, 's', 1);
	letters_send(fd, 'L', 999);
	assert_int_equal(statistic("overwritten"), 999);
	letters_expect(fd, 's', 1);
	letters_expect(fd, 'L', 999);
	close(fd);
}

static void what_is_delayed_stays(void **state)
{
	int fd = fresh("drop-oldest");

	(void)state;
	group_set_delay(fd, HOUR_MS);
	letters_send(fd, 'd', 50);
	group_set_delay(fd, 0);
	letters_send(fd, 'a', 30);
	letters_send(fd, 'b', 20);
	letters_send(fd, 'c', 50);
	assert_int_equal(statistic("overwritten"), 2);
	letters_expect(fd, 'c', 50);
	assert_ok(fsync(fd));
	letters_expect(fd, 'd', 50);
	close(fd);
}

static void nothing_goes_in_vain(void **state)
{
	int fd = fresh("drop-oldest");

	(void)state;
	group_set_delay(fd, HOUR_MS);
	letters_send(fd, 'd', 50);
	group_set_delay(fd, 0);
	letters_send(fd, 'a', 30);
	letters_send(fd, 'b', 20);
	assert_fails(letters_try_send(fd, 'x', 51), ENOSPC);
	group_expect_books(GROUP, 2, 1, 0, 100);
	assert_int_equal(statistic("overwritten"), 0);
	letters_send(fd, 'x', 50);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	TEST(a_group_starts_with_fail),
	TEST(no_other_word_is_taken),
	TEST(a_writer_waits_until_there_is_room),
	TEST(what_fits_is_sent_at_once),
	TEST(with_nonblock_nobody_waits),
	TEST(writing_nothing_never_waits),
	TEST(nobody_waits_for_more_than_there_can_be),
	TEST(a_signal_ends_the_wait),
	TEST(with_sa_restart_the_wait_goes_on),
	TEST(success_beats_a_signal),
	TEST(removal_sends_everybody_away),
	TEST(a_change_to_fail_ends_the_wait),
	TEST(a_change_to_drop_oldest_sends_what_waited),
	TEST(a_change_to_block_leaves_everybody_waiting),
	TEST(a_raised_limit_lets_them_in),
	TEST(a_raised_default_lets_them_in),
	TEST(following_the_default_again_lets_them_in),
	TEST(a_lowered_limit_sends_who_will_never_fit_away),
	TEST(delayed_messages_hold_their_room),
	TEST(revoking_makes_room),
	TEST(who_sends_with_a_delay_waits_too),
	TEST(the_oldest_make_room),
	TEST(many_make_room_for_one),
	TEST(what_is_delayed_stays),
	TEST(nothing_goes_in_vain),
};

int main(void)
{
	return cmocka_run_group_tests_name("groups: full write", tests, parameters_remember,
					   parameters_restore);
}
