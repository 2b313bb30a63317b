// SPDX-License-Identifier: GPL-2.0
#include "peers/channel.h"

#include "peers/futex.h"
#include "process.h"

static bool open_word(struct channel *channel, size_t size, size_t depth)
{
	(void)size;
	(void)depth;
	channel->own = process_share(sizeof(atomic_uint));
	return true;
}

static void raise_word(struct channel *channel, struct letter *letter, size_t size)
{
	atomic_uint *word = channel->own;

	(void)letter;
	(void)size;
	atomic_store(word, 1);
	futex_wake(word, 1);
}

static void await_word(struct channel *channel, struct letter *letter, size_t size)
{
	atomic_uint *word = channel->own;

	(void)letter;
	(void)size;
	while (!atomic_exchange(word, 0))
		futex_wait(word, 0);
}

static void close_word(struct channel *channel)
{
	process_unshare(channel->own, sizeof(atomic_uint));
}

const struct channel_kind futex_channel = {
	.name = "futex",
	.longest = 64,
	.open = open_word,
	.send = raise_word,
	.receive = await_word,
	.close = close_word,
};
