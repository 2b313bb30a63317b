// SPDX-License-Identifier: GPL-2.0
/* /all: docs/interface-1.md, "Mailboxes". */
#include "harness/mailbox.h"
#include "harness/parameters.h"
#include "harness/random.h"
#include "harness/suite.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define CROWD 60

static int crowd[CROWD];

static void gather(int count)
{
	char name[16];
	int i;

	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "crowd%d", i);
		crowd[i] = mailbox_register(name);
	}
}

static void disperse(int count)
{
	while (count)
		close(crowd[--count]);
}

static void it_reaches_all_but_oneself(void **state)
{
	int i;

	(void)state;
	gather(4);
	mailbox_do(crowd[1], "/all hello you");
	mailbox_expect_empty(crowd[1]);
	assert_int_equal(mailbox_get(crowd[1], "sent"), 0);
	for (i = 0; i < 4; i++) {
		if (i == 1)
			continue;
		mailbox_expect(crowd[i], "hello you");
		mailbox_expect_empty(crowd[i]);
	}
	disperse(4);
}

static void nobody_else_is_enough(void **state)
{
	int fd = mailbox_register("lonely"), stranger = mailbox_open();

	(void)state;
	mailbox_do(fd, "/all hello");
	mailbox_expect_empty(fd);
	mailbox_do(stranger, "/reg late");
	mailbox_expect_empty(stranger);
	close(fd);
	close(stranger);
}

static void each_of_many_reaches_all_others(void **state)
{
	char command[32], text[32];
	int i, j;

	(void)state;
	gather(CROWD);
	for (i = 0; i < CROWD; i++) {
		snprintf(command, sizeof(command), "/all from %d", i);
		mailbox_do(crowd[i], command);
	}
	for (i = 0; i < CROWD; i++) {
		for (j = 0; j < CROWD; j++) {
			snprintf(text, sizeof(text), "from %d", j);
			if (i != j)
				mailbox_expect(crowd[i], text);
		}
		mailbox_expect_empty(crowd[i]);
		mailbox_expect_balance(crowd[i]);
	}
	disperse(CROWD);
}

static void it_comes_in_order_with_other_messages(void **state)
{
	(void)state;
	gather(2);
	mailbox_do(crowd[0], "/msg crowd1 first");
	mailbox_do(crowd[0], "/all second");
	mailbox_do(crowd[0], "/msg crowd1 third");
	mailbox_expect(crowd[1], "first");
	mailbox_expect(crowd[1], "second");
	mailbox_expect(crowd[1], "third");
	disperse(2);
}

/* Each queue makes room for itself. */
static void full_queues_overwrite_their_oldest(void **state)
{
	int length = parameter_get("QUEUE_LEN"), i;
	char text[32];

	(void)state;
	gather(3);
	for (i = 0; i < length; i++) {
		snprintf(text, sizeof(text), "/msg crowd1 %d", i);
		mailbox_do(crowd[0], text);
	}
	mailbox_do(crowd[0], "/all the newest");
	assert_int_equal(mailbox_get(crowd[1], "overwritten"), 1);
	assert_int_equal(mailbox_get(crowd[2], "overwritten"), 0);
	for (i = 1; i < length; i++) {
		snprintf(text, sizeof(text), "%d", i);
		mailbox_expect(crowd[1], text);
	}
	mailbox_expect(crowd[1], "the newest");
	mailbox_expect_empty(crowd[1]);
	mailbox_expect(crowd[2], "the newest");
	disperse(3);
}

/* What one receiver reads, and that it is gone, is nothing to the others. */
static void receivers_do_not_share_their_copies(void **state)
{
	char got[3];

	(void)state;
	gather(4);
	mailbox_do(crowd[0], "/all hello");
	assert_int_equal(read(crowd[1], got, 2), 2);
	mailbox_do(crowd[2], "/unr");
	close(crowd[0]);
	mailbox_expect(crowd[3], "hello");
	close(crowd[1]);
	close(crowd[2]);
	close(crowd[3]);
}

/*
 * Mailboxes come and go while others broadcast. A text is the broadcaster's
 * number and its count.
 */
#define BROADCASTERS	3
#define COMERS		4
#define BROADCASTS	1500

static _Atomic int broadcasting;

/* What a thread found wrong; the main thread fails the test. */
struct watcher {
	pthread_t thread;
	int number;
	int fd;
	uint64_t randomness;
	int last[BROADCASTERS];
	const char *complaint;
};

static bool complain(struct watcher *watcher, const char *complaint)
{
	watcher->complaint = complaint;
	return false;
}

