// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "report.h"
#include "sysfs.h"

#define COMPLAINT_SIZE	256

static void explain_limit(char *text, const char *what, const char *parameter)
{
	char value[SYSFS_VALUE_SIZE];

	snprintf(text, COMPLAINT_SIZE, "%s %s=%s", what, parameter,
		 module_parameter(parameter, value));
}

static void explain_invalid(char *text, const struct command *command)
{
	if (!command->word)
		snprintf(text, COMPLAINT_SIZE, "no such command: /help lists them");
	else
		snprintf(text, COMPLAINT_SIZE, "usage: %s%s%s", command->word,
			 *command->arguments ? " " : "", command->arguments);
}

void explain(const struct session *session, const struct command *command,
	     const char *line, int error)
{
	const char *argument = command_argument(line);
	int length = strcspn(argument, BLANKS);
	char text[COMPLAINT_SIZE];

	switch (error) {
	case EINVAL:
		explain_invalid(text, command);
		break;
	case ENAMETOOLONG:
		snprintf(text, sizeof(text), "a name has 1 to %d bytes: %.*s",
			 SYNCHMESS_MAILBOX_NAME_MAX, length, argument);
		break;
	case EMSGSIZE:
		explain_limit(text, "the command is longer than", "CMD_BUF_SIZE");
		break;
	case EEXIST:
		if (*session->name)
			snprintf(text, sizeof(text), "registered already, as %s: first /unr",
				 session->name);
		else
			snprintf(text, sizeof(text), "the name %.*s is taken",
				 length, argument);
		break;
	case EUSERS:
		explain_limit(text, "the table of names is full:", "MAX_DEVICES");
		break;
	case EDQUOT:
		explain_limit(text, "your share of names or memory is used up, per cent:",
			      "user_share");
		break;
	case ENOENT:
		if (command->word && !strcmp(command->word, "/msg"))
			snprintf(text, sizeof(text), "nobody is registered as %.*s",
				 length, argument);
		else
			snprintf(text, sizeof(text), "not registered: first /reg NAME");
		break;
	case EACCES:
		snprintf(text, sizeof(text), "not registered: first /reg NAME");
		break;
	case EAGAIN:
		snprintf(text, sizeof(text), "no message");
		break;
	case ENOSPC:
		explain_limit(text, "the memory of the module is full:",
			      "max_total_size");
		break;
	default:
		snprintf(text, sizeof(text), "%s", strerror(error));
	}
	report("%s%s", session->where, text);
}
