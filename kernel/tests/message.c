// SPDX-License-Identifier: GPL-2.0
#include "../message.h"

#include "../call.h"
#include "../quota.h"
#include "../sender.h"
#include "dice.h"
#include "payer.h"
#include "setting.h"
#include "suites.h"

#include <linux/err.h>
#include <linux/limits.h>
#include <linux/llist.h>
#include <linux/mm.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/uio.h>

/* No program may have its memory there. */
#define BAD_ADDRESS	((void __user *)~0xffful)

static char *make_bytes(struct kunit *test, size_t size)
{
	char *bytes = kvmalloc(size, GFP_KERNEL);
	struct sm_dice dice;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	sm_dice_init(&dice);
	sm_dice_fill(&dice, bytes, size);
	return bytes;
}

static struct sm_message *text_of(struct sm_account *payer, const char *text, size_t size)
{
	struct sm_message *message;
	struct sm_call call;

	if (sm_payer_begin(payer, &call))
		return ERR_PTR(-ENOMEM);
	message = sm_message_from_text(&call, text, size);
	sm_payer_end(&call);
	return message;
}

static struct sm_message *user_of(struct sm_account *payer, const struct sm_payload *from)
{
	struct sm_message *message;
	struct sm_call call;

	if (sm_payer_begin(payer, &call))
		return ERR_PTR(-ENOMEM);
	message = sm_message_from_user(&call, &sm_terms_plain, from);
	sm_payer_end(&call);
	return message;
}

static struct sm_message *parts_of(struct sm_account *payer, struct iov_iter *parts)
{
	const struct sm_payload from = sm_payload_of_parts(parts);

	return user_of(payer, &from);
}

static int add_copies(struct sm_message *message, unsigned int count, struct llist_head *copies)
{
	struct sm_call call;
	int err;

	if (sm_payer_begin(message->sender->account, &call))
		return -ENOMEM;
	err = sm_message_copy(&call, message, count, copies);
	sm_payer_end(&call);
	return err;
}

static struct sm_message *copy_of(struct sm_message *message)
{
	LLIST_HEAD(copies);
	int err = add_copies(message, 1, &copies);

	return err ? ERR_PTR(err) : llist_entry(copies.first, struct sm_message, unsent);
}

static struct sm_message *from_text(struct kunit *test, const char *text, size_t size)
{
	struct sm_message *message = text_of(test->priv, text, size);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, message);
	return message;
}

/* What a message of so many bytes must cost: what was really allocated for it. */
static size_t taken_by(const struct sm_message *message, size_t bytes)
{
	return is_vmalloc_addr(message) ? PAGE_ALIGN(bytes) : ksize(message);
}

static void expect_message_of(struct kunit *test, size_t size)
{
	char *bytes = make_bytes(test, size);
	struct sm_message *message = from_text(test, bytes, size);

	KUNIT_EXPECT_EQ(test, message->size, size);
	KUNIT_EXPECT_PTR_EQ(test, sm_message_data(message), &message->data[0]);
	KUNIT_EXPECT_PTR_EQ(test, message->sender->account, test->priv);
	KUNIT_EXPECT_EQ(test, memcmp(message->data, bytes, size), 0);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv),
			taken_by(message, sizeof(*message) + size));
	sm_message_free(message);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
	kvfree(bytes);
}

static void any_size_is_kept_and_charged_exactly(struct kunit *test)
{
	const size_t header = sizeof(struct sm_message);

	expect_message_of(test, 1);
	expect_message_of(test, 128 - header);
	expect_message_of(test, 128 - header + 1);
	expect_message_of(test, PAGE_SIZE - header);
	expect_message_of(test, PAGE_SIZE - header + 1);
	expect_message_of(test, 65536);
	expect_message_of(test, KMALLOC_MAX_SIZE - header);
	expect_message_of(test, KMALLOC_MAX_SIZE - header + 1);
	expect_message_of(test, SYNCHMESS_MAX_MESSAGE_SIZE);
}

