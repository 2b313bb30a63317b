// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sysfs.h"

#define MODULE_DIR	"/sys/module/synchmess"

int sysfs_read(const char *path, char value[SYSFS_VALUE_SIZE])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;
	int error;

	if (fd < 0)
		return -errno;
	length = read(fd, value, SYSFS_VALUE_SIZE - 1);
	error = length < 0 ? -errno : 0;
	close(fd);
	if (error)
		return error;

	value[length] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return 0;
}

int sysfs_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		return -errno;
	error = write(fd, value, strlen(value)) < 0 ? -errno : 0;
	close(fd);
	return error;
}

bool module_loaded(void)
{
	return !access(MODULE_DIR, F_OK);
}

const char *module_parameter(const char *name, char value[SYSFS_VALUE_SIZE])
{
	char path[128];

	snprintf(path, sizeof(path), MODULE_DIR "/parameters/%s", name);
	return sysfs_read(path, value) ? "?" : value;
}
