/* SPDX-License-Identifier: GPL-2.0 */
/* So many messages in, and as many out, in one thread: what several cases measure. */
#ifndef BENCH_EXCHANGE_H
#define BENCH_EXCHANGE_H

#include "measure.h"
#include "peers/channel.h"

struct exchange {
	struct channel channel;
	struct letter *letter;
	size_t size;
	unsigned int count;
};

/* COUNT messages of SIZE bytes, behind so many that stay. False: this kind cannot do that. */
bool exchange_open(struct exchange *exchange, const struct channel_kind *kind, size_t size,
		   unsigned int count, unsigned long behind);
void exchange_close(struct exchange *exchange);

/* COUNT sends, then COUNT receives; a measured_body. */
uint64_t exchange_one_by_one(void *exchange, unsigned long operations);

/* The same in two calls, where the kind has them. */
uint64_t exchange_at_once(void *exchange, unsigned long operations);

#endif /* BENCH_EXCHANGE_H */
