// SPDX-License-Identifier: GPL-2.0
/* What nobody was done with, however often he got it. */
#include "harness/batch.h"
#include "harness/clock.h"
#include "harness/group.h"
#include "harness/lease.h"
#include "harness/named.h"
#include "harness/own_group.h"
#include "harness/registered.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int grave;

static void lease_in_vain(const char *text, unsigned int times)
{
	while (times--) {
		uint64_t token = lease_token(fd, text);

		assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, token, 0), 1);
	}
}

static unsigned int number_of(int group)
{
	return batch_stat(group).descriptor;
}

static void nobody_counts_at_first(void **state)
{
	(void)state;
	assert_int_equal(batch_stat(fd).max_deliveries, 0);
	assert_int_equal(batch_stat(fd).dead_letters, 0);
	batch_send_text(fd, "again", 0, 0, 0);
	lease_in_vain("again", 100);
	assert_int_equal(batch_expect(fd, "again").deliveries, 100);
}

static void after_so_many_it_is_dropped(void **state)
{
	(void)state;
	assert_ok(lease_set_retries(fd, 3, -1));
	assert_int_equal(batch_stat(fd).max_deliveries, 3);
	assert_int_equal(batch_stat(fd).dead_letters, 0);
	batch_send_text(fd, "poison", 0, 0, 0);
	batch_send_text(fd, "next", 0, 0, 0);
	lease_in_vain("poison", 3);
	batch_expect(fd, "next");
	assert_int_equal(batch_stat(fd).dropped, 1);
	lease_expect_books(fd, 0, 0, 0);
}

static void an_ack_is_in_time_always(void **state)
{
	uint64_t token;

	(void)state;
	assert_ok(lease_set_retries(fd, 3, -1));
	batch_send_text(fd, "done", 0, 0, 0);
	lease_in_vain("done", 2);
	token = lease_token(fd, "done");
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_ACK, token, 0), 1);
	assert_int_equal(batch_stat(fd).dropped, 0);
	assert_int_equal(batch_stat(fd).delivered, 1);
}

static void await_dead_letters(unsigned int count)
{
	uint64_t deadline = clock_ms() + 10000;

	while (batch_stat(grave).sent != count)
		assert_true(clock_ms() < deadline);
	lease_await(fd, 0);
}

static void it_goes_to_the_dead_letters_with_its_history(void **state)
{
	struct synchmess_in first, in;

	(void)state;
	assert_ok(lease_set_retries(fd, 2, grave));
	assert_int_equal(batch_stat(fd).dead_letters, number_of(grave));
	batch_send_text(fd, "poison", 5, 0, 0);
	first = lease_expect(fd, "poison", 0);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, first.token, 0), 1);
	lease_in_vain("poison", 1);
	await_dead_letters(1);
	assert_int_equal(batch_stat(fd).delivered, 1);
	assert_int_equal(batch_stat(fd).dropped, 0);
	lease_expect_books(fd, 0, 0, 0);

	lease_expect_books(grave, 1, 0, 6);
	in = batch_expect(grave, "poison");
	assert_int_equal(in.flags, SYNCHMESS_DEAD_LETTER);
	assert_int_equal(in.origin, number_of(fd));
	assert_int_equal(in.deliveries, 2);
	assert_int_equal(in.sent_at, first.sent_at);
	assert_int_equal(in.pid, getpid());
	assert_int_equal(in.priority, 5);
}

/* What has a lifetime stays there, too. */
static void dead_letters_do_not_expire(void **state)
{
	struct synchmess_in first, in;

	(void)state;
	assert_ok(lease_set_retries(fd, 1, grave));
	batch_send_text(fd, "poison", 0, 0, 50 * MS);
	first = lease_expect(fd, "poison", 0);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, first.token, 0), 1);
	await_dead_letters(1);
	usleep(60000);
	in = batch_expect(grave, "poison");
	assert_int_equal(in.sent_at, first.sent_at);
	assert_int_equal(in.published_at, first.published_at);
	lease_expect_books(grave, 0, 0, 0);
}

