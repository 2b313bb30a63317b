/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands of a mailbox client: those of the device, and the client's own.
 */
#ifndef TOOLS_MQ_COMMAND_H
#define TOOLS_MQ_COMMAND_H

#include <stddef.h>

#include "session.h"

/* What separates the words of a command. */
#define BLANKS	" \t"

struct command {
	const char *word;	/* NULL: any other */
	const char *arguments;
	const char *help;
	/* Returns 0 or a negative errno. */
	int (*run)(struct session *session, const char *line, size_t length);
};

/* All commands; the last is the one with no word. */
extern const struct command commands[];

const struct command *command_find(const char *line);

/* The first argument on LINE, up to its end. */
const char *command_argument(const char *line);

#endif /* TOOLS_MQ_COMMAND_H */
