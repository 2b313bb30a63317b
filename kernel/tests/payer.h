/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A payer: the account of some user, for a test to charge. The test fails if
 * anything is still charged to it, or refers to it, at its end.
 */
#ifndef SM_PAYER_H
#define SM_PAYER_H

#include <linux/types.h>

struct file;
struct kunit;
struct sm_account;

enum {
	SM_ALICE = 1000,
	SM_BOB = 1001,
};

/* A file that the user has opened, or ERR_PTR. */
struct file *sm_payer_file(uid_t uid, bool capable);

/* An account as one gets it by opening a file; the caller puts it. */
struct sm_account *sm_payer_account(uid_t uid, bool capable);

/* Of a user without CAP_SYS_RESOURCE. */
struct sm_account *sm_payer_open(struct kunit *test, uid_t uid);

/* Of one with it. */
struct sm_account *sm_payer_open_unbound(struct kunit *test);

/* How many bytes of memory are charged to it. */
long sm_payer_memory(const struct sm_account *payer);

#endif /* SM_PAYER_H */
