// SPDX-License-Identifier: GPL-2.0
#include "../mailbox_directory.h"

#include "../bell.h"
#include "../call.h"
#include "../mailbox.h"
#include "../mailbox_text.h"
#include "../message.h"
#include "../quota.h"
#include "dice.h"
#include "fixture.h"
#include "payer.h"
#include "setting.h"
#include "suites.h"
#include "thread.h"
#include "undo.h"

#include <linux/err.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/synchmess.h>

static void close_directory(void *unused)
{
	sm_mailbox_directory_module_exit();
}

/* As many registrations as a test wants, by one user. */
static int open_directory(struct kunit *test)
{
	test->priv = sm_payer_open(test, SM_ALICE);
	sm_setting_change(test, "MAX_DEVICES", 65536);
	KUNIT_ASSERT_EQ(test, sm_mailbox_directory_module_init(), 0);
	sm_undo_later(test, close_directory, NULL);
	return 0;
}

static struct sm_span span(const char *text)
{
	return (struct sm_span){ text, strlen(text) };
}

static struct sm_mailbox *try_to_register(struct sm_account *owner, const char *name)
{
	struct sm_span bytes = span(name);
	struct sm_bell *bell = sm_bell_create();
	struct sm_mailbox *mailbox = ERR_PTR(-ENOMEM);

	if (bell) {
		const struct sm_mailbox_plan plan = {
			.name = &bytes, .owner = owner, .bell = bell, .empty = SM_EMPTY_AGAIN,
		};
		struct sm_refusal why;

		mailbox = sm_mailbox_register(&plan, &why);
		sm_bell_put(bell);
	}
	return mailbox;
}

static void unregister(void *data)
{
	struct sm_mailbox *mailbox = data;

	if (!list_empty(&mailbox->in_order))
		sm_mailbox_unregister(mailbox);
	sm_mailbox_put(mailbox);
}

/* Unless the test does it, the end of the test unregisters it. */
static struct sm_mailbox *register_by(struct kunit *test, struct sm_account *owner,
				      const char *name)
{
	struct sm_mailbox *mailbox = try_to_register(owner, name);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, mailbox);
	sm_mailbox_get(mailbox);
	sm_undo_later(test, unregister, mailbox);
	return mailbox;
}

static struct sm_mailbox *register_name(struct kunit *test, const char *name)
{
	return register_by(test, test->priv, name);
}

static int send_bytes(struct sm_account *payer, const char *name, const struct sm_span *bytes)
{
	struct sm_span to = span(name);
	struct sm_call call;
	int err = sm_payer_begin(payer, &call);

	if (err)
		return err;
	err = sm_mailbox_send_text(&to, &call, bytes);
	sm_payer_end(&call);
	return err;
}

static int send(struct sm_account *payer, const char *name, const char *text)
{
	struct sm_span bytes = span(text);

	return send_bytes(payer, name, &bytes);
}

static int broadcast_bytes(struct sm_account *payer, const struct sm_mailbox *sender,
			   const struct sm_span *bytes)
{
	struct sm_message *message;
	struct sm_call call;
	int err = sm_payer_begin(payer, &call);

	if (err)
		return err;
	message = sm_message_from_text(&call, bytes->start, bytes->length);
	err = IS_ERR(message) ? PTR_ERR(message) : sm_mailbox_broadcast(sender, &call, message);
	sm_payer_end(&call);
	return err;
}

static int broadcast(struct sm_account *payer, const struct sm_mailbox *sender, const char *text)
{
	struct sm_span bytes = span(text);

	return broadcast_bytes(payer, sender, &bytes);
}

/* Takes the oldest message of a mailbox, which must be this; NULL for none. */
static void expect_text(struct kunit *test, struct sm_mailbox *mailbox, const char *text)
{
	struct sm_message *message = sm_take(&mailbox->queue);

	if (!text) {
		KUNIT_EXPECT_NULL(test, message);
		return;
	}
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, message);
	KUNIT_EXPECT_EQ(test, message->size, strlen(text));
	KUNIT_EXPECT_EQ(test, memcmp(sm_message_data(message), text, strlen(text)), 0);
	sm_message_free(message);
}

/* ---- names */

static void a_mailbox_knows_who_registered_it(struct kunit *test)
{
	struct sm_account *alice = test->priv;
	struct sm_mailbox *mailbox = try_to_register(alice, "alice");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, mailbox);
	KUNIT_EXPECT_STREQ(test, mailbox->name, "alice");
	KUNIT_EXPECT_PTR_EQ(test, mailbox->owner, alice);
	KUNIT_EXPECT_PTR_EQ(test, mailbox->process, task_tgid(current));
	KUNIT_EXPECT_EQ(test, mailbox->queue.empty, SM_EMPTY_AGAIN);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&alice->held[SM_MAILBOXES]), 1);
	sm_mailbox_unregister(mailbox);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&alice->held[SM_MAILBOXES]), 0);
}

