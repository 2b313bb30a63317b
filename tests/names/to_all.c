// SPDX-License-Identifier: GPL-2.0
/* SYNCHMESS_ALL: each message goes to all others or to none; docs/interface-2.md, "Mailboxes". */
#include "harness/batch.h"
#include "harness/bulk.h"
#include "harness/charges.h"
#include "harness/mailbox.h"
#include "harness/memory.h"
#include "harness/quota.h"
#include "harness/registered.h"
#include "harness/suite.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define RECEIVERS 5
#define MIDDLE 2

static int sender, receivers[RECEIVERS];
static long charged;

static int gather(void **state)
{
	char name[9];
	int i;

	mailbox_before_test(state);
	charged = quota_charged();
	sender = registered_as("sender", NULL);
	for (i = 0; i < RECEIVERS; i++) {
		snprintf(name, sizeof(name), "crowd%d", i);
		receivers[i] = registered_as(name, NULL);
	}
	return 0;
}

/* Whatever a test has done, nothing stays charged. */
static int disperse(void **state)
{
	int i;

	close(sender);
	for (i = 0; i < RECEIVERS; i++)
		close(receivers[i]);
	assert_int_equal(quota_charged(), charged);
	charges_expect_mailboxes();
	return suite_after_test(state);
}

#define TO_ALL_TEST(name) cmocka_unit_test_setup_teardown(name, gather, disperse)

static void set(int fd, unsigned long messages, unsigned long storage, unsigned int full)
{
	struct synchmess_settings settings = {
		.max_messages = messages, .max_storage_size = storage, .full = full,
	};

	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
}

static void expect_all(const char *text)
{
	int i;

	for (i = 0; i < RECEIVERS; i++) {
		struct synchmess_in in = batch_expect(receivers[i], text);

		assert_string_equal(in.mailbox, "sender");
		assert_int_equal(in.length, strlen(text));
	}
}

static void expect_nothing_more(void)
{
	int i;

	for (i = 0; i < RECEIVERS; i++) {
		batch_expect_none(receivers[i]);
		batch_expect_books(receivers[i], 0, 0, 0);
	}
	batch_expect_none(sender);
}

static void all_others_get_it(void **state)
{
	struct synchmess_out out = batch_text("noon");
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_ALL, .count = 1, .message_size = sizeof(out),
		.messages = user(&out),
	};

	(void)state;
	out.id = 99;
	assert_int_equal(ioctl(sender, SYNCHMESS_SEND, &batch), 1);
	assert_int_equal(out.id, 0);
	expect_all("noon");
	expect_nothing_more();
	/* Nobody leases what he sends. */
	batch.lease = 1;
	assert_fails(ioctl(sender, SYNCHMESS_SEND, &batch), EINVAL);
	expect_nothing_more();
	assert_int_equal(registered_broadcast(sender, ""), 1);
	expect_all("");
	expect_nothing_more();
}

static void terms_and_tag_hold_everywhere(void **state)
{
	struct synchmess_out outs[] = { batch_text("low"), batch_text("high"), batch_text("late") };
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_ALL, .count = 3, .message_size = sizeof(outs[0]),
		.messages = user(outs),
	};
	int i;

	(void)state;
	outs[0].tag = 42;
	outs[1].priority = 7;
	outs[2].delay = HOUR;
	outs[2].lifetime = 2 * HOUR;
	assert_int_equal(ioctl(sender, SYNCHMESS_SEND, &batch), 3);
	expect_all("high");
	for (i = 0; i < RECEIVERS; i++)
		assert_int_equal(batch_expect(receivers[i], "low").tag, 42);
	for (i = 0; i < RECEIVERS; i++) {
		batch_expect_books(receivers[i], 0, 1, 4);
		assert_ok(fsync(receivers[i]));
	}
	expect_all("late");
	expect_nothing_more();
}

