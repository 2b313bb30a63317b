// SPDX-License-Identifier: GPL-2.0
/*
 * What happens inside the module, as it happens.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "event.h"
#include "group.h"
#include "report.h"
#include "tracefs.h"

/* As tracefs hands lines out: never a part of one. */
#define MOST_BYTES 65536

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

/* They come only while we wait: @waiting is the mask for that. */
static void catch_signals(sigset_t *waiting)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = end };
	sigset_t blocked;
	size_t i;

	sigemptyset(&blocked);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		sigaddset(&blocked, signals[i]);
		sigaction(signals[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &blocked, waiting);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigdelset(waiting, signals[i]);
	signal(SIGPIPE, SIG_IGN);
}

/* Which events are wanted: a field and its value, or all. */
struct wanted {
	const char *field;
	const char *value;
};

static void show(char *line, const struct wanted *wanted, bool json)
{
	struct event event;

	if (strstr(line, " EVENTS]")) {
		report("some events came too fast: %s", line);
		return;
	}
	if (!event_parse(line, &event))
		return;
	if (wanted->field && !event_has(&event, wanted->field, wanted->value))
		return;
	if (json)
		event_print_json(&event);
	else
		event_print(&event);
}

static void show_lines(char *text, const struct wanted *wanted, bool json)
{
	char *line, *save = NULL;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		show(line, wanted, json);
}

/* Returns false after an error. */
static bool show_portion(int pipe, const struct wanted *wanted, bool json)
{
	static char text[MOST_BYTES + 1];
	ssize_t length = read(pipe, text, MOST_BYTES);

	if (length < 0)
		return errno == EAGAIN || errno == EINTR;
	text[length] = '\0';
	show_lines(text, wanted, json);
	if (!fflush(stdout) && !ferror(stdout))
		return true;
	report("standard output: %s", strerror(errno));
	return false;
}

/* Returns false when nobody reads our output any more. */
static bool wait_for_events(int pipe, const sigset_t *waiting)
{
	struct pollfd fds[] = {
		{ .fd = pipe, .events = POLLIN },
		{ .fd = STDOUT_FILENO },
	};

	return ppoll(fds, 2, NULL, waiting) < 0 || !fds[1].revents;
}

static int monitor(const struct wanted *wanted, bool json)
{
	struct instance instance;
	sigset_t waiting;
	bool well = true;

	catch_signals(&waiting);
	if (!instance_open(&instance))
		return EXIT_FAILED;
	/* Nobody who reads the output is as good as a signal. */
	while (well && !ended && wait_for_events(instance.pipe, &waiting))
		well = show_portion(instance.pipe, wanted, json);
	instance_close(&instance);
	return well ? EXIT_DONE : EXIT_FAILED;
}

int run_monitor(const struct request *request)
{
	struct wanted wanted = { };
	unsigned int group;
	char number[16];

	if (request->mailbox && request->count)
		return usage_error(request, "a group or a mailbox, not both", request->mailbox);
	if (request->mailbox) {
		wanted = (struct wanted){ "mailbox", request->mailbox };
	} else if (request->count) {
		if (!group_find(*request->arguments, &group))
			return EXIT_USAGE;
		snprintf(number, sizeof(number), "%u", group);
		wanted = (struct wanted){ "group", number };
	}
	return monitor(&wanted, request->json);
}
