// SPDX-License-Identifier: GPL-2.0
/* /all that is refused: docs/interface-1.md, "Mailboxes" and "What one user can take". */
#include "harness/group.h"
#include "harness/mailbox.h"
#include "harness/parameters.h"
#include "harness/random.h"
#include "harness/suite.h"
#include "harness/task.h"
#include "harness/user.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RECEIVERS 20

static int receivers[RECEIVERS];

/* Nothing but what a test sends is to count. */
static int all_or_none_before_test(void **state)
{
	user_become(0, true);
	group_remove_all();
	return parameters_restore(state) ?: mailbox_before_test(state);
}

#define ALL_OR_NONE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, all_or_none_before_test, suite_after_test)

/* Who sends, which limit refuses, and how it is set. */
struct sender {
	int fd;
	int refusal;
	long limit_factor;
};

static struct sender sender_of_the_module(void)
{
	return (struct sender){ mailbox_register("sender"), ENOSPC, 1 };
}

static struct sender sender_with_a_share(void)
{
	struct sender sender = { mailbox_open_as(ALICE), EDQUOT, 100 };

	parameter_set("user_share", 1);
	mailbox_do(sender.fd, "/reg sender");
	return sender;
}

static void set_limit(const struct sender *sender, long bytes)
{
	parameter_set("max_total_size", bytes * sender->limit_factor);
}

static void gather(void)
{
	char name[16];
	int i;

	for (i = 0; i < RECEIVERS; i++) {
		snprintf(name, sizeof(name), "crowd%d", i);
		receivers[i] = mailbox_register(name);
	}
}

static void disperse(void)
{
	int i;

	for (i = 0; i < RECEIVERS; i++)
		close(receivers[i]);
}

static bool may_send(const struct sender *sender, const char *command)
{
	ssize_t written = write(sender->fd, command, strlen(command));

	if (written < 0)
		assert_int_equal(errno, sender->refusal);
	else
		assert_int_equal(written, strlen(command));
	return written >= 0;
}

/* It keeps nothing from what it has sent: a message too long for any limit here is refused. */
static void forget(const struct sender *sender)
{
	char command[1000];

	memset(command, 'x', sizeof(command));
	memcpy(command, "/msg sender ", 12);
	set_limit(sender, 1);
	assert_fails(write(sender->fd, command, sizeof(command)), sender->refusal);
}

/* The smallest limit under which the sender can send this to itself. */
static long find_limit_of_one(const struct sender *sender, const char *command)
{
	long refused = 0, enough = 1 << 24;

	while (enough - refused > 1) {
		long middle = (refused + enough) / 2;
		char got[1];

		forget(sender);
		set_limit(sender, middle);
		if (may_send(sender, command)) {
			assert_int_equal(read(sender->fd, got, 1), 1);
			enough = middle;
		} else {
			refused = middle;
		}
	}
	return enough;
}

static void expect_nothing_anywhere(void)
{
	int i;

	for (i = 0; i < RECEIVERS; i++)
		mailbox_expect_empty(receivers[i]);
}

static void expect_everywhere(const char *text)
{
	int i;

	for (i = 0; i < RECEIVERS; i++)
		mailbox_expect(receivers[i], text);
	expect_nothing_anywhere();
}

/*
 * The limit rises from where one message just fits, so the broadcast fails at the
 * second receiver, at the third, and so on.
 */
static void rise_until_all_get_it(const struct sender *sender)
{
	char to_self[600], to_all[600];
	int failures = 0;
	long limit;

	memset(to_all, 'x', sizeof(to_all));
	memcpy(to_all, "/all ", 5);
	to_all[500] = '\0';
	memset(to_self, 'x', sizeof(to_self));
	memcpy(to_self, "/msg sender ", 12);
	to_self[507] = '\0';

	limit = find_limit_of_one(sender, to_self);
	for (set_limit(sender, limit); !may_send(sender, to_all); set_limit(sender, limit)) {
		expect_nothing_anywhere();
		assert_int_equal(mailbox_get(receivers[0], "sent"), 0);
		failures++;
		limit += 16;
	}
	/* The copies take memory, too, so it must have failed many times. */
	assert_true(failures > RECEIVERS);
	expect_everywhere(to_all + 5);
	/* Whatever failed has given its memory back, and so has what was read. */
	assert_int_equal(find_limit_of_one(sender, to_self), limit - 16 * failures);
}

static void a_full_module_refuses_all_or_none(void **state)
{
	struct sender sender = sender_of_the_module();

	(void)state;
	gather();
	rise_until_all_get_it(&sender);
	disperse();
	close(sender.fd);
}

