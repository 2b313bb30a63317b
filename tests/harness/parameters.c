// SPDX-License-Identifier: GPL-2.0
#include "harness/parameters.h"

#include "harness/suite.h"
#include "harness/sysfs.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char * const writable[] = {
	"max_message_size", "max_storage_size", "max_total_size", "max_groups", "user_share",
};

static long before[COUNT(writable)];

struct path {
	char text[128];
};

static struct path path_of(const char *name)
{
	struct path path;

	snprintf(path.text, sizeof(path.text), MODULE_PARAMETERS "%s", name);
	return path;
}

long parameter_get(const char *name)
{
	struct path path = path_of(name);

	return sysfs_read_number(path.text);
}

int parameter_try_set(const char *name, const char *value)
{
	struct path path = path_of(name);

	return sysfs_try_write(path.text, value);
}

void parameter_set(const char *name, long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", value);
	if (parameter_try_set(name, text))
		fail_msg("%s: cannot be %s: errno %d", name, text, errno);
}

int parameters_remember(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(writable); i++)
		before[i] = parameter_get(writable[i]);
	return 0;
}

int parameters_restore(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(writable); i++)
		parameter_set(writable[i], before[i]);
	return 0;
}
