// SPDX-License-Identifier: GPL-2.0
/*
 * The barrier of a group.
 */
#include <stdio.h>

#include <linux/synchmess.h>

#include "command.h"
#include "group.h"
#include "report.h"

int run_sleep(const struct request *request)
{
	return group_ioctl(request->group, IOCTL_SLEEP, NULL) < 0 ?
		EXIT_FAILED : EXIT_DONE;
}

int run_awake(const struct request *request)
{
	int woken = group_ioctl(request->group, IOCTL_AWAKE, NULL);

	if (woken < 0)
		return EXIT_FAILED;
	printf("%d\n", woken);
	return EXIT_DONE;
}
