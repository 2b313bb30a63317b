// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/synchmess.h>

#include "command.h"
#include "group.h"
#include "number.h"
#include "report.h"

/* Returns -1 for none, or -2 after a report. */
static int open_dead_letters(const struct request *request)
{
	unsigned int group;
	int fd;

	if (request->count < 2)
		return -1;
	if (!group_find(request->arguments[1], &group))
		return -2;
	fd = group_open(group, O_WRONLY);
	return fd < 0 ? -2 : fd;
}

int run_retries(const struct request *request)
{
	struct synchmess_retries retries;
	unsigned long most;
	int result;

	if (!number_parse(request->arguments[0], 0, SYNCHMESS_MAX_DELIVERIES, &most))
		return usage_error(request, "not a number of retries", request->arguments[0]);
	retries.max_deliveries = most;
	retries.dead_letters = open_dead_letters(request);
	if (retries.dead_letters == -2)
		return EXIT_FAILED;
	result = group_ioctl(request->group, SYNCHMESS_RETRIES, &retries);
	if (retries.dead_letters >= 0)
		close(retries.dead_letters);
	return result < 0 ? EXIT_FAILED : EXIT_DONE;
}
