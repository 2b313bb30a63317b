// SPDX-License-Identifier: GPL-2.0
#include "harness/sysfs.h"

#include "harness/suite.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int sysfs_try_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;
	int saved;

	if (fd < 0)
		return -1;
	length = read(fd, text, size - 1);
	saved = errno;
	close(fd);
	errno = saved;
	if (length < 0)
		return -1;
	text[length] = '\0';
	return 0;
}

void sysfs_read(const char *path, char *text, size_t size)
{
	if (sysfs_try_read(path, text, size))
		fail_msg("%s: errno %d", path, errno);
	text[strcspn(text, "\n")] = '\0';
}

long sysfs_read_number(const char *path)
{
	char text[64], *end;
	long value;

	sysfs_read(path, text, sizeof(text));
	value = strtol(text, &end, 10);
	if (end == text || *end)
		fail_msg("%s: not a number: %s", path, text);
	return value;
}

int sysfs_try_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;
	int saved;

	if (fd < 0)
		return -1;
	written = write(fd, value, strlen(value));
	saved = errno;
	close(fd);
	errno = saved;
	return written < 0 ? -1 : 0;
}

void sysfs_write(const char *path, const char *value)
{
	if (sysfs_try_write(path, value))
		fail_msg("%s: cannot write %s: errno %d", path, value, errno);
}
