/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event of the module, as a line of tracefs's trace_pipe tells it.
 */
#ifndef TOOLS_SYNCHMESS_EVENT_H
#define TOOLS_SYNCHMESS_EVENT_H

#include <stdbool.h>

#define EVENT_FIELDS 16

/* How wide the name of a thread is, with blanks before it: it may have some of its own. */
#define EVENT_NAME_WIDTH 16

struct field {
	const char *name;
	const char *value;
};

/* It points into the line that it was parsed from, or into itself. */
struct event {
	const char *thread;	/* its name, that may be any bytes */
	char looked_up[EVENT_NAME_WIDTH];
	int tid;
	int cpu;
	const char *time;	/* seconds.microseconds, as the trace's clock has them */
	const char *name;
	int count;		/* of fields; those that say nothing are left out */
	struct field fields[EVENT_FIELDS];
};

/* Returns false when the line, which is changed, tells of no event. */
bool event_parse(char *line, struct event *event);

/* Has it a field with this value? */
bool event_has(const struct event *event, const char *name, const char *value);

void event_print(const struct event *event);
void event_print_json(const struct event *event);

#endif /* TOOLS_SYNCHMESS_EVENT_H */
