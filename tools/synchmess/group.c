// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/synchmess.h>

#include "group.h"
#include "number.h"
#include "report.h"

void group_device_path(unsigned int group, char path[GROUP_PATH_SIZE])
{
	snprintf(path, GROUP_PATH_SIZE, SYNCHMESS_MASTER_PATH "%u", group);
}

void group_sysfs_path(unsigned int group, const char *file, char path[GROUP_PATH_SIZE])
{
	snprintf(path, GROUP_PATH_SIZE, GROUP_CLASS_DIR "/synchmess%u/%s", group, file);
}

static bool find_by_name(int master, const char *name, unsigned int *group)
{
	struct synchmess_stat stat = { };

	if (strlen(name) <= SYNCHMESS_GROUP_NAME_MAX) {
		memcpy(stat.name, name, strlen(name));
		if (!ioctl(master, SYNCHMESS_STAT, &stat)) {
			*group = stat.descriptor;
			return true;
		}
	}
	report("%s: no group has that name, nor is it a number from 1 to 65535", name);
	return false;
}

bool group_find(const char *text, unsigned int *group)
{
	bool found;
	int master;

	if (number_parse_group(text, group))
		return true;
	master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	if (master < 0) {
		report_open(SYNCHMESS_MASTER_PATH, errno);
		return false;
	}
	found = find_by_name(master, text, group);
	close(master);
	return found;
}

/* Reports it when the group is not there at all. */
static bool report_missing(unsigned int group)
{
	char path[GROUP_PATH_SIZE];

	group_sysfs_path(group, "", path);
	if (!access(path, F_OK))
		return false;

	if (module_loaded())
		report("group %u is not installed: synchmess install %u", group, group);
	else
		report("the module is not loaded: modprobe synchmess");
	return true;
}

int group_open(unsigned int group, int flags)
{
	char path[GROUP_PATH_SIZE];
	int error;
	int fd;

	group_device_path(group, path);
	fd = open(path, flags | O_CLOEXEC);
	if (fd >= 0)
		return fd;

	error = errno;
	if (!report_missing(group))
		report_open(path, error);
	return -1;
}

int group_ioctl(unsigned int group, unsigned long command, void *argument)
{
	int fd = group_open(group, O_RDWR);
	int result;

	if (fd < 0)
		return -1;
	result = ioctl(fd, command, argument);
	if (result < 0)
		group_report(group, errno);
	close(fd);
	return result;
}

static void report_limit(unsigned int group, const char *what, const char *attribute)
{
	char value[SYSFS_VALUE_SIZE];
	char path[GROUP_PATH_SIZE];

	group_sysfs_path(group, attribute, path);
	report("group %u: %s %s=%s", group, what, attribute,
	       sysfs_read(path, value) ? "?" : value);
}

void group_report(unsigned int group, int error)
{
	char value[SYSFS_VALUE_SIZE];

	switch (error) {
	case EMSGSIZE:
		report_limit(group, "the message is longer than", "max_message_size");
		break;
	case ENOSPC:
		report_limit(group, "the storage of the group, or of the module, is full:",
			     "max_storage_size");
		break;
	case EDQUOT:
		report("group %u: your share of the memory is used up, per cent: user_share=%s",
		       group, module_parameter("user_share", value));
		break;
	case ENOENT:
		report("group %u: there is no such message any more", group);
		break;
	case ESTALE:
		report("group %u: the message is no longer ours", group);
		break;
	case ENODEV:
		report("group %u was removed", group);
		break;
	case ETIMEDOUT:
		report("group %u: the time has run out", group);
		break;
	case EBUSY:
		report("group %u: others meet there in another way", group);
		break;
	default:
		report("group %u: %s", group, strerror(error));
	}
}

void group_report_sysfs(unsigned int group, const char *file, int error)
{
	if (report_missing(group))
		return;
	report("group %u: %s: %s%s", group, file, strerror(error),
	       error == EACCES || error == EPERM ? ": only root may" : "");
}
