// SPDX-License-Identifier: GPL-2.0
/* A mailbox that writes to another by name, as a text command. */
#include "peers/channel.h"
#include "peers/group.h"

#include "bounds.h"
#include "must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMMAND_MAX	14	/* "/msg NAME " */

struct command {
	char text[COMMAND_MAX + 1];
	size_t length;
};

static size_t longest_command(void)
{
	return bounds_read("/sys/module/synchmess/parameters/CMD_BUF_SIZE");
}

/* Any number of channels, so a name is a number. */
static void next_name(char *name, size_t size)
{
	static unsigned int last;

	snprintf(name, size, "%u", ++last % 10000000);
}

static bool open_mailboxes(struct channel *channel, size_t size, size_t depth)
{
	struct command *command;
	char name[9];

	if (size + COMMAND_MAX > longest_command())
		return false;
	next_name(name, sizeof(name));
	channel->from = mailbox_register(name, depth);
	command = must_have(malloc(sizeof(*command)));
	command->length = sprintf(command->text, "/msg %s ", name);
	channel->own = command;
	next_name(name, sizeof(name));
	channel->to = mailbox_register(name, 1);
	return true;
}

static void send_text(struct channel *channel, struct letter *letter, size_t size)
{
	const struct command *command = channel->own;
	char *text = letter->bytes - command->length;

	memcpy(text, command->text, command->length);
	must_be(command->length + size, write(channel->to, text, command->length + size));
}

static void close_mailboxes(struct channel *channel)
{
	channel_close_ends(channel);
	free(channel->own);
}

const struct channel_kind synchmess_mailbox_channel = {
	.name = "synchmess-mailbox",
	.shortest = 1,
	.longest = 65536,
	.open = open_mailboxes,
	.send = send_text,
	.receive = channel_read,
	.close = close_mailboxes,
};
