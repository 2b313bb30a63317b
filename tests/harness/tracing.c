// SPDX-License-Identifier: GPL-2.0
#include "harness/tracing.h"

#include "harness/clock.h"
#include "harness/suite.h"
#include "harness/sysfs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static int pipe_fd = -1;

/* What was read and not looked at yet: whole lines. */
static char text[65536];
static char *next = text;

static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

void tracing_begin(void)
{
	snprintf(folder, sizeof(folder), "/sys/kernel/tracing/instances/test-%d", getpid());
	assert_ok(mkdir(folder, 0700));
	pipe_fd = open(in_folder("trace_pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(pipe_fd >= 0);
	sysfs_write(in_folder("events/synchmess/enable"), "1");
}

void tracing_end(void)
{
	close(pipe_fd);
	assert_ok(rmdir(folder));
	next = text;
	*text = '\0';
}

static bool fill(void)
{
	ssize_t length = read(pipe_fd, text, sizeof(text) - 1);

	if (length <= 0)
		return false;
	text[length] = '\0';
	next = text;
	return true;
}

/* The next line from the name of the event on, or NULL. */
static char *get_event(void)
{
	char *line, *event;

	if (!*next && !fill())
		return NULL;
	line = next;
	next += strcspn(next, "\n");
	if (*next)
		*next++ = '\0';
	event = strstr(line, ": ");
	return event ? event + 2 : line;
}

static char *await_event(void)
{
	uint64_t deadline = clock_ms() + 10000;
	char *event;

	while (!(event = get_event()))
		if (clock_ms() > deadline)
			return NULL;
	return event;
}

void tracing_expect(const char *format, ...)
{
	char expected[512], *event;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(expected, sizeof(expected), format, arguments);
	va_end(arguments);
	event = await_event();
	if (!event)
		fail_msg("this did not happen: %s", expected);
	assert_string_equal(event, expected);
}

void tracing_expect_none(void)
{
	char *event = get_event();

	if (event)
		fail_msg("this happened, too: %s", event);
}

void tracing_skip(void)
{
	while (get_event())
		;
}
