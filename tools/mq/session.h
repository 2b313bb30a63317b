/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A session: one open file of the mailbox device, and the commands given to it.
 */
#ifndef TOOLS_MQ_SESSION_H
#define TOOLS_MQ_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/synchmess.h>

struct session {
	int fd;
	char name[SYNCHMESS_MAILBOX_NAME_MAX + 1]; /* "": not registered */
	char where[32];		/* what stands before a complaint: "line 7: " */
	bool exit_on_error;
	bool failed;		/* a command has failed */
	bool over;		/* no more commands */
};

/* Returns false, after a report, when the device cannot be opened. */
bool session_open(struct session *session, const char *device);

/*
 * Runs one command: the LENGTH bytes at LINE, without the line's newline, and
 * a NUL behind them. Empty lines and comments do nothing.
 */
void session_run(struct session *session, const char *line, size_t length);

#endif /* TOOLS_MQ_SESSION_H */