static void a_name_is_registered_once(struct kunit *test)
{
	struct sm_account *bob = sm_payer_open(test, SM_BOB);
	struct sm_mailbox *mailbox = register_name(test, "alice");

	KUNIT_EXPECT_EQ(test, PTR_ERR(try_to_register(test->priv, "alice")), -EEXIST);
	KUNIT_EXPECT_EQ(test, PTR_ERR(try_to_register(bob, "alice")), -EEXIST);
	sm_mailbox_unregister(mailbox);
	register_by(test, bob, "alice");
}

/* Names are compared whole, and byte by byte. */
static void similar_names_are_different(struct kunit *test)
{
	static const char * const names[] = {
		"a", "aa", "aaaaaaa", "aaaaaaaa", "aaaaaaab", "A", "\x80", "\xff", "\xc3\xa9",
	};
	struct sm_mailbox *mailboxes[ARRAY_SIZE(names)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		mailboxes[i] = register_name(test, names[i]);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_EQ(test, send(test->priv, names[i], names[i]), 0);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		expect_text(test, mailboxes[i], names[i]);
		expect_text(test, mailboxes[i], NULL);
	}
}

static void there_are_no_more_names_than_allowed(struct kunit *test)
{
	struct sm_account *root = sm_payer_open_unbound(test);
	struct sm_mailbox *own = try_to_register(test->priv, "own");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, own);
	sm_setting_change(test, "MAX_DEVICES", 2);
	sm_setting_change(test, "user_share", 50);
	KUNIT_EXPECT_EQ(test, PTR_ERR(try_to_register(test->priv, "more")), -EDQUOT);
	register_by(test, root, "other");
	KUNIT_EXPECT_EQ(test, PTR_ERR(try_to_register(root, "more")), -EUSERS);
	/* That it is taken says more than that there are too many. */
	KUNIT_EXPECT_EQ(test, PTR_ERR(try_to_register(root, "own")), -EEXIST);
	sm_mailbox_unregister(own);
	register_name(test, "more");
}

#define MANY 500

static void many_names_are_all_found(struct kunit *test)
{
	struct sm_mailbox **mailboxes = kunit_kcalloc(test, MANY, sizeof(*mailboxes), GFP_KERNEL);
	char name[9];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, mailboxes);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "%d", i);
		mailboxes[i] = register_name(test, name);
	}
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "%d", i);
		KUNIT_ASSERT_EQ(test, send(test->priv, name, name), 0);
		expect_text(test, mailboxes[i], name);
	}
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "%d", i);
		sm_mailbox_unregister(mailboxes[i]);
		KUNIT_ASSERT_EQ(test, send(test->priv, name, name), -ENOENT);
	}
}

/* ---- sending */

static void a_message_goes_to_the_name(struct kunit *test)
{
	struct sm_mailbox *alice = register_name(test, "alice"), *bob = register_name(test, "bob");

	KUNIT_EXPECT_EQ(test, send(test->priv, "bob", "one"), 0);
	KUNIT_EXPECT_EQ(test, send(test->priv, "bob", "two"), 0);
	KUNIT_EXPECT_EQ(test, send(test->priv, "alice", "x"), 0);
	expect_text(test, bob, "one");
	expect_text(test, bob, "two");
	expect_text(test, bob, NULL);
	expect_text(test, alice, "x");
	expect_text(test, alice, NULL);
}

static void nobody_gets_what_is_sent_to_nobody(struct kunit *test)
{
	struct sm_mailbox *mailbox = register_name(test, "alice");

	KUNIT_EXPECT_EQ(test, send(test->priv, "bob", "hi"), -ENOENT);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
	sm_mailbox_unregister(mailbox);
	KUNIT_EXPECT_EQ(test, send(test->priv, "alice", "hi"), -ENOENT);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
}

static void the_sender_pays(struct kunit *test)
{
	struct sm_account *bob = sm_payer_open(test, SM_BOB);
	struct sm_mailbox *mailbox = register_name(test, "alice");

	KUNIT_EXPECT_EQ(test, send(bob, "alice", "hi"), 0);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
	KUNIT_EXPECT_GT(test, sm_payer_memory(bob), 0);
	sm_setting_change(test, "max_total_size", sm_payer_memory(bob));
	KUNIT_EXPECT_EQ(test, send(bob, "alice", "hi"), -EDQUOT);
	sm_setting_change(test, "user_share", 100);
	KUNIT_EXPECT_EQ(test, send(test->priv, "alice", "hi"), -ENOSPC);
	sm_mailbox_unregister(mailbox);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(bob), 0);
}

