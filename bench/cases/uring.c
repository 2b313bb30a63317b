// SPDX-License-Identifier: GPL-2.0
/* Messages in and out by a ring: two linked requests, one system call. */
#include "cases/cases.h"
#include "cases/exchange.h"
#include "must.h"
#include "peers/group.h"

#include <liburing.h>
#include <string.h>

#define SIZE		64
#define OPERATIONS	2000
#define MOST		64

struct ringed {
	struct exchange exchange;
	struct io_uring ring;
};

static void take_answer(struct io_uring *ring, int result)
{
	struct io_uring_cqe *answer;

	must(io_uring_wait_cqe(ring, &answer));
	must_be(result, answer->res);
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
	take_answer(&ringed->ring, SIZE);
	take_answer(&ringed->ring, SIZE);
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

/* ---- batches */

static struct io_uring_sqe *add_command(struct io_uring *ring, int fd, unsigned int command,
					const struct synchmess_batch *batch)
{
	struct io_uring_sqe *entry = io_uring_get_sqe(ring);
	uint64_t address = user(batch);

	io_uring_prep_rw(IORING_OP_URING_CMD, entry, fd, NULL, 0, 0);
	entry->cmd_op = command;
	memcpy(entry->cmd, &address, sizeof(address));
	return entry;
}

static void exchange_batch_once(struct ringed *ringed)
{
	struct exchange *exchange = &ringed->exchange;
	unsigned int count = exchange->count, i;
	struct synchmess_out out[MOST];
	struct synchmess_in in[MOST];
	struct synchmess_batch send = {
		.count = count, .message_size = sizeof(out[0]), .messages = user(out),
	};
	struct synchmess_batch receive = {
		.count = count, .message_size = sizeof(in[0]), .messages = user(in),
	};

	for (i = 0; i < count; i++) {
		out[i] = (struct synchmess_out){
			.data = user(exchange->letter->bytes), .size = SIZE,
		};
		in[i].data = user(exchange->letter->bytes);
		in[i].size = SIZE;
		in[i].parts = 0;
	}
	add_command(&ringed->ring, exchange->channel.to, SYNCHMESS_SEND, &send)->flags =
		IOSQE_IO_LINK;
	add_command(&ringed->ring, exchange->channel.from, SYNCHMESS_RECEIVE, &receive);
	must_be(2, io_uring_submit_and_wait(&ringed->ring, 2));
	take_answer(&ringed->ring, count);
	take_answer(&ringed->ring, count);
}

static uint64_t exchange_batches_by_ring(void *context, unsigned long operations)
{
	uint64_t start = now();

	while (operations--)
		exchange_batch_once(context);
	return now() - start;
}

/* By ioctl(2), which is synchmess-send, and by a ring. */
static void measure_batch(unsigned int count)
{
	struct plan plan = {
		.subject = synchmess_send_channel.name, .parameter = "messages", .value = count,
		.per = "pair", .operations = OPERATIONS / count, .each = count,
	};
	struct ringed ringed;

	if (!exchange_open(&ringed.exchange, &synchmess_send_channel, SIZE, count, 0))
		return;
	measure(&plan, exchange_at_once, &ringed.exchange);
	must(io_uring_queue_init(2, &ringed.ring, 0));
	plan.subject = "synchmess-uring";
	measure(&plan, exchange_batches_by_ring, &ringed);
	io_uring_queue_exit(&ringed.ring);
	exchange_close(&ringed.exchange);
}

void case_uring_batch(void)
{
	measure_batch(1);
	measure_batch(8);
	measure_batch(MOST);
}
