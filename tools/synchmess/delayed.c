// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that wait for their delay: how long, or no longer, or never.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <linux/synchmess.h>

#include "command.h"
#include "group.h"
#include "number.h"
#include "report.h"

int run_delay(const struct request *request)
{
	unsigned long number;
	unsigned int delay;

	if (!number_parse(request->arguments[0], 0, UINT_MAX, &number))
		return usage_error(request, "not a number of milliseconds",
				   request->arguments[0]);

	delay = number;
	return group_ioctl(request->group, IOCTL_SET_SEND_DELAY, &delay) < 0 ?
		EXIT_FAILED : EXIT_DONE;
}

int run_flush(const struct request *request)
{
	int fd = group_open(request->group, O_WRONLY);
	int status = EXIT_DONE;

	if (fd < 0)
		return EXIT_FAILED;
	if (fsync(fd) < 0) {
		group_report(request->group, errno);
		status = EXIT_FAILED;
	}
	close(fd);
	return status;
}

static int revoke_one(unsigned int group, const char *id)
{
	struct synchmess_revoke revoke = { .what = SYNCHMESS_REVOKE_ID };
	unsigned long number;

	if (!number_parse(id, 1, ULONG_MAX, &number)) {
		report("not the number of a message: %s", id);
		return EXIT_USAGE;
	}
	revoke.id = number;
	return group_ioctl(group, SYNCHMESS_REVOKE, &revoke) < 0 ? EXIT_FAILED : EXIT_DONE;
}

int run_revoke(const struct request *request)
{
	if (request->count)
		return revoke_one(request->group, request->arguments[0]);
	return group_ioctl(request->group, IOCTL_REVOKE_DELAYED_MESSAGES, NULL) < 0 ?
		EXIT_FAILED : EXIT_DONE;
}
