// SPDX-License-Identifier: GPL-2.0
#include "harness/group.h"

#include "harness/clock.h"
#include "harness/suite.h"
#include "harness/sysfs.h"
#include "harness/user.h"

#include <linux/synchmess.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CLASS "/sys/class/synchmess/"

void group_install(unsigned int number)
{
	struct group_t group = { .descriptor = number };
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);

	assert_ok(master);
	assert_ok(ioctl(master, IOCTL_INSTALL_GROUP, &group));
	close(master);
}

static int try_remove(unsigned int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	return sysfs_try_write(CLASS "synchmess/remove", text);
}

void group_remove(unsigned int number)
{
	assert_ok(try_remove(number));
}

/* The master has no number. */
void group_remove_all(void)
{
	DIR *class = opendir(CLASS);
	const struct dirent *entry;
	unsigned int number;

	assert_non_null(class);
	while ((entry = readdir(class))) {
		if (sscanf(entry->d_name, "synchmess%u", &number) == 1)
			group_remove(number);
	}
	closedir(class);
}

void group_fresh(unsigned int number)
{
	try_remove(number);
	group_install(number);
}

int group_open(unsigned int number, int flags)
{
	uint64_t deadline = clock_ms() + PATIENCE_S * 1000;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), SYNCHMESS_MASTER_PATH "%u", number);
	while ((fd = open(path, flags | O_CLOEXEC)) < 0) {
		if (clock_ms() > deadline)
			fail_msg("%s: errno %d", path, errno);
		usleep(1000);
	}
	return fd;
}

int group_open_as(uid_t user, bool capable, unsigned int number, int flags)
{
	int fd;

	user_become(user, capable);
	fd = group_open(number, flags);
	user_become(0, true);
	return fd;
}

void group_send(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

void group_expect(int fd, const char *text)
{
	char got[4096] = "poison";

	assert_int_equal(read(fd, got, sizeof(got)), strlen(text));
	assert_memory_equal(got, text, strlen(text));
}

void group_expect_empty(int fd)
{
	char got[16];

	assert_int_equal(read(fd, got, sizeof(got)), 0);
}

void group_send_numbers(int fd, int from, int to)
{
	char text[16];

	for (; from < to; from++) {
		snprintf(text, sizeof(text), "%d", from);
		group_send(fd, text);
	}
}

void group_expect_numbers(int fd, int from, int to)
{
	char text[16];

	for (; from < to; from++) {
		snprintf(text, sizeof(text), "%d", from);
		group_expect(fd, text);
	}
}

void group_set_delay(int fd, unsigned int milliseconds)
{
	assert_ok(ioctl(fd, IOCTL_SET_SEND_DELAY, &milliseconds));
}

void group_send_after(int fd, unsigned int milliseconds, const char *text)
{
	group_set_delay(fd, milliseconds);
	group_send(fd, text);
}

static void attribute_path(unsigned int number, const char *attribute, char *path, size_t size)
{
	snprintf(path, size, CLASS "synchmess%u/%s", number, attribute);
}

int group_try_set(unsigned int number, const char *attribute, const char *value)
{
	char path[128];

	attribute_path(number, attribute, path, sizeof(path));
	return sysfs_try_write(path, value);
}

void group_set(unsigned int number, const char *attribute, const char *value)
{
	assert_ok(group_try_set(number, attribute, value));
}

void group_get_text(unsigned int number, const char *attribute, char *text, size_t size)
{
	char path[128];

	attribute_path(number, attribute, path, sizeof(path));
	sysfs_read(path, text, size);
}

long group_get(unsigned int number, const char *attribute)
{
	char path[128];

	attribute_path(number, attribute, path, sizeof(path));
	return sysfs_read_number(path);
}

void group_expect_balance(unsigned int number)
{
	static const char * const fates[] = {
		"delivered", "queued", "scheduled", "leased", "revoked", "expired", "overwritten",
		"dropped"
	};
	long sum = 0;
	size_t i;

	for (i = 0; i < sizeof(fates) / sizeof(fates[0]); i++) {
		char attribute[64];

		snprintf(attribute, sizeof(attribute), "statistics/%s", fates[i]);
		sum += group_get(number, attribute);
	}
	assert_int_equal(group_get(number, "statistics/sent"), sum);
}

void group_expect_books(unsigned int number, long queued, long scheduled, long revoked,
			long stored)
{
	assert_int_equal(group_get(number, "statistics/queued"), queued);
	assert_int_equal(group_get(number, "statistics/scheduled"), scheduled);
	assert_int_equal(group_get(number, "statistics/revoked"), revoked);
	assert_int_equal(group_get(number, "statistics/stored"), stored);
	group_expect_balance(number);
}

void group_await(unsigned int number, const char *attribute, long value)
{
	uint64_t deadline = clock_ms() + PATIENCE_S * 1000;

	while (group_get(number, attribute) != value) {
		if (clock_ms() > deadline)
			fail_msg("%s is %ld, not %ld", attribute, group_get(number, attribute),
				 value);
		usleep(500);
	}
}
