// SPDX-License-Identifier: GPL-2.0
/* Delayed messages: docs/interface-1.md, "Delay". */
#include "harness/clock.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GROUP 201
#define OTHER_GROUP 202

static int fresh(void)
{
	group_fresh(GROUP);
	return group_open(GROUP, O_RDWR);
}

static void without_a_delay_messages_are_there_at_once(void **state)
{
	int fd = fresh();

	(void)state;
	assert_int_equal(group_get(GROUP, "send_delay"), 0);
	group_send(fd, "one");
	group_expect_books(GROUP, 1, 0, 0, 3);
	group_set_delay(fd, NEVER);
	group_set_delay(fd, 0);
	group_send(fd, "two");
	group_expect_books(GROUP, 2, 0, 0, 6);
	group_expect(fd, "one");
	group_expect(fd, "two");
	close(fd);
}

static void a_delayed_message_comes_when_its_delay_is_over(void **state)
{
	uint64_t sent, deadline;
	char got[8] = "_______";
	ssize_t length;
	int fd = fresh();

	(void)state;
	group_set_delay(fd, 300);
	sent = clock_ms();
	deadline = sent + PATIENCE_S * 1000;
	group_send(fd, "late");
	while (!(length = read(fd, got, sizeof(got))) && clock_ms() < deadline)
		;
	assert_in_range(clock_ms(), sent + 300, deadline);
	assert_int_equal(length, 4);
	assert_memory_equal(got, "late___", 7);
	group_expect_empty(fd);
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(fd);
}

static int send_one(void *argument)
{
	int *fd = argument;

	return write(*fd, "child", 5) != 5;
}

static void the_delay_holds_for_all_who_write(void **state)
{
	int setter, early, late, stranger;

	(void)state;
	group_fresh(OTHER_GROUP);
	stranger = group_open(OTHER_GROUP, O_RDWR);
	early = fresh();
	setter = group_open(GROUP, O_RDWR);
	group_set_delay(setter, NEVER);
	late = group_open(GROUP, O_WRONLY);

	group_send(setter, "setter");
	group_send(early, "early");
	group_send(late, "late");
	assert_int_equal(process_wait(process_start(send_one, &early)), 0);
	group_expect_books(GROUP, 0, 4, 0, 6 + 5 + 4 + 5);

	/* Not for another group. */
	group_send(stranger, "at once");
	group_expect(stranger, "at once");

	/* The delay is the group's: it stays when its setter goes. */
	close(setter);
	group_send(early, "still");
	group_expect_books(GROUP, 0, 5, 0, 6 + 5 + 4 + 5 + 5);
	close(early);
	close(late);
	close(stranger);
}

static void the_delay_holds_from_the_next_write_on(void **state)
{
	int fd = fresh();

	(void)state;
	group_send(fd, "before");
	group_send_after(fd, NEVER, "delayed");
	group_set_delay(fd, 0);
	group_expect_books(GROUP, 1, 1, 0, 6 + 7);
	group_expect(fd, "before");
	group_expect_empty(fd);
	close(fd);
}

static void a_message_takes_its_place_when_published(void **state)
{
	int fd = fresh();

	(void)state;
	group_send_after(fd, NEVER, "sent first");
	group_send_after(fd, 0, "sent second");
	group_expect(fd, "sent second");
	group_expect_empty(fd);
	group_send(fd, "sent third");
	assert_ok(fsync(fd));
	group_send(fd, "sent fourth");
	group_expect(fd, "sent third");
	group_expect(fd, "sent first");
	group_expect(fd, "sent fourth");
	group_expect_empty(fd);
	close(fd);
}

static void a_shorter_delay_overtakes_a_longer_one(void **state)
{
	int fd = fresh();

	(void)state;
	group_send_after(fd, NEVER, "long");
	group_send_after(fd, 50, "short");
	group_await(GROUP, "statistics/queued", 1);
	group_expect_books(GROUP, 1, 1, 0, 4 + 5);
	group_expect(fd, "short");
	group_expect_empty(fd);
	close(fd);
}

static void a_longer_delay_does_not_hold_up_a_shorter_one(void **state)
{
	int fd = fresh();

	(void)state;
	group_send_after(fd, 200, "short");
	group_send_after(fd, NEVER, "long");
	group_send_after(fd, 400, "middle");
	group_await(GROUP, "statistics/queued", 2);
	group_expect(fd, "short");
	group_expect(fd, "middle");
	group_expect_books(GROUP, 0, 1, 0, 4);
	close(fd);
}

static void one_delay_for_many_keeps_their_order(void **state)
{
	int fd = fresh();

	(void)state;
	group_set_delay(fd, 50);
	group_send_numbers(fd, 0, 1000);
	group_await(GROUP, "statistics/queued", 1000);
	group_expect_numbers(fd, 0, 1000);
	group_expect_empty(fd);
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(fd);
}

