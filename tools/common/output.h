/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages on standard output.
 */
#ifndef TOOLS_COMMON_OUTPUT_H
#define TOOLS_COMMON_OUTPUT_H

#include <stddef.h>

/*
 * Writes one message, byte by byte as it was sent, and END behind it (EOF: none).
 * A message that goes to a terminal as a line has its control characters
 * escaped: it comes from somebody else, who shall not steer the terminal.
 *
 * The message is gone from its queue, so it is written out before this returns.
 * When it cannot be, the program ends, lest more messages are taken and lost.
 */
void output_message(const char *bytes, size_t length, int end);

#endif /* TOOLS_COMMON_OUTPUT_H */