static void a_full_share_refuses_all_or_none(void **state)
{
	struct sender sender = sender_with_a_share();

	(void)state;
	gather();
	rise_until_all_get_it(&sender);
	disperse();
	close(sender.fd);
}

/*
 * The same while others come and go. Only the main thread reads what the
 * receivers got; the comers note what reached them.
 */
#define BROADCASTS	2000
#define COMERS		3

static struct traffic {
	atomic_bool over;
	atomic_bool reached_a_comer[BROADCASTS];
	bool sent[BROADCASTS];
	int refused;
} traffic;

static bool command_works(int fd, const char *command)
{
	return write(fd, command, strlen(command)) == (ssize_t)strlen(command);
}

/* Takes one message; false when there is something that nobody sent. */
static bool note_one(int fd)
{
	char text[16] = "";
	int number;

	if (read(fd, text, sizeof(text) - 1) < 0)
		return errno == EAGAIN;
	number = atoi(text);
	if (number < 0 || number >= BROADCASTS)
		return false;
	traffic.reached_a_comer[number] = true;
	return true;
}

static long come_and_go(void *argument)
{
	const char *command = argument;
	int fd = open(SYNCHMESS_MAILBOX_PATH, O_RDWR | O_CLOEXEC), i;

	while (!traffic.over) {
		if (!command_works(fd, command))
			return -1;
		for (i = 0; i < 10; i++) {
			if (!note_one(fd))
				return -1;
		}
		if (!command_works(fd, "/unr"))
			return -1;
	}
	return close(fd);
}

/* What a short text takes, and each copy. */
#define FOOTPRINT	96

static long random_limit(uint64_t *randomness)
{
	switch (random_below(randomness, 4)) {
	case 0:
		/* Too little, unless comers give back what they had. */
		return FOOTPRINT * RECEIVERS;
	case 1:
		/* Enough in any case. */
		return 1 << 20;
	default:
		return FOOTPRINT * (RECEIVERS + random_below(randomness, 3 * COMERS));
	}
}

static void broadcast_under(const struct sender *sender, int number, long limit)
{
	char command[32];

	snprintf(command, sizeof(command), "/all %d", number);
	forget(sender);
	set_limit(sender, limit);
	traffic.sent[number] = may_send(sender, command);
	if (traffic.sent[number]) {
		expect_everywhere(command + 5);
	} else {
		expect_nothing_anywhere();
		traffic.refused++;
	}
	if (limit >= 1 << 20)
		assert_true(traffic.sent[number]);
}

static void broadcast_to_who_comes_and_goes(const struct sender *sender)
{
	static struct task comers[COMERS];
	static char commands[COMERS][16];
	uint64_t randomness = random_seed();
	int i;

	memset(&traffic, 0, sizeof(traffic));
	for (i = 0; i < COMERS; i++) {
		snprintf(commands[i], sizeof(commands[i]), "/reg come%d", i);
		task_start(&comers[i], come_and_go, commands[i]);
	}
	for (i = 0; i < BROADCASTS; i++)
		broadcast_under(sender, i, random_limit(&randomness));
	traffic.over = true;
	for (i = 0; i < COMERS; i++)
		task_expect(&comers[i], 0, 0);
	for (i = 0; i < BROADCASTS; i++)
		assert_true(traffic.sent[i] || !traffic.reached_a_comer[i]);
	assert_true(traffic.refused > BROADCASTS / 10);
}

static void a_full_module_refuses_comers_too(void **state)
{
	struct sender sender = sender_of_the_module();

	(void)state;
	gather();
	broadcast_to_who_comes_and_goes(&sender);
	disperse();
	close(sender.fd);
}

static void a_full_share_refuses_comers_too(void **state)
{
	struct sender sender = sender_with_a_share();

	(void)state;
	gather();
	broadcast_to_who_comes_and_goes(&sender);
	disperse();
	close(sender.fd);
}

static const struct CMUnitTest tests[] = {
	ALL_OR_NONE_TEST(a_full_module_refuses_all_or_none),
	ALL_OR_NONE_TEST(a_full_share_refuses_all_or_none),
	ALL_OR_NONE_TEST(a_full_module_refuses_comers_too),
	ALL_OR_NONE_TEST(a_full_share_refuses_comers_too),
};

int main(void)
{
	return cmocka_run_group_tests_name("mailboxes: all or none", tests, parameters_remember,
					   parameters_restore);
}
