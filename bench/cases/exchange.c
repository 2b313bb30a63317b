// SPDX-License-Identifier: GPL-2.0
#include "cases/exchange.h"

#define PORTION 64

static void fill(struct exchange *exchange, unsigned long count)
{
	unsigned long portion;

	for (; count; count -= portion) {
		portion = count < PORTION ? count : PORTION;
		channel_send_many(&exchange->channel, exchange->letter, exchange->size, portion);
	}
}

bool exchange_open(struct exchange *exchange, const struct channel_kind *kind, size_t size,
		   unsigned int count, unsigned long behind)
{
	if (!channel_open(&exchange->channel, kind, size, behind + count))
		return false;
	exchange->size = size;
	exchange->count = count;
	exchange->letter = letter_new(size ? size : 1);
	fill(exchange, behind);
	return true;
}

void exchange_close(struct exchange *exchange)
{
	channel_close(&exchange->channel);
	letter_free(exchange->letter);
}

uint64_t exchange_one_by_one(void *context, unsigned long operations)
{
	struct exchange *exchange = context;
	uint64_t start = now();
	unsigned int i;

	while (operations--) {
		for (i = 0; i < exchange->count; i++)
			channel_send(&exchange->channel, exchange->letter, exchange->size);
		for (i = 0; i < exchange->count; i++)
			channel_receive(&exchange->channel, exchange->letter, exchange->size);
	}
	return now() - start;
}

uint64_t exchange_at_once(void *context, unsigned long operations)
{
	struct exchange *exchange = context;
	uint64_t start = now();

	while (operations--) {
		channel_send_many(&exchange->channel, exchange->letter, exchange->size,
				  exchange->count);
		channel_receive_many(&exchange->channel, exchange->letter, exchange->size,
				     exchange->count);
	}
	return now() - start;
}
