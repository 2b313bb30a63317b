// SPDX-License-Identifier: GPL-2.0
#include "../settings.h"

#include "fixture.h"
#include "suites.h"
#include "thread.h"

#include "../deadline.h"
#include "../room.h"

#include <linux/limits.h>
#include <linux/list.h>

#define SMALL	sizeof(u32)

static struct synchmess_stat show(struct sm_fixture *fixture)
{
	struct synchmess_stat stat = { };

	sm_settings_show(&fixture->schedule, &stat);
	return stat;
}

static void all_of_them_are_set_and_shown(struct kunit *test)
{
	const struct synchmess_settings settings = {
		.max_message_size = 1, .max_storage_size = 2, .max_messages = 3,
		.full = SYNCHMESS_FULL_DROP_OLDEST, .empty = SYNCHMESS_EMPTY_AGAIN,
	};
	struct sm_fixture *fixture = test->priv;
	struct synchmess_stat stat;

	sm_settings_apply(&settings, &fixture->queue);
	stat = show(fixture);
	KUNIT_EXPECT_EQ(test, stat.max_message_size, 1);
	KUNIT_EXPECT_EQ(test, stat.max_storage_size, 2);
	KUNIT_EXPECT_EQ(test, stat.max_messages, 3);
	KUNIT_EXPECT_EQ(test, stat.full, SYNCHMESS_FULL_DROP_OLDEST);
	KUNIT_EXPECT_EQ(test, stat.empty, SYNCHMESS_EMPTY_AGAIN);
}

static void zeros_follow_the_default_and_leave_the_rules(struct kunit *test)
{
	const struct synchmess_settings own = { .max_message_size = 1, .max_messages = 3 };
	const struct synchmess_settings none = { };
	struct sm_fixture *fixture = test->priv;
	struct synchmess_stat stat;

	fixture->defaults[SM_LIMIT_MESSAGE].value = 77;
	fixture->rules.limits.of[SM_LIMIT_LENGTH] = NULL;
	sm_settings_apply(&own, &fixture->queue);
	sm_settings_apply(&none, &fixture->queue);
	stat = show(fixture);
	KUNIT_EXPECT_EQ(test, stat.max_message_size, 77);
	KUNIT_EXPECT_EQ(test, stat.max_messages, U64_MAX);
	KUNIT_EXPECT_EQ(test, stat.full, SYNCHMESS_FULL_FAIL);
	KUNIT_EXPECT_EQ(test, stat.empty, SYNCHMESS_EMPTY_EOF);
}

static void the_ledger_is_shown(struct kunit *test)
{
	struct sm_fixture *fixture = test->priv;
	struct synchmess_stat stat;

	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 1, SMALL), 0);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 2, 10), 0);
	KUNIT_EXPECT_EQ(test, sm_letter_send_later(fixture, 3, 3600000), 0);
	KUNIT_EXPECT_EQ(test, sm_letter_take(fixture), 1);
	stat = show(fixture);
	KUNIT_EXPECT_EQ(test, stat.sent, 3);
	KUNIT_EXPECT_EQ(test, stat.delivered, 1);
	KUNIT_EXPECT_EQ(test, stat.queued, 1);
	KUNIT_EXPECT_EQ(test, stat.scheduled, 1);
	KUNIT_EXPECT_EQ(test, stat.stored, 10 + SMALL);
}

static long send_third(void *data)
{
	struct sm_fixture *fixture = data;
	const struct sm_terms plain = { };

	return sm_letter_post(fixture, sm_letter(fixture, 3, SMALL, &plain), SM_NEVER);
}

static bool somebody_waits(struct sm_fixture *fixture)
{
	return !list_empty_careful(&fixture->queue.room.line);
}

/* Also without another rule: the limit alone has changed. */
static void who_waits_for_room_is_served(struct kunit *test)
{
	struct synchmess_settings settings = {
		.max_messages = 2, .full = SYNCHMESS_FULL_BLOCK,
	};
	struct sm_fixture *fixture = test->priv;
	struct sm_thread *sender;

	sm_settings_apply(&settings, &fixture->queue);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 1, SMALL), 0);
	KUNIT_EXPECT_EQ(test, sm_letter_send(fixture, 2, SMALL), 0);
	sender = sm_thread_start(test, send_third, fixture);
	KUNIT_ASSERT_TRUE(test, sm_eventually(somebody_waits, fixture));
	settings = (struct synchmess_settings){ .max_messages = 3 };
	sm_settings_apply(&settings, &fixture->queue);
	KUNIT_EXPECT_EQ(test, sm_thread_join(test, sender), 0);
	sm_expect_letters(fixture, 1, 3);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(all_of_them_are_set_and_shown),
	KUNIT_CASE(zeros_follow_the_default_and_leave_the_rules),
	KUNIT_CASE(the_ledger_is_shown),
	KUNIT_CASE(who_waits_for_room_is_served),
	{}
};

struct kunit_suite sm_settings_suite = {
	.name = "settings",
	.init = sm_fixture_init,
	.exit = sm_fixture_exit,
	.test_cases = cases,
};
