// SPDX-License-Identifier: GPL-2.0
#include "stress/death/post.h"

#include "stress/death/ledger.h"
#include "stress/death/letter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Why a message may be refused there. */
static bool may_refuse(int place, int error)
{
	if (place_is_mailbox(place))
		return error == ENOENT && place != EVERYBODY && !place_is_kept(place);
	return error == ENOSPC || error == EMSGSIZE ||
		(error == ENODEV && !place_is_kept(place));
}

static void send(int fd, struct ticket *ticket, const char *bytes, size_t size)
{
	ssize_t written = write(fd, bytes, size);
	int error = errno;

	ticket->answer = written < 0 ? REFUSED : ACCEPTED;
	if (written < 0 ? !may_refuse(ticket->place, error) : written != (ssize_t)size)
		ledger_fault("place %d: write of %zu bytes returns %zd, errno %d",
			     ticket->place, size, written, error);
}

void post_to_group(int fd, int group, size_t size)
{
	struct ticket *ticket = ledger_take_ticket(group, -1);
	char bytes[LETTER_MAX];

	if (!ticket)
		return;
	letter_write(bytes, ticket, size);
	send(fd, ticket, bytes, size);
}

static void command(int fd, int own, int to, const char *words, size_t size)
{
	struct ticket *ticket = ledger_take_ticket(to, own);
	size_t length = strlen(words);
	char bytes[32 + LETTER_MAX];

	if (!ticket)
		return;
	memcpy(bytes, words, length);
	letter_write(bytes + length, ticket, size);
	send(fd, ticket, bytes, length + size);
}

void post_to_mailbox(int fd, int own, int mailbox, size_t size)
{
	char words[32];

	snprintf(words, sizeof(words), "/msg %s ", place_name(mailbox));
	command(fd, own, mailbox, words, size);
}

void post_to_everybody(int fd, int own, size_t size)
{
	command(fd, own, EVERYBODY, "/all ", size);
}

/* How a read may end that brings nothing. */
static bool may_be_empty(int place, long got, int error)
{
	if (!got)
		return !place_is_mailbox(place);
	return error == EAGAIN ||
		(error == ENODEV && !place_is_mailbox(place) && !place_is_kept(place));
}

long post_receive(int fd, int place)
{
	struct receipt *receipt = ledger_take_receipt();
	long got;

	if (!receipt)
		return -1;
	receipt->place = place;
	receipt->result = NO_RESULT_YET;
	errno = 0;
	got = read(fd, receipt->bytes, sizeof(receipt->bytes));
	receipt->result = got;
	if (got > 0)
		ledger_use_receipt();
	else if (!may_be_empty(place, got, errno))
		ledger_fault("place %d: read returns %ld, errno %d", place, got, errno);
	return got;
}
