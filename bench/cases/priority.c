// SPDX-License-Identifier: GPL-2.0
/* One message in and the first out, at each priority in turn, with others of all of them. */
#include "cases/cases.h"
#include "cases/exchange.h"

#define SIZE		64
#define PRIORITIES	8
#define QUEUED		64
#define OPERATIONS	2000

static unsigned int next_priority;

static void send_next(struct exchange *exchange)
{
	exchange->letter->priority = next_priority++ % PRIORITIES;
	channel_send(&exchange->channel, exchange->letter, SIZE);
}

static uint64_t exchange_by_priority(void *context, unsigned long operations)
{
	struct exchange *exchange = context;
	uint64_t start = now();

	while (operations--) {
		send_next(exchange);
		channel_receive(&exchange->channel, exchange->letter, SIZE);
	}
	return now() - start;
}

static void measure_priority(const struct channel_kind *kind)
{
	const struct plan plan = {
		.subject = kind->name, .parameter = "queued", .value = QUEUED, .per = "pair",
		.operations = OPERATIONS,
	};
	struct exchange exchange;
	unsigned int i;

	if (!exchange_open(&exchange, kind, SIZE, QUEUED + 1, 0))
		return;
	for (i = 0; i < QUEUED; i++)
		send_next(&exchange);
	measure(&plan, exchange_by_priority, &exchange);
	exchange_close(&exchange);
}

void case_priority(void)
{
	measure_priority(&synchmess_send_channel);
	measure_priority(&mqueue_channel);
}
