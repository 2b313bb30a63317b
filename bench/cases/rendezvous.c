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

#define NAME "bench-rendezvous"

struct place {
	const struct place_kind *kind;
	unsigned int parties;
	unsigned long meetings;
	int group;
	pthread_barrier_t barrier;
};

/**
 * struct place_kind - how they meet
 * @name: of the subject
 * @enter: returns the descriptor by which the calling thread does
 * @meet: once
 */
struct place_kind {
	const char *name;
	int (*enter)(struct place *place);
	void (*meet)(struct place *place, int group);
};

/* All by the same one. */
static int enter_as_thread(struct place *place)
{
	return must(dup(place->group));
}

/* Each has opened the group for itself. */
static int enter_as_member(struct place *place)
{
	int group = group_open_named(NAME);

	(void)place;
	must(ioctl(group, SYNCHMESS_JOIN));
	return group;
}

static void meet_in_group(struct place *place, int group)
{
	struct synchmess_meet meet = { .parties = place->parties };

	must(ioctl(group, SYNCHMESS_MEET, &meet));
}

static void meet_as_member(struct place *place, int group)
{
	(void)place;
	must(ioctl(group, SYNCHMESS_MEET, NULL));
}

static void meet_at_barrier(struct place *place, int group)
{
	(void)group;
	pthread_barrier_wait(&place->barrier);
}

static const struct place_kind kinds[] = {
	{ "synchmess", enter_as_thread, meet_in_group },
	{ "synchmess-member", enter_as_member, meet_as_member },
	{ "pthread", enter_as_thread, meet_at_barrier },
};

/* Nobody meets before all are there who are to. */
static int enter(struct place *place)
{
	int group = place->kind->enter(place);

	pthread_barrier_wait(&place->barrier);
	return group;
}

static void *come(void *context)
{
	struct place *place = context;
	int group = enter(place);
	unsigned long i;

	for (i = 0; i < place->meetings; i++)
		place->kind->meet(place, group);
	must(close(group));
	return NULL;
}

/* The thread that measures. */
struct clock_bearer {
	struct place *place;
	int group;
};

static uint64_t meet_others(void *context, unsigned long operations)
{
	struct clock_bearer *bearer = context;
	struct place *place = bearer->place;
	uint64_t start = now();

	while (operations--)
		place->kind->meet(place, bearer->group);
	return now() - start;
}

static void measure_rendezvous(const struct place_kind *kind, unsigned int parties)
{
	const struct plan plan = {
		.subject = kind->name, .parameter = "threads", .value = parties, .per = "meeting",
		.operations = OPERATIONS,
	};
	struct place place = {
		.kind = kind, .parties = parties, .group = group_open_named(NAME),
		.meetings = (options.repetitions + 1) * options_scale(OPERATIONS),
	};
	struct clock_bearer bearer = { .place = &place };
	struct team others;

	pthread_barrier_init(&place.barrier, NULL, parties);
	team_start(&others, parties - 1, come, &place);
	bearer.group = enter(&place);
	measure(&plan, meet_others, &bearer);
	team_join(&others);
	must(close(bearer.group));
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
