/* SPDX-License-Identifier: GPL-2.0 */
/* Names of groups and mailboxes, in fields padded with zeros: few, so that all meet. */
#ifndef FUZZ_NAME_H
#define FUZZ_NAME_H

#include "fuzz/calls/flaws.h"

/* A mailbox's; now and then one that is refused. */
void name_mailbox(char field[16], uint64_t *random, struct flaws *flaws);

/* That of a worker's file alone; it has a second one for when it registers anew. */
void name_own(char *field, unsigned int worker, unsigned int place, bool again);

/* A group's, likewise. */
void name_group(char field[64], uint64_t *random, struct flaws *flaws);

#endif /* FUZZ_NAME_H */
