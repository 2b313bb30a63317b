// SPDX-License-Identifier: GPL-2.0
#include "../sender.h"

#include "../quota.h"
#include "payer.h"
#include "suites.h"
#include "thread.h"

#include <kunit/test.h>
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

static struct sm_sender *create(struct kunit *test, const char *mailbox)
{
	struct sm_sender *sender = sm_sender_create(test->priv, mailbox);

	KUNIT_ASSERT_NOT_NULL(test, sender);
	return sender;
}

static void it_is_who_makes_it(struct kunit *test)
{
	struct sm_sender *sender = create(test, "12345678");

	KUNIT_EXPECT_TRUE(test, uid_eq(sender->uid, current_euid()));
	KUNIT_EXPECT_TRUE(test, gid_eq(sender->gid, current_egid()));
	KUNIT_EXPECT_PTR_EQ(test, sender->process, task_tgid(current));
	KUNIT_EXPECT_PTR_EQ(test, sender->thread, task_pid(current));
	KUNIT_EXPECT_PTR_EQ(test, sender->account, test->priv);
	KUNIT_EXPECT_STREQ(test, sender->name, "12345678");
	KUNIT_EXPECT_TRUE(test, sm_sender_is_current(sender));
	sm_sender_put(sender);
}

static void a_module_is_root_and_no_process(struct kunit *test)
{
	struct sm_sender *sender = sm_sender_of_module(test->priv, "a_module_of_long_name");

	KUNIT_ASSERT_NOT_NULL(test, sender);
	KUNIT_EXPECT_TRUE(test, uid_eq(sender->uid, GLOBAL_ROOT_UID));
	KUNIT_EXPECT_TRUE(test, gid_eq(sender->gid, GLOBAL_ROOT_GID));
	KUNIT_EXPECT_NULL(test, sender->process);
	KUNIT_EXPECT_NULL(test, sender->thread);
	KUNIT_EXPECT_PTR_EQ(test, sender->account, test->priv);
	KUNIT_EXPECT_STREQ(test, sender->name, "a_module_of_lon");
	KUNIT_EXPECT_FALSE(test, sm_sender_is_current(sender));
	sm_sender_put(sender);
}

/* The account is given back at the end of the test, with one reference. */
static void it_keeps_its_account_until_the_last_reference(struct kunit *test)
{
	struct sm_account *account = test->priv;
	struct sm_sender *sender = create(test, "");

	KUNIT_EXPECT_EQ(test, atomic_long_read(&account->refs), 2);
	KUNIT_EXPECT_PTR_EQ(test, sm_sender_get(sender), sender);
	sm_sender_put(sender);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&account->refs), 2);
	sm_sender_put(sender);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&account->refs), 1);
}

/* Also with the same users and groups: nobody looks at what they say. */
static void other_credentials_are_another_sender(struct kunit *test)
{
	struct sm_sender *sender = create(test, "");
	struct cred *others = prepare_creds();
	const struct cred *own;

	KUNIT_ASSERT_NOT_NULL(test, others);
	own = override_creds(others);
	KUNIT_EXPECT_FALSE(test, sm_sender_is_current(sender));
	revert_creds(own);
	put_cred(others);
	KUNIT_EXPECT_TRUE(test, sm_sender_is_current(sender));
	sm_sender_put(sender);
}

/* Or its credentials could be another's that are where they were. */
static void its_credentials_stay_while_it_is_there(struct kunit *test)
{
	struct cred *others = prepare_creds();
	const struct cred *own;
	struct sm_sender *sender;

	KUNIT_ASSERT_NOT_NULL(test, others);
	own = override_creds(others);
	sender = sm_sender_create(test->priv, "");
	revert_creds(own);
	KUNIT_ASSERT_NOT_NULL(test, sender);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&others->usage), 2);
	sm_sender_put(sender);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&others->usage), 1);
	put_cred(others);
}

static long is_current(void *sender)
{
	return sm_sender_is_current(sender);
}

/* A kernel thread is a process of its own. */
static void another_process_is_another_sender(struct kunit *test)
{
	struct sm_sender *sender = create(test, "");
	struct sm_thread *other = sm_thread_start(test, is_current, sender);

	KUNIT_EXPECT_EQ(test, sm_thread_join(test, other), 0);
	sm_sender_put(sender);
}

static int open_payer(struct kunit *test)
{
	test->priv = sm_payer_open(test, SM_ALICE);
	return 0;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(it_is_who_makes_it),
	KUNIT_CASE(a_module_is_root_and_no_process),
	KUNIT_CASE(it_keeps_its_account_until_the_last_reference),
	KUNIT_CASE(other_credentials_are_another_sender),
	KUNIT_CASE(its_credentials_stay_while_it_is_there),
	KUNIT_CASE(another_process_is_another_sender),
	{}
};

struct kunit_suite sm_sender_suite = {
	.name = "sender",
	.init = open_payer,
	.test_cases = cases,
};
