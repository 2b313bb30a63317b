// SPDX-License-Identifier: GPL-2.0
#include "harness/table.h"

#include "harness/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_table(const char *table)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), TABLE_FOLDER "%s", table);
	file = fopen(path, "r");
	if (!file)
		fail_msg("%s: errno %d", path, errno);
	return file;
}

/* What stands behind these words, or NULL if others are there. */
static const char *behind(const char *line, const char *words)
{
	size_t length;

	for (;;) {
		words += strspn(words, " ");
		line += strspn(line, " ");
		if (!*words)
			return line;
		length = strcspn(words, " ");
		if (length != strcspn(line, " \n") || strncmp(line, words, length))
			return NULL;
		words += length;
		line += length;
	}
}

static unsigned int count_lines(const char *table, const char *words, char *rest, size_t size)
{
	FILE *file = open_table(table);
	unsigned int count = 0;
	const char *found;
	char line[256];

	while (fgets(line, sizeof(line), file)) {
		found = behind(line, words);
		if (found && !count++)
			snprintf(rest, size, "%s", found);
	}
	fclose(file);
	return count;
}

bool table_find(const char *table, const char *words, char *rest, size_t size)
{
	return count_lines(table, words, rest, size);
}

long table_number(const char *table, const char *words, unsigned int column)
{
	char rest[256], *word, *save = NULL;

	if (!table_find(table, words, rest, sizeof(rest)))
		fail_msg("%s: no line begins with: %s", table, words);
	word = strtok_r(rest, " \n", &save);
	while (word && column--)
		word = strtok_r(NULL, " \n", &save);
	if (!word)
		fail_msg("%s: too few columns: %s", table, words);
	return strtol(word, NULL, 10);
}

unsigned int table_count(const char *table, const char *words)
{
	char rest[256];

	return count_lines(table, words, rest, sizeof(rest));
}

void table_expect_count(const char *table, const char *words, unsigned int count)
{
	assert_int_equal(table_count(table, words), count);
}
