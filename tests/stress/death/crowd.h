/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The crowd: processes that play the roles until they are killed, and are
 * replaced then. Every third one has two threads.
 */
#ifndef DEATH_CROWD_H
#define DEATH_CROWD_H

#include <stdint.h>

/* One at least for each role. */
void crowd_start(uint64_t *random);

/* Kills one to four at once and replaces them; returns how many. */
unsigned int crowd_kill_some(uint64_t *random);

/* Kills all, all at once; returns how many. There is no child any more. */
unsigned int crowd_kill_all(void);

#endif /* DEATH_CROWD_H */
