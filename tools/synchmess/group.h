/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A group, known by its number: where it is, and why something about it failed.
 */
#ifndef TOOLS_SYNCHMESS_GROUP_H
#define TOOLS_SYNCHMESS_GROUP_H

#include <stdbool.h>

#include "sysfs.h"

/* Long enough for every path of a group. */
#define GROUP_PATH_SIZE	128

#define GROUP_CLASS_DIR	"/sys/class/synchmess"

void group_device_path(unsigned int group, char path[GROUP_PATH_SIZE]);
void group_sysfs_path(unsigned int group, const char *file, char path[GROUP_PATH_SIZE]);

/* By number or by name. Returns false, after a report, when there is none of that name. */
bool group_find(const char *text, unsigned int *group);

/* Opens the group's device. Returns -1, after a report, when it cannot. */
int group_open(unsigned int group, int flags);

/* One ioctl on the group's device. Returns its result, or -1 after a report. */
int group_ioctl(unsigned int group, unsigned long command, void *argument);

/* Why the group's device refused a call: ERROR is the errno. */
void group_report(unsigned int group, int error);

/* Why the group's FILE in sysfs could not be read or written. */
void group_report_sysfs(unsigned int group, const char *file, int error);

#endif /* TOOLS_SYNCHMESS_GROUP_H */
