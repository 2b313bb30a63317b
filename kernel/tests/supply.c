// SPDX-License-Identifier: GPL-2.0
#include "../supply.h"

#include "../call.h"
#include "../quota.h"
#include "../sender.h"
#include "dice.h"
#include "payer.h"
#include "setting.h"
#include "suites.h"
#include "thread.h"

#include <linux/err.h>
#include <linux/llist.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/synchmess.h>

/* The largest that is kept. */
#define LARGEST		8192

/* Each of another size; the first and the last of its kind. */
static const size_t sizes[] = { 80, 96, 128, 240, 256, 512, 1024, 4096, LARGEST };

/* Who sends, if he does not only pay. */
struct trade {
	struct sm_account *payer;
	struct sm_sender *sender;
};

static void begin(struct kunit *test)
{
	struct trade *trade = test->priv;

	trade->sender = sm_sender_create(trade->payer, "");
	KUNIT_ASSERT_NOT_NULL(test, trade->sender);
}

static void end(struct kunit *test)
{
	struct trade *trade = test->priv;
	struct sm_sender *sender = trade->sender;

	trade->sender = NULL;
	if (sender)
		sm_sender_retire(sender);
}

static void keep_things(bool want)
{
#ifdef CONFIG_KASAN
	sm_supply_keeps = want;
#endif
}

static int trade_init(struct kunit *test)
{
	struct trade *trade = kunit_kzalloc(test, sizeof(*trade), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, trade);
	trade->payer = sm_payer_open(test, SM_ALICE);
	test->priv = trade;
	begin(test);
	keep_things(true);
	return 0;
}

static void trade_exit(struct kunit *test)
{
	if (test->priv)
		end(test);
	keep_things(false);
}

static struct sm_supply *supply_of(struct kunit *test)
{
	struct trade *trade = test->priv;

	return &trade->sender->supply;
}

/* Memory that can be written to, to the end. */
static void *take(struct kunit *test, size_t bytes)
{
	struct sm_refusal why = { };
	void *memory = sm_supply_take(supply_of(test), bytes, &why);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, memory);
	return memset(memory, 0x5a, bytes);
}

static void give(struct kunit *test, void *memory, size_t bytes)
{
	KUNIT_EXPECT_FALSE(test, sm_supply_give(supply_of(test), memory, bytes));
}

static long charged(struct kunit *test)
{
	struct trade *trade = test->priv;

	return sm_payer_memory(trade->payer);
}

static int kept(struct kunit *test)
{
	return atomic_read(&supply_of(test)->kept);
}

/* ---- sizes */

static void a_footprint_is_enough_and_never_falls(struct kunit *test)
{
	size_t bytes, before = 0, footprint;

	for (bytes = SM_SUPPLY_LEAST; bytes <= 3 * LARGEST; bytes++) {
		footprint = sm_supply_footprint(bytes);
		KUNIT_ASSERT_GE_MSG(test, footprint, bytes, "of %zu", bytes);
		KUNIT_ASSERT_GE_MSG(test, footprint, before, "of %zu", bytes);
		KUNIT_ASSERT_EQ_MSG(test, sm_supply_footprint(footprint), footprint,
				    "of %zu", bytes);
		before = footprint;
	}
}

static void small_ones_have_steps(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_EQ(test, sm_supply_footprint(SM_SUPPLY_LEAST), sizes[0]);
	KUNIT_EXPECT_EQ(test, sm_supply_footprint(97), 112);
	KUNIT_EXPECT_EQ(test, sm_supply_footprint(241), 256);
	KUNIT_EXPECT_EQ(test, sm_supply_footprint(257), 512);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		KUNIT_EXPECT_EQ(test, sm_supply_footprint(sizes[i]), sizes[i]);
	KUNIT_EXPECT_EQ(test, sm_supply_footprint(SYNCHMESS_MAX_MESSAGE_SIZE),
			SYNCHMESS_MAX_MESSAGE_SIZE);
}

/* What was really allocated; for large ones perhaps elsewhere, for want of whole pages. */
static bool is_of_size(const void *memory, size_t bytes)
{
	return is_vmalloc_addr(memory) || ksize(memory) == sm_supply_footprint(bytes);
}

static void as_much_is_charged_as_was_allocated(struct kunit *test)
{
	size_t bytes;
	void *memory;

	for (bytes = SM_SUPPLY_LEAST; bytes <= 2 * LARGEST; bytes += 1 + bytes / 64) {
		memory = take(test, bytes);
		KUNIT_EXPECT_TRUE_MSG(test, is_of_size(memory, bytes), "%zu bytes", bytes);
		give(test, memory, bytes);
		end(test);
		begin(test);
	}
}

