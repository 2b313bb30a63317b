// SPDX-License-Identifier: GPL-2.0
#include "stress/death/letter.h"

#include <stdint.h>
#include <string.h>

#define MAGIC 0x4c455454u	/* no byte of it is zero */

struct letter {
	uint32_t magic;
	uint32_t number;
	uint32_t place;
	uint32_t size;
	char padding[];
};

static char filler(uint32_t number)
{
	return 'a' + number % 26;
}

void letter_write(char *bytes, const struct ticket *ticket, size_t size)
{
	struct letter letter = {
		.magic = MAGIC,
		.number = ledger_number(ticket),
		.place = ticket->place,
		.size = size,
	};

	memcpy(bytes, &letter, sizeof(letter));
	memset(bytes + sizeof(letter), filler(letter.number), size - sizeof(letter));
}

/* The rest is as it was sent, and behind its end nothing was touched. */
static bool padding_is_right(const struct letter *letter)
{
	size_t i;

	for (i = 0; i < RECEIPT_BYTES - sizeof(*letter); i++) {
		bool inside = i + sizeof(*letter) < letter->size;

		if (letter->padding[i] != (inside ? filler(letter->number) : '\0'))
			return false;
	}
	return true;
}

static bool length_is_right(const struct receipt *receipt, const struct letter *letter)
{
	ssize_t length = letter->size < RECEIPT_BYTES ? letter->size : RECEIPT_BYTES;

	return receipt->result == length || receipt->result == NO_RESULT_YET;
}

struct ticket *letter_read(const struct receipt *receipt)
{
	const struct letter *letter = (const struct letter *)receipt->bytes;

	if (letter->magic != MAGIC || letter->number >= ledger_tickets() ||
	    letter->place != (uint32_t)ledger_ticket(letter->number)->place ||
	    !padding_is_right(letter) || !length_is_right(receipt, letter)) {
		ledger_fault("place %d: %zd bytes, which nobody sent", receipt->place,
			     receipt->result);
		return NULL;
	}
	return ledger_ticket(letter->number);
}
