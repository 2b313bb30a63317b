// SPDX-License-Identifier: GPL-2.0
#include "harness/fdinfo.h"

#include "harness/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void fdinfo_read(int fd, struct fdinfo *info)
{
	char path[64];
	ssize_t length;
	int file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = open(path, O_RDONLY | O_CLOEXEC);
	assert_ok(file);
	length = read(file, info->text, sizeof(info->text) - 1);
	assert_ok(length);
	close(file);
	info->text[length] = '\0';
}

/* The value behind "FIELD:\t" at the beginning of a line. */
static const char *find(const struct fdinfo *info, const char *field)
{
	size_t length = strlen(field);
	const char *line;

	for (line = info->text; line && *line; line = strchr(line, '\n'), line += !!line) {
		if (!strncmp(line, field, length) && !strncmp(line + length, ":\t", 2))
			return line + length + 2;
	}
	fail_msg("fdinfo shows no %s", field);
	return NULL;
}

long fdinfo_number(const struct fdinfo *info, const char *field)
{
	const char *text = find(info, field);
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end != '\n')
		fail_msg("%s: not a number: %s", field, text);
	return value;
}

long fdinfo_now(int fd, const char *field)
{
	struct fdinfo info;

	fdinfo_read(fd, &info);
	return fdinfo_number(&info, field);
}

void fdinfo_text(const struct fdinfo *info, const char *field, char *text, size_t size)
{
	const char *value = find(info, field);

	snprintf(text, size, "%.*s", (int)strcspn(value, "\n"), value);
}

bool fdinfo_balances(const struct fdinfo *info)
{
	return fdinfo_number(info, "sent") ==
		fdinfo_number(info, "delivered") + fdinfo_number(info, "queued") +
		fdinfo_number(info, "scheduled") + fdinfo_number(info, "leased") +
		fdinfo_number(info, "revoked") + fdinfo_number(info, "expired") +
		fdinfo_number(info, "overwritten") + fdinfo_number(info, "dropped");
}

void fdinfo_expect_balance(const struct fdinfo *info)
{
	if (!fdinfo_balances(info))
		fail_msg("the books do not balance:\n%s", info->text);
}