/* ---- what is kept */

static void expect_used_again(struct kunit *test, size_t least, size_t most)
{
	void *memory = take(test, most);

	KUNIT_EXPECT_EQ(test, charged(test), most);
	give(test, memory, least);
	KUNIT_EXPECT_EQ(test, kept(test), most);
	KUNIT_EXPECT_EQ(test, charged(test), most);
	KUNIT_EXPECT_PTR_EQ(test, take(test, least), memory);
	KUNIT_EXPECT_EQ(test, kept(test), 0);
	KUNIT_EXPECT_EQ(test, charged(test), most);
	give(test, memory, most);
}

static void what_is_given_back_is_used_again(struct kunit *test)
{
	size_t least = SM_SUPPLY_LEAST;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		while (sm_supply_footprint(least) < sizes[i])
			least++;
		expect_used_again(test, least, sizes[i]);
		end(test);
		KUNIT_EXPECT_EQ(test, charged(test), 0);
		begin(test);
	}
}

static void each_size_is_kept_for_its_like(struct kunit *test)
{
	void *small = take(test, 100), *large = take(test, 1000);
	long both = charged(test);

	give(test, small, 100);
	give(test, large, 1000);
	KUNIT_EXPECT_PTR_EQ(test, take(test, 1000), large);
	KUNIT_EXPECT_PTR_EQ(test, take(test, 100), small);
	KUNIT_EXPECT_EQ(test, charged(test), both);
	give(test, take(test, 200), 200);
	KUNIT_EXPECT_EQ(test, charged(test), both + 208);
	give(test, small, 100);
	give(test, large, 1000);
}

static void large_ones_are_not_kept(struct kunit *test)
{
	void *memory = take(test, LARGEST + 1);

	KUNIT_EXPECT_EQ(test, charged(test), sm_supply_footprint(LARGEST + 1));
	give(test, memory, LARGEST + 1);
	KUNIT_EXPECT_EQ(test, charged(test), 0);
	KUNIT_EXPECT_EQ(test, kept(test), 0);
}

#define MANY	300

/* Takes and gives back as many of a size. */
static void trade_many(struct kunit *test, unsigned int count, size_t bytes)
{
	struct llist_node *piece, *next;
	LLIST_HEAD(taken);

	while (count--)
		llist_add(take(test, bytes), &taken);
	llist_for_each_safe(piece, next, taken.first)
		give(test, piece, bytes);
}

static void not_more_is_kept_than_may_be(struct kunit *test)
{
	trade_many(test, MANY, 96);
	KUNIT_EXPECT_EQ(test, kept(test), SM_SUPPLY_KEPT / 96 * 96);
	KUNIT_EXPECT_EQ(test, charged(test), kept(test));
}

static void what_is_kept_of_another_size_makes_place(struct kunit *test)
{
	trade_many(test, MANY, 96);
	trade_many(test, 1, 100);
	KUNIT_EXPECT_EQ(test, kept(test), sm_supply_footprint(100));
	KUNIT_EXPECT_EQ(test, charged(test), kept(test));
}

static void not_more_is_kept_however_large_the_next(struct kunit *test)
{
	trade_many(test, 100, 96);
	trade_many(test, 2, LARGEST);
	KUNIT_EXPECT_LE(test, kept(test), SM_SUPPLY_KEPT);
	KUNIT_EXPECT_EQ(test, charged(test), kept(test));
}

static void at_the_end_nothing_is_kept(struct kunit *test)
{
	trade_many(test, 10, 100);
	trade_many(test, 2, 1000);
	KUNIT_EXPECT_GT(test, kept(test), 0);
	end(test);
	KUNIT_EXPECT_EQ(test, charged(test), 0);
}

/* ---- many at once */

static void what_is_expected_is_made_together(struct kunit *test)
{
	void *memory[10];
	int i;

	sm_supply_expect(supply_of(test), 10);
	for (i = 0; i < 10; i++) {
		memory[i] = take(test, 100);
		KUNIT_EXPECT_EQ(test, charged(test), 10 * 112);
		KUNIT_EXPECT_EQ(test, kept(test), (9 - i) * 112);
	}
	sm_supply_expect(supply_of(test), 0);
	give(test, take(test, 100), 100);
	KUNIT_EXPECT_EQ(test, charged(test), 11 * 112);
	for (i = 0; i < 10; i++)
		give(test, memory[i], 100);
	end(test);
	KUNIT_EXPECT_EQ(test, charged(test), 0);
}

