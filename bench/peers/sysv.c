// SPDX-License-Identifier: GPL-2.0
/* System V message queues. */
#include "peers/channel.h"

#include "bounds.h"
#include "must.h"

#include <stddef.h>
#include <sys/ipc.h>
#include <sys/msg.h>

_Static_assert(offsetof(struct letter, bytes) % sizeof(long) == 0, "the number's place");

static bool open_queue(struct channel *channel, size_t size, size_t depth)
{
	size_t bytes = (size ? size : 1) * depth;
	struct msqid_ds queue;

	if (bytes > bounds_read("/proc/sys/kernel/msgmnb"))
		return false;
	channel->from = must(msgget(IPC_PRIVATE, 0600));
	channel->to = channel->from;
	must(msgctl(channel->to, IPC_STAT, &queue));
	queue.msg_qbytes = bytes;
	must(msgctl(channel->to, IPC_SET, &queue));
	return true;
}

static long *number_of(struct letter *letter)
{
	return (long *)letter->bytes - 1;
}

static void send(struct channel *channel, struct letter *letter, size_t size)
{
	*number_of(letter) = 1;
	must(msgsnd(channel->to, number_of(letter), size, 0));
}

static void receive(struct channel *channel, struct letter *letter, size_t size)
{
	must_be(size, msgrcv(channel->from, number_of(letter), size, 0, 0));
}

static void close_queue(struct channel *channel)
{
	must(msgctl(channel->to, IPC_RMID, NULL));
}

const struct channel_kind sysv_channel = {
	.name = "sysv",
	.longest = 0x7fffffff,
	.open = open_queue,
	.send = send,
	.receive = receive,
	.close = close_queue,
};
