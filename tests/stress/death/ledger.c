// SPDX-License-Identifier: GPL-2.0
#include "stress/death/ledger.h"

#include "harness/suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define TICKETS 65536
#define RECEIPTS (4 * TICKETS)
#define FAULTS 16

struct fault {
	atomic_bool complete;
	char text[512];
};

struct ledger {
	atomic_uint tickets_taken;
	atomic_uint receipts_taken;
	atomic_uint receipts_to_take;
	atomic_uint faults_noted;
	struct fault faults[FAULTS];
	struct barrier_book barriers[GROUPS];
	struct ticket tickets[TICKETS];
	struct receipt receipts[RECEIPTS] __attribute__((aligned(RECEIPT_SIZE)));
};

static struct ledger *ledger;
static _Thread_local struct receipt *unused;

_Static_assert(sizeof(struct receipt) == RECEIPT_SIZE, "a receipt lies within a page");

void ledger_open(void)
{
	ledger = mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	assert_true(ledger != MAP_FAILED);
	/* Half is enough for what can be queued, at one receipt a ticket. */
	ledger->receipts_to_take = RECEIPTS / 2;
	unused = NULL;
}

void ledger_close(void)
{
	assert_ok(munmap(ledger, sizeof(*ledger)));
}

/* The next number below @bound, or @bound: it does not run over. */
static unsigned int take(atomic_uint *taken, unsigned int bound)
{
	unsigned int number = *taken;

	while (number < bound && !atomic_compare_exchange_weak(taken, &number, number + 1))
		;
	return number < bound ? number : bound;
}

struct ticket *ledger_take_ticket(int place, int own)
{
	unsigned int number = take(&ledger->tickets_taken, TICKETS);
	struct ticket *ticket = &ledger->tickets[number];

	if (number == TICKETS)
		return NULL;
	ticket->place = place;
	ticket->own = own;
	ticket->answer = NONE_YET;
	return ticket;
}

struct receipt *ledger_take_receipt(void)
{
	unsigned int bound = ledger->receipts_to_take, number;

	if (unused)
		return unused;
	number = take(&ledger->receipts_taken, bound);
	if (number < bound)
		unused = &ledger->receipts[number];
	return unused;
}

void ledger_use_receipt(void)
{
	unused = NULL;
}

void ledger_last_receipts(void)
{
	ledger->receipts_to_take = RECEIPTS;
}

unsigned int ledger_tickets(void)
{
	return ledger->tickets_taken;
}

unsigned int ledger_receipts(void)
{
	return ledger->receipts_taken;
}

unsigned int ledger_number(const struct ticket *ticket)
{
	return ticket - ledger->tickets;
}

struct ticket *ledger_ticket(unsigned int number)
{
	return &ledger->tickets[number];
}

struct receipt *ledger_receipt(unsigned int number)
{
	return &ledger->receipts[number];
}

struct barrier_book *ledger_barrier(int group)
{
	return &ledger->barriers[group];
}

void ledger_fault(const char *format, ...)
{
	unsigned int number = ledger->faults_noted++;
	va_list values;

	if (number >= FAULTS)
		return;
	va_start(values, format);
	vsnprintf(ledger->faults[number].text, sizeof(ledger->faults[number].text), format,
		  values);
	va_end(values);
	ledger->faults[number].complete = true;
}

unsigned int ledger_faults(void)
{
	unsigned int i;

	for (i = 0; i < FAULTS && i < ledger->faults_noted; i++) {
		if (ledger->faults[i].complete)
			fprintf(stderr, "%s\n", ledger->faults[i].text);
	}
	return ledger->faults_noted;
}
