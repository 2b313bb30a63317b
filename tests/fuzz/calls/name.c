// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/name.h"

#include "fuzz/calls/file.h"
#include "fuzz/calls/structure.h"
#include "harness/random.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Of more workers than that the names are not known to others. */
#define WORKERS 6

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	int error;
} bad_mailboxes[] = {
	{ "a b", EINVAL }, { "\x01", EINVAL }, { "\t", EINVAL }, { "a\x7f", EINVAL },
	{ "", EINVAL },
	{ "123456789", ENAMETOOLONG }, { "123456789012345", ENAMETOOLONG },
};

static const char * const bad_groups[] = {
	".", "..", ".hidden", "a/b", "a b", "a\n", "\xc3\xa9", "a%s", "a:b", "\x7f",
};

void name_own(char *field, unsigned int worker, unsigned int place, bool again)
{
	snprintf(field, SYNCHMESS_MAILBOX_NAME_MAX + 1, "%u%c%u", worker, again ? '.' : '-', place);
}

/* Something behind the end. */
static void spoil_padding(char *field, size_t size, uint64_t *random, struct flaws *flaws)
{
	size_t length = strlen(field), place = length + 1 + random_below(random, size - length - 1);

	field[place] = 'x';
	flaws_add(flaws, EINVAL);
}

static void fill(char *field, size_t size)
{
	memset(field, 'x', size);
}

void name_mailbox(char field[16], uint64_t *random, struct flaws *flaws)
{
	static const char * const names[] = {
		"a", "b", "carol", "12345678", "d", "e", "f", "g", "\xff\xfe",
	};
	unsigned int bad = random_below(random, COUNT(bad_mailboxes));

	if (structure_one_in(random, 3))
		strcpy(field, names[random_below(random, COUNT(names))]);
	else
		name_own(field, random_below(random, WORKERS),
			 FIRST_MAILBOX + random_below(random, MAILBOX_FILES),
			 random_below(random, 2));
	switch (random_below(random, 48)) {
	case 0:
		spoil_padding(field, 16, random, flaws);
		break;
	case 1:
		fill(field, 16);
		flaws_add(flaws, EINVAL);
		break;
	case 2:
		memset(field, 0, 16);
		strcpy(field, bad_mailboxes[bad].name);
		flaws_add(flaws, bad_mailboxes[bad].error);
		break;
	}
}

void name_group(char field[64], uint64_t *random, struct flaws *flaws)
{
	static const char * const names[] = { "one", "two", "Three-3", "_4", "5.6" };

	strcpy(field, names[random_below(random, COUNT(names))]);
	switch (random_below(random, 48)) {
	case 0:
		spoil_padding(field, 64, random, flaws);
		break;
	case 1:
		fill(field, 64);
		flaws_add(flaws, EINVAL);
		break;
	case 2:
		memset(field, 0, 64);
		strcpy(field, bad_groups[random_below(random, COUNT(bad_groups))]);
		flaws_add(flaws, EINVAL);
		break;
	case 3:		/* the longest */
		fill(field, SYNCHMESS_GROUP_NAME_MAX);
		break;
	}
}