/* Large ones are made one by one, and more of the small ones than can be kept. */
static void not_more_is_made_than_can_be_kept(struct kunit *test)
{
	void *large = take(test, LARGEST), *memory;

	give(test, large, LARGEST);
	give(test, take(test, LARGEST / 2), LARGEST / 2);
	sm_supply_expect(supply_of(test), 1000);
	memory = take(test, 256);
	KUNIT_EXPECT_EQ(test, charged(test), LARGEST + LARGEST / 2 + 256);
	give(test, memory, 256);
	memory = take(test, 1000);
	KUNIT_EXPECT_EQ(test, charged(test), LARGEST + LARGEST / 2 + 256 + 1024);
	give(test, memory, 1000);
	sm_supply_expect(supply_of(test), 0);
}

static bool give_many(struct kunit *test, struct llist_node **pieces, unsigned int count)
{
	unsigned int i;

	for (i = 1; i < count; i++)
		pieces[i - 1]->next = pieces[i];
	return sm_supply_give_many(supply_of(test), pieces[0], pieces[count - 1], count, 256);
}

static void many_are_given_back_together(struct kunit *test)
{
	struct llist_node *pieces[SM_SUPPLY_KEPT / 256 + 1];
	const unsigned int all = ARRAY_SIZE(pieces);
	unsigned int i;

	for (i = 0; i < all; i++)
		pieces[i] = take(test, 256);
	KUNIT_EXPECT_FALSE(test, give_many(test, pieces, all));
	KUNIT_EXPECT_EQ(test, kept(test), 0);
	KUNIT_EXPECT_TRUE(test, give_many(test, pieces, all - 1));
	KUNIT_EXPECT_EQ(test, kept(test), SM_SUPPLY_KEPT);
	for (i = 0; i < all - 1; i++)
		KUNIT_EXPECT_PTR_EQ(test, take(test, 256), (void *)pieces[i]);
	for (i = 0; i < all; i++)
		give(test, pieces[i], 256);
}

/* ---- refusals */

static void bound_memory(struct kunit *test, unsigned long bytes)
{
	sm_setting_change(test, "user_share", 100);
	sm_setting_change(test, "max_total_size", bytes);
}

static void before_it_is_refused_what_is_kept_goes(struct kunit *test)
{
	void *memory;

	trade_many(test, 4, 1000);
	KUNIT_EXPECT_EQ(test, charged(test), 4 * 1024);
	bound_memory(test, 5 * 1024);
	memory = take(test, 2000);
	KUNIT_EXPECT_EQ(test, charged(test), 2048);
	KUNIT_EXPECT_EQ(test, kept(test), 0);
	give(test, memory, 2000);
}

static void expect_refused(struct kunit *test, size_t bytes)
{
	struct sm_refusal why = { };
	void *memory = sm_supply_take(supply_of(test), bytes, &why);

	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(memory), -EDQUOT);
	KUNIT_EXPECT_EQ(test, why.rule, SYNCHMESS_WHY_USER_MEMORY);
}

static void if_that_is_not_enough_it_is_refused(struct kunit *test)
{
	void *memory = take(test, 4000);

	trade_many(test, 4, 1000);
	bound_memory(test, 5000);
	expect_refused(test, 2000);
	KUNIT_EXPECT_EQ(test, charged(test), 4096);
	expect_refused(test, 1000);
	give(test, memory, 4000);
	/* What has been used before needs no more room than it has. */
	KUNIT_EXPECT_PTR_EQ(test, take(test, 4000), memory);
	give(test, memory, 4000);
}

/* What is expected may be too much, when what is asked for is not. */
static void who_expects_too_much_gets_one(struct kunit *test)
{
	void *memory;

	bound_memory(test, 3 * 112);
	sm_supply_expect(supply_of(test), 4);
	memory = take(test, 100);
	KUNIT_EXPECT_EQ(test, charged(test), 112);
	give(test, memory, 100);
	sm_supply_expect(supply_of(test), 0);
}

/* ---- references */

static long account_refs(struct kunit *test)
{
	struct trade *trade = test->priv;

	return atomic_long_read(&trade->payer->refs);
}