static void all_parts_of_a_write_make_one_message(struct kunit *test)
{
	struct kvec parts[] = { { "he", 2 }, { "", 0 }, { "l", 1 }, { "lo", 2 } };
	struct sm_message *message;
	struct iov_iter from;

	iov_iter_kvec(&from, WRITE, parts, ARRAY_SIZE(parts), 5);
	message = parts_of(test->priv, &from);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, message);
	KUNIT_EXPECT_EQ(test, message->size, 5);
	KUNIT_EXPECT_EQ(test, memcmp(message->data, "hello", 5), 0);
	KUNIT_EXPECT_EQ(test, iov_iter_count(&from), 0);
	sm_message_free(message);
}

static void a_bad_buffer_makes_no_message(struct kunit *test)
{
	const struct sm_payload piece = sm_payload_of_piece(BAD_ADDRESS, 100);
	struct iovec part = { BAD_ADDRESS, 100 };
	struct iov_iter parts;

	iov_iter_init(&parts, WRITE, &part, 1, 100);
	KUNIT_EXPECT_EQ(test, PTR_ERR(user_of(test->priv, &piece)), -EFAULT);
	KUNIT_EXPECT_EQ(test, PTR_ERR(parts_of(test->priv, &parts)), -EFAULT);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
}

/* With room for all that the bytes take, but not for one more. */
static void a_full_share_makes_no_message(struct kunit *test)
{
	struct sm_message *message = from_text(test, "hello", 5);
	struct kvec part = { "hello", 5 };
	struct iov_iter from;

	sm_setting_change(test, "user_share", 100);
	sm_setting_change(test, "max_total_size", 2 * sm_payer_memory(test->priv) - 1);
	iov_iter_kvec(&from, WRITE, &part, 1, 5);
	KUNIT_EXPECT_EQ(test, PTR_ERR(text_of(test->priv, "hello", 5)), -EDQUOT);
	KUNIT_EXPECT_EQ(test, PTR_ERR(parts_of(test->priv, &from)), -EDQUOT);
	KUNIT_EXPECT_EQ(test, PTR_ERR(copy_of(message)), -EDQUOT);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), ksize(message));
	sm_setting_change(test, "max_total_size", 2 * sm_payer_memory(test->priv));
	sm_message_free(from_text(test, "hello", 5));
	sm_message_free(message);
}

static void a_full_module_makes_no_message(struct kunit *test)
{
	struct sm_account *root = sm_payer_open_unbound(test);
	struct sm_message *message;

	message = text_of(root, "hello", 5);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, message);
	sm_setting_change(test, "max_total_size", sm_payer_memory(root));
	KUNIT_EXPECT_EQ(test, PTR_ERR(text_of(root, "hello", 5)), -ENOSPC);
	KUNIT_EXPECT_EQ(test, PTR_ERR(copy_of(message)), -ENOSPC);
	sm_message_free(message);
}

/* Those that were made before memory ran out are the caller's, as others are. */
static void as_many_copies_are_made_as_can_be(struct kunit *test)
{
	struct sm_message *message = from_text(test, "hello", 5), *copy, *next;
	long once = sm_payer_memory(test->priv), all;
	unsigned int count = 0;
	LLIST_HEAD(copies);

	KUNIT_EXPECT_EQ(test, add_copies(message, 0, &copies), 0);
	KUNIT_EXPECT_TRUE(test, llist_empty(&copies));
	KUNIT_EXPECT_EQ(test, add_copies(message, 2, &copies), 0);
	all = once + 2 * (sm_payer_memory(test->priv) - once);
	sm_setting_change(test, "user_share", 100);
	sm_setting_change(test, "max_total_size", all);
	KUNIT_EXPECT_EQ(test, add_copies(message, 3, &copies), -EDQUOT);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), all);
	KUNIT_EXPECT_EQ(test, refcount_read(&message->refs), 5);

	sm_message_free(message);
	llist_for_each_entry_safe(copy, next, copies.first, unsent) {
		KUNIT_EXPECT_EQ(test, memcmp(sm_message_data(copy), "hello", 5), 0);
		sm_message_free(copy);
		count++;
	}
	KUNIT_EXPECT_EQ(test, count, 4);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
}

