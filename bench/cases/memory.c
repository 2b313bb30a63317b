// SPDX-License-Identifier: GPL-2.0
/* What a message takes of the machine's memory, besides its bytes. */
#include "bounds.h"
#include "cases/cases.h"
#include "cases/exchange.h"
#include "must.h"
#include "options.h"
#include "peers/group.h"
#include "result.h"

#include <stdio.h>
#include <unistd.h>

#define SIZE		64
#define MESSAGES	200000

/* A processor keeps pages for itself that are free, too. */
static double free_bytes(void)
{
	unsigned long pages, sum = 0;
	char line[128];
	FILE *file;

	bounds_write("/proc/sys/vm/stat_refresh", 1);
	file = must_have(fopen("/proc/zoneinfo", "re"));
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, " nr_free_pages %lu", &pages) == 1 ||
		    sscanf(line, " count: %lu", &pages) == 1)
			sum += pages;
	}
	fclose(file);
	return (double)sum * sysconf(_SC_PAGESIZE);
}

/* Fills a queue with so many; returns what each took, besides its bytes. */
typedef double (*filler)(const struct channel_kind *kind, unsigned long count);

static double queued(const struct channel_kind *kind, unsigned long count)
{
	struct exchange exchange;
	double before = free_bytes(), taken;

	must_be(true, exchange_open(&exchange, kind, SIZE, 1, count));
	taken = before - free_bytes();
	exchange_close(&exchange);
	return taken / count - SIZE;
}

static double scheduled(const struct channel_kind *kind, unsigned long count)
{
	char bytes[SIZE] = "";
	const struct synchmess_out message = {
		.data = user(bytes), .size = SIZE, .delay = 3600 * NANOSECONDS,
	};
	double before = free_bytes(), taken;
	int group = group_create(SIZE, SIZE * count);

	(void)kind;
	group_fill(group, &message, count);
	taken = before - free_bytes();
	must(close(group));
	return taken / count - SIZE;
}

static void measure_memory(const char *subject, filler fill, const struct channel_kind *kind,
			   unsigned long count)
{
	const struct plan plan = {
		.subject = subject, .parameter = "bytes", .value = SIZE, .per = "message",
	};
	double samples[options.repetitions];
	unsigned int i;

	fill(kind, options_scale(count));
	for (i = 0; i < options.repetitions; i++)
		samples[i] = fill(kind, options_scale(count));
	result_print(&plan, "bytes", samples, options.repetitions);
}

void case_memory(void)
{
	measure_memory("synchmess", queued, &synchmess_channel, MESSAGES);
	measure_memory("synchmess-scheduled", scheduled, NULL, MESSAGES);
	measure_memory("sysv", queued, &sysv_channel, MESSAGES);
	measure_memory("seqpacket", queued, &seqpacket_channel, MESSAGES);
	measure_memory("pipe", queued, &pipe_channel, MESSAGES);
	/* No more are allowed. */
	measure_memory("mqueue", queued, &mqueue_channel, 65535);
}
