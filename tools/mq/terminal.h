/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands typed at a terminal: a prompt, line editing, history, completion.
 */
#ifndef TOOLS_MQ_TERMINAL_H
#define TOOLS_MQ_TERMINAL_H

#include "session.h"

void terminal_run(struct session *session);

#endif /* TOOLS_MQ_TERMINAL_H */
