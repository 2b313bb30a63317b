// SPDX-License-Identifier: GPL-2.0
/* Several messages in one call, for those that have such calls, and for some that have none. */
#include "cases/cases.h"
#include "cases/exchange.h"

#define SIZE		64
#define MESSAGES	2048

static const struct channel_kind * const kinds[] = {
	&synchmess_send_channel, &mqueue_channel, &seqpacket_channel, &dgram_channel,
	&zeromq_channel,
};

static const unsigned int counts[] = { 1, 8, 64, 256 };

static void measure_batch(const struct channel_kind *kind, unsigned int count)
{
	const struct plan plan = {
		.subject = kind->name, .parameter = "messages", .value = count, .per = "pair",
		.operations = MESSAGES / count, .each = count,
	};
	struct exchange exchange;

	if (!exchange_open(&exchange, kind, SIZE, count, 0))
		return;
	measure(&plan, exchange_at_once, &exchange);
	exchange_close(&exchange);
}

void case_batch(void)
{
	size_t i, j;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (j = 0; j < sizeof(counts) / sizeof(*counts); j++)
			measure_batch(kinds[i], counts[j]);
}