/* Takes one message, if there is any, and compares it with the last. */
static bool watch(struct watcher *watcher, bool *empty)
{
	int from, count;
	char text[64];
	ssize_t size;

	size = read(watcher->fd, text, sizeof(text) - 1);
	*empty = size < 0;
	if (size < 0)
		return errno == EAGAIN || complain(watcher, "read fails");
	text[size] = '\0';
	if (sscanf(text, "%d %d", &from, &count) != 2 || from < 0 || from >= BROADCASTERS)
		return complain(watcher, "a text that nobody sent");
	if (from == watcher->number)
		return complain(watcher, "a broadcaster's own text");
	if (count <= watcher->last[from])
		return complain(watcher, "a sender's texts out of order");
	watcher->last[from] = count;
	return true;
}

static bool watch_until_empty(struct watcher *watcher)
{
	bool empty = false;

	while (!empty) {
		if (!watch(watcher, &empty))
			return false;
	}
	return true;
}

static void *broadcast(void *argument)
{
	struct watcher *watcher = argument;
	char command[64];
	int i;

	for (i = 1; i <= BROADCASTS && !watcher->complaint; i++) {
		int length = snprintf(command, sizeof(command), "/all %d %d", watcher->number, i);

		if (write(watcher->fd, command, length) != length)
			complain(watcher, "/all fails");
		else if (!random_below(&watcher->randomness, 10))
			watch_until_empty(watcher);
	}
	broadcasting--;
	return NULL;
}

static bool stay_for_a_while(struct watcher *watcher)
{
	int reads = random_below(&watcher->randomness, 20);
	bool empty;

	while (reads--) {
		if (!watch(watcher, &empty))
			return false;
	}
	return true;
}

/* Gives the name up, in one way or the other. */
static bool leave(struct watcher *watcher)
{
	if (random_below(&watcher->randomness, 3))
		return write(watcher->fd, "/unr", 4) == 4 || complain(watcher, "/unr fails");

	close(watcher->fd);
	watcher->fd = open(SYNCHMESS_MAILBOX_PATH, O_RDWR | O_CLOEXEC);
	return watcher->fd >= 0 || complain(watcher, "open fails");
}

static void *come_and_go(void *argument)
{
	struct watcher *watcher = argument;
	char command[32];
	int length;

	length = snprintf(command, sizeof(command), "/reg come%d", watcher->number);
	do {
		if (write(watcher->fd, command, length) != length) {
			complain(watcher, "/reg fails");
			break;
		}
	} while (stay_for_a_while(watcher) && leave(watcher) && broadcasting);
	return NULL;
}

static void start(struct watcher *watcher, int number, int fd, void *(*body)(void *))
{
	*watcher = (struct watcher){
		.number = number, .fd = fd, .randomness = random_seed() + number
	};
	assert_int_equal(pthread_create(&watcher->thread, NULL, body, watcher), 0);
}

static void finish(struct watcher *watcher)
{
	assert_int_equal(pthread_join(watcher->thread, NULL), 0);
	close(watcher->fd);
	if (watcher->complaint)
		fail_msg("watcher %d: %s", watcher->number, watcher->complaint);
}

static void mailboxes_come_and_go_meanwhile(void **state)
{
	struct watcher broadcasters[BROADCASTERS], comers[COMERS];
	int fd = mailbox_register("resident"), i;
	struct watcher resident = { .number = -1, .fd = fd };

	(void)state;
	gather(BROADCASTERS);
	broadcasting = BROADCASTERS;
	for (i = 0; i < BROADCASTERS; i++)
		start(&broadcasters[i], i, crowd[i], broadcast);
	for (i = 0; i < COMERS; i++)
		start(&comers[i], BROADCASTERS + i, mailbox_open(), come_and_go);
	while (broadcasting && watch_until_empty(&resident))
		mailbox_expect_balance(fd);
	for (i = 0; i < BROADCASTERS; i++)
		finish(&broadcasters[i]);
	for (i = 0; i < COMERS; i++)
		finish(&comers[i]);

	/* Whoever was there all the time got all, overwritten ones included. */
	assert_int_equal(mailbox_get(fd, "sent"), BROADCASTERS * BROADCASTS);
	assert_int_equal(mailbox_get(fd, "dropped"), 0);
	watch_until_empty(&resident);
	if (resident.complaint)
		fail_msg("resident: %s", resident.complaint);
	mailbox_expect_balance(fd);
	close(fd);
}

static const struct CMUnitTest tests[] = {
	MAILBOX_TEST(it_reaches_all_but_oneself),
	MAILBOX_TEST(nobody_else_is_enough),
	MAILBOX_TEST(each_of_many_reaches_all_others),
	MAILBOX_TEST(it_comes_in_order_with_other_messages),
	MAILBOX_TEST(full_queues_overwrite_their_oldest),
	MAILBOX_TEST(receivers_do_not_share_their_copies),
	MAILBOX_TEST(mailboxes_come_and_go_meanwhile),
};

int main(void)
{
	return RUN_SUITE("mailboxes: broadcast", tests);
}
