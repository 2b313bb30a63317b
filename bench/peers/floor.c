// SPDX-License-Identifier: GPL-2.0
/* The least that two system calls with a copy each cost. */
#include "peers/channel.h"

#include "must.h"

#include <fcntl.h>
#include <limits.h>

static bool open_floor(struct channel *channel, size_t size, size_t depth)
{
	(void)size;
	(void)depth;
	channel->to = must(open("/dev/null", O_WRONLY | O_CLOEXEC));
	channel->from = must(open("/dev/zero", O_RDONLY | O_CLOEXEC));
	return true;
}

const struct channel_kind floor_channel = {
	.name = "floor",
	.longest = INT_MAX,
	.open = open_floor,
	.send = channel_write,
	.receive = channel_read,
	.close = channel_close_ends,
};