/* Those before it are full, too, and would have overwritten something. */
static void one_that_is_full_refuses_it_for_all(void **state)
{
	static const struct { unsigned int full; int error; } rules[] = {
		{ SYNCHMESS_FULL_FAIL, ENOSPC }, { SYNCHMESS_FULL_BLOCK, EAGAIN },
	};
	size_t rule;
	int i;

	(void)state;
	for (i = 0; i < RECEIVERS; i++)
		set(receivers[i], 1, 0, SYNCHMESS_FULL_DROP_OLDEST);
	for (rule = 0; rule < 2; rule++) {
		set(receivers[MIDDLE], 1, 0, rules[rule].full);
		assert_int_equal(registered_broadcast(sender, "first"), 1);
		assert_fails(registered_broadcast(sender, "second"), rules[rule].error);
		mailbox_refuses(sender, "/all second", rules[rule].error);
		for (i = 0; i < RECEIVERS; i++) {
			batch_expect_books(receivers[i], 1, 0, 5);
			assert_int_equal(batch_stat(receivers[i]).overwritten, 0);
		}
		expect_all("first");
		expect_nothing_more();
	}
	assert_int_equal(registered_broadcast(sender, "third"), 1);
	batch_expect(receivers[MIDDLE], "third");
	/* Now there is room in the middle, and the others overwrite. */
	assert_int_equal(registered_broadcast(sender, "fourth"), 1);
	for (i = 0; i < RECEIVERS; i++)
		assert_int_equal(batch_stat(receivers[i]).overwritten, i != MIDDLE);
	expect_all("fourth");
	expect_nothing_more();
}

/* What was taken for it in those before the one that refuses is given back. */
static void who_had_room_still_has_it(void **state)
{
	(void)state;
	set(receivers[0], 1, 0, SYNCHMESS_FULL_FAIL);
	set(receivers[1], 1, 0, SYNCHMESS_FULL_BLOCK);
	set(receivers[MIDDLE], 1, 0, SYNCHMESS_FULL_FAIL);
	assert_int_equal(registered_send(sender, "crowd2", "full"), 1);
	assert_fails(registered_broadcast(sender, "first"), ENOSPC);
	batch_expect_books(receivers[0], 0, 0, 0);
	batch_expect_books(receivers[1], 0, 0, 0);
	batch_expect(receivers[MIDDLE], "full");
	assert_int_equal(registered_broadcast(sender, "second"), 1);
	expect_all("second");
	expect_nothing_more();
}

/* It overwrites, but what it has cannot make enough room. */
static void one_that_cannot_make_room_refuses_it_for_all(void **state)
{
	struct synchmess_out late = batch_text("late");
	int i;

	(void)state;
	for (i = 0; i < RECEIVERS; i++)
		set(receivers[i], 1, 0, SYNCHMESS_FULL_DROP_OLDEST);
	set(receivers[MIDDLE], 0, 8, SYNCHMESS_FULL_DROP_OLDEST);
	assert_int_equal(registered_broadcast(sender, "first"), 1);
	assert_fails(registered_broadcast(sender, "nine byte"), ENOSPC);
	for (i = 0; i < RECEIVERS; i++)
		assert_int_equal(batch_stat(receivers[i]).overwritten, 0);
	expect_all("first");

	/* Delayed messages are not overwritten. */
	late.delay = HOUR;
	set(receivers[MIDDLE], 1, 0, SYNCHMESS_FULL_DROP_OLDEST);
	assert_int_equal(registered_send_out(sender, "crowd2", &late), 1);
	for (i = 0; i < RECEIVERS; i++) {
		char name[9];

		snprintf(name, sizeof(name), "crowd%d", i);
		if (i != MIDDLE)
			assert_int_equal(registered_send(sender, name, "full"), 1);
	}
	assert_fails(registered_broadcast(sender, "second"), ENOSPC);
	for (i = 0; i < RECEIVERS; i++) {
		assert_int_equal(batch_stat(receivers[i]).overwritten, 0);
		if (i != MIDDLE)
			batch_expect(receivers[i], "full");
	}
	assert_ok(fsync(receivers[MIDDLE]));
	batch_expect(receivers[MIDDLE], "late");
	expect_nothing_more();
}

