/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A letter: the bytes of a message, which say which ticket it has. There is no
 * zero and no newline at its end, so a mailbox takes it as it is.
 */
#ifndef DEATH_LETTER_H
#define DEATH_LETTER_H

#include "stress/death/ledger.h"

enum {
	LETTER_MIN = 17,
	LETTER_MAX = 6000,
};

/* SIZE bytes, LETTER_MIN to LETTER_MAX. */
void letter_write(char *bytes, const struct ticket *ticket, size_t size);

/* The ticket of what was delivered on this receipt; NULL and a fault if it is no letter. */
struct ticket *letter_read(const struct receipt *receipt);

#endif /* DEATH_LETTER_H */
