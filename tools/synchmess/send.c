// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/synchmess.h>

#include "command.h"
#include "group.h"
#include "report.h"

static bool send_message(int fd, unsigned int group, const char *bytes, size_t length)
{
	if (!length) {
		report("group %u: a message has at least one byte", group);
		return false;
	}
	if (write(fd, bytes, length) < 0) {
		group_report(group, errno);
		return false;
	}
	return true;
}

static bool send_arguments(int fd, const struct request *request)
{
	int i;

	for (i = 0; i < request->count; i++)
		if (!send_message(fd, request->group, request->arguments[i],
				  strlen(request->arguments[i])))
			return false;
	return true;
}

static bool input_failed(void)
{
	if (!ferror(stdin))
		return false;
	report("standard input: %s", strerror(errno));
	return true;
}

static bool send_lines(int fd, unsigned int group)
{
	char *line = NULL;
	bool sent = true;
	size_t size = 0;
	ssize_t length;

	while (sent && (length = getline(&line, &size, stdin)) > 0) {
		if (line[length - 1] == '\n')
			length--;
		if (length)
			sent = send_message(fd, group, line, length);
	}
	free(line);
	return sent && !input_failed();
}

/* One byte more than the longest message, so that a longer input is refused. */
static bool send_input(int fd, unsigned int group)
{
	const size_t size = SYNCHMESS_MAX_MESSAGE_SIZE + 1;
	char *bytes = malloc(size);
	size_t length;
	bool sent;

	if (!bytes) {
		report("%s", strerror(errno));
		return false;
	}
	length = fread(bytes, 1, size, stdin);
	sent = !input_failed() && send_message(fd, group, bytes, length);
	free(bytes);
	return sent;
}

int run_send(const struct request *request)
{
	bool sent;
	int fd;

	if (request->raw && request->count)
		return usage_error(request, "--raw sends standard input, not",
				   request->arguments[0]);

	fd = group_open(request->group, O_WRONLY);
	if (fd < 0)
		return EXIT_FAILED;

	if (request->count)
		sent = send_arguments(fd, request);
	else if (request->raw)
		sent = send_input(fd, request->group);
	else
		sent = send_lines(fd, request->group);
	close(fd);
	return sent ? EXIT_DONE : EXIT_FAILED;
}
