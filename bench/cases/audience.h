/* SPDX-License-Identifier: GPL-2.0 */
/* A mailbox that speaks, and many that hear. */
#ifndef BENCH_AUDIENCE_H
#define BENCH_AUDIENCE_H

#include "peers/group.h"

#include <stdbool.h>

#define AUDIENCE_SIZE 64	/* of a text; a command has more */

struct audience {
	int speaker;
	unsigned int count;
	int *listeners;
	char text[AUDIENCE_SIZE + 16];
};

/* Does the module allow so many names? */
bool audience_fits(unsigned int count);

/* Listeners who can have so many messages each. */
void audience_open(struct audience *audience, unsigned int count, size_t depth);
void audience_close(struct audience *audience);

/* One message by name, and out again. */
void audience_tell(struct audience *audience, unsigned int listener);
void audience_hear(struct audience *audience, unsigned int listener);

#endif /* BENCH_AUDIENCE_H */