/* The account is the sender's until then. */
static void the_last_to_give_back_frees_the_sender(struct kunit *test)
{
	void *first = take(test, 100), *second = take(test, 1000);
	struct trade *trade = test->priv;
	struct sm_sender *sender = trade->sender;
	long refs = account_refs(test);

	end(test);
	KUNIT_EXPECT_EQ(test, charged(test), 112 + 1024);
	KUNIT_EXPECT_FALSE(test, sm_supply_give(&sender->supply, first, 100));
	KUNIT_EXPECT_EQ(test, charged(test), 1024);
	KUNIT_EXPECT_EQ(test, account_refs(test), refs);
	KUNIT_ASSERT_TRUE(test, sm_supply_give(&sender->supply, second, 1000));
	KUNIT_EXPECT_EQ(test, charged(test), 0);
	sm_sender_free(sender);
	KUNIT_EXPECT_EQ(test, account_refs(test), refs - 1);
}

static void what_is_kept_holds_nobody(struct kunit *test)
{
	long refs = account_refs(test);

	trade_many(test, 10, 100);
	end(test);
	KUNIT_EXPECT_EQ(test, account_refs(test), refs - 1);
}

static void of_a_module_nothing_is_kept(struct kunit *test)
{
	struct trade *trade = test->priv;
	struct sm_refusal why = { };
	struct sm_sender *sender;
	void *memory;

	sender = sm_sender_of_module(trade->payer, "module");
	KUNIT_ASSERT_NOT_NULL(test, sender);
	memory = sm_supply_take_atomic(&sender->supply, 100, &why);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(memory), 0);
	if (!IS_ERR(memory))
		KUNIT_EXPECT_FALSE(test, sm_supply_give(&sender->supply, memory, 100));
	KUNIT_EXPECT_EQ(test, charged(test), 0);
	sm_sender_put(sender);
}

/* ---- the twin: of each size how many are kept, and all that is in use */

struct piece {
	void *memory;
	size_t bytes;
};

struct twin {
	struct piece pieces[MANY];
	unsigned int count;
	unsigned int kept[ARRAY_SIZE(sizes) + 1];
	unsigned int kept_bytes;
};

/* Where in @sizes; behind them if nothing is kept of that size. */
static unsigned int size_index(size_t bytes)
{
	unsigned int i = 0;

	while (i < ARRAY_SIZE(sizes) && sm_supply_footprint(bytes) != sizes[i])
		i++;
	return i;
}

static void step_take(struct kunit *test, struct sm_dice *dice, struct twin *twin)
{
	unsigned int i = sm_dice_below(dice, ARRAY_SIZE(sizes) + 1);
	size_t bytes = i < ARRAY_SIZE(sizes) ? sizes[i] - sm_dice_below(dice, 16) : LARGEST + 1;

	twin->pieces[twin->count++] = (struct piece){ take(test, bytes), bytes };
	if (i == ARRAY_SIZE(sizes))
		return;
	if (twin->kept[i]) {
		twin->kept[i]--;
		twin->kept_bytes -= sizes[i];
	} else if (twin->kept_bytes + sizes[i] > SM_SUPPLY_KEPT) {
		memset(twin->kept, 0, sizeof(twin->kept));
		twin->kept_bytes = 0;
	}
}

static void step_give(struct kunit *test, struct sm_dice *dice, struct twin *twin)
{
	struct piece *piece = &twin->pieces[sm_dice_below(dice, twin->count)];
	unsigned int i = size_index(piece->bytes);

	give(test, piece->memory, piece->bytes);
	*piece = twin->pieces[--twin->count];
	if (i < ARRAY_SIZE(sizes) && twin->kept_bytes + sizes[i] <= SM_SUPPLY_KEPT) {
		twin->kept[i]++;
		twin->kept_bytes += sizes[i];
	}
}

static long used_by(const struct twin *twin)
{
	unsigned int i;
	long sum = 0;

	for (i = 0; i < twin->count; i++)
		sum += sm_supply_footprint(twin->pieces[i].bytes);
	return sum;
}

static void random_trade_is_as_the_twin_says(struct kunit *test)
{
	struct twin *twin = kunit_kzalloc(test, sizeof(*twin), GFP_KERNEL);
	struct sm_dice dice;
	u32 what;

	KUNIT_ASSERT_NOT_NULL(test, twin);
	sm_dice_init(&dice);
	for (; dice.step < sm_dice_steps(); dice.step++) {
		what = sm_dice_below(&dice, 2);
		if (!twin->count || (what && twin->count < MANY))
			step_take(test, &dice, twin);
		else
			step_give(test, &dice, twin);
		SM_ASSERT_EQ(test, &dice, kept(test), twin->kept_bytes);
		SM_ASSERT_EQ(test, &dice, charged(test), used_by(twin) + twin->kept_bytes);
	}
	while (twin->count)
		step_give(test, &dice, twin);
}

