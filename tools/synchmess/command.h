/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands of synchmess, and a request: what one was called with.
 */
#ifndef TOOLS_SYNCHMESS_COMMAND_H
#define TOOLS_SYNCHMESS_COMMAND_H

#include <stdbool.h>

struct request {
	const struct command *command;
	unsigned int group;	/* unless the command takes none */
	int count;		/* of arguments, behind the group */
	char **arguments;

	const char *mailbox;	/* NULL: not given */
	unsigned long limit;	/* --count; 0: not given */
	unsigned long mode;
	unsigned long timeout;	/* milliseconds */
	unsigned long priority;
	unsigned long delay;	/* milliseconds */
	unsigned long lifetime;	/* milliseconds; 0: for ever */
	unsigned long tag;
	bool mode_is_given;
	bool timeout_is_given;
	bool has_terms;		/* one of the four before it is given */
	bool all;
	bool json;
	bool no_wait;
	bool null;
	bool peek;
	bool raw;
	bool stamp;
	bool wait;
};

struct command {
	const char *name;
	const char *synopsis;
	const char *help;
	const char *details;	/* help for its options; NULL: it has none */
	const char *options;	/* their letters, as getopt() knows them */
	bool takes_group;	/* its first argument */
	int min, max;		/* how many other arguments */
	/* Returns the exit status. */
	int (*run)(const struct request *request);
};

/* How many milliseconds to wait for a message; -1: for ever. */
static inline int request_patience(const struct request *request)
{
	if (!request->wait)
		return 0;
	return request->timeout_is_given ? (int)request->timeout : -1;
}

/* Complains about how the command was called. Returns the exit status. */
int usage_error(const struct request *request, const char *problem, const char *what);

int run_create(const struct request *request);
int run_install(const struct request *request);
int run_remove(const struct request *request);

int run_send(const struct request *request);
int run_recv(const struct request *request);
int run_work(const struct request *request);
int run_retries(const struct request *request);
int run_delay(const struct request *request);
int run_flush(const struct request *request);
int run_revoke(const struct request *request);

int run_sleep(const struct request *request);
int run_awake(const struct request *request);
int run_meet(const struct request *request);

int run_get(const struct request *request);
int run_set(const struct request *request);

int run_list(const struct request *request);
int run_monitor(const struct request *request);

#endif /* TOOLS_SYNCHMESS_COMMAND_H */
