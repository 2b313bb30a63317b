/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What sysfs tells about a group, and what can be set there.
 */
#ifndef TOOLS_SYNCHMESS_ATTRIBUTE_H
#define TOOLS_SYNCHMESS_ATTRIBUTE_H

#include <stdbool.h>

#include "sysfs.h"

struct attribute {
	const char *name;
	const char *file;	/* below the group's folder */
	const char *values;	/* what it can be set to; NULL: read only */
	bool text;		/* else a number */
	const char *heading;	/* of its column in a table; NULL: none */
	int width;		/* of that column */
};

/* All attributes, in the order of the table; the last has no name. */
extern const struct attribute attributes[];

/* Returns 0 or a negative errno. */
int attribute_read(const struct attribute *attribute, unsigned int group,
		   char value[SYSFS_VALUE_SIZE]);

#endif /* TOOLS_SYNCHMESS_ATTRIBUTE_H */
