/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a command failed, in words that say what to do.
 */
#ifndef TOOLS_MQ_EXPLAIN_H
#define TOOLS_MQ_EXPLAIN_H

#include "command.h"

void explain(const struct session *session, const struct command *command,
	     const char *line, int error);

#endif /* TOOLS_MQ_EXPLAIN_H */
