// SPDX-License-Identifier: GPL-2.0
/* A pair of UNIX sockets, which keep messages apart. */
#include "peers/channel.h"

#include "must.h"

#include <limits.h>
#include <sys/socket.h>

/* A message takes its bytes and this, about. */
#define BOOKKEEPING 1024

static bool open_sockets(struct channel *channel, int type, size_t size, size_t depth)
{
	size_t wanted = (size + BOOKKEEPING) * (depth + 1);
	int ends[2], room = wanted / 2;

	/* The system takes twice what it is told. */
	if (wanted > INT_MAX / 2)
		return false;
	must(socketpair(AF_UNIX, type, 0, ends));
	must(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)));
	channel->to = ends[0];
	channel->from = ends[1];
	return true;
}

static bool open_seqpacket(struct channel *channel, size_t size, size_t depth)
{
	return open_sockets(channel, SOCK_SEQPACKET, size, depth);
}

static bool open_dgram(struct channel *channel, size_t size, size_t depth)
{
	return open_sockets(channel, SOCK_DGRAM, size, depth);
}

static void send_one(struct channel *channel, struct letter *letter, size_t size)
{
	must_be(size, send(channel->to, letter->bytes, size, 0));
}

static void receive_one(struct channel *channel, struct letter *letter, size_t size)
{
	must_be(size, recv(channel->from, letter->bytes, size, 0));
}

static void point(struct mmsghdr *messages, unsigned int count, struct iovec *part)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = part, .msg_iovlen = 1 } };
}

static void send_many(struct channel *channel, struct letter *letter, size_t size,
		      unsigned int count)
{
	struct iovec part = { letter->bytes, size };
	struct mmsghdr messages[count];

	point(messages, count, &part);
	must_be(count, sendmmsg(channel->to, messages, count, 0));
}

static void receive_many(struct channel *channel, struct letter *letter, size_t size,
			 unsigned int count)
{
	struct iovec part = { letter->bytes, size };
	struct mmsghdr messages[count];

	point(messages, count, &part);
	must_be(count, recvmmsg(channel->from, messages, count, 0, NULL));
}

const struct channel_kind seqpacket_channel = {
	.name = "seqpacket",
	.longest = 1 << 20,
	.open = open_seqpacket,
	.send = send_one,
	.receive = receive_one,
	.send_many = send_many,
	.receive_many = receive_many,
	.close = channel_close_ends,
};

const struct channel_kind dgram_channel = {
	.name = "dgram",
	.longest = 1 << 20,
	.open = open_dgram,
	.send = send_one,
	.receive = receive_one,
	.send_many = send_many,
	.receive_many = receive_many,
	.close = channel_close_ends,
};
