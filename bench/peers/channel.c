// SPDX-License-Identifier: GPL-2.0
#include "peers/channel.h"

#include "must.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct channel_kind * const channel_kinds[] = {
	&synchmess_channel, &synchmess_send_channel, &synchmess_mailbox_channel,
	&mqueue_channel, &sysv_channel, &seqpacket_channel, &dgram_channel,
	&pipe_channel, &packet_pipe_channel, NULL
};

bool channel_open(struct channel *channel, const struct channel_kind *kind, size_t size,
		  size_t depth)
{
	*channel = (struct channel){ .kind = kind, .size = size };
	return size >= kind->shortest && size <= kind->longest && kind->open(channel, size, depth);
}

void channel_close(struct channel *channel)
{
	channel->kind->close(channel);
}

void channel_send(struct channel *channel, struct letter *letter, size_t size)
{
	channel->kind->send(channel, letter, size);
}

void channel_receive(struct channel *channel, struct letter *letter, size_t size)
{
	channel->kind->receive(channel, letter, size);
}

void channel_send_many(struct channel *channel, struct letter *letter, size_t size,
		       unsigned int count)
{
	if (channel->kind->send_many) {
		channel->kind->send_many(channel, letter, size, count);
		return;
	}
	while (count--)
		channel_send(channel, letter, size);
}

void channel_receive_many(struct channel *channel, struct letter *letter, size_t size,
			  unsigned int count)
{
	if (channel->kind->receive_many) {
		channel->kind->receive_many(channel, letter, size, count);
		return;
	}
	while (count--)
		channel_receive(channel, letter, size);
}

void channel_write(struct channel *channel, struct letter *letter, size_t size)
{
	must_be(size, write(channel->to, letter->bytes, size));
}

void channel_read(struct channel *channel, struct letter *letter, size_t size)
{
	must_be(size, read(channel->from, letter->bytes, size));
}

void channel_close_ends(struct channel *channel)
{
	if (channel->to != channel->from)
		must(close(channel->to));
	must(close(channel->from));
}

/* Of letters: zeros at the end of a text are no part of it for a mailbox. */
struct letter *letter_new(size_t size)
{
	struct letter *letter = must_have(calloc(1, sizeof(*letter) + size));

	memset(letter->bytes, 'x', size);
	return letter;
}

void letter_free(struct letter *letter)
{
	free(letter);
}
