/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The places where messages go: groups and mailboxes, counted through. Kept ones
 * stay for a whole round, and the proof is strict there. Of the others, which
 * the victims make and remove, it is only known who must not see what.
 */
#ifndef DEATH_PLACE_H
#define DEATH_PLACE_H

#include <stdbool.h>

enum {
	PLAIN_GROUPS = 4,	/* kept, nothing is revoked */
	REVOKED_GROUPS = 2,	/* kept */
	REMOVED_GROUPS = 3,
	KEPT_MAILBOXES = 3,
	PASSING_MAILBOXES = 6,

	KEPT_GROUPS = PLAIN_GROUPS + REVOKED_GROUPS,
	GROUPS = KEPT_GROUPS + REMOVED_GROUPS,
	FIRST_MAILBOX = GROUPS,
	FIRST_PASSING = FIRST_MAILBOX + KEPT_MAILBOXES,
	PLACES = FIRST_PASSING + PASSING_MAILBOXES,

	EVERYBODY = PLACES,	/* where a broadcast goes */
};

/* Installs and registers the kept ones; no other is there then. */
void places_make(void);

/* Removes all of them. */
void places_remove(void);

bool place_is_mailbox(int place);
bool place_is_kept(int place);

unsigned int place_number(int group);
const char *place_name(int mailbox);

/* Another descriptor, of an open file that outlives the caller. */
int place_kept_fd(int place);

/* A file of the caller's own, or -1: for groups that may be missing. */
int place_open(int group, int flags);

#endif /* DEATH_PLACE_H */