static void delayed_messages_count_when_they_are_sent(void **state)
{
	char text[61] = "";
	int fd = fresh();

	(void)state;
	memset(text, 'a', 60);
	group_set(GROUP, "max_storage_size", "100");
	group_send_after(fd, NEVER, text);
	assert_fails(write(fd, text, 41), ENOSPC);
	group_set_delay(fd, 0);
	assert_fails(write(fd, text, 41), ENOSPC);
	group_expect_books(GROUP, 0, 1, 0, 60);
	assert_int_equal(write(fd, text, 40), 40);
	group_expect_books(GROUP, 1, 1, 0, 100);
	assert_ok(fsync(fd));
	group_expect_books(GROUP, 2, 0, 0, 100);
	group_expect(fd, text + 20);
	group_expect(fd, text);
	group_expect_books(GROUP, 0, 0, 0, 0);
	close(fd);
}

static void a_lower_limit_does_not_lose_what_is_delayed(void **state)
{
	int fd = fresh();

	(void)state;
	group_send_after(fd, 200, "by the timer");
	group_send_after(fd, NEVER, "by fsync");
	group_set(GROUP, "max_storage_size", "1");
	group_set(GROUP, "max_message_size", "1");
	group_await(GROUP, "statistics/queued", 1);
	assert_ok(fsync(fd));
	group_expect_books(GROUP, 2, 0, 0, 12 + 8);
	group_expect(fd, "by the timer");
	group_expect(fd, "by fsync");
	group_expect_empty(fd);
	close(fd);
}

static void a_fault_leaves_the_delay_as_it_was(void **state)
{
	int fd = fresh();

	(void)state;
	group_set_delay(fd, 123456);
	assert_fails(ioctl(fd, IOCTL_SET_SEND_DELAY, memory_bad()), EFAULT);
	assert_fails(ioctl(fd, IOCTL_SET_SEND_DELAY, NULL), EFAULT);
	assert_fails(ioctl(fd, IOCTL_SET_SEND_DELAY, memory_edge() - 2), EFAULT);
	assert_int_equal(group_get(GROUP, "send_delay"), 123456);
	group_send(fd, "delayed");
	group_expect_books(GROUP, 0, 1, 0, 7);
	close(fd);
}

static void the_delay_is_read_and_not_written(void **state)
{
	unsigned int delays[] = { 77, 1000, 88 };
	int fd = fresh();

	(void)state;
	assert_int_equal(ioctl(fd, IOCTL_SET_SEND_DELAY, &delays[1]), 0);
	assert_int_equal(delays[0], 77);
	assert_int_equal(delays[1], 1000);
	assert_int_equal(delays[2], 88);
	assert_int_equal(group_get(GROUP, "send_delay"), 1000);
	close(fd);
}

static void sysfs_shows_and_sets_the_delay(void **state)
{
	int fd = fresh();

	(void)state;
	group_set(GROUP, "send_delay", "3600000\n");
	assert_int_equal(group_get(GROUP, "send_delay"), 3600000);
	group_send(fd, "delayed");
	group_expect_books(GROUP, 0, 1, 0, 7);
	group_set_delay(fd, 17);
	assert_int_equal(group_get(GROUP, "send_delay"), 17);
	group_set(GROUP, "send_delay", "0");
	group_send(fd, "at once");
	group_expect(fd, "at once");
	close(fd);
}

static void sysfs_refuses_a_delay_that_is_none(void **state)
{
	static const char * const wrong[] = {
		"\n", "soon", "-1", "1.5", "5 ms", "5x", "4294967296", "99999999999999999999999",
	};
	int fd = fresh();
	size_t i;

	(void)state;
	group_set_delay(fd, 4711);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_fails(group_try_set(GROUP, "send_delay", wrong[i]), EINVAL);
		assert_int_equal(group_get(GROUP, "send_delay"), 4711);
	}
	close(fd);
}

static void the_largest_delay_works(void **state)
{
	int fd = fresh();

	(void)state;
	group_send_after(fd, UINT_MAX, "in fifty days");
	assert_int_equal(group_get(GROUP, "send_delay"), UINT_MAX);
	group_send_after(fd, UINT_MAX - 1000, "a little earlier");
	group_expect_books(GROUP, 0, 2, 0, 13 + 16);
	group_send_after(fd, 10, "soon");
	group_await(GROUP, "statistics/queued", 1);
	group_expect(fd, "soon");
	assert_ok(fsync(fd));
	group_expect(fd, "a little earlier");
	group_expect(fd, "in fifty days");
	close(fd);
}

static void a_closed_senders_messages_are_published(void **state)
{
	int fd = fresh(), sender = group_open(GROUP, O_WRONLY);

	(void)state;
	group_set_delay(fd, 100);
	group_send(sender, "from beyond");
	close(sender);
	close(fd);
	group_await(GROUP, "statistics/queued", 1);
	fd = group_open(GROUP, O_RDONLY);
	group_expect(fd, "from beyond");
	close(fd);
}

static int send_and_hang(void *argument)
{
	int *fd = argument;

	CHILD_CHECK(write(*fd, "from beyond", 11) == 11);
	for (;;)
		pause();
}

