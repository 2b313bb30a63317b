/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers as users type them: decimal digits and nothing else.
 */
#ifndef TOOLS_SYNCHMESS_NUMBER_H
#define TOOLS_SYNCHMESS_NUMBER_H

#include <stdbool.h>

bool number_parse(const char *text, unsigned long min, unsigned long max,
		  unsigned long *number);

/* Octal digits, of a mode. */
bool number_parse_mode(const char *text, unsigned long *mode);

/* A group's number, in its range. */
bool number_parse_group(const char *text, unsigned int *group);

#endif /* TOOLS_SYNCHMESS_NUMBER_H */