static void a_full_mailbox_forgets_its_oldest(struct kunit *test)
{
	struct sm_mailbox *mailbox = register_name(test, "alice");

	sm_setting_change(test, "QUEUE_LEN", 2);
	KUNIT_EXPECT_EQ(test, send(test->priv, "alice", "one"), 0);
	KUNIT_EXPECT_EQ(test, send(test->priv, "alice", "two"), 0);
	KUNIT_EXPECT_EQ(test, send(test->priv, "alice", "three"), 0);
	expect_text(test, mailbox, "two");
	expect_text(test, mailbox, "three");
	expect_text(test, mailbox, NULL);
}

static void unregistering_drops_what_was_not_read(struct kunit *test)
{
	struct sm_mailbox *mailbox = register_name(test, "alice");

	KUNIT_EXPECT_EQ(test, send(test->priv, "alice", "hi"), 0);
	sm_mailbox_unregister(mailbox);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(sm_take(&mailbox->queue)), -ENODEV);
	mailbox = register_name(test, "alice");
	expect_text(test, mailbox, NULL);
}

/* ---- to all */

static void a_broadcast_reaches_all_but_its_sender(struct kunit *test)
{
	struct sm_mailbox *alice = register_name(test, "alice"), *bob = register_name(test, "bob");
	struct sm_mailbox *carol = register_name(test, "carol");

	KUNIT_EXPECT_EQ(test, broadcast(test->priv, bob, "noon"), 0);
	expect_text(test, bob, NULL);
	expect_text(test, alice, "noon");
	expect_text(test, alice, NULL);
	KUNIT_EXPECT_GT(test, sm_payer_memory(test->priv), 0);
	expect_text(test, carol, "noon");
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
}

static void alone_one_broadcasts_to_nobody(struct kunit *test)
{
	struct sm_mailbox *alice = register_name(test, "alice");

	KUNIT_EXPECT_EQ(test, broadcast(test->priv, alice, "noon"), 0);
	expect_text(test, alice, NULL);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
}

/* Another thread of the sender may have given the name up. */
static void without_a_name_any_more_one_broadcasts_to_all(struct kunit *test)
{
	struct sm_mailbox *alice = register_name(test, "alice"), *bob = register_name(test, "bob");

	sm_mailbox_unregister(alice);
	KUNIT_EXPECT_EQ(test, broadcast(test->priv, alice, "noon"), 0);
	expect_text(test, bob, "noon");
}

/* Memory for the bytes and all but one recipient. */
static void a_broadcast_that_fails_reaches_nobody(struct kunit *test)
{
	struct sm_mailbox *alice = register_name(test, "alice"), *bob = register_name(test, "bob");
	struct sm_mailbox *carol = register_name(test, "carol");

	KUNIT_EXPECT_EQ(test, broadcast(test->priv, alice, "one"), 0);
	sm_setting_change(test, "user_share", 100);
	sm_setting_change(test, "max_total_size", 2 * sm_payer_memory(test->priv) - 1);
	KUNIT_EXPECT_EQ(test, broadcast(test->priv, alice, "two"), -EDQUOT);
	expect_text(test, bob, "one");
	expect_text(test, bob, NULL);
	expect_text(test, carol, "one");
	expect_text(test, carol, NULL);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
}

/* Also after the number of names has changed. */
static void a_broadcast_takes_memory_for_its_recipients_only(struct kunit *test)
{
	struct sm_mailbox *alice = register_name(test, "alice"), *bob = register_name(test, "bob");

	sm_mailbox_unregister(register_name(test, "carol"));
	KUNIT_EXPECT_EQ(test, broadcast(test->priv, alice, "one"), 0);
	sm_setting_change(test, "user_share", 100);
	sm_setting_change(test, "max_total_size", sm_payer_memory(test->priv));
	expect_text(test, bob, "one");
	KUNIT_EXPECT_EQ(test, broadcast(test->priv, alice, "two"), 0);
	expect_text(test, bob, "two");
}

