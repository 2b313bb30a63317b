// SPDX-License-Identifier: GPL-2.0
#include "cases/team.h"

#include "must.h"

#include <errno.h>
#include <stdlib.h>

#define STACK (64 << 10)

static void start(pthread_t *thread, const pthread_attr_t *attributes,
		  void *(*body)(void *context), void *context)
{
	errno = pthread_create(thread, attributes, body, context);
	must_be(0, errno);
}

void team_start(struct team *team, unsigned int count, void *(*body)(void *context), void *context)
{
	pthread_attr_t attributes;
	unsigned int i;

	team->count = count;
	team->context = context;
	team->threads = must_have(calloc(count, sizeof(*team->threads)));
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK);
	for (i = 0; i < count; i++)
		start(&team->threads[i], &attributes, body, context);
	pthread_attr_destroy(&attributes);
}

void team_join(struct team *team)
{
	unsigned int i;

	for (i = 0; i < team->count; i++)
		pthread_join(team->threads[i], NULL);
	free(team->threads);
}
