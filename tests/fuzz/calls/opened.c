// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/opened.h"

#include "fuzz/calls/stream.h"

#include <stdbool.h>

#define ALL_FILES (FILES + PRIVATE_FILES)

static bool is_used(const struct worker *worker, const struct opened *opened)
{
	unsigned int i;

	for (i = 0; i < ALL_FILES; i++) {
		if (worker->files[i].opened == opened)
			return true;
	}
	return false;
}

struct opened *opened_new(struct worker *worker)
{
	struct opened *opened = worker->opened;

	while (is_used(worker, opened))
		opened++;
	*opened = (struct opened){ .joined = NOT_JOINED };
	return opened;
}

void opened_init(struct worker *worker)
{
	unsigned int i;

	for (i = 0; i < ALL_FILES; i++)
		worker->files[i].opened = &worker->opened[i];
}

void opened_doubt_latest(struct opened *opened)
{
	struct token *latest = tokens_find(&opened->tokens, opened->reading.latest);

	if (latest)
		latest->end = 0;
	opened->reading.pending = ANYTHING;
	opened->reading.latest = 0;
}

void opened_read_elsewhere(struct worker *worker)
{
	unsigned int i;

	for (i = 0; i < OPENED; i++)
		opened_doubt_latest(&worker->opened[i]);
}

void opened_forget(struct worker *worker)
{
	unsigned int i;

	for (i = 0; i < OPENED; i++) {
		worker->opened[i].joined = PERHAPS;
		worker->opened[i].reading.known = UNSURE;
		worker->opened[i].tokens = (struct tokens){ };
	}
}
