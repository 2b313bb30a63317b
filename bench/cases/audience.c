// SPDX-License-Identifier: GPL-2.0
#include "cases/audience.h"

#include "bounds.h"
#include "must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PREFIX 13	/* "/msg 0000000 " */

bool audience_fits(unsigned int count)
{
	return count + 1 <= bounds_read("/sys/module/synchmess/parameters/MAX_DEVICES");
}

void audience_open(struct audience *audience, unsigned int count, size_t depth)
{
	char name[16];
	unsigned int i;

	audience->speaker = mailbox_register("speaker", 1);
	audience->count = count;
	audience->listeners = must_have(calloc(count, sizeof(*audience->listeners)));
	for (i = 0; i < count; i++) {
		sprintf(name, "%07u", i);
		audience->listeners[i] = mailbox_register(name, depth);
	}
	memset(audience->text, 'x', sizeof(audience->text));
}

void audience_close(struct audience *audience)
{
	unsigned int i;

	for (i = 0; i < audience->count; i++)
		must(close(audience->listeners[i]));
	must(close(audience->speaker));
	free(audience->listeners);
}

void audience_tell(struct audience *audience, unsigned int listener)
{
	unsigned int digit;

	memcpy(audience->text, "/msg 0000000 ", PREFIX);
	for (digit = PREFIX - 2; listener; listener /= 10)
		audience->text[digit--] = '0' + listener % 10;
	must_be(PREFIX + AUDIENCE_SIZE,
		write(audience->speaker, audience->text, PREFIX + AUDIENCE_SIZE));
}

void audience_hear(struct audience *audience, unsigned int listener)
{
	char bytes[AUDIENCE_SIZE];

	must_be(AUDIENCE_SIZE, read(audience->listeners[listener], bytes, AUDIENCE_SIZE));
}
