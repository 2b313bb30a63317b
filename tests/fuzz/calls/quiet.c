// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/quiet.h"

#include "fuzz/calls/file.h"
#include "harness/clock.h"
#include "harness/fdinfo.h"
#include "harness/group.h"
#include "harness/suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CLASS "/sys/class/synchmess"
#define MAILBOXES "/sys/kernel/debug/synchmess/mailboxes"
#define PATIENCE_MS 10000

static bool is_installed(unsigned int number)
{
	char path[64];

	snprintf(path, sizeof(path), CLASS "/synchmess%u", number);
	return !access(path, F_OK);
}

/* Attributes are read one by one: only what does not change by itself can be compared. */
static void check_statistics(unsigned int number, const struct fdinfo *info)
{
	static const char * const names[] = {
		"sent", "delivered", "queued", "scheduled", "revoked", "overwritten", "dropped",
		"stored",
	};
	char attribute[64];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(attribute, sizeof(attribute), "statistics/%s", names[i]);
		assert_int_equal(group_get(number, attribute), fdinfo_number(info, names[i]));
	}
}

static void check_group(unsigned int number)
{
	int fd = group_open(number, O_RDWR);
	long messages, stored;
	struct fdinfo info;

	group_await(number, "sleepers", 0);
	fdinfo_read(fd, &info);
	fdinfo_expect_balance(&info);
	messages = fdinfo_number(&info, "queued") + fdinfo_number(&info, "scheduled");
	stored = fdinfo_number(&info, "stored");
	if (stored < messages || (stored && !messages))
		fail_msg("%ld messages have %ld bytes", messages, stored);
	if (!fdinfo_number(&info, "scheduled"))
		check_statistics(number, &info);
	close(fd);
}

/* A process that had a ring lets go of its files a moment after its end. */
static void check_mailboxes(void)
{
	uint64_t deadline = clock_ms() + PATIENCE_MS;
	char line[128];
	FILE *file;

	for (;;) {
		file = fopen(MAILBOXES, "r");
		assert_non_null(file);
		assert_non_null(fgets(line, sizeof(line), file));
		if (!fgets(line, sizeof(line), file))
			break;
		if (clock_ms() > deadline)
			fail_msg("a mailbox is left: %s", line);
		fclose(file);
		usleep(1000);
	}
	fclose(file);
}

void quiet_check(void)
{
	unsigned int i;

	check_mailboxes();
	for (i = 0; i < GROUPS; i++) {
		if (is_installed(group_numbers[i]))
			check_group(group_numbers[i]);
	}
}

static void expect_no_groups(void)
{
	DIR *class = opendir(CLASS);
	struct dirent *entry;

	assert_non_null(class);
	while ((entry = readdir(class))) {
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "synchmess"))
			fail_msg("%s is left", entry->d_name);
	}
	closedir(class);
}

void quiet_remove_groups(void)
{
	unsigned int i;

	for (i = 0; i < GROUPS; i++) {
		if (is_installed(group_numbers[i]))
			group_remove(group_numbers[i]);
	}
	expect_no_groups();
}
