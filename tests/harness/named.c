// SPDX-License-Identifier: GPL-2.0
#include "harness/named.h"

#include "harness/batch.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static long on_master(unsigned long command, void *argument)
{
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC), error;
	long result;

	if (master < 0)
		return -1;
	result = ioctl(master, command, argument);
	error = errno;
	close(master);
	errno = error;
	return result;
}

struct synchmess_create named_plan(const char *name)
{
	struct synchmess_create plan = {
		.open_flags = O_RDWR | O_CLOEXEC, .mode = 0660, .uid = -1, .gid = -1,
	};

	if (name)
		memcpy(plan.name, name, strlen(name));
	return plan;
}

int named_create(struct synchmess_create *plan)
{
	return on_master(SYNCHMESS_CREATE, plan);
}

int named_remove(unsigned int number, const char *name)
{
	struct synchmess_target target = { .descriptor = number };

	if (name)
		memcpy(target.name, name, strlen(name));
	return on_master(SYNCHMESS_REMOVE, &target);
}

int named_stat(unsigned int number, const char *name, struct synchmess_stat *stat)
{
	memset(stat, 0, sizeof(*stat));
	stat->descriptor = number;
	if (name)
		memcpy(stat->name, name, strlen(name));
	return on_master(SYNCHMESS_STAT, stat);
}

bool named_exists(unsigned int number, const char *name)
{
	struct synchmess_stat stat;

	if (!named_stat(number, name, &stat))
		return true;
	assert_int_equal(errno, ENOENT);
	return false;
}

const char *named_node(unsigned int number)
{
	static char path[64];

	snprintf(path, sizeof(path), SYNCHMESS_MASTER_PATH "%u", number);
	return path;
}

void named_settle(void)
{
	assert_int_equal(system("udevadm settle"), 0);
}

size_t named_list(struct synchmess_stat *stats, size_t room, unsigned int page)
{
	struct synchmess_list list = { .entry_size = sizeof(*stats) };
	size_t count = 0;
	long got;

	do {
		list.entries = user(stats + count);
		list.count = room - count < page ? room - count : page;
		got = on_master(SYNCHMESS_LIST, &list);
		assert_ok(got);
		assert_true(got <= list.count);
		count += got;
	} while (got && count < room);
	return count;
}