static void a_message_keeps_its_payer(struct kunit *test)
{
	struct sm_account *payer = sm_payer_account(SM_BOB, false);
	struct sm_message *message, *copy;

	message = text_of(payer, "hello", 5);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, message);
	sm_account_put(payer);
	copy = copy_of(message);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	KUNIT_EXPECT_PTR_EQ(test, copy->sender->account, payer);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&payer->refs), 2);
	sm_message_free(message);
	sm_message_free(copy);
	sm_payer_open(test, SM_BOB);
}

/* The bytes go with the last who uses them, whatever the order. */
static void a_copy_shares_the_bytes(struct kunit *test)
{
	struct sm_message *first = from_text(test, "hello", 5);
	long once = sm_payer_memory(test->priv), copies;
	struct sm_message *second, *third;

	second = copy_of(first);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, second);
	third = copy_of(second);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, third);
	KUNIT_EXPECT_PTR_EQ(test, sm_message_origin(second), first);
	KUNIT_EXPECT_PTR_EQ(test, sm_message_origin(third), first);
	KUNIT_EXPECT_EQ(test, third->size, 5);
	copies = ksize(second) + ksize(third);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), once + copies);

	sm_message_free(first);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), once + copies);
	KUNIT_EXPECT_EQ(test, memcmp(sm_message_data(third), "hello", 5), 0);
	sm_message_free(second);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), once + copies / 2);
	sm_message_free(third);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
}

/* Nothing of it lies upon anything else. */
static void expect_all(struct kunit *test, struct sm_message *message,
		       const struct sm_terms *terms, const char *bytes, size_t size)
{
	KUNIT_EXPECT_EQ(test, message->size, size);
	KUNIT_EXPECT_EQ(test, memcmp(sm_message_data(message), bytes, size), 0);
	KUNIT_EXPECT_EQ(test, message->priority, terms->priority);
	KUNIT_EXPECT_EQ(test, sm_message_tag(message), terms->tag);
	KUNIT_EXPECT_EQ(test, !!message->is_timed, !!(terms->delay | terms->lifetime));
	if (!message->is_timed)
		return;
	KUNIT_EXPECT_PTR_EQ(test, sm_message_timing(message)->message, message);
	KUNIT_EXPECT_EQ(test, sm_message_timing(message)->delay, terms->delay);
	KUNIT_EXPECT_EQ(test, sm_message_timing(message)->lifetime, terms->lifetime);
}

static void expect_seen(struct kunit *test, struct sm_message *message, u64 tag,
			const char *bytes)
{
	struct sm_view view;

	sm_message_view(message, &view);
	KUNIT_EXPECT_EQ(test, sm_message_tag(&view.shown), tag);
	KUNIT_EXPECT_EQ(test, memcmp(sm_message_data(&view.shown), bytes, message->size), 0);
	sm_view_release(&view);
}

static void expect_kept(struct kunit *test, const struct sm_terms *terms, size_t size)
{
	static const char bytes[] = "0123456789abcdef";
	struct sm_message *message, *copy;
	struct sm_call call;

	KUNIT_ASSERT_EQ(test, sm_payer_begin(test->priv, &call), 0);
	message = sm_message_prepare(&call, terms, size);
	sm_payer_end(&call);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, message);
	memcpy(message->data, bytes, size);
	copy = copy_of(message);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);

	expect_all(test, message, terms, bytes, size);
	expect_seen(test, message, terms->tag, bytes);
	sm_message_free(message);
	expect_all(test, copy, terms, bytes, size);
	expect_seen(test, copy, terms->tag, bytes);
	sm_message_free(copy);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
}

static void what_only_some_have_is_kept_beside_the_bytes(struct kunit *test)
{
	const struct sm_terms terms[] = {
		{ .priority = 1 },
		{ .tag = U64_MAX },
		{ .delay = 3, .lifetime = 4 },
		{ .tag = 5, .lifetime = 6, .priority = 7 },
	};
	unsigned int i;
	size_t size;

	for (i = 0; i < ARRAY_SIZE(terms); i++)
		for (size = 0; size <= 16; size++)
			expect_kept(test, &terms[i], size);
}

