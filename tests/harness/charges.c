// SPDX-License-Identifier: GPL-2.0
#include "harness/charges.h"

#include "harness/group.h"
#include "harness/mailbox.h"
#include "harness/parameters.h"
#include "harness/suite.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PROBE 64998
#define MOST_NAMES 1024

static size_t count_groups(void)
{
	glob_t found = { };
	size_t count;

	glob("/sys/class/synchmess/synchmess[1-9]*", 0, NULL, &found);
	count = found.gl_pathc;
	globfree(&found);
	return count;
}

/* 0 or an errno. */
static int try_install(unsigned int number)
{
	struct group_t group = { .descriptor = number };
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	int error = ioctl(master, IOCTL_INSTALL_GROUP, &group) ? errno : 0;

	close(master);
	return error;
}

/* A bound is never 0, so one group is made first. */
void charges_expect_groups(void)
{
	long most = parameter_get("max_groups"), count;
	int refused, accepted;

	group_fresh(PROBE);
	count = count_groups();
	parameter_set("max_groups", count);
	refused = try_install(PROBE + 1);
	parameter_set("max_groups", count + 1);
	accepted = try_install(PROBE + 1);
	parameter_set("max_groups", most);
	assert_int_equal(refused, EUSERS);
	assert_int_equal(accepted, 0);
	group_remove(PROBE + 1);
	group_remove(PROBE);
}

static long count_mailboxes(void)
{
	FILE *file = fopen("/sys/kernel/debug/synchmess/mailboxes", "re");
	char line[128];
	long count = -1;	/* the heading */

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		count++;
	fclose(file);
	return count;
}

static bool register_another(int fd, long number)
{
	char command[32];

	snprintf(command, sizeof(command), "/reg ~%ld", number);
	errno = 0;
	return write(fd, command, strlen(command)) > 0;
}

void charges_expect_mailboxes(void)
{
	long room = parameter_get("MAX_DEVICES") - count_mailboxes();
	int fds[MOST_NAMES], opened = 0, registered = 0, error = 0;

	assert_true(room < MOST_NAMES);
	while (opened <= room && !error) {
		fds[opened] = mailbox_open();
		if (register_another(fds[opened++], registered))
			registered++;
		else
			error = errno;
	}
	while (opened)
		close(fds[--opened]);
	assert_int_equal(registered, room);
	assert_int_equal(error, EUSERS);
}
