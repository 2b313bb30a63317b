// SPDX-License-Identifier: GPL-2.0
#include "payer.h"

#include "../call.h"
#include "../deadline.h"
#include "../quota.h"
#include "../sender.h"
#include "undo.h"

#include <kunit/test.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>

/* Raised when an account is not what it should be: later tests have other users. */
static uid_t strangers;

struct file *sm_payer_file(uid_t uid, bool capable)
{
	struct cred *user = prepare_creds();
	const struct cred *own;
	struct file *file;

	if (!user)
		return ERR_PTR(-ENOMEM);
	user->euid = KUIDT_INIT(uid + strangers);
	user->fsuid = user->euid;
	if (!capable)
		cap_lower(user->cap_effective, CAP_SYS_RESOURCE);
	own = override_creds(user);
	file = filp_open("/dev/null", O_RDWR, 0);
	revert_creds(own);
	put_cred(user);
	return file;
}

struct sm_account *sm_payer_account(uid_t uid, bool capable)
{
	struct file *file = sm_payer_file(uid, capable);
	struct sm_account *account;

	if (IS_ERR(file))
		return ERR_CAST(file);
	account = sm_account_open(file);
	fput(file);
	return account;
}

struct payer {
	struct kunit *test;
	struct sm_account *account;
};

static bool holds_nothing(const struct sm_account *account)
{
	enum sm_resource resource;

	for (resource = 0; resource < SM_RESOURCES; resource++) {
		if (atomic_long_read(&account->held[resource]))
			return false;
	}
	return true;
}

static void payer_close(void *data)
{
	const struct payer *payer = data;
	struct sm_account *account = payer->account;
	bool closed = holds_nothing(account) && atomic_long_read(&account->refs) == 1;

	KUNIT_EXPECT_TRUE_MSG(payer->test, closed,
			      "memory %ld, groups %ld, mailboxes %ld, refs %ld",
			      atomic_long_read(&account->held[SM_MEMORY]),
			      atomic_long_read(&account->held[SM_GROUPS]),
			      atomic_long_read(&account->held[SM_MAILBOXES]),
			      atomic_long_read(&account->refs));
	if (!closed)
		strangers += 10;
	sm_account_put(account);
}

static struct sm_account *payer_open(struct kunit *test, uid_t uid, bool capable)
{
	struct payer *payer = kunit_kzalloc(test, sizeof(*payer), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, payer);
	payer->test = test;
	payer->account = sm_payer_account(uid, capable);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, payer->account);
	sm_undo_later(test, payer_close, payer);
	return payer->account;
}

struct sm_account *sm_payer_open(struct kunit *test, uid_t uid)
{
	return payer_open(test, uid, false);
}

struct sm_account *sm_payer_open_unbound(struct kunit *test)
{
	return payer_open(test, 0, true);
}

int sm_payer_begin(struct sm_account *payer, struct sm_call *call)
{
	*call = (struct sm_call){ .deadline = SM_AT_ONCE };
	call->sender = sm_sender_create(payer, "");
	return call->sender ? 0 : -ENOMEM;
}

void sm_payer_end(struct sm_call *call)
{
	sm_sender_retire(call->sender);
}

long sm_payer_memory(const struct sm_account *payer)
{
	return atomic_long_read(&payer->held[SM_MEMORY]);
}