/* It is what a queue of many short messages takes. */
static void a_message_needs_little_besides_its_bytes(struct kunit *test)
{
	KUNIT_EXPECT_LE(test, sizeof(struct sm_message), 80);
}

static ssize_t to_parts(const struct sm_message *message, struct iov_iter *parts)
{
	const struct sm_payload to = sm_payload_of_parts(parts);

	return sm_message_to_user(message, &to);
}

/* What a reader with @room for them gets of five bytes. */
static void expect_read(struct kunit *test, const struct sm_message *message, size_t room,
			const char *expected)
{
	char buffer[] = "........";
	struct kvec part = { buffer, room };
	struct iov_iter to;

	iov_iter_kvec(&to, READ, &part, 1, room);
	KUNIT_EXPECT_EQ(test, to_parts(message, &to), min_t(size_t, room, 5));
	KUNIT_EXPECT_STREQ(test, buffer, expected);
}

static void a_reader_gets_what_fits(struct kunit *test)
{
	struct sm_message *message = from_text(test, "hello", 5);
	struct sm_message *copy = copy_of(message);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	expect_read(test, message, 0, "........");
	expect_read(test, message, 1, "h.......");
	expect_read(test, message, 4, "hell....");
	expect_read(test, message, 5, "hello...");
	expect_read(test, message, 8, "hello...");
	expect_read(test, copy, 4, "hell....");
	sm_message_free(message);
	expect_read(test, copy, 8, "hello...");
	sm_message_free(copy);
}

static void a_reader_with_a_bad_buffer_gets_nothing(struct kunit *test)
{
	struct sm_message *message = from_text(test, "hello", 5);
	const struct sm_payload piece = sm_payload_of_piece(BAD_ADDRESS, 5);
	struct iovec part = { BAD_ADDRESS, 5 };
	struct iov_iter parts;

	iov_iter_init(&parts, READ, &part, 1, 5);
	KUNIT_EXPECT_EQ(test, sm_message_to_user(message, &piece), -EFAULT);
	KUNIT_EXPECT_EQ(test, to_parts(message, &parts), -EFAULT);
	expect_read(test, message, 8, "hello...");
	sm_message_free(message);
}

static void a_list_is_freed(struct kunit *test)
{
	struct sm_message *message;
	LIST_HEAD(list);
	int size;

	sm_message_free_list(&list);
	for (size = 1; size <= 4; size++) {
		message = from_text(test, "hello", size);
		list_add_tail(&message->ready, &list);
	}
	sm_message_free_list(&list);
	KUNIT_EXPECT_TRUE(test, list_empty(&list));
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
}

/* Some of them alike, some not. */
static void many_are_freed(struct kunit *test)
{
	static const size_t sizes[] = { 1, 2, 300, 3, 3, 3, 40, 41 };
	struct sm_message *messages[ARRAY_SIZE(sizes) + 1], *other;
	const unsigned int count = ARRAY_SIZE(sizes);
	char text[300] = "";
	unsigned int i;

	for (i = 0; i < count; i++)
		messages[i] = from_text(test, text, sizes[i]);
	other = messages[4];
	messages[count] = copy_of(other);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, messages[count]);
	sm_message_free_many(messages, count);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv),
			ksize(other) + ksize(messages[count]));
	sm_message_free_many(messages + count, 1);
	KUNIT_EXPECT_EQ(test, sm_payer_memory(test->priv), 0);
}

/* ---- the twin: all messages in an array, each with what it costs */

#define MESSAGES 50

struct twin_message {
	struct sm_message *message;
	int origin;	/* where its bytes are in @sources */
};

struct twin {
	struct twin_message messages[MESSAGES];
	unsigned int count;
	struct {
		size_t cost;
		unsigned int users;
		char mark;
	} sources[MESSAGES];
};

