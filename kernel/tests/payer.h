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
struct sm_call;

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

/*
 * A call of this thread that waits for nothing and that the account pays; to be ended
 * by sm_payer_end(). Returns 0 or -ENOMEM.
 */
int sm_payer_begin(struct sm_account *payer, struct sm_call *call);

void sm_payer_end(struct sm_call *call);

/* How many bytes of memory are charged to it. */
long sm_payer_memory(const struct sm_account *payer);

#endif /* SM_PAYER_H */
