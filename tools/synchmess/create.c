// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/synchmess.h>

#include "command.h"
#include "group.h"
#include "report.h"

static void report_create(const char *name, int error)
{
	char value[SYSFS_VALUE_SIZE];

	switch (error) {
	case EEXIST:
		report("%s: there is such a group", name);
		break;
	case EUSERS:
		report("%s: there are as many groups as there may be: max_groups=%s", name,
		       module_parameter("max_groups", value));
		break;
	case EDQUOT:
		report("%s: your share of the groups is used up, per cent: user_share=%s", name,
		       module_parameter("user_share", value));
		break;
	default:
		report("%s: %s", name, strerror(error));
	}
}

static bool create(int master, const char *name, unsigned int mode)
{
	struct synchmess_create create = {
		.flags = SYNCHMESS_EXCLUSIVE, .open_flags = O_RDWR | O_CLOEXEC,
		.mode = mode, .uid = -1, .gid = -1,
	};
	char path[GROUP_PATH_SIZE];
	int fd;

	memcpy(create.name, name, strlen(name));
	fd = ioctl(master, SYNCHMESS_CREATE, &create);
	if (fd < 0) {
		report_create(name, errno);
		return false;
	}
	close(fd);
	group_device_path(create.descriptor, path);
	puts(path);
	return true;
}

int run_create(const struct request *request)
{
	unsigned int mode = request->mode_is_given ? request->mode : 0600;
	int status = EXIT_DONE;
	int master;
	int i;

	for (i = 0; i < request->count; i++)
		if (strlen(request->arguments[i]) > SYNCHMESS_GROUP_NAME_MAX)
			return usage_error(request, "too long a name", request->arguments[i]);

	master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	if (master < 0) {
		report_open(SYNCHMESS_MASTER_PATH, errno);
		return EXIT_FAILED;
	}
	for (i = 0; i < request->count; i++)
		if (!create(master, request->arguments[i], mode))
			status = EXIT_FAILED;
	close(master);
	return status;
}
