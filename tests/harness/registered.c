// SPDX-License-Identifier: GPL-2.0
#include "harness/registered.h"

#include "harness/batch.h"
#include "harness/mailbox.h"
#include "harness/suite.h"

#include <string.h>
#include <sys/ioctl.h>

int registered_try(int fd, const char *name, const struct synchmess_settings *settings)
{
	struct synchmess_mailbox mailbox = {
		.settings = user(settings), .settings_size = settings ? sizeof(*settings) : 0,
	};

	memcpy(mailbox.name, name, strlen(name));
	return ioctl(fd, SYNCHMESS_REGISTER, &mailbox);
}

int registered_as(const char *name, const struct synchmess_settings *settings)
{
	int fd = mailbox_open();

	assert_ok(registered_try(fd, name, settings));
	return fd;
}

int registered_handle(int fd, const char *name, unsigned int open_flags)
{
	struct synchmess_mailbox mailbox = { .open_flags = open_flags };

	memcpy(mailbox.name, name, strlen(name));
	return ioctl(fd, SYNCHMESS_OPEN_MAILBOX, &mailbox);
}

static long send_to(int fd, const char *to, struct synchmess_out *out, unsigned int flags)
{
	struct synchmess_batch batch = {
		.flags = flags, .count = 1, .message_size = sizeof(*out), .messages = user(out),
	};

	memcpy(batch.to, to, strlen(to));
	return ioctl(fd, SYNCHMESS_SEND, &batch);
}

long registered_send_out(int fd, const char *to, struct synchmess_out *out)
{
	return send_to(fd, to, out, 0);
}

long registered_send_with(int fd, const char *to, const char *text, unsigned int flags)
{
	struct synchmess_out out = batch_text(text);

	return send_to(fd, to, &out, flags);
}

long registered_send(int fd, const char *to, const char *text)
{
	return registered_send_with(fd, to, text, 0);
}

long registered_broadcast(int fd, const char *text)
{
	return registered_send_with(fd, "", text, SYNCHMESS_ALL);
}

long registered_broadcast_out(int fd, struct synchmess_out *out)
{
	return send_to(fd, "", out, SYNCHMESS_ALL);
}

size_t registered_list(int fd, struct synchmess_stat *stats, size_t room, unsigned int page)
{
	struct synchmess_list list = { .entry_size = sizeof(*stats) };
	size_t count = 0;
	long got;

	do {
		list.entries = user(stats + count);
		list.count = room - count < page ? room - count : page;
		got = ioctl(fd, SYNCHMESS_LIST, &list);
		assert_ok(got);
		assert_true(got <= list.count);
		count += got;
	} while (got && count < room);
	return count;
}
