/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An instance of tracefs: a buffer of our own, in which only the events of the module are
 * recorded, so that we disturb nobody else who traces.
 */
#ifndef TOOLS_SYNCHMESS_TRACEFS_H
#define TOOLS_SYNCHMESS_TRACEFS_H

#define TRACEFS "/sys/kernel/tracing"

#include <stdbool.h>

struct instance {
	char path[64];
	int pipe;	/* lines of events; does not block */
};

/* Returns false after a complaint. */
bool instance_open(struct instance *instance);
void instance_close(struct instance *instance);

#endif /* TOOLS_SYNCHMESS_TRACEFS_H */
