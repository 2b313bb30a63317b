// SPDX-License-Identifier: GPL-2.0
/* A group by SEND and RECEIVE. */
#include "peers/channel.h"
#include "peers/group.h"

static bool open_group(struct channel *channel, size_t size, size_t depth)
{
	size_t longest = size ? size : 1;

	channel->from = group_create(longest, longest * depth);
	channel->to = channel->from;
	return true;
}

static void send_many(struct channel *channel, struct letter *letter, size_t size,
		      unsigned int count)
{
	struct synchmess_out messages[count];
	unsigned int i;

	for (i = 0; i < count; i++)
		messages[i] = (struct synchmess_out){
			.data = user(letter->bytes), .size = size, .priority = letter->priority,
		};
	group_send(channel->to, messages, count);
}

static void receive_many(struct channel *channel, struct letter *letter, size_t size,
			 unsigned int count)
{
	struct synchmess_in messages[count];
	unsigned int i;

	for (i = 0; i < count; i++) {
		messages[i].data = user(letter->bytes);
		messages[i].size = size;
		messages[i].parts = 0;
	}
	group_receive(channel->from, messages, count, 0);
}

static void send_one(struct channel *channel, struct letter *letter, size_t size)
{
	send_many(channel, letter, size, 1);
}

static void receive_one(struct channel *channel, struct letter *letter, size_t size)
{
	receive_many(channel, letter, size, 1);
}

const struct channel_kind synchmess_send_channel = {
	.name = "synchmess-send",
	.longest = SYNCHMESS_MAX_MESSAGE_SIZE,
	.open = open_group,
	.send = send_one,
	.receive = receive_one,
	.send_many = send_many,
	.receive_many = receive_many,
	.close = channel_close_ends,
};
