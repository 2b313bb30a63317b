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
#include "message.h"
#include "report.h"

#define NS_PER_MS 1000000ULL

static bool send_plain(int fd, unsigned int group, const char *bytes, size_t length)
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

static bool send_message(int fd, const struct request *request, const char *bytes, size_t length)
{
	struct synchmess_out out = {
		.priority = request->priority, .tag = request->tag,
		.delay = request->delay * NS_PER_MS, .lifetime = request->lifetime * NS_PER_MS,
	};

	/* The group's own delay applies to a plain write. */
	if (!request->has_terms)
		return send_plain(fd, request->group, bytes, length);
	if (message_send(fd, &out, bytes, length)) {
		group_report(request->group, errno);
		return false;
	}
	return true;
}

static bool send_arguments(int fd, const struct request *request)
{
	int i;

	for (i = 0; i < request->count; i++)
		if (!send_message(fd, request, request->arguments[i],
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

static bool send_lines(int fd, const struct request *request)
{
	char *line = NULL;
	bool sent = true;
	size_t size = 0;
	ssize_t length;

	while (sent && (length = getline(&line, &size, stdin)) > 0) {
		if (line[length - 1] == '\n')
			length--;
		if (length)
			sent = send_message(fd, request, line, length);
	}
	free(line);
	return sent && !input_failed();
}

/* One byte more than the longest message, so that a longer input is refused. */
static bool send_input(int fd, const struct request *request)
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
	sent = !input_failed() && send_message(fd, request, bytes, length);
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
		sent = send_input(fd, request);
	else
		sent = send_lines(fd, request);
	close(fd);
	return sent ? EXIT_DONE : EXIT_FAILED;
}
