// SPDX-License-Identifier: GPL-2.0
/* ZeroMQ over ipc. A thread of its own carries the messages, and is counted. */
#include "peers/channel.h"

#include "must.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zmq.h>

struct sockets {
	void *context;
	void *push;
	void *pull;
};

static void *open_socket(void *context, int type, int depth)
{
	void *socket = must_have(zmq_socket(context, type));

	must(zmq_setsockopt(socket, ZMQ_SNDHWM, &depth, sizeof(depth)));
	must(zmq_setsockopt(socket, ZMQ_RCVHWM, &depth, sizeof(depth)));
	return socket;
}

static bool open_sockets(struct channel *channel, size_t size, size_t depth)
{
	struct sockets *sockets = must_have(malloc(sizeof(*sockets)));
	char address[64];

	(void)size;
	snprintf(address, sizeof(address), "ipc://@synchmess-bench-%d", getpid());
	sockets->context = must_have(zmq_ctx_new());
	sockets->pull = open_socket(sockets->context, ZMQ_PULL, depth);
	must(zmq_bind(sockets->pull, address));
	sockets->push = open_socket(sockets->context, ZMQ_PUSH, depth);
	must(zmq_connect(sockets->push, address));
	channel->own = sockets;
	return true;
}

static void send(struct channel *channel, struct letter *letter, size_t size)
{
	struct sockets *sockets = channel->own;

	must_be(size, zmq_send(sockets->push, letter->bytes, size, 0));
}

static void receive(struct channel *channel, struct letter *letter, size_t size)
{
	struct sockets *sockets = channel->own;

	must_be(size, zmq_recv(sockets->pull, letter->bytes, size, 0));
}

static void close_sockets(struct channel *channel)
{
	struct sockets *sockets = channel->own;

	must(zmq_close(sockets->push));
	must(zmq_close(sockets->pull));
	must(zmq_ctx_term(sockets->context));
	free(sockets);
}

const struct channel_kind zeromq_channel = {
	.name = "zeromq",
	.longest = INT_MAX,
	.open = open_sockets,
	.send = send,
	.receive = receive,
	.close = close_sockets,
};