/* ---- others give back at the same time */

#define ROUNDS	200
#define PIECES	100

/**
 * struct shop - a sender, and another thread that frees what he has sent
 * @sender: whose memory it is
 * @sold: what is to be given back
 * @left: how many are still to come
 */
struct shop {
	struct sm_sender *sender;
	struct llist_head sold;
	atomic_t left;
};

static bool shop_is_empty(struct shop *shop)
{
	return !atomic_read(&shop->left);
}

static void give_all(struct shop *shop)
{
	struct llist_node *piece, *next;

	llist_for_each_safe(piece, next, llist_del_all(&shop->sold)) {
		if (sm_supply_give(&shop->sender->supply, piece, 100))
			sm_sender_free(shop->sender);
		atomic_dec(&shop->left);
	}
}

static long give_until_all_is_sold(void *data)
{
	struct shop *shop = data;

	while (!shop_is_empty(shop)) {
		give_all(shop);
		cond_resched();
	}
	return 0;
}

/* The sender ends in their midst. */
static void sell(struct kunit *test, struct shop *shop)
{
	struct trade *trade = test->priv;
	unsigned int i;

	shop->sender = trade->sender;
	init_llist_head(&shop->sold);
	atomic_set(&shop->left, PIECES);
	for (i = 0; i < PIECES; i++)
		llist_add(take(test, 100), &shop->sold);
	end(test);
}

static void others_give_back_while_it_is_closed(struct kunit *test)
{
	struct shop *shop = kunit_kzalloc(test, sizeof(*shop), GFP_KERNEL);
	struct sm_thread *other;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, shop);
	for (i = 0; i < ROUNDS; i++) {
		atomic_set(&shop->left, PIECES);
		other = sm_thread_start(test, give_until_all_is_sold, shop);
		sell(test, shop);
		sm_thread_join(test, other);
		KUNIT_ASSERT_EQ(test, charged(test), 0);
		begin(test);
	}
}

/* Nobody is handed what another has; KASAN would not see it. */
static void others_give_back_while_it_is_taken_of(struct kunit *test)
{
	struct shop *shop = kunit_kzalloc(test, sizeof(*shop), GFP_KERNEL);
	struct trade *trade = test->priv;
	struct sm_thread *other;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, shop);
	shop->sender = trade->sender;
	atomic_set(&shop->left, ROUNDS * PIECES);
	other = sm_thread_start(test, give_until_all_is_sold, shop);
	for (i = 0; i < ROUNDS * PIECES; i++)
		llist_add(take(test, 100), &shop->sold);
	sm_thread_join(test, other);
	KUNIT_EXPECT_EQ(test, charged(test), kept(test));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_footprint_is_enough_and_never_falls),
	KUNIT_CASE(small_ones_have_steps),
	KUNIT_CASE(as_much_is_charged_as_was_allocated),
	KUNIT_CASE(what_is_given_back_is_used_again),
	KUNIT_CASE(each_size_is_kept_for_its_like),
	KUNIT_CASE(large_ones_are_not_kept),
	KUNIT_CASE(not_more_is_kept_than_may_be),
	KUNIT_CASE(what_is_kept_of_another_size_makes_place),
	KUNIT_CASE(not_more_is_kept_however_large_the_next),
	KUNIT_CASE(at_the_end_nothing_is_kept),
	KUNIT_CASE(what_is_expected_is_made_together),
	KUNIT_CASE(not_more_is_made_than_can_be_kept),
	KUNIT_CASE(many_are_given_back_together),
	KUNIT_CASE(who_expects_too_much_gets_one),
	KUNIT_CASE(before_it_is_refused_what_is_kept_goes),
	KUNIT_CASE(if_that_is_not_enough_it_is_refused),
	KUNIT_CASE(the_last_to_give_back_frees_the_sender),
	KUNIT_CASE(what_is_kept_holds_nobody),
	KUNIT_CASE(of_a_module_nothing_is_kept),
	KUNIT_CASE(random_trade_is_as_the_twin_says),
	KUNIT_CASE(others_give_back_while_it_is_closed),
	KUNIT_CASE(others_give_back_while_it_is_taken_of),
	{}
};

struct kunit_suite sm_supply_suite = {
	.name = "supply",
	.init = trade_init,
	.exit = trade_exit,
	.test_cases = cases,
};
