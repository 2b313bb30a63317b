// SPDX-License-Identifier: GPL-2.0
#include "harness/option.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void refuse(const char *word, const struct option_number *known)
{
	fprintf(stderr, "%s: not understood; there are --seed N", word);
	for (; known->name; known++)
		fprintf(stderr, ", --%s N (%lu)", known->name, *known->value);
	fputc('\n', stderr);
	exit(2);
}

static unsigned long number(const char *text, const struct option_number *known)
{
	unsigned long value;
	char *end;

	if (!text || *text < '0' || *text > '9')
		refuse(text ?: "(nothing)", known);
	errno = 0;
	value = strtoul(text, &end, 0);
	if (errno || *end)
		refuse(text, known);
	return value;
}

static const struct option_number *find(const char *word, const struct option_number *known)
{
	const struct option_number *one;

	for (one = known; one->name; one++) {
		if (!strncmp(word, "--", 2) && !strcmp(word + 2, one->name))
			return one;
	}
	refuse(word, known);
	return NULL;
}

void option_read(char *words[], const struct option_number *known)
{
	for (words++; *words; words += 2) {
		unsigned long value = number(words[1], known);

		if (!strcmp(*words, "--seed"))
			setenv("SEED", words[1], 1);
		else
			*find(*words, known)->value = value;
	}
}
