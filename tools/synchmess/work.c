// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/synchmess.h>

#include "command.h"
#include "group.h"
#include "message.h"
#include "report.h"

/* The message is the file's as long as it is open: who kills us gives it to others. */
static int lease_one(int fd, struct synchmess_in *in, char *message,
		     const struct request *request)
{
	long length;

	length = message_receive(fd, in, message, SYNCHMESS_LEASE, request_patience(request));
	if (length >= 0)
		return 1;
	if (errno == EAGAIN)
		return 0;
	group_report(request->group, errno);
	return -1;
}

static bool settle(int fd, const struct synchmess_in *in, unsigned int what,
		   const struct request *request)
{
	struct synchmess_settle settle = {
		.what = what, .count = 1, .tokens = (uintptr_t)&in->token,
		.time = what == SYNCHMESS_RETURN ? request->delay * UINT64_C(1000000) : 0,
	};

	if (ioctl(fd, SYNCHMESS_SETTLE, &settle) == 1)
		return true;
	group_report(request->group, errno);
	return false;
}

static void tell(const char *name, unsigned long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", value);
	setenv(name, text, 1);
}

static void become(const struct synchmess_in *in, int input, char *command[])
{
	tell("SYNCHMESS_ID", in->id);
	tell("SYNCHMESS_TAG", in->tag);
	tell("SYNCHMESS_PRIORITY", in->priority);
	tell("SYNCHMESS_DELIVERIES", in->deliveries);
	tell("SYNCHMESS_PID", in->pid);
	dup2(input, STDIN_FILENO);
	signal(SIGPIPE, SIG_DFL);
	execvp(*command, command);
	report("%s: %s", *command, strerror(errno));
	_exit(127);
}

/* A command that does not read to the end does not want to. */
static void feed(int output, const char *message, size_t length)
{
	ssize_t written;

	while (length && (written = write(output, message, length)) > 0) {
		message += written;
		length -= written;
	}
}

static bool succeeds(pid_t child)
{
	int status = -1;

	waitpid(child, &status, 0);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

/* Returns whether the command has done it. */
static bool run(const struct synchmess_in *in, const char *message,
		const struct request *request)
{
	int pipes[2];
	pid_t child;

	if (pipe2(pipes, O_CLOEXEC) < 0) {
		report("%s", strerror(errno));
		return false;
	}
	child = fork();
	if (child < 0)
		report("%s", strerror(errno));
	if (!child)
		become(in, pipes[0], request->arguments);
	close(pipes[0]);
	if (child > 0)
		feed(pipes[1], message, in->length);
	close(pipes[1]);
	return child > 0 && succeeds(child);
}

/* Returns 1, 0 when there is no message, or -1 when it is not done. */
static int work_one(int fd, char *message, const struct request *request)
{
	struct synchmess_in in = { };
	bool done;
	int got;

	got = lease_one(fd, &in, message, request);
	if (got <= 0)
		return got;
	done = run(&in, message, request);
	if (!settle(fd, &in, done ? SYNCHMESS_ACK : SYNCHMESS_RETURN, request))
		done = false;
	return done ? 1 : -1;
}

static int work(int fd, char *message, const struct request *request)
{
	unsigned long done = 0, failed = 0;
	int got;

	do {
		got = work_one(fd, message, request);
		done += got > 0;
		failed += got < 0;
	} while (request->all && got > 0);
	return done && !failed ? EXIT_DONE : EXIT_FAILED;
}

int run_work(const struct request *request)
{
	char *message = malloc(SYNCHMESS_MAX_MESSAGE_SIZE);
	int status, fd;

	if (!message) {
		report("%s", strerror(errno));
		return EXIT_FAILED;
	}
	signal(SIGPIPE, SIG_IGN);
	fd = group_open(request->group, O_RDONLY);
	if (fd < 0) {
		free(message);
		return EXIT_FAILED;
	}
	status = work(fd, message, request);
	close(fd);
	free(message);
	return status;
}