static void time_and_death_count_as_well(void **state)
{
	int other = batch_open(fd, O_RDWR);

	(void)state;
	assert_ok(lease_set_retries(fd, 2, grave));
	batch_send_text(fd, "poison", 0, 0, 0);
	lease_expect(fd, "poison", MS);
	lease_await(fd, 0);
	lease_expect(other, "poison", 0);
	close(other);
	await_dead_letters(1);
	assert_int_equal(batch_expect(grave, "poison").deliveries, 2);
}

static void they_keep_their_order(void **state)
{
	(void)state;
	assert_ok(lease_set_retries(fd, 1, grave));
	batch_send_text(fd, "one", 0, 0, 0);
	batch_send_text(fd, "two", 0, 0, 0);
	batch_send_text(fd, "three", 0, 0, 0);
	lease_in_vain("one", 1);
	lease_in_vain("two", 1);
	lease_in_vain("three", 1);
	await_dead_letters(3);
	batch_expect(grave, "one");
	batch_expect(grave, "two");
	batch_expect(grave, "three");
}

static void await_dropped(unsigned int count)
{
	uint64_t deadline = clock_ms() + 10000;

	while (batch_stat(fd).dropped != count)
		assert_true(clock_ms() < deadline);
	lease_expect_books(fd, 0, 0, 0);
}

static void what_the_dead_letters_do_not_take_is_dropped(void **state)
{
	struct synchmess_settings settings = {
		.max_messages = 1, .full = SYNCHMESS_FULL_BLOCK,
	};

	(void)state;
	assert_ok(ioctl(grave, SYNCHMESS_SET, &settings));
	assert_ok(lease_set_retries(fd, 1, grave));
	batch_send_text(fd, "one", 0, 0, 0);
	batch_send_text(fd, "two", 0, 0, 0);
	lease_in_vain("one", 1);
	await_dead_letters(1);
	lease_in_vain("two", 1);
	await_dropped(1);
	batch_expect(grave, "one");
	batch_expect_none(grave);
}

static void without_their_group_they_are_dropped(void **state)
{
	(void)state;
	assert_ok(lease_set_retries(fd, 1, grave));
	assert_ok(named_remove(number_of(grave), NULL));
	batch_send_text(fd, "one", 0, 0, 0);
	lease_in_vain("one", 1);
	await_dropped(1);
}

/* What is on its way goes where it was to go; the group may even be gone. */
static void the_group_may_be_another(void **state)
{
	int second = batch_group(NULL);

	(void)state;
	assert_ok(lease_set_retries(fd, 1, grave));
	assert_ok(lease_set_retries(fd, 1, second));
	assert_int_equal(batch_stat(fd).dead_letters, number_of(second));
	batch_send_text(fd, "one", 0, 0, 0);
	lease_in_vain("one", 1);
	lease_await(fd, 0);
	batch_expect(second, "one");
	assert_ok(lease_set_retries(fd, 0, -1));
	assert_int_equal(batch_stat(fd).dead_letters, 0);
	close(second);
}

/* Two that refer to each other go nevertheless. */
static void a_circle_can_be_removed(void **state)
{
	(void)state;
	assert_ok(lease_set_retries(fd, 1, grave));
	assert_ok(lease_set_retries(grave, 1, fd));
	batch_send_text(fd, "ball", 0, 0, 0);
	lease_in_vain("ball", 1);
	await_dead_letters(1);
	assert_int_equal(batch_expect(grave, "ball").origin, number_of(fd));
}