static int free_source(const struct twin *twin)
{
	int source = 0;

	while (twin->sources[source].users)
		source++;
	return source;
}

static void step_make(struct kunit *test, struct sm_dice *dice, struct twin *twin)
{
	size_t size = 1 + sm_dice_below(dice, 300);
	int source = free_source(twin);
	char text[300];
	struct sm_message *message;

	twin->sources[source].mark = sm_dice_below(dice, 256);
	memset(text, twin->sources[source].mark, size);
	message = from_text(test, text, size);
	twin->sources[source].cost = ksize(message);
	twin->sources[source].users = 1;
	twin->messages[twin->count++] = (struct twin_message){ message, source };
}

static void step_copy(struct kunit *test, struct sm_dice *dice, struct twin *twin)
{
	const struct twin_message *from = &twin->messages[sm_dice_below(dice, twin->count)];
	struct sm_message *copy = copy_of(from->message);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	twin->sources[from->origin].users++;
	twin->messages[twin->count++] = (struct twin_message){ copy, from->origin };
}

static void step_free(struct sm_dice *dice, struct twin *twin)
{
	struct twin_message *gone = &twin->messages[sm_dice_below(dice, twin->count)];

	sm_message_free(gone->message);
	twin->sources[gone->origin].users--;
	*gone = twin->messages[--twin->count];
}

static void expect_right(struct kunit *test, struct sm_dice *dice, const struct twin *twin)
{
	size_t cost = 0;
	unsigned int i;

	for (i = 0; i < MESSAGES; i++) {
		if (twin->sources[i].users)
			cost += twin->sources[i].cost;
	}
	for (i = 0; i < twin->count; i++) {
		const struct twin_message *one = &twin->messages[i];
		const char *bytes = sm_message_data(one->message);

		if (one->message->is_copy)
			cost += ksize(one->message);
		SM_ASSERT_EQ(test, dice, bytes[one->message->size - 1],
			     twin->sources[one->origin].mark);
	}
	SM_ASSERT_EQ(test, dice, sm_payer_memory(test->priv), cost);
}

static void random_copies_cost_what_the_twin_says(struct kunit *test)
{
	struct twin *twin = kunit_kzalloc(test, sizeof(*twin), GFP_KERNEL);
	struct sm_dice dice;

	KUNIT_ASSERT_NOT_NULL(test, twin);
	sm_dice_init(&dice);
	for (; dice.step < sm_dice_steps(); dice.step++) {
		u32 what = sm_dice_below(&dice, 4);

		if (twin->count && (what >= 2 || twin->count == MESSAGES))
			step_free(&dice, twin);
		else if (twin->count && what)
			step_copy(test, &dice, twin);
		else
			step_make(test, &dice, twin);
		expect_right(test, &dice, twin);
	}
	while (twin->count)
		step_free(&dice, twin);
}

static int open_payer(struct kunit *test)
{
	test->priv = sm_payer_open(test, SM_ALICE);
	return 0;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(any_size_is_kept_and_charged_exactly),
	KUNIT_CASE(all_parts_of_a_write_make_one_message),
	KUNIT_CASE(a_bad_buffer_makes_no_message),
	KUNIT_CASE(a_full_share_makes_no_message),
	KUNIT_CASE(a_full_module_makes_no_message),
	KUNIT_CASE(as_many_copies_are_made_as_can_be),
	KUNIT_CASE(a_message_keeps_its_payer),
	KUNIT_CASE(a_copy_shares_the_bytes),
	KUNIT_CASE(what_only_some_have_is_kept_beside_the_bytes),
	KUNIT_CASE(a_message_needs_little_besides_its_bytes),
	KUNIT_CASE(a_reader_gets_what_fits),
	KUNIT_CASE(a_reader_with_a_bad_buffer_gets_nothing),
	KUNIT_CASE(a_list_is_freed),
	KUNIT_CASE(many_are_freed),
	KUNIT_CASE(random_copies_cost_what_the_twin_says),
	{}
};

struct kunit_suite sm_message_suite = {
	.name = "message",
	.init = open_payer,
	.test_cases = cases,
};