static void one_whose_messages_are_shorter_refuses_it_for_all(void **state)
{
	struct synchmess_settings settings = { .max_message_size = 3 };

	(void)state;
	assert_ok(ioctl(receivers[MIDDLE], SYNCHMESS_SET, &settings));
	assert_fails(registered_broadcast(sender, "four"), EMSGSIZE);
	expect_nothing_more();
	assert_int_equal(registered_broadcast(sender, "3ok"), 1);
	expect_all("3ok");
	expect_nothing_more();
}

static void what_no_mailbox_may_ever_take_is_refused(void **state)
{
	struct synchmess_out out = {
		.data = user(bulk()), .size = SYNCHMESS_MAX_MESSAGE_SIZE + 1,
	};
	struct synchmess_why why;

	(void)state;
	assert_fails(registered_broadcast_out(sender, &out), EMSGSIZE);
	assert_ok(ioctl(sender, SYNCHMESS_WHY, &why));
	assert_int_equal(why.rule, SYNCHMESS_WHY_MESSAGE_SIZE);
	assert_int_equal(why.value, SYNCHMESS_MAX_MESSAGE_SIZE + 1);
	assert_int_equal(why.bound, SYNCHMESS_MAX_MESSAGE_SIZE);
	expect_nothing_more();
}

static void a_batch_keeps_what_it_has_done(void **state)
{
	struct synchmess_out outs[] = { batch_text("1"), batch_text("2"), batch_text("3") };
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_ALL, .count = 3, .message_size = sizeof(outs[0]),
		.messages = user(outs),
	};
	struct synchmess_why why;

	(void)state;
	set(receivers[MIDDLE], 2, 0, SYNCHMESS_FULL_FAIL);
	assert_int_equal(ioctl(sender, SYNCHMESS_SEND, &batch), 2);
	assert_fails(registered_broadcast(sender, "4"), ENOSPC);
	assert_ok(ioctl(sender, SYNCHMESS_WHY, &why));
	assert_int_equal(why.error, ENOSPC);
	assert_int_equal(why.rule, SYNCHMESS_WHY_MESSAGES);
	assert_int_equal(why.bound, 2);
	expect_all("1");
	expect_all("2");
	expect_nothing_more();
	outs[1].data = user(memory_bad());
	assert_int_equal(ioctl(sender, SYNCHMESS_SEND, &batch), 1);
	expect_all("1");
	outs[0].priority = 8;
	assert_fails(ioctl(sender, SYNCHMESS_SEND, &batch), EINVAL);
	expect_nothing_more();
}

static void it_has_no_recipient(void **state)
{
	struct synchmess_out out = batch_text("x");
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_ALL, .count = 1, .message_size = sizeof(out),
		.messages = user(&out), .to = "crowd1",
	};
	int nobody = mailbox_open();
	size_t i;

	(void)state;
	assert_fails(ioctl(sender, SYNCHMESS_SEND, &batch), EINVAL);
	for (i = 0; i < sizeof(batch.to); i++) {
		memset(batch.to, 0, sizeof(batch.to));
		batch.to[i] = 'x';
		assert_fails(ioctl(sender, SYNCHMESS_SEND, &batch), EINVAL);
	}
	assert_fails(registered_broadcast(nobody, "x"), EACCES);
	expect_nothing_more();
	close(nobody);
}

static void alone_one_reaches_nobody(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < RECEIVERS; i++)
		close(receivers[i]);
	assert_int_equal(registered_broadcast(sender, "anybody?"), 1);
	batch_expect_none(sender);
}

static const struct CMUnitTest tests[] = {
	TO_ALL_TEST(all_others_get_it),
	TO_ALL_TEST(terms_and_tag_hold_everywhere),
	TO_ALL_TEST(one_that_is_full_refuses_it_for_all),
	TO_ALL_TEST(who_had_room_still_has_it),
	TO_ALL_TEST(one_that_cannot_make_room_refuses_it_for_all),
	TO_ALL_TEST(one_whose_messages_are_shorter_refuses_it_for_all),
	TO_ALL_TEST(what_no_mailbox_may_ever_take_is_refused),
	TO_ALL_TEST(a_batch_keeps_what_it_has_done),
	TO_ALL_TEST(it_has_no_recipient),
	TO_ALL_TEST(alone_one_reaches_nobody),
};

int main(void)
{
	return RUN_SUITE("names: to all", tests);
}
