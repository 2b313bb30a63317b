// SPDX-License-Identifier: GPL-2.0
#include "stress/death/verdict.h"

#include "stress/death/ledger.h"
#include "stress/death/letter.h"
#include "stress/death/post.h"

#include "harness/fdinfo.h"
#include "harness/group.h"
#include "harness/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No more can sleep at once, nor be woken by one call. */
#define MOST_SLEEPERS 64

/* What the victims' notes say of a place. */
struct tally {
	unsigned long accepted;
	unsigned long unknown;	/* the sender died before it knew */
	unsigned long lost;	/* accepted, and nobody has seen it */
	unsigned long seen;
};

static struct tally tallies[PLACES];

/* For each ticket a bit for each place that has seen it. */
static unsigned int *seen_at;

/* Whatever is delayed comes now, and what is queued is taken. */
static void drain(int place)
{
	int fd = place_kept_fd(place);

	if (!place_is_mailbox(place)) {
		group_set(place_number(place), "empty_read", "again");
		assert_ok(fsync(fd));
	}
	while (post_receive(fd, place) > 0)
		;
	close(fd);
}

static void see(const struct ticket *ticket, int place)
{
	unsigned int number = ledger_number(ticket);

	if (ticket->answer == REFUSED)
		ledger_fault("message %u: refused, and seen at %d", number, place);
	if (ticket->place == EVERYBODY ? ticket->own == place || !place_is_mailbox(place) :
					 ticket->place != place)
		ledger_fault("message %u: for %d, and seen at %d", number, ticket->place, place);
	if (seen_at[number] & 1u << place)
		ledger_fault("message %u: seen twice at %d", number, place);
	seen_at[number] |= 1u << place;
	tallies[place].seen++;
}

static void read_receipts(void)
{
	unsigned int i;

	for (i = 0; i < ledger_receipts(); i++) {
		const struct receipt *receipt = ledger_receipt(i);
		const struct ticket *ticket;

		/* Whoever had it died before anything came. */
		if (!receipt->bytes[0] && receipt->result <= 0)
			continue;
		ticket = letter_read(receipt);
		if (ticket)
			see(ticket, receipt->place);
	}
}

static bool goes_to(const struct ticket *ticket, int place)
{
	if (ticket->place == EVERYBODY)
		return place_is_mailbox(place) && ticket->own != place;
	return ticket->place == place;
}

static void count_ticket(const struct ticket *ticket, struct tally *tally, bool seen)
{
	switch (ticket->answer) {
	case NONE_YET:
		tally->unknown++;
		break;
	case ACCEPTED:
		tally->accepted++;
		tally->lost += !seen;
	}
}

static void read_tickets(void)
{
	unsigned int i;
	int place;

	for (i = 0; i < ledger_tickets(); i++) {
		for (place = 0; place < PLACES; place++) {
			if (goes_to(ledger_ticket(i), place))
				count_ticket(ledger_ticket(i), &tallies[place],
					     seen_at[i] & 1u << place);
		}
	}
}

static void expect(int place, const char *what, bool condition, const struct fdinfo *books)
{
	const struct tally *tally = &tallies[place];

	if (!condition)
		ledger_fault("place %d: not %s: %lu accepted, %lu unknown, %lu lost, %lu seen; %s",
			     place, what, tally->accepted, tally->unknown, tally->lost,
			     tally->seen, books->text);
}

static void compare_with_books(int place)
{
	const struct tally *tally = &tallies[place];
	unsigned long sent, gone, left;
	int fd = place_kept_fd(place);
	struct fdinfo books;

	fdinfo_read(fd, &books);
	close(fd);
	sent = fdinfo_number(&books, "sent");
	gone = fdinfo_number(&books, "revoked") + fdinfo_number(&books, "overwritten");
	left = fdinfo_number(&books, "queued") + fdinfo_number(&books, "scheduled") +
		fdinfo_number(&books, "stored") + fdinfo_number(&books, "dropped");
	expect(place, "in balance", fdinfo_balances(&books), &books);
	expect(place, "empty", !left, &books);
	expect(place, "as many sent as accepted", sent >= tally->accepted &&
	       sent <= tally->accepted + tally->unknown, &books);
	expect(place, "as many delivered as seen",
	       (unsigned long)fdinfo_number(&books, "delivered") == tally->seen, &books);
	expect(place, "all seen, revoked or overwritten", tally->lost <= gone, &books);
	expect(place, "free of that", place >= PLAIN_GROUPS || !gone, &books);
}

static void check_barrier(int group)
{
	const struct barrier_book *book = ledger_barrier(group);
	unsigned long unknown = book->called - book->answered;

	if (book->slept > book->woken + unknown * MOST_SLEEPERS)
		ledger_fault("group %d: %lu were awake, %lu were woken", group, book->slept,
			     book->woken);
	if (place_is_kept(group) && group_get(place_number(group), "sleepers"))
		ledger_fault("group %d: the dead sleep: %ld", group,
			     group_get(place_number(group), "sleepers"));
}

/* A line of headings, and the kept ones. */
static void check_mailboxes(void)
{
	FILE *list = fopen("/sys/kernel/debug/synchmess/mailboxes", "r");
	int left = -1;
	char line[256];

	assert_non_null(list);
	while (fgets(line, sizeof(line), list))
		left++;
	fclose(list);
	if (left != KEPT_MAILBOXES)
		ledger_fault("%d mailboxes are left, not %d", left, KEPT_MAILBOXES);
}

void verdict_find(void)
{
	int place;

	ledger_last_receipts();
	for (place = 0; place < PLACES; place++) {
		if (place_is_kept(place))
			drain(place);
	}
	memset(tallies, 0, sizeof(tallies));
	seen_at = calloc(ledger_tickets() + 1, sizeof(*seen_at));
	assert_non_null(seen_at);
	read_receipts();
	read_tickets();
	free(seen_at);

	for (place = 0; place < PLACES; place++) {
		if (place_is_kept(place))
			compare_with_books(place);
		if (!place_is_mailbox(place))
			check_barrier(place);
	}
	check_mailboxes();
}
