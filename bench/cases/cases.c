// SPDX-License-Identifier: GPL-2.0
#include "cases/cases.h"

#include "calm.h"
#include "options.h"
#include "process.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What takes the module away comes last. */
const struct bench_case cases[] = {
	{ "null", case_null },
	{ "ring", case_ring },
	{ "pair", case_pair },
	{ "burst", case_burst },
	{ "pingpong", case_pingpong },
	{ "crowd", case_crowd },
	{ "batch", case_batch },
	{ "priority", case_priority },
	{ "lease", case_lease },
	{ "stamp", case_stamp },
	{ "broadcast", case_broadcast },
	{ "awake", case_awake },
	{ "rendezvous", case_rendezvous },
	{ "depth", case_depth },
	{ "schedule", case_schedule },
	{ "many", case_many },
	{ "epoll", case_epoll },
	{ "uring", case_uring },
	{ "uring-batch", case_uring_batch },
	{ "memory", case_memory },
	{ "latency", case_latency },
	{ "load", case_load },
	{ }
};

static const char *chosen;
static const char *running = "before the first case";

static bool holds(const char *names, const char *name)
{
	size_t length = strlen(name);

	for (; names; names = strchr(names, ',')) {
		names += *names == ',';
		if (!strncmp(names, name, length) && strchr(",", names[length]))
			return true;
	}
	return false;
}

static bool exists(const char *name)
{
	const struct bench_case *one;

	for (one = cases; one->name; one++) {
		if (!strcmp(one->name, name))
			return true;
	}
	return false;
}

void cases_choose(const char *names)
{
	char *copy, *name, *rest;

	chosen = names;
	if (!names)
		return;
	copy = strdup(names);
	for (name = strtok_r(copy, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
		if (exists(name))
			continue;
		fprintf(stderr, "bench: there is no case %s; --list names them\n", name);
		exit(2);
	}
	free(copy);
}

static void run(void *one)
{
	if (options.instructions)
		calm_await();
	((const struct bench_case *)one)->run();
}

/*
 * Each in a process of its own: once a process has had a second thread, its library and the
 * kernel take more for each call, and the next case would pay for that.
 */
void cases_run(void)
{
	const struct bench_case *one;

	for (one = cases; one->name; one++) {
		if (chosen && !holds(chosen, one->name))
			continue;
		running = one->name;
		process_run(run, (void *)one);
	}
}

const char *case_running(void)
{
	return running;
}
