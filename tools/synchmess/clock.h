/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_SYNCHMESS_CLOCK_H
#define TOOLS_SYNCHMESS_CLOCK_H

#include <stdint.h>

/* A point of time as the module wants it. */
uint64_t deadline_in(unsigned long milliseconds);

#endif /* TOOLS_SYNCHMESS_CLOCK_H */
