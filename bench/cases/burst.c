// SPDX-License-Identifier: GPL-2.0
/* Several sends, one by one, then as many receives. */
#include "cases/cases.h"
#include "cases/exchange.h"

#define SIZE		64
#define MESSAGES	2048

static void measure_burst(const struct channel_kind *kind, unsigned int count)
{
	const struct plan plan = {
		.subject = kind->name, .parameter = "messages", .value = count, .per = "pair",
		.operations = MESSAGES / count, .each = count,
	};
	struct exchange exchange;

	if (!exchange_open(&exchange, kind, SIZE, count, 0))
		return;
	measure(&plan, exchange_one_by_one, &exchange);
	exchange_close(&exchange);
}

void case_burst(void)
{
	const struct channel_kind * const *kind;

	for (kind = channel_kinds; *kind; kind++) {
		measure_burst(*kind, 8);
		measure_burst(*kind, 64);
	}
	measure_burst(&zeromq_channel, 8);
	measure_burst(&zeromq_channel, 64);
}
