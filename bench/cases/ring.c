// SPDX-License-Identifier: GPL-2.0
/* A plain write, and a look at it in memory that the reader shares with the module. */
#include "cases/cases.h"
#include "measure.h"
#include "must.h"
#include "peers/channel.h"
#include "peers/group.h"

#include <unistd.h>

#include <synchmess-ring.h>

#define COPIED	(8 << 20)	/* bytes in a repetition, at most */
#define MOST	2000
#define RECORDS	(256 << 10)

static const size_t sizes[] = { 8, 64, 256, 1024, 4096, 65536 };

struct ringed {
	int group;
	size_t size;
	struct letter *letter;
	struct ring ring;
};

static uint64_t write_and_look(void *context, unsigned long operations)
{
	struct ringed *ringed = context;
	const struct synchmess_in *in;
	uint64_t start = now();

	while (operations--) {
		must_be(ringed->size, write(ringed->group, ringed->letter->bytes, ringed->size));
		in = must_have((void *)ring_peek(&ringed->ring));
		must_be(ringed->size, in->length);
		ring_done(&ringed->ring, in);
	}
	return now() - start;
}

static void measure_size(size_t size)
{
	const struct plan plan = {
		.subject = "synchmess-ring", .parameter = "bytes", .value = size, .per = "pair",
		.operations = size > COPIED / MOST ? COPIED / size : MOST,
	};
	struct ringed ringed = {
		.group = group_create(size, size), .size = size, .letter = letter_new(size),
	};

	must(ring_open(&ringed.ring, ringed.group, RECORDS));
	measure(&plan, write_and_look, &ringed);
	ring_close(&ringed.ring);
	must(close(ringed.group));
	letter_free(ringed.letter);
}

void case_ring(void)
{
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		measure_size(sizes[i]);
}
