// SPDX-License-Identifier: GPL-2.0
/* A group by write(2) and read(2). */
#include "peers/channel.h"
#include "peers/group.h"

static bool open_group(struct channel *channel, size_t size, size_t depth)
{
	channel->from = group_create(size, size * depth);
	channel->to = channel->from;
	return true;
}

const struct channel_kind synchmess_channel = {
	.name = "synchmess",
	.shortest = 1,
	.longest = SYNCHMESS_MAX_MESSAGE_SIZE,
	.open = open_group,
	.send = channel_write,
	.receive = channel_read,
	.close = channel_close_ends,
};
