// SPDX-License-Identifier: GPL-2.0
#include "bounds.h"

#include "must.h"

#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>

void bounds_write(const char *path, size_t number)
{
	FILE *file = must_have(fopen(path, "we"));

	must(fprintf(file, "%zu\n", number));
	must(fclose(file));
}

size_t bounds_read(const char *path)
{
	FILE *file = must_have(fopen(path, "re"));
	size_t number;

	must_be(1, fscanf(file, "%zu", &number));
	fclose(file);
	return number;
}

/* In a namespace of our own, with which they end, and so do queues that are left behind. */
static void raise_queues(void)
{
	must(unshare(CLONE_NEWIPC));
	bounds_write("/proc/sys/fs/mqueue/msg_max", 65536);
	bounds_write("/proc/sys/fs/mqueue/msgsize_max", 16777216);
	bounds_write("/proc/sys/kernel/msgmax", 0x7fffffff);
	bounds_write("/proc/sys/kernel/msgmnb", 0x7fffffff);
}

void bounds_raise(void)
{
	const struct rlimit bytes = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit files;

	raise_queues();
	must(setrlimit(RLIMIT_MSGQUEUE, &bytes));
	files.rlim_cur = bounds_read("/proc/sys/fs/nr_open");
	files.rlim_max = files.rlim_cur;
	must(setrlimit(RLIMIT_NOFILE, &files));
}
