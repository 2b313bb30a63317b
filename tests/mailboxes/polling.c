// SPDX-License-Identifier: GPL-2.0
/* Waiting for mailboxes: docs/interface-1.md, "Polling". */
#include "harness/events.h"
#include "harness/mailbox.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/synchmess.h>

static struct poller poller;

static void a_command_can_always_be_written(void **state)
{
	int fd = mailbox_open();

	(void)state;
	events_expect(fd, POLLOUT);
	mailbox_do(fd, "/reg a");
	events_expect(fd, POLLOUT);
	mailbox_do(fd, "/unr");
	events_expect(fd, POLLOUT);
	close(fd);
}

static void a_message_of_its_own_makes_it_readable(void **state)
{
	int fd = mailbox_register("a"), other = mailbox_register("b"), i;

	(void)state;
	mailbox_do(other, "/msg b not yours");
	events_expect(fd, POLLOUT);
	mailbox_do(other, "/msg a 1");
	mailbox_do(other, "/all 2");
	events_expect(fd, POLLIN | POLLOUT);
	mailbox_expect(fd, "1");
	events_expect(fd, POLLIN | POLLOUT);
	mailbox_expect(fd, "2");
	events_expect(fd, POLLOUT);
	/* Also when the queue is full and overwrites. */
	for (i = 0; i < 1000; i++)
		mailbox_do(other, "/msg a x");
	events_expect(fd, POLLIN | POLLOUT);
	close(other);
	close(fd);
}

static void only_directions_that_are_open_are_told(void **state)
{
	int fd = mailbox_register("a"), reads = open(SYNCHMESS_MAILBOX_PATH, O_RDONLY);
	int writes = open(SYNCHMESS_MAILBOX_PATH, O_WRONLY);

	(void)state;
	assert_ok(reads);
	assert_ok(writes);
	mailbox_do(writes, "/reg w");
	mailbox_do(fd, "/msg w unread");
	events_expect(writes, POLLOUT);
	events_expect(reads, 0);
	close(writes);
	close(reads);
	close(fd);
}

static void a_message_wakes(void **state)
{
	int fd = mailbox_register("a"), other = mailbox_register("b"), round;

	(void)state;
	for (round = 0; round < 30; round++) {
		poller_start(&poller, fd, POLLIN);
		mailbox_do(other, round % 2 ? "/msg a x" : "/all x");
		poller_expect(&poller, POLLIN);
		mailbox_expect(fd, "x");
	}
	close(other);
	close(fd);
}

/* The wait began before there was a mailbox, and outlives several. */
static void a_poller_outlives_the_mailbox(void **state)
{
	int fd = mailbox_open(), other = mailbox_register("b"), round;

	(void)state;
	poller_start(&poller, fd, POLLIN);
	for (round = 0; round < 20; round++) {
		mailbox_do(fd, "/reg a");
		poller_expect_asleep(&poller);
		mailbox_do(fd, "/unr");
		poller_expect_asleep(&poller);
	}
	mailbox_do(fd, "/reg c");
	mailbox_do(other, "/msg c at last");
	poller_expect(&poller, POLLIN);
	mailbox_expect(fd, "at last");
	close(other);
	close(fd);
}

static void with_the_mailbox_its_messages_go(void **state)
{
	int fd = mailbox_register("a"), other = mailbox_register("b");

	(void)state;
	mailbox_do(other, "/msg a gone");
	events_expect(fd, POLLIN | POLLOUT);
	mailbox_do(fd, "/unr");
	events_expect(fd, POLLOUT);
	mailbox_do(fd, "/reg a");
	events_expect(fd, POLLOUT);
	close(other);
	close(fd);
}

static void epoll_goes_on_from_mailbox_to_mailbox(void **state)
{
	int fd = mailbox_open(), other = mailbox_register("b");
	int set = epoll_of(fd, EPOLLIN), edge = epoll_of(fd, EPOLLIN | EPOLLET), round;

	(void)state;
	for (round = 0; round < 20; round++) {
		mailbox_do(fd, "/reg a");
		assert_int_equal(epoll_now(set), 0);
		assert_int_equal(epoll_now(edge), 0);
		mailbox_do(other, "/msg a x");
		assert_int_equal(epoll_now(set), EPOLLIN);
		assert_int_equal(epoll_now(edge), EPOLLIN);
		assert_int_equal(epoll_now(edge), 0);
		if (round % 2)
			mailbox_expect(fd, "x");
		mailbox_do(fd, "/unr");
		assert_int_equal(epoll_now(set), 0);
	}
	/* The sets outlive the file. */
	close(fd);
	assert_int_equal(epoll_now(set), 0);
	close(edge);
	close(set);
	close(other);
}

static void select_tells_the_same(void **state)
{
	int fd = mailbox_register("a");
	struct timeval now = { };
	fd_set reads, writes;

	(void)state;
	mailbox_do(fd, "/msg a x");
	FD_ZERO(&reads);
	FD_SET(fd, &reads);
	writes = reads;
	assert_int_equal(select(fd + 1, &reads, &writes, NULL, &now), 2);
	mailbox_expect(fd, "x");
	assert_int_equal(select(fd + 1, &reads, &writes, NULL, &now), 1);
	assert_false(FD_ISSET(fd, &reads));
	close(fd);
}

static void sigio_tells_of_messages(void **state)
{
	int fd = mailbox_open(), other = mailbox_register("b");

	(void)state;
	sigio_ask(fd);
	mailbox_do(fd, "/reg a");
	sigio_expect_none();
	mailbox_do(other, "/msg a x");
	sigio_expect(fd, POLL_IN);
	mailbox_expect(fd, "x");
	sigio_expect_none();
	mailbox_do(fd, "/unr");
	sigio_expect(fd, POLL_HUP);
	mailbox_do(fd, "/reg again");
	mailbox_do(other, "/all y");
	sigio_expect(fd, POLL_IN);
	close(other);
	close(fd);
}

static void nowait_changes_nothing(void **state)
{
	int fd = mailbox_register("a");
	char command[] = "/msg a x", got[16];
	struct iovec out = { command, strlen(command) }, in = { got, sizeof(got) };

	(void)state;
	assert_fails(preadv2(fd, &in, 1, -1, RWF_NOWAIT), EAGAIN);
	assert_int_equal(pwritev2(fd, &out, 1, -1, RWF_NOWAIT), strlen(command));
	assert_int_equal(preadv2(fd, &in, 1, -1, RWF_NOWAIT), 1);
	assert_int_equal(got[0], 'x');
	mailbox_do(fd, "/unr");
	assert_fails(preadv2(fd, &in, 1, -1, RWF_NOWAIT), ENOENT);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	MAILBOX_TEST(a_command_can_always_be_written),
	MAILBOX_TEST(a_message_of_its_own_makes_it_readable),
	MAILBOX_TEST(only_directions_that_are_open_are_told),
	MAILBOX_TEST(a_message_wakes),
	MAILBOX_TEST(a_poller_outlives_the_mailbox),
	MAILBOX_TEST(with_the_mailbox_its_messages_go),
	MAILBOX_TEST(epoll_goes_on_from_mailbox_to_mailbox),
	MAILBOX_TEST(select_tells_the_same),
	MAILBOX_TEST(sigio_tells_of_messages),
	MAILBOX_TEST(nowait_changes_nothing),
};

int main(void)
{
	return RUN_SUITE("mailboxes: polling", tests);
}
