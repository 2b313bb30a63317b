// SPDX-License-Identifier: GPL-2.0
#include "harness/kernel_log.h"

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATTERNS "/usr/share/synchmess/trouble"
#define MOST_PATTERNS 128

static int log_fd = -1;
static regex_t patterns[MOST_PATTERNS];
static size_t pattern_count;

static void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void load_patterns(void)
{
	FILE *file = fopen(PATTERNS, "r");
	char line[512];

	if (!file)
		die(PATTERNS);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		if (pattern_count == MOST_PATTERNS ||
		    regcomp(&patterns[pattern_count], line, REG_EXTENDED | REG_NOSUB | REG_ICASE))
			die(line);
		pattern_count++;
	}
	fclose(file);
}

/* A mark is an open descriptor that stands behind the last record. */
void kernel_log_mark(void)
{
	if (!pattern_count)
		load_patterns();
	if (log_fd < 0)
		log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd < 0 || lseek(log_fd, 0, SEEK_END) < 0)
		die("/dev/kmsg");
}

/* The next record's text, or NULL at the end. */
static const char *next_record(void)
{
	static char record[8192];
	ssize_t length;
	char *text;

	do
		length = read(log_fd, record, sizeof(record) - 1);
	while (length < 0 && errno == EPIPE);	/* overwritten ones are skipped */
	if (length < 0)
		return NULL;
	record[length] = '\0';
	text = strchr(record, ';');
	return text ? text + 1 : record;
}

/* Whose race it is only a whole report tells: vm/parts/judge looks at those. */
static bool is_race(const char *text)
{
	return strcasestr(text, "kcsan");
}

static bool is_trouble(const char *text)
{
	size_t i;

	if (is_race(text))
		return false;
	for (i = 0; i < pattern_count; i++) {
		if (!regexec(&patterns[i], text, 0, NULL, 0))
			return true;
	}
	return false;
}

bool kernel_log_has_trouble(void)
{
	bool trouble = false;
	const char *text;

	while ((text = next_record())) {
		if (is_trouble(text)) {
			fprintf(stderr, "# kernel log: %s", text);
			trouble = true;
		}
	}
	return trouble;
}

bool kernel_log_contains(const char *words)
{
	const char *text;

	while ((text = next_record())) {
		if (strstr(text, words))
			return true;
	}
	return false;
}
