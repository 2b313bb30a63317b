// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/quiet.h"

#include "fuzz/calls/file.h"
#include "harness/clock.h"
#include "harness/fdinfo.h"
#include "harness/group.h"
#include "harness/named.h"
#include "harness/suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CLASS "/sys/class/synchmess"
#define MAILBOXES "/sys/kernel/debug/synchmess/mailboxes"
#define PATIENCE_MS 10000
#define MOST_GROUPS 8192

static struct synchmess_stat groups[MOST_GROUPS];

/* Is every attribute as fdinfo has it? */
static bool attributes_say(unsigned int number, const struct fdinfo *info)
{
	static const char * const names[] = {
		"sent", "delivered", "queued", "scheduled", "leased", "revoked", "expired",
		"overwritten", "dropped", "stored",
	};
	char attribute[64];
	bool same = true;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(attribute, sizeof(attribute), "statistics/%s", names[i]);
		same &= group_get(number, attribute) == fdinfo_number(info, names[i]);
	}
	return same;
}

/* They are read one by one, while delays and lifetimes may still run out. */
static void check_statistics(unsigned int number, int fd)
{
	uint64_t deadline = clock_ms() + PATIENCE_MS;
	struct fdinfo info;

	do {
		if (clock_ms() > deadline)
			fail_msg("attributes of group %u are not what fdinfo says", number);
		fdinfo_read(fd, &info);
	} while (!attributes_say(number, &info));
}

/* What was returned for later may take a moment; and so may the end of a ring's files. */
static void check_leases(unsigned int number)
{
	group_await(number, "statistics/leased", 0);
}

/* Those who had joined are gone. */
static void check_rendezvous(unsigned int number, int fd)
{
	uint64_t deadline = clock_ms() + PATIENCE_MS;
	struct synchmess_barrier barrier;

	do {
		if (clock_ms() > deadline)
			fail_msg("group %u has %u members, %u parties, %u of them arrived", number,
				 barrier.members, barrier.parties, barrier.arrived);
		assert_ok(ioctl(fd, SYNCHMESS_BARRIER, &barrier));
	} while (barrier.members || barrier.parties || barrier.arrived);
}

static void check_group(unsigned int number)
{
	int fd = group_open(number, O_RDWR);
	long messages, stored;
	struct fdinfo info;

	group_await(number, "sleepers", 0);
	check_leases(number);
	check_rendezvous(number, fd);
	fdinfo_read(fd, &info);
	fdinfo_expect_balance(&info);
	messages = fdinfo_number(&info, "queued") + fdinfo_number(&info, "scheduled");
	stored = fdinfo_number(&info, "stored");
	/* A message may have none. */
	if (stored && !messages)
		fail_msg("%ld messages have %ld bytes", messages, stored);
	check_statistics(number, fd);
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

/* How many there are. Nobody has one open: those that go with their last file have gone. */
static size_t list_groups(void)
{
	uint64_t deadline = clock_ms() + PATIENCE_MS;
	size_t count, i = 0;

	for (;;) {
		count = named_list(groups, MOST_GROUPS, MOST_GROUPS);
		assert_true(count < MOST_GROUPS);
		for (i = 0; i < count && !(groups[i].flags & SYNCHMESS_TRANSIENT); i++)
			;
		if (i == count)
			return count;
		if (clock_ms() > deadline)
			fail_msg("group %u has not gone", groups[i].descriptor);
		usleep(1000);
	}
}

void quiet_check(void)
{
	size_t count, i;

	check_mailboxes();
	count = list_groups();
	for (i = 0; i < count; i++)
		check_group(groups[i].descriptor);
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
	group_remove_all();
	expect_no_groups();
}
