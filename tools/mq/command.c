// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "output.h"

/* CMD_BUF_SIZE is never larger, so no message is longer. */
#define LONGEST_MESSAGE	65536

/* The device parses: also what this client has never heard of. */
static int run_on_device(struct session *session, const char *line, size_t length)
{
	return write(session->fd, line, length) < 0 ? -errno : 0;
}

static int run_reg(struct session *session, const char *line, size_t length)
{
	const char *name = command_argument(line);
	int error = run_on_device(session, line, length);

	if (!error)
		snprintf(session->name, sizeof(session->name), "%.*s",
			 (int)strcspn(name, BLANKS), name);
	return error;
}

static int run_unr(struct session *session, const char *line, size_t length)
{
	int error = run_on_device(session, line, length);

	if (!error)
		session->name[0] = '\0';
	return error;
}

static int run_read(struct session *session, const char *line, size_t length)
{
	static char message[LONGEST_MESSAGE];
	ssize_t got;

	(void)length;
	if (*command_argument(line))
		return -EINVAL;

	got = read(session->fd, message, sizeof(message));
	if (got < 0)
		return -errno;
	output_message(message, got, '\n');
	return 0;
}

static int run_help(struct session *session, const char *line, size_t length)
{
	const struct command *command;

	(void)session;
	(void)length;
	if (*command_argument(line))
		return -EINVAL;

	for (command = commands; command->word; command++)
		printf("  %-5s %-10s  %s\n", command->word, command->arguments,
		       command->help);
	fflush(stdout);
	return 0;
}

static int run_exit(struct session *session, const char *line, size_t length)
{
	(void)length;
	if (*command_argument(line))
		return -EINVAL;

	session->over = true;
	return 0;
}

const struct command commands[] = {
	{ "/reg", "NAME", "register under NAME, 1 to 8 bytes", run_reg },
	{ "/unr", "", "give the name up, and what is still in the queue", run_unr },
	{ "/msg", "DEST TEXT", "send TEXT to DEST", run_on_device },
	{ "/all", "TEXT", "send TEXT to everybody else", run_on_device },
	{ "/read", "", "show the next message of the own queue", run_read },
	{ "/help", "", "show this list", run_help },
	{ "/exit", "", "end; so does the end of the input", run_exit },
	{ .run = run_on_device },
};

const struct command *command_find(const char *line)
{
	size_t length = strcspn(line, BLANKS);
	const struct command *command = commands;

	while (command->word && (strlen(command->word) != length ||
				 memcmp(command->word, line, length)))
		command++;
	return command;
}

const char *command_argument(const char *line)
{
	line += strcspn(line, BLANKS);
	return line + strspn(line, BLANKS);
}
