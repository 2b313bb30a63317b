// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <editline/readline.h>

#include "command.h"
#include "terminal.h"

static char *next_word(const char *text, int again)
{
	static const struct command *command;

	if (!again)
		command = commands;
	for (; command->word; command++)
		if (!strncmp(command->word, text, strlen(text)))
			return strdup((command++)->word);
	return NULL;
}

static char **complete(const char *text, int start, int end)
{
	(void)end;
	/* What follows the command is not a file name. */
	rl_attempted_completion_over = 1;
	return start ? NULL : rl_completion_matches(text, next_word);
}

static char *read_line(const struct session *session)
{
	char prompt[sizeof(session->name) + 2];

	snprintf(prompt, sizeof(prompt), "%s> ", session->name);
	return readline(prompt);
}

void terminal_run(struct session *session)
{
	char *line;

	rl_readline_name = "mq";
	rl_attempted_completion_function = complete;
	/* Else a signal that ends the program leaves the terminal raw. */
	rl_catch_signals = 1;

	while (!session->over) {
		line = read_line(session);
		if (!line) {
			putchar('\n');
			break;
		}
		if (*line)
			add_history(line);
		session_run(session, line, strlen(line));
		free(line);
	}
}
