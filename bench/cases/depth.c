// SPDX-License-Identifier: GPL-2.0
/* One message in and the oldest out, behind many others. */
#include "cases/cases.h"
#include "cases/exchange.h"
#include "options.h"

#define SIZE		64
#define OPERATIONS	2000

static const unsigned long depths[] = { 1, 1000, 100000, 1000000 };

static void measure_depth(const struct channel_kind *kind, unsigned long depth)
{
	const struct plan plan = {
		.subject = kind->name, .parameter = "queued", .value = depth, .per = "pair",
		.operations = OPERATIONS,
	};
	struct exchange exchange;

	if (!exchange_open(&exchange, kind, SIZE, 1, depth))
		return;
	measure(&plan, exchange_one_by_one, &exchange);
	exchange_close(&exchange);
}

void case_depth(void)
{
	const struct channel_kind * const *kind;
	size_t i;

	for (kind = channel_kinds; *kind; kind++)
		for (i = 0; i < sizeof(depths) / sizeof(*depths); i++)
			if (options_bear(depths[i]))
				measure_depth(*kind, depths[i]);
}
