/* SPDX-License-Identifier: GPL-2.0 */
/* Threads that do the same. */
#ifndef BENCH_TEAM_H
#define BENCH_TEAM_H

#include <pthread.h>

struct team {
	unsigned int count;
	void *context;
	pthread_t *threads;
};

void team_start(struct team *team, unsigned int count, void *(*body)(void *context),
		void *context);

/* Waits for their end. */
void team_join(struct team *team);

#endif /* BENCH_TEAM_H */