static void a_killed_senders_messages_are_published(void **state)
{
	int fd = fresh();
	pid_t child;

	(void)state;
	group_set_delay(fd, 500);
	child = process_start(send_and_hang, &fd);
	group_await(GROUP, "statistics/sent", 1);
	process_kill(child);
	group_await(GROUP, "statistics/queued", 1);
	group_expect(fd, "from beyond");
	close(fd);
}

#define SENDERS 3
#define SENT_BY_EACH 1500

struct numbered {
	unsigned int sender;
	unsigned int number;
};

static struct mix {
	int fd;
	atomic_bool over;
	atomic_uint seen[SENDERS][SENT_BY_EACH];
	atomic_long taken;
} mix;

static long send_with_any_delay(void *argument)
{
	unsigned int sender = (uintptr_t)argument, delay;
	uint64_t seed = random_seed() + sender + 1;
	struct numbered message = { .sender = sender };

	for (; message.number < SENT_BY_EACH; message.number++) {
		delay = random_below(&seed, 4);
		if (ioctl(mix.fd, IOCTL_SET_SEND_DELAY, &delay) ||
		    write(mix.fd, &message, sizeof(message)) != sizeof(message))
			return -1;
	}
	return 0;
}

static long flush_now_and_then(void *unused)
{
	(void)unused;
	while (!mix.over) {
		if (fsync(mix.fd))
			return -1;
		usleep(700);
	}
	return 0;
}

static long revoke_now_and_then(void *unused)
{
	(void)unused;
	while (!mix.over) {
		if (ioctl(mix.fd, IOCTL_REVOKE_DELAYED_MESSAGES))
			return -1;
		usleep(500);
	}
	return 0;
}

/* 1 when a message was taken, 0 when there was none. */
static int take_one(void)
{
	struct numbered message;
	ssize_t got = read(mix.fd, &message, sizeof(message));

	if (!got)
		return 0;
	if (got != sizeof(message) || message.sender >= SENDERS || message.number >= SENT_BY_EACH)
		return -1;
	mix.seen[message.sender][message.number]++;
	mix.taken++;
	return 1;
}

static long take_all(void *unused)
{
	(void)unused;
	while (!mix.over) {
		if (take_one() < 0)
			return -1;
	}
	return 0;
}

static void each_message_is_read_or_revoked_once(void **state)
{
	static struct task senders[SENDERS], flusher, revoker, reader;
	uintptr_t i;
	long j;

	(void)state;
	random_seed();
	memset(&mix, 0, sizeof(mix));
	mix.fd = fresh();
	task_start(&flusher, flush_now_and_then, NULL);
	task_start(&revoker, revoke_now_and_then, NULL);
	task_start(&reader, take_all, NULL);
	for (i = 0; i < SENDERS; i++)
		task_start(&senders[i], send_with_any_delay, (void *)i);
	for (i = 0; i < SENDERS; i++)
		task_expect(&senders[i], 0, 0);
	mix.over = true;
	task_expect(&flusher, 0, 0);
	task_expect(&revoker, 0, 0);
	task_expect(&reader, 0, 0);

	assert_ok(fsync(mix.fd));
	while (take_one() == 1)
		;
	group_expect_books(GROUP, 0, 0, SENDERS * SENT_BY_EACH - mix.taken, 0);
	assert_int_equal(group_get(GROUP, "statistics/sent"), SENDERS * SENT_BY_EACH);
	assert_int_equal(group_get(GROUP, "statistics/delivered"), mix.taken);
	for (i = 0; i < SENDERS; i++) {
		for (j = 0; j < SENT_BY_EACH; j++)
			assert_in_range(mix.seen[i][j], 0, 1);
	}
	close(mix.fd);
}

static const struct CMUnitTest tests[] = {
	TEST(without_a_delay_messages_are_there_at_once),
	TEST(a_delayed_message_comes_when_its_delay_is_over),
	TEST(the_delay_holds_for_all_who_write),
	TEST(the_delay_holds_from_the_next_write_on),
	TEST(a_message_takes_its_place_when_published),
	TEST(a_shorter_delay_overtakes_a_longer_one),
	TEST(a_longer_delay_does_not_hold_up_a_shorter_one),
	TEST(one_delay_for_many_keeps_their_order),
	TEST(delayed_messages_count_when_they_are_sent),
	TEST(a_lower_limit_does_not_lose_what_is_delayed),
	TEST(a_fault_leaves_the_delay_as_it_was),
	TEST(the_delay_is_read_and_not_written),
	TEST(sysfs_shows_and_sets_the_delay),
	TEST(sysfs_refuses_a_delay_that_is_none),
	TEST(the_largest_delay_works),
	TEST(a_closed_senders_messages_are_published),
	TEST(a_killed_senders_messages_are_published),
	TEST(each_message_is_read_or_revoked_once),
};

int main(void)
{
	return RUN_SUITE("groups: delay", tests);
}
