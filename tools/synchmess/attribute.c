// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "attribute.h"
#include "command.h"
#include "group.h"
#include "report.h"

#define STATISTIC(_name) .name = #_name, .file = "statistics/" #_name
#define SETTING(_name) .name = #_name, .file = #_name

const struct attribute attributes[] = {
	{ STATISTIC(queued), .heading = "QUEUED", .width = 7 },
	{ STATISTIC(scheduled), .heading = "SCHEDULED", .width = 9 },
	{ STATISTIC(stored), .heading = "STORED", .width = 8 },
	{ SETTING(max_message_size), .heading = "MAX_MESSAGE", .width = 11,
	  .values = "1 to 16777216; 0 follows the module" },
	{ SETTING(max_storage_size), .heading = "MAX_STORAGE", .width = 11,
	  .values = "1 to the largest long; 0 follows the module" },
	{ SETTING(send_delay), .heading = "DELAY", .width = 6,
	  .values = "milliseconds" },
	{ SETTING(sleepers), .heading = "SLEEPERS", .width = 8 },
	{ SETTING(empty_read), .heading = "EMPTY", .width = 5, .text = true,
	  .values = "eof, again or block" },
	{ SETTING(full_write), .heading = "FULL", .width = 11, .text = true,
	  .values = "fail, block or drop-oldest" },
	{ STATISTIC(sent) },
	{ STATISTIC(delivered) },
	{ STATISTIC(leased) },
	{ STATISTIC(revoked) },
	{ STATISTIC(expired) },
	{ STATISTIC(overwritten) },
	{ STATISTIC(dropped) },
	{ }
};

int attribute_read(const struct attribute *attribute, unsigned int group,
		   char value[SYSFS_VALUE_SIZE])
{
	char path[GROUP_PATH_SIZE];

	group_sysfs_path(group, attribute->file, path);
	return sysfs_read(path, value);
}

static const struct attribute *find(const char *name)
{
	const struct attribute *attribute;

	for (attribute = attributes; attribute->name; attribute++)
		if (!strcmp(attribute->name, name))
			return attribute;
	return NULL;
}

int run_get(const struct request *request)
{
	const struct attribute *attribute = find(request->arguments[0]);
	char value[SYSFS_VALUE_SIZE];
	int error;

	if (!attribute)
		return usage_error(request, "no such attribute", request->arguments[0]);

	error = attribute_read(attribute, request->group, value);
	if (error) {
		group_report_sysfs(request->group, attribute->name, -error);
		return EXIT_FAILED;
	}
	puts(value);
	return EXIT_DONE;
}

int run_set(const struct request *request)
{
	const struct attribute *attribute = find(request->arguments[0]);
	const char *value = request->arguments[1];
	char path[GROUP_PATH_SIZE];
	int error;

	if (!attribute || !attribute->values)
		return usage_error(request, "no such writable attribute",
				   request->arguments[0]);

	group_sysfs_path(request->group, attribute->file, path);
	error = sysfs_write(path, value);
	if (!error)
		return EXIT_DONE;

	if (error == -EINVAL || error == -ERANGE)
		report("group %u: %s cannot be '%s', but: %s", request->group,
		       attribute->name, value, attribute->values);
	else
		group_report_sysfs(request->group, attribute->name, -error);
	return EXIT_FAILED;
}