static void what_is_no_group_takes_no_dead_letters(void **state)
{
	int box = registered_as("box", NULL), reader = batch_open(grave, O_RDONLY);
	int half = batch_open(fd, O_RDONLY);

	(void)state;
	assert_fails(lease_set_retries(fd, 1, box), EINVAL);
	assert_fails(lease_set_retries(fd, 1, fd), EINVAL);
	assert_fails(lease_set_retries(fd, 1, reader), EBADF);
	assert_fails(lease_set_retries(fd, 1, 12345), EBADF);
	assert_fails(lease_set_retries(fd, 1, -2), EBADF);
	assert_fails(lease_set_retries(fd, SYNCHMESS_MAX_DELIVERIES + 1, -1), EINVAL);
	assert_fails(ioctl(fd, SYNCHMESS_RETRIES, NULL), EFAULT);
	assert_fails(lease_set_retries(half, 1, -1), EBADF);
	assert_int_equal(batch_stat(fd).max_deliveries, 0);
	assert_ok(lease_set_retries(fd, SYNCHMESS_MAX_DELIVERIES, -1));
	close(box);
	close(reader);
	close(half);
}

static void a_removed_group_has_no_retries(void **state)
{
	(void)state;
	assert_ok(named_remove(number_of(fd), NULL));
	assert_fails(lease_set_retries(fd, 1, grave), ENODEV);
}

static void who_sends_to_a_mailbox_does_not_set_its_retries(void **state)
{
	int box = registered_as("box", NULL), sender = registered_as("sender", NULL);
	int handle = registered_handle(sender, "box", 0);
	struct synchmess_why why;

	(void)state;
	assert_fails(lease_set_retries(handle, 1, -1), EBADF);
	assert_ok(ioctl(handle, SYNCHMESS_WHY, &why));
	assert_int_equal(why.error, EBADF);
	close(handle);
	close(box);
	close(sender);
}

static void letters_of_mailboxes_die_as_well(void **state)
{
	int box = registered_as("box", NULL), sender = registered_as("sender", NULL);
	struct synchmess_in in;

	(void)state;
	assert_ok(lease_set_retries(box, 1, grave));
	assert_int_equal(batch_stat(box).dead_letters, number_of(grave));
	assert_int_equal(registered_send(sender, "box", "poison"), 1);
	in = lease_expect(box, "poison", 0);
	assert_int_equal(lease_settle_one(box, SYNCHMESS_RETURN, in.token, 0), 1);
	await_dead_letters(1);
	in = batch_expect(grave, "poison");
	assert_int_equal(in.flags, SYNCHMESS_DEAD_LETTER);
	assert_int_equal(in.origin, 0);
	assert_string_equal(in.mailbox, "sender");
	assert_ok(ioctl(box, SYNCHMESS_UNREGISTER));
	assert_fails(lease_set_retries(box, 1, grave), ENOENT);
	close(box);
	close(sender);
}

static int open_both(void **state)
{
	grave = batch_group(NULL);
	return own_group_open(state);
}

static int close_both(void **state)
{
	close(grave);
	return own_group_close(state);
}

#define WITH_GRAVE(name) cmocka_unit_test_setup_teardown(name, open_both, close_both)

static const struct CMUnitTest tests[] = {
	WITH_GRAVE(nobody_counts_at_first),
	WITH_GRAVE(after_so_many_it_is_dropped),
	WITH_GRAVE(an_ack_is_in_time_always),
	WITH_GRAVE(it_goes_to_the_dead_letters_with_its_history),
	WITH_GRAVE(dead_letters_do_not_expire),
	WITH_GRAVE(time_and_death_count_as_well),
	WITH_GRAVE(they_keep_their_order),
	WITH_GRAVE(what_the_dead_letters_do_not_take_is_dropped),
	WITH_GRAVE(without_their_group_they_are_dropped),
	WITH_GRAVE(the_group_may_be_another),
	WITH_GRAVE(a_circle_can_be_removed),
	WITH_GRAVE(what_is_no_group_takes_no_dead_letters),
	WITH_GRAVE(a_removed_group_has_no_retries),
	WITH_GRAVE(who_sends_to_a_mailbox_does_not_set_its_retries),
	WITH_GRAVE(letters_of_mailboxes_die_as_well),
};

int main(void)
{
	return RUN_SUITE("leases: dead letters", tests);
}
