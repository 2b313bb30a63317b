// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/synchmess.h>

#include "number.h"

bool number_parse(const char *text, unsigned long min, unsigned long max,
		  unsigned long *number)
{
	/* strtoul() also takes blanks and signs. */
	if (!*text || text[strspn(text, "0123456789")])
		return false;

	errno = 0;
	*number = strtoul(text, NULL, 10);
	return !errno && *number >= min && *number <= max;
}

bool number_parse_mode(const char *text, unsigned long *mode)
{
	char *end;

	if (*text < '0' || *text > '7')
		return false;
	errno = 0;
	*mode = strtoul(text, &end, 8);
	return !errno && !*end && !(*mode & ~0666UL);
}

bool number_parse_group(const char *text, unsigned int *group)
{
	unsigned long number;

	if (!number_parse(text, 1, SYNCHMESS_MAX_DESCRIPTOR, &number))
		return false;
	*group = number;
	return true;
}
