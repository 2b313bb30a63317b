// SPDX-License-Identifier: GPL-2.0
/*
 * All groups, as a table or as JSON.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "attribute.h"
#include "command.h"
#include "group.h"
#include "number.h"
#include "report.h"

/* What stands before the number in a folder of the class. */
#define PREFIX		"synchmess"

/* As long as the path of the largest number. */
#define PATH_WIDTH	25

/* A row is complete or not shown: its group may be removed meanwhile. */
static json_t *read_group(unsigned int group)
{
	const struct attribute *attribute;
	char value[SYSFS_VALUE_SIZE];
	char path[GROUP_PATH_SIZE];
	json_t *row;

	group_device_path(group, path);
	row = json_pack("{s:i, s:s}", "group", group, "path", path);

	for (attribute = attributes; attribute->name; attribute++) {
		if (attribute_read(attribute, group, value)) {
			json_decref(row);
			return NULL;
		}
		json_object_set_new(row, attribute->name, attribute->text ?
				    json_string(value) : json_integer(atoll(value)));
	}
	return row;
}

static int is_group(const struct dirent *entry)
{
	unsigned int group;

	return !strncmp(entry->d_name, PREFIX, strlen(PREFIX)) &&
	       number_parse_group(entry->d_name + strlen(PREFIX), &group);
}

static json_t *read_groups(void)
{
	struct dirent **entries;
	int count, i;
	json_t *rows;

	count = scandir(GROUP_CLASS_DIR, &entries, is_group, versionsort);
	if (count < 0) {
		report_open(GROUP_CLASS_DIR, errno);
		return NULL;
	}

	rows = json_array();
	for (i = 0; i < count; i++) {
		unsigned int group;
		json_t *row;

		number_parse_group(entries[i]->d_name + strlen(PREFIX), &group);
		row = read_group(group);
		if (row)
			json_array_append_new(rows, row);
		free(entries[i]);
	}
	free(entries);
	return rows;
}

static void print_heading(void)
{
	const struct attribute *attribute;

	printf("%5s  %-*s", "GROUP", PATH_WIDTH, "PATH");
	for (attribute = attributes; attribute->name; attribute++)
		if (attribute->heading)
			printf("  %*s", attribute->width, attribute->heading);
	putchar('\n');
}

static void print_row(const json_t *row)
{
	const struct attribute *attribute;

	printf("%5" JSON_INTEGER_FORMAT "  %-*s",
	       json_integer_value(json_object_get(row, "group")),
	       PATH_WIDTH, json_string_value(json_object_get(row, "path")));

	for (attribute = attributes; attribute->name; attribute++) {
		const json_t *value = json_object_get(row, attribute->name);

		if (!attribute->heading)
			continue;
		if (attribute->text)
			printf("  %*s", attribute->width, json_string_value(value));
		else
			printf("  %*" JSON_INTEGER_FORMAT, attribute->width,
			       json_integer_value(value));
	}
	putchar('\n');
}

static void print_table(const json_t *rows)
{
	size_t index;
	json_t *row;

	print_heading();
	json_array_foreach(rows, index, row)
		print_row(row);
}

int run_list(const struct request *request)
{
	json_t *rows = read_groups();

	if (!rows)
		return EXIT_FAILED;

	if (request->json) {
		json_dumpf(rows, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_table(rows);
	}
	json_decref(rows);
	return EXIT_DONE;
}
