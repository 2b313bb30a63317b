// SPDX-License-Identifier: GPL-2.0
#include "harness/failure.h"

#include "harness/suite.h"
#include "harness/sysfs.h"

#include <stdio.h>

static const char * const kinds[] = { "memory", "share", "storage", "copy" };

struct path {
	char text[128];
};

static struct path path_of(const char *kind, const char *number)
{
	struct path path;

	snprintf(path.text, sizeof(path.text), FAILURES "/%s/%s", kind, number);
	return path;
}

int failure_try_set(const char *kind, const char *number, const char *text)
{
	struct path path = path_of(kind, number);

	return sysfs_try_write(path.text, text);
}

void failure_set(const char *kind, const char *number, long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", value);
	if (failure_try_set(kind, number, text))
		fail_msg("%s/%s: cannot be %s: errno %d", kind, number, text, errno);
}

long failure_get(const char *kind, const char *number)
{
	struct path path = path_of(kind, number);

	return sysfs_read_number(path.text);
}

void failure_on(const char *kind)
{
	failure_set(kind, "interval", 1);
}

void failure_off(const char *kind)
{
	failure_set(kind, "interval", 0);
}

void failure_reset(void)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		failure_off(kinds[i]);
		failure_set(kinds[i], "times", -1);
		failure_set(kinds[i], "process", 0);
	}
}
