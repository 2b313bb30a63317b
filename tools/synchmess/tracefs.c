// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"
#include "tracefs.h"

#define EVENTS "events/synchmess"

static void complain(const char *path, int error)
{
	if (error == EACCES || error == EPERM)
		report("%s: %s: only root may", TRACEFS, strerror(error));
	else if (error == ENOENT && access(TRACEFS "/instances", F_OK))
		report("%s: tracefs is not mounted: mount -t tracefs none %s", TRACEFS, TRACEFS);
	else
		report_open(path, error);
}

static int open_in(const struct instance *instance, const char *name, int flags, char *path,
		   size_t size)
{
	snprintf(path, size, "%s/%s", instance->path, name);
	return open(path, flags | O_CLOEXEC);
}

static bool write_in(const struct instance *instance, const char *name, const char *value)
{
	char path[128];
	int fd = open_in(instance, name, O_WRONLY, path, sizeof(path));
	bool done = fd >= 0 && write(fd, value, strlen(value)) >= 0;

	if (!done)
		complain(path, errno);
	if (fd >= 0)
		close(fd);
	return done;
}

static bool open_pipe(struct instance *instance)
{
	char path[128];

	instance->pipe = open_in(instance, "trace_pipe", O_RDONLY | O_NONBLOCK, path, sizeof(path));
	if (instance->pipe < 0)
		complain(path, errno);
	return instance->pipe >= 0;
}

bool instance_open(struct instance *instance)
{
	snprintf(instance->path, sizeof(instance->path), TRACEFS "/instances/synchmess-%d",
		 getpid());
	instance->pipe = -1;
	if (mkdir(instance->path, 0700)) {
		complain(instance->path, errno);
		return false;
	}
	/* A poll is to tell of the first event, not only when half of the buffer is full. */
	if (write_in(instance, "buffer_percent", "0") && open_pipe(instance) &&
	    write_in(instance, EVENTS "/enable", "1"))
		return true;
	instance_close(instance);
	return false;
}

void instance_close(struct instance *instance)
{
	if (instance->pipe >= 0)
		close(instance->pipe);
	if (rmdir(instance->path))
		report("%s: %s", instance->path, strerror(errno));
}