static void who_refuses_leaves_no_trace_with_the_others(struct kunit *test)
{
	struct sm_mailbox *alice = register_name(test, "alice"), *bob = register_name(test, "bob");
	struct sm_mailbox *carol = register_name(test, "carol");

	sm_setting_change(test, "QUEUE_LEN", 1);
	sm_queue_set_full(&bob->queue, SM_FULL_FAIL);
	sm_queue_set_full(&carol->queue, SM_FULL_FAIL);
	KUNIT_EXPECT_EQ(test, send(test->priv, "carol", "old"), 0);
	KUNIT_EXPECT_EQ(test, broadcast(test->priv, alice, "new"), -ENOSPC);
	expect_text(test, bob, NULL);
	expect_text(test, carol, "old");

	KUNIT_EXPECT_EQ(test, broadcast(test->priv, alice, "new"), 0);
	expect_text(test, bob, "new");
	expect_text(test, carol, "new");
}

/* ---- the list */

static void expect_list(struct kunit *test, u64 *cursor, unsigned int most, const char *first,
			int count)
{
	struct synchmess_stat *stats = kunit_kcalloc(test, most, sizeof(*stats), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, stats);
	KUNIT_EXPECT_EQ(test, sm_mailbox_list(cursor, stats, most), count);
	KUNIT_EXPECT_STREQ(test, stats->name, first);
}

static void all_are_listed_once_in_the_order_of_registration(struct kunit *test)
{
	struct sm_mailbox *carol;
	u64 cursor = 0;

	register_name(test, "bob");
	register_name(test, "alice");
	carol = register_name(test, "carol");
	expect_list(test, &cursor, 2, "bob", 2);
	expect_list(test, &cursor, 2, "carol", 1);
	expect_list(test, &cursor, 2, "", 0);

	sm_mailbox_unregister(carol);
	register_name(test, "dave");
	expect_list(test, &cursor, 2, "dave", 1);
}

/* ---- the twin: names in an array, each with the numbers that lie there */

#define NAMES	12
#define LENGTH	5

struct twin_mailbox {
	char name[9];
	struct sm_mailbox *mailbox;	/* NULL unless registered */
	u32 numbers[LENGTH];
	unsigned int count;
};

struct game {
	struct kunit *test;
	struct sm_dice dice;
	struct twin_mailbox mailboxes[NAMES];
	u32 numbers;
};

static struct twin_mailbox *any(struct game *game)
{
	return &game->mailboxes[sm_dice_below(&game->dice, NAMES)];
}

static void twin_put(struct twin_mailbox *twin, u32 number)
{
	if (twin->count == LENGTH)
		memmove(twin->numbers, twin->numbers + 1, --twin->count * sizeof(number));
	twin->numbers[twin->count++] = number;
}

static void step_register(struct game *game)
{
	struct twin_mailbox *twin = any(game);
	struct sm_mailbox *mailbox = try_to_register(game->test->priv, twin->name);

	if (twin->mailbox) {
		SM_ASSERT_EQ(game->test, &game->dice, PTR_ERR(mailbox), -EEXIST);
		return;
	}
	SM_ASSERT_EQ(game->test, &game->dice, PTR_ERR_OR_ZERO(mailbox), 0);
	twin->mailbox = mailbox;
}

static void step_unregister(struct twin_mailbox *twin)
{
	if (twin->mailbox)
		sm_mailbox_unregister(twin->mailbox);
	twin->mailbox = NULL;
	twin->count = 0;
}

static void step_send(struct game *game)
{
	struct twin_mailbox *twin = any(game);
	u32 number = ++game->numbers;
	struct sm_span text = { (char *)&number, sizeof(number) };

	SM_ASSERT_EQ(game->test, &game->dice, send_bytes(game->test->priv, twin->name, &text),
		     twin->mailbox ? 0 : -ENOENT);
	if (twin->mailbox)
		twin_put(twin, number);
}

static void step_broadcast(struct game *game)
{
	struct twin_mailbox *sender = any(game), *twin;
	u32 number = ++game->numbers;
	struct sm_span text = { (char *)&number, sizeof(number) };

	if (!sender->mailbox)
		return;
	SM_ASSERT_EQ(game->test, &game->dice,
		     broadcast_bytes(game->test->priv, sender->mailbox, &text), 0);
	for (twin = game->mailboxes; twin < &game->mailboxes[NAMES]; twin++) {
		if (twin->mailbox && twin != sender)
			twin_put(twin, number);
	}
}

static void step_take(struct game *game)
{
	struct twin_mailbox *twin = any(game);
	struct sm_message *message;
	u32 number;

	if (!twin->mailbox)
		return;
	message = sm_take(&twin->mailbox->queue);
	SM_ASSERT_EQ(game->test, &game->dice, !message, !twin->count);
	if (!message)
		return;
	memcpy(&number, sm_message_data(message), sizeof(number));
	sm_message_free(message);
	SM_ASSERT_EQ(game->test, &game->dice, number, twin->numbers[0]);
	memmove(twin->numbers, twin->numbers + 1, --twin->count * sizeof(number));
}

