/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is known of an open file, whichever of its descriptors is used. Only who is alone
 * with it knows anything.
 */
#ifndef FUZZ_OPENED_H
#define FUZZ_OPENED_H

#include "fuzz/calls/tokens.h"

#include <stdbool.h>
#include <stdint.h>

/* One for each file, and one for that which takes another's place. */
#define OPENED (FILES + PRIVATE_FILES + 1)

struct worker;

/**
 * struct reading - what reads of an open file do
 * @known: has somebody asked for more than bytes
 * @header: bytes of stamp
 * @leases: messages are leased
 * @span: for which
 * @pending: is there something that the next read acks
 * @latest: the token of that; 0: not known
 */
struct reading {
	enum { ONLY_BYTES, AS_SAID, UNSURE } known;
	unsigned int header;
	bool leases;
	uint64_t span;
	enum { NOTHING, SOMETHING, ANYTHING } pending;
	uint64_t latest;
};

/**
 * struct opened - an open file
 * @generation: of the group's barrier, at least
 * @meeting: the number of the group's meeting in progress, at least
 * @joined: is it a member of those who meet
 * @reading: what reads do
 * @tokens: what it leased
 */
struct opened {
	uint64_t generation, meeting;
	enum { PERHAPS, JOINED, NOT_JOINED } joined;
	struct reading reading;
	struct tokens tokens;
};

/* One that no file has. */
struct opened *opened_new(struct worker *worker);

/* Each file has one, whether it is open or not. */
void opened_init(struct worker *worker);

/* What was read last may have been acked, and something else be the last. */
void opened_doubt_latest(struct opened *opened);

/* A ring reads, now or later, from whatever file it is. */
void opened_read_elsewhere(struct worker *worker);

/* Others may have used them. What only ascends has not descended. */
void opened_forget(struct worker *worker);

#endif /* FUZZ_OPENED_H */
