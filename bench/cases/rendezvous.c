// SPDX-License-Identifier: GPL-2.0
/* Threads that meet again and again. */
#include "cases/cases.h"
#include "cases/team.h"
#include "measure.h"
#include "must.h"
#include "options.h"
#include "peers/group.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define OPERATIONS 2000

struct place {
	const struct place_kind *kind;
	unsigned int parties;
	unsigned long meetings;
	int group;
	pthread_barrier_t barrier;
};

struct place_kind {
	const char *name;
	void (*meet)(struct place *place);
};

static void meet_in_group(struct place *place)
{
	struct synchmess_meet meet = { .parties = place->parties };

	must(ioctl(place->group, SYNCHMESS_MEET, &meet));
}

static void meet_at_barrier(struct place *place)
{
	pthread_barrier_wait(&place->barrier);
}

static const struct place_kind kinds[] = {
	{ "synchmess", meet_in_group },
	{ "pthread", meet_at_barrier },
};

static void *come(void *context)
{
	struct place *place = context;
	unsigned long i;

	for (i = 0; i < place->meetings; i++)
		place->kind->meet(place);
	return NULL;
}

static uint64_t meet_others(void *context, unsigned long operations)
{
	struct place *place = context;
	uint64_t start = now();

	while (operations--)
		place->kind->meet(place);
	return now() - start;
}

static void measure_rendezvous(const struct place_kind *kind, unsigned int parties)
{
	const struct plan plan = {
		.subject = kind->name, .parameter = "threads", .value = parties, .per = "meeting",
		.operations = OPERATIONS,
	};
	struct place place = {
		.kind = kind, .parties = parties, .group = group_create(0, 0),
		.meetings = (options.repetitions + 1) * options_scale(OPERATIONS),
	};
	struct team others;

	pthread_barrier_init(&place.barrier, NULL, parties);
	team_start(&others, parties - 1, come, &place);
	measure(&plan, meet_others, &place);
	team_join(&others);
	pthread_barrier_destroy(&place.barrier);
	must(close(place.group));
}

void case_rendezvous(void)
{
	size_t i;
	unsigned int parties;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (parties = 2; parties <= 8; parties *= 2)
			measure_rendezvous(&kinds[i], parties);
}
