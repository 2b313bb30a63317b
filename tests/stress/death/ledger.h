/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ledger: what victims note of their messages, in memory that outlives them.
 *
 * A sender takes a ticket before it sends, and notes on it afterwards what the
 * kernel answered. If it dies in between, the ticket still says that there may
 * be such a message.
 *
 * A reader takes a receipt before it reads, and the kernel delivers right into
 * it. If it dies thereafter, the message is on the receipt.
 */
#ifndef DEATH_LEDGER_H
#define DEATH_LEDGER_H

#include "stress/death/place.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/types.h>

enum answer {
	NOT_TAKEN,
	NONE_YET,	/* the sender may have died */
	ACCEPTED,
	REFUSED,
};

struct ticket {
	atomic_int answer;
	int place;	/* where to, or EVERYBODY */
	int own;	/* the sender's own mailbox, or -1 */
};

#define RECEIPT_SIZE 128	/* a part of a page: no copy is interrupted half-way */
#define RECEIPT_BYTES (RECEIPT_SIZE - 16)

/* What a read has not returned; the reader may have died. */
#define NO_RESULT_YET (-2)

struct receipt {
	int place;
	ssize_t result;
	char bytes[RECEIPT_BYTES];	/* zero where nothing was delivered */
};

/* Of a group's barrier: the sleeps that ended well, the awakes and whom they woke. */
struct barrier_book {
	atomic_ulong slept;
	atomic_ulong called;
	atomic_ulong answered;
	atomic_ulong woken;
};

/* A fresh one; the processes that are started afterwards share it. */
void ledger_open(void);
void ledger_close(void);

/* NULL when there are no more. A thread is given its receipt again until that is used. */
struct ticket *ledger_take_ticket(int place, int own);
struct receipt *ledger_take_receipt(void);
void ledger_use_receipt(void);

/* From here on also the receipts that were kept back for the end. */
void ledger_last_receipts(void);

/* What was taken; numbers count from 0. */
unsigned int ledger_tickets(void);
unsigned int ledger_receipts(void);
unsigned int ledger_number(const struct ticket *ticket);
struct ticket *ledger_ticket(unsigned int number);
struct receipt *ledger_receipt(unsigned int number);

struct barrier_book *ledger_barrier(int group);

/* Something is not as it must be: noted here, and printed by the one who judges. */
void ledger_fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints them; returns how many. */
unsigned int ledger_faults(void);

#endif /* DEATH_LEDGER_H */
