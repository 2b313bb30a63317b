// SPDX-License-Identifier: GPL-2.0
/*
 * refuse: a program for the guest. It writes to the witness again and again: the
 * first time the kernel refuses the first thing that the call needs, memory or a
 * copy from the user, then the second, and so on. Prints how each call failed.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_NEEDS 10

static int open_to_write(const char *path)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0)
		err(EXIT_FAILURE, "%s", path);
	return fd;
}

static int try_write(int fd, const char *text)
{
	return write(fd, text, strlen(text)) < 0 ? errno : 0;
}

/* What is counted is this call alone; the last one may be refused, too. */
static int write_with_refusal(int witness, int nth_fd, int nth)
{
	char number[8];
	int error;

	snprintf(number, sizeof(number), "%d", nth);
	if (try_write(nth_fd, number))
		err(EXIT_FAILURE, "fail-nth");
	error = try_write(witness, "none");
	try_write(nth_fd, "0");
	return error;
}

int main(void)
{
	int witness = open_to_write("/sys/kernel/debug/witness");
	int nth_fd = open_to_write("/proc/thread-self/fail-nth");
	int nth, error;

	for (nth = 1; nth <= MOST_NEEDS; nth++) {
		error = write_with_refusal(witness, nth_fd, nth);
		if (error)
			printf("%s\n", strerrorname_np(error));
	}
	return 0;
}
