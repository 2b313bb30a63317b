// SPDX-License-Identifier: GPL-2.0
/* A message in and out by a ring: two linked requests, one system call. */
#include "cases/cases.h"
#include "cases/exchange.h"
#include "must.h"

#include <liburing.h>

#define SIZE		64
#define OPERATIONS	2000

struct ringed {
	struct exchange exchange;
	struct io_uring ring;
};

static void take_answer(struct io_uring *ring)
{
	struct io_uring_cqe *answer;

	must(io_uring_wait_cqe(ring, &answer));
	must_be(SIZE, answer->res);
	io_uring_cqe_seen(ring, answer);
}

static void exchange_once(struct ringed *ringed)
{
	struct channel *channel = &ringed->exchange.channel;
	char *bytes = ringed->exchange.letter->bytes;
	struct io_uring_sqe *entry;

	entry = io_uring_get_sqe(&ringed->ring);
	io_uring_prep_write(entry, channel->to, bytes, SIZE, -1);
	entry->flags |= IOSQE_IO_LINK;
	entry = io_uring_get_sqe(&ringed->ring);
	io_uring_prep_read(entry, channel->from, bytes, SIZE, -1);
	must_be(2, io_uring_submit_and_wait(&ringed->ring, 2));
	take_answer(&ringed->ring);
	take_answer(&ringed->ring);
}

static uint64_t exchange_by_ring(void *context, unsigned long operations)
{
	uint64_t start = now();

	while (operations--)
		exchange_once(context);
	return now() - start;
}

static void measure_uring(const struct channel_kind *kind)
{
	const struct plan plan = {
		.subject = kind->name, .parameter = "bytes", .value = SIZE, .per = "pair",
		.operations = OPERATIONS,
	};
	struct ringed ringed;

	if (!exchange_open(&ringed.exchange, kind, SIZE, 1, 0))
		return;
	must(io_uring_queue_init(2, &ringed.ring, 0));
	measure(&plan, exchange_by_ring, &ringed);
	io_uring_queue_exit(&ringed.ring);
	exchange_close(&ringed.exchange);
}

void case_uring(void)
{
	measure_uring(&synchmess_channel);
	measure_uring(&pipe_channel);
	measure_uring(&seqpacket_channel);
}
