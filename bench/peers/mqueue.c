// SPDX-License-Identifier: GPL-2.0
/* POSIX message queues. */
#include "peers/channel.h"

#include "bounds.h"
#include "must.h"

#include <fcntl.h>
#include <mqueue.h>

static bool fits(size_t size, size_t depth)
{
	return size <= bounds_read("/proc/sys/fs/mqueue/msgsize_max") &&
		depth <= bounds_read("/proc/sys/fs/mqueue/msg_max");
}

static bool open_queue(struct channel *channel, size_t size, size_t depth)
{
	struct mq_attr wanted = { .mq_maxmsg = depth, .mq_msgsize = size ? size : 1 };

	if (!fits(size, depth))
		return false;
	channel->from = must(mq_open("/bench", O_CREAT | O_EXCL | O_RDWR, 0600, &wanted));
	channel->to = channel->from;
	must(mq_unlink("/bench"));
	return true;
}

static void send(struct channel *channel, struct letter *letter, size_t size)
{
	must(mq_send(channel->to, letter->bytes, size, letter->priority));
}

/* It wants room for the longest. */
static void receive(struct channel *channel, struct letter *letter, size_t size)
{
	size_t room = channel->size ? channel->size : 1;

	must_be(size, mq_receive(channel->from, letter->bytes, room, &letter->priority));
}

const struct channel_kind mqueue_channel = {
	.name = "mqueue",
	.longest = 16777216,
	.open = open_queue,
	.send = send,
	.receive = receive,
	.close = channel_close_ends,
};
