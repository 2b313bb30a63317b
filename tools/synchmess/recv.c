// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/synchmess.h>

#include "command.h"
#include "group.h"
#include "output.h"
#include "report.h"

/* How long --wait leaves an empty group alone that does not block. */
#define EMPTY_PAUSE_NS	(10 * 1000 * 1000)

/* Returns the message's length, 0 when there is none, or a negative errno. */
static ssize_t take(int fd, char *message)
{
	ssize_t length = read(fd, message, SYNCHMESS_MAX_MESSAGE_SIZE);

	if (length < 0)
		return errno == EAGAIN ? 0 : -errno;
	return length;
}

static int message_end(const struct request *request)
{
	if (request->raw)
		return EOF;
	return request->null ? '\0' : '\n';
}

static int receive(int fd, char *message, const struct request *request)
{
	const struct timespec pause = { .tv_nsec = EMPTY_PAUSE_NS };
	unsigned long limit = request->limit ? request->limit : 1;
	unsigned long taken = 0;

	while (request->all || taken < limit) {
		ssize_t length = take(fd, message);

		if (length < 0) {
			group_report(request->group, -length);
			return EXIT_FAILED;
		}
		if (length) {
			output_message(message, length, message_end(request));
			taken++;
		} else if (request->wait) {
			nanosleep(&pause, NULL);
		} else {
			break;
		}
	}
	return taken ? EXIT_DONE : EXIT_FAILED;
}

int run_recv(const struct request *request)
{
	char *message;
	int status;
	int fd;

	if (request->all && request->limit)
		return usage_error(request, "not both", "--all, --count");
	if (request->raw && request->null)
		return usage_error(request, "not both", "--raw, --null");

	/* The limit of today is not that of a message which is stored already. */
	message = malloc(SYNCHMESS_MAX_MESSAGE_SIZE);
	if (!message) {
		report("%s", strerror(errno));
		return EXIT_FAILED;
	}
	/* An empty group may have been told to block. */
	fd = group_open(request->group, O_RDONLY | (request->wait ? 0 : O_NONBLOCK));
	if (fd < 0) {
		free(message);
		return EXIT_FAILED;
	}
	status = receive(fd, message, request);
	close(fd);
	free(message);
	return status;
}
