// SPDX-License-Identifier: GPL-2.0
#include "peers/channel.h"

#include "must.h"

#include <sys/eventfd.h>

static bool open_counter(struct channel *channel, size_t size, size_t depth)
{
	(void)size;
	(void)depth;
	channel->from = must(eventfd(0, EFD_CLOEXEC));
	channel->to = channel->from;
	return true;
}

static void raise_counter(struct channel *channel, struct letter *letter, size_t size)
{
	(void)letter;
	(void)size;
	must(eventfd_write(channel->to, 1));
}

static void await_counter(struct channel *channel, struct letter *letter, size_t size)
{
	eventfd_t count;

	(void)letter;
	(void)size;
	must(eventfd_read(channel->from, &count));
}

const struct channel_kind eventfd_channel = {
	.name = "eventfd",
	.longest = 64,
	.open = open_counter,
	.send = raise_counter,
	.receive = await_counter,
	.close = channel_close_ends,
};
