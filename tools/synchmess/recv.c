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
#include "output.h"
#include "report.h"

static int message_end(const struct request *request)
{
	if (request->raw)
		return EOF;
	return request->null ? '\0' : '\n';
}

/* Who sent it, if not only a process, and what became of it until now. */
static void print_history(const struct synchmess_in *stamp)
{
	if (*stamp->mailbox)
		printf("%s=%s ", stamp->flags & SYNCHMESS_FROM_KERNEL ? "module" : "mailbox",
		       stamp->mailbox);
	if (stamp->deliveries)
		printf("deliveries=%u ", stamp->deliveries);
	if (stamp->flags & SYNCHMESS_DEAD_LETTER)
		printf("dead-letter-of=%u ", stamp->origin);
}

static void print_stamp(const struct synchmess_in *stamp)
{
	printf("id=%llu sequence=%llu priority=%u tag=%llu ", stamp->id, stamp->sequence,
	       stamp->priority, stamp->tag);
	printf("pid=%u tid=%u uid=%u gid=%u ", stamp->pid, stamp->tid, stamp->uid, stamp->gid);
	printf("sent=%llu published=%llu length=%u ", stamp->sent_at, stamp->published_at,
	       stamp->length);
	print_history(stamp);
}

/* Takes one message and prints it. Returns 1, 0 when there is none, or -1. */
static int receive_one(int fd, char *message, const struct request *request)
{
	struct synchmess_in stamp = { };
	long length;

	length = message_receive(fd, &stamp, message, request->peek ? SYNCHMESS_PEEK : 0,
				 request_patience(request));
	if (length < 0 && errno == EAGAIN)
		return 0;
	if (length < 0) {
		group_report(request->group, errno);
		return -1;
	}
	if (request->stamp)
		print_stamp(&stamp);
	output_message(message, length, message_end(request));
	return 1;
}

static int receive(int fd, char *message, const struct request *request)
{
	unsigned long limit = request->limit ? request->limit : 1;
	unsigned long taken = 0;
	int got = 1;

	while (got > 0 && (request->all || taken < limit)) {
		got = receive_one(fd, message, request);
		if (got > 0)
			taken++;
	}
	return taken && got >= 0 ? EXIT_DONE : EXIT_FAILED;
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
	if (request->peek && (request->all || request->limit))
		return usage_error(request, "shows one message, not", "--all, --count");

	/* The limit of today is not that of a message which is stored already. */
	message = malloc(SYNCHMESS_MAX_MESSAGE_SIZE);
	if (!message) {
		report("%s", strerror(errno));
		return EXIT_FAILED;
	}
	fd = group_open(request->group, O_RDONLY);
	if (fd < 0) {
		free(message);
		return EXIT_FAILED;
	}
	status = receive(fd, message, request);
	close(fd);
	free(message);
	return status;
}
