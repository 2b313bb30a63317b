// SPDX-License-Identifier: GPL-2.0
/* Pipes: of bytes, and of packets. */
#include "peers/channel.h"

#include "must.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#define PAGE 4096

static bool open_pipe(struct channel *channel, int flags, size_t bytes)
{
	int ends[2];

	must(pipe2(ends, flags | O_CLOEXEC));
	channel->from = ends[0];
	channel->to = ends[1];
	if (bytes <= INT_MAX && fcntl(channel->to, F_SETPIPE_SZ, (int)bytes) >= 0)
		return true;
	channel_close_ends(channel);
	return false;
}

/* A page that has been read in part counts. */
static bool open_bytes(struct channel *channel, size_t size, size_t depth)
{
	return open_pipe(channel, 0, size * depth + PAGE);
}

static bool open_packets(struct channel *channel, size_t size, size_t depth)
{
	(void)size;
	return open_pipe(channel, O_DIRECT, PAGE * depth);
}

const struct channel_kind pipe_channel = {
	.name = "pipe",
	.shortest = 1,
	.longest = INT_MAX,
	.open = open_bytes,
	.send = channel_write,
	.receive = channel_read,
	.close = channel_close_ends,
};

const struct channel_kind packet_pipe_channel = {
	.name = "packet-pipe",
	.shortest = 1,
	.longest = PIPE_BUF,
	.open = open_packets,
	.send = channel_write,
	.receive = channel_read,
	.close = channel_close_ends,
};
