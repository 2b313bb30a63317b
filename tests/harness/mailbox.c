// SPDX-License-Identifier: GPL-2.0
#include "harness/mailbox.h"

#include "harness/fdinfo.h"
#include "harness/user.h"

#include <linux/synchmess.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No message is longer: CMD_BUF_SIZE is not. */
#define LONGEST_MESSAGE 65536

static bool is_mailbox(const char *descriptor)
{
	char path[300], target[32];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/fd/%s", descriptor);
	length = readlink(path, target, sizeof(target));
	return length == (ssize_t)strlen(SYNCHMESS_MAILBOX_PATH) &&
		!memcmp(target, SYNCHMESS_MAILBOX_PATH, length);
}

int mailbox_before_test(void **state)
{
	DIR *open_files = opendir("/proc/self/fd");
	struct dirent *file;

	assert_non_null(open_files);
	while ((file = readdir(open_files))) {
		if (is_mailbox(file->d_name))
			close(atoi(file->d_name));
	}
	closedir(open_files);
	return suite_before_test(state);
}

int mailbox_open(void)
{
	int fd = open(SYNCHMESS_MAILBOX_PATH, O_RDWR | O_CLOEXEC);

	assert_ok(fd);
	return fd;
}

int mailbox_register(const char *name)
{
	char command[32];
	int fd = mailbox_open();

	snprintf(command, sizeof(command), "/reg %s", name);
	mailbox_do(fd, command);
	return fd;
}

int mailbox_open_as(uid_t user)
{
	int fd;

	user_become(user, !user);
	fd = mailbox_open();
	user_become(0, true);
	return fd;
}

ssize_t mailbox_write_as(uid_t user, int fd, const char *command)
{
	ssize_t written;

	user_become(user, !user);
	written = write(fd, command, strlen(command));
	user_become(0, true);
	return written;
}

void mailbox_do_bytes(int fd, const void *command, size_t length)
{
	ssize_t written = write(fd, command, length);

	if (written != (ssize_t)length)
		fail_msg("\"%.*s\" returns %zd, errno %d", (int)length, (const char *)command,
			 written, errno);
}

void mailbox_do(int fd, const char *command)
{
	mailbox_do_bytes(fd, command, strlen(command));
}

void mailbox_refuses_bytes(int fd, const void *command, size_t length, int expected)
{
	ssize_t written;

	errno = 0;
	written = write(fd, command, length);
	if (written != -1 || errno != expected)
		fail_msg("\"%.*s\" returns %zd, errno %d, not errno %d", (int)length,
			 (const char *)command, written, errno, expected);
}

void mailbox_refuses(int fd, const char *command, int expected)
{
	mailbox_refuses_bytes(fd, command, strlen(command), expected);
}

void mailbox_expect_bytes(int fd, const void *text, size_t length)
{
	static char got[LONGEST_MESSAGE + 1];
	ssize_t size;

	/* One byte behind it, too: nothing is written there. */
	memset(got, 'P', length + 1);
	size = read(fd, got, sizeof(got));
	if (size < 0)
		fail_msg("no \"%.*s\": errno %d", (int)length, (const char *)text, errno);
	assert_int_equal(size, length);
	assert_memory_equal(got, text, length);
	assert_int_equal(got[length], 'P');
}

void mailbox_expect(int fd, const char *text)
{
	mailbox_expect_bytes(fd, text, strlen(text));
}

void mailbox_expect_empty(int fd)
{
	char got[16];

	assert_fails(read(fd, got, sizeof(got)), EAGAIN);
}

void mailbox_get_text(int fd, const char *field, char *text, size_t size)
{
	struct fdinfo info;

	fdinfo_read(fd, &info);
	fdinfo_text(&info, field, text, size);
}

long mailbox_get(int fd, const char *field)
{
	return fdinfo_now(fd, field);
}

void mailbox_expect_balance(int fd)
{
	struct fdinfo info;

	fdinfo_read(fd, &info);
	fdinfo_expect_balance(&info);
}
