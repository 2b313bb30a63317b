/* SPDX-License-Identifier: GPL-2.0 */
/* The roles: what victims do, over and over, each time with something at random. */
#ifndef DEATH_ROLE_H
#define DEATH_ROLE_H

#include <stdint.h>

struct role {
	const char *name;
	unsigned int victims;	/* how many play it at once */
	void (*step)(uint64_t *random);
};

/* NULL for the name ends them. */
extern const struct role roles[];

#endif /* DEATH_ROLE_H */
