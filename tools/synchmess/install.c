// SPDX-License-Identifier: GPL-2.0
/*
 * Groups come and go.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/synchmess.h>

#include "command.h"
#include "group.h"
#include "number.h"
#include "report.h"

/* udev makes the device usable some time after it appeared. */
#define WAIT_TRIES	500
#define WAIT_NS		(10 * 1000 * 1000)

static bool wait_usable(const char *path)
{
	const struct timespec pause = { .tv_nsec = WAIT_NS };
	int tries;

	for (tries = 0; tries < WAIT_TRIES; tries++) {
		if (!access(path, R_OK | W_OK))
			return true;
		nanosleep(&pause, NULL);
	}
	report_open(path, errno);
	return false;
}

static void report_install(unsigned int group, int error)
{
	char value[SYSFS_VALUE_SIZE];

	switch (error) {
	case EUSERS:
		report("group %u: there are as many groups as may be: max_groups=%s",
		       group, module_parameter("max_groups", value));
		break;
	case EDQUOT:
		report("group %u: your share of the groups is used up, per cent: user_share=%s",
		       group, module_parameter("user_share", value));
		break;
	default:
		report("group %u: %s", group, strerror(error));
	}
}

static bool install(int master, unsigned int number, bool wait)
{
	struct group_t group = { .descriptor = number };

	if (ioctl(master, IOCTL_INSTALL_GROUP, &group) < 0) {
		report_install(number, errno);
		return false;
	}
	if (wait && !wait_usable(group.device_path))
		return false;
	puts(group.device_path);
	/* The next one may take its time. */
	fflush(stdout);
	return true;
}

int run_install(const struct request *request)
{
	int status = EXIT_DONE;
	unsigned int group;
	int master;
	int i;

	/* None is installed when one of them is not a number. */
	for (i = 0; i < request->count; i++)
		if (!number_parse_group(request->arguments[i], &group))
			return usage_error(request, "not a group, 1 to 65535",
					   request->arguments[i]);

	master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	if (master < 0) {
		report_open(SYNCHMESS_MASTER_PATH, errno);
		return EXIT_FAILED;
	}
	for (i = 0; i < request->count; i++) {
		number_parse_group(request->arguments[i], &group);
		if (!install(master, group, !request->no_wait))
			status = EXIT_FAILED;
	}
	close(master);
	return status;
}

int run_remove(const struct request *request)
{
	char number[16];
	int error;

	snprintf(number, sizeof(number), "%u", request->group);
	error = sysfs_write(GROUP_CLASS_DIR "/synchmess/remove", number);
	if (!error)
		return EXIT_DONE;

	group_report_sysfs(request->group, "remove", -error);
	return EXIT_FAILED;
}
