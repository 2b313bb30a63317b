// SPDX-License-Identifier: GPL-2.0
#include "cases/pair.h"

#include "cases/cases.h"
#include "cases/exchange.h"

#define COPIED	(8 << 20)	/* bytes in a repetition, at most */
#define MOST	2000

static const size_t sizes[] = { 0, 8, 64, 256, 1024, 4096, 65536, 1048576 };

static void measure_size(const struct channel_kind *kind, size_t size)
{
	const struct plan plan = {
		.subject = kind->name, .parameter = "bytes", .value = size, .per = "pair",
		.operations = size > COPIED / MOST ? COPIED / size : MOST,
	};
	struct exchange exchange;

	if (!exchange_open(&exchange, kind, size, 1, 0))
		return;
	measure(&plan, exchange_one_by_one, &exchange);
	exchange_close(&exchange);
}

void pair_measure(const struct channel_kind *kind)
{
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		measure_size(kind, sizes[i]);
}

void case_pair(void)
{
	const struct channel_kind * const *kind;

	for (kind = channel_kinds; *kind; kind++)
		pair_measure(*kind);
	pair_measure(&zeromq_channel);
}