static void step(struct game *game)
{
	u32 what = sm_dice_below(&game->dice, 100);

	if (what < 12)
		step_register(game);
	else if (what < 20)
		step_unregister(any(game));
	else if (what < 50)
		step_send(game);
	else if (what < 65)
		step_broadcast(game);
	else
		step_take(game);
}

static void random_operations_are_as_the_twin_says(struct kunit *test)
{
	struct game *game = kunit_kzalloc(test, sizeof(*game), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, game);
	game->test = test;
	sm_dice_init(&game->dice);
	sm_setting_change(test, "QUEUE_LEN", LENGTH);
	/* One to eight bytes, some of which begin others. */
	for (i = 0; i < NAMES; i++)
		snprintf(game->mailboxes[i].name, sizeof(game->mailboxes[i].name), "%0*d",
			 1 + i % 8, i < 8 ? 0 : 1);
	for (; game->dice.step < sm_dice_steps(); game->dice.step++)
		step(game);
	for (i = 0; i < NAMES; i++)
		step_unregister(&game->mailboxes[i]);
}

/* ---- threads: the same names at the same time */

#define THREADS	4
#define TURNS	200

struct registrar {
	struct sm_account *account;
	int number;
	long registered;
};

static int use_once(struct registrar *registrar, const char *own, const char *other)
{
	struct sm_mailbox *mailbox = try_to_register(registrar->account, own);
	int err;

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox) == -EEXIST ? 0 : PTR_ERR(mailbox);
	registrar->registered++;
	err = send(registrar->account, other, "hi");
	if (!err || err == -ENOENT)
		err = broadcast(registrar->account, mailbox, "noon");
	sm_mailbox_unregister(mailbox);
	return err;
}

/* There are fewer names than threads. */
static long use_often(void *data)
{
	static const char * const names[] = { "a", "b", "c" };
	struct registrar *registrar = data;
	int turn, err = 0;

	for (turn = 0; turn < TURNS && !err; turn++)
		err = use_once(registrar, names[(turn + registrar->number) % 3], names[turn % 3]);
	return err;
}

static void names_come_and_go_among_threads(struct kunit *test)
{
	struct sm_thread *threads[THREADS];
	struct registrar *registrars;
	long registered = 0;
	int i;

	registrars = kunit_kcalloc(test, THREADS, sizeof(*registrars), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, registrars);
	for (i = 0; i < THREADS; i++) {
		registrars[i].account = test->priv;
		registrars[i].number = i;
		threads[i] = sm_thread_start(test, use_often, &registrars[i]);
	}
	for (i = 0; i < THREADS; i++) {
		KUNIT_EXPECT_EQ(test, sm_thread_join(test, threads[i]), 0);
		registered += registrars[i].registered;
	}
	KUNIT_EXPECT_GE(test, registered, TURNS);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_mailbox_knows_who_registered_it),
	KUNIT_CASE(a_name_is_registered_once),
	KUNIT_CASE(similar_names_are_different),
	KUNIT_CASE(there_are_no_more_names_than_allowed),
	KUNIT_CASE(many_names_are_all_found),
	KUNIT_CASE(a_message_goes_to_the_name),
	KUNIT_CASE(nobody_gets_what_is_sent_to_nobody),
	KUNIT_CASE(the_sender_pays),
	KUNIT_CASE(a_full_mailbox_forgets_its_oldest),
	KUNIT_CASE(unregistering_drops_what_was_not_read),
	KUNIT_CASE(a_broadcast_reaches_all_but_its_sender),
	KUNIT_CASE(alone_one_broadcasts_to_nobody),
	KUNIT_CASE(without_a_name_any_more_one_broadcasts_to_all),
	KUNIT_CASE(a_broadcast_that_fails_reaches_nobody),
	KUNIT_CASE(a_broadcast_takes_memory_for_its_recipients_only),
	KUNIT_CASE(who_refuses_leaves_no_trace_with_the_others),
	KUNIT_CASE(all_are_listed_once_in_the_order_of_registration),
	KUNIT_CASE(random_operations_are_as_the_twin_says),
	KUNIT_CASE(names_come_and_go_among_threads),
	{}
};

struct kunit_suite sm_mailbox_directory_suite = {
	.name = "mailbox_directory",
	.init = open_directory,
	.test_cases = cases,
};
