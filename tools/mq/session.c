// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "command.h"
#include "explain.h"
#include "report.h"
#include "session.h"

bool session_open(struct session *session, const char *device)
{
	session->fd = open(device, O_RDWR | O_CLOEXEC);
	if (session->fd < 0)
		report_open(device, errno);
	return session->fd >= 0;
}

void session_run(struct session *session, const char *line, size_t length)
{
	const struct command *command;
	int error;

	if (*line == '#' || strspn(line, BLANKS) == length)
		return;

	command = command_find(line);
	error = command->run(session, line, length);
	if (!error)
		return;

	explain(session, command, line, -error);
	session->failed = true;
	if (session->exit_on_error)
		session->over = true;
}
