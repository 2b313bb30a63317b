/* SPDX-License-Identifier: GPL-2.0 */
/* Who the calling process is to the kernel. */
#ifndef TESTS_USER_H
#define TESTS_USER_H

#include <stdbool.h>
#include <sys/types.h>

#define ALICE 1000
#define BOB 1001

/* Who opens, or uses what another has opened. */
struct person {
	uid_t user;
	bool capable;
};

#define PERSONS 4
extern const struct person everybody[PERSONS];

/*
 * A user, with CAP_SYS_RESOURCE or without; others than root have no other
 * capability, and are in the group synch. The way back is user_become(0, true).
 * For programs of one thread. errno stays.
 */
void user_become(uid_t user, bool capable);

#endif /* TESTS_USER_H */
