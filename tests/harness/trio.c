// SPDX-License-Identifier: GPL-2.0
#include "harness/trio.h"

#include "harness/charges.h"
#include "harness/quota.h"
#include "harness/sweep.h"

#include <unistd.h>

int alice, bob, carol;

static long charged;

void trio_begin(int (*enter)(const char *name))
{
	alice = enter("alice");
	bob = enter("bob");
	carol = enter("carol");
	sweep_watch(alice);
	sweep_watch(bob);
	sweep_watch(carol);
	charged = quota_charged();
}

void trio_end(void)
{
	assert_int_equal(quota_charged(), charged);
	charges_expect_mailboxes();
	close(alice);
	close(bob);
	close(carol);
}
