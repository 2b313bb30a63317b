// SPDX-License-Identifier: GPL-2.0
/*
 * The barrier of a group, and meeting there.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/synchmess.h>

#include "clock.h"
#include "command.h"
#include "group.h"
#include "number.h"
#include "report.h"

static uint64_t deadline(const struct request *request)
{
	return request->timeout_is_given ? deadline_in(request->timeout) : 0;
}

int run_sleep(const struct request *request)
{
	struct synchmess_sleep sleep = { .deadline = deadline(request) };

	return group_ioctl(request->group, SYNCHMESS_SLEEP, &sleep) < 0 ?
		EXIT_FAILED : EXIT_DONE;
}

/* The first argument, if there is one. Returns false, after a complaint, when it is no number. */
static bool parse_count(const struct request *request, const char *problem, __u32 *count)
{
	unsigned long number = UINT_MAX;

	if (request->count && !number_parse(request->arguments[0], 1, UINT_MAX, &number)) {
		usage_error(request, problem, request->arguments[0]);
		return false;
	}
	*count = number;
	return true;
}

int run_awake(const struct request *request)
{
	struct synchmess_awake awake = { };
	int woken;

	if (!parse_count(request, "not a number of sleepers", &awake.count))
		return EXIT_USAGE;
	woken = group_ioctl(request->group, SYNCHMESS_AWAKE, &awake);
	if (woken < 0)
		return EXIT_FAILED;
	printf("%d\n", woken);
	return EXIT_DONE;
}

static void report_meeting(unsigned int group, const struct synchmess_meet *meet)
{
	if (errno != EOWNERDEAD)
		group_report(group, errno);
	else
		report("group %u: process %u %s", group, meet->pid,
		       meet->how == SYNCHMESS_GONE_TIMED_OUT ? "did not wait" : "died");
}

int run_meet(const struct request *request)
{
	struct synchmess_meet meet = { .deadline = deadline(request) };
	int fd, result;

	if (!parse_count(request, "not a number of parties", &meet.parties))
		return EXIT_USAGE;
	fd = group_open(request->group, O_RDWR);
	if (fd < 0)
		return EXIT_FAILED;
	result = ioctl(fd, SYNCHMESS_MEET, &meet);
	if (result < 0)
		report_meeting(request->group, &meet);
	close(fd);
	return result < 0 ? EXIT_FAILED : EXIT_DONE;
}
