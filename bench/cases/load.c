// SPDX-License-Identifier: GPL-2.0
/* The module's size, and what it takes to unload and to load it, by the usual programs. */
#include "bounds.h"
#include "cases/cases.h"
#include "measure.h"
#include "must.h"
#include "result.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define MODULE "/sys/module/synchmess/"

static char load_command[1024];

/* As it is loaded now. */
static void remember_parameters(void)
{
	DIR *folder = must_have(opendir(MODULE "parameters"));
	size_t length = sprintf(load_command, "modprobe synchmess");
	const struct dirent *entry;
	char path[512];

	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), MODULE "parameters/%s", entry->d_name);
		length += snprintf(load_command + length, sizeof(load_command) - length, " %s=%zu",
				   entry->d_name, bounds_read(path));
	}
	closedir(folder);
}

static void run(const char *command)
{
	must_be(0, system(command));
}

static uint64_t unload(void *context, unsigned long operations)
{
	uint64_t start, sum = 0;

	(void)context;
	while (operations--) {
		run("udevadm settle");
		start = now();
		run("modprobe -r synchmess");
		sum += now() - start;
		run(load_command);
	}
	return sum;
}

static uint64_t load(void *context, unsigned long operations)
{
	uint64_t start, sum = 0;

	(void)context;
	while (operations--) {
		run("modprobe -r synchmess");
		run("udevadm settle");
		start = now();
		run(load_command);
		sum += now() - start;
	}
	return sum;
}

static void print_size(void)
{
	const struct plan plan = { .subject = "synchmess-size", .per = "module" };
	double size = bounds_read(MODULE "coresize");

	result_print(&plan, "bytes", &size, 1);
}

void case_load(void)
{
	struct plan plan = { .per = "module", .operations = 1 };

	print_size();
	if (bounds_read(MODULE "refcnt"))
		return;
	remember_parameters();
	plan.subject = "synchmess-unload";
	measure(&plan, unload, NULL);
	plan.subject = "synchmess-load";
	measure(&plan, load, NULL);
}
