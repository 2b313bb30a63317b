// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "clock.h"
#include "message.h"

int message_send(int fd, struct synchmess_out *out, const char *bytes, size_t length)
{
	struct synchmess_batch batch = {
		.count = 1, .message_size = sizeof(*out), .messages = (uintptr_t)out,
	};

	out->data = (uintptr_t)bytes;
	out->size = length;
	return ioctl(fd, SYNCHMESS_SEND, &batch) < 0 ? -1 : 0;
}

static long receive(int fd, struct synchmess_in *in, unsigned int flags)
{
	struct synchmess_batch batch = {
		.flags = flags | SYNCHMESS_NOWAIT, .count = 1, .message_size = sizeof(*in),
		.messages = (uintptr_t)in,
	};

	return ioctl(fd, SYNCHMESS_RECEIVE, &batch);
}

/* A group may answer at once that it is empty: then poll(2) waits. */
static bool wait_readable(int fd, int patience)
{
	struct pollfd readable = { .fd = fd, .events = POLLIN };

	return patience && poll(&readable, 1, patience) > 0;
}

long message_receive(int fd, struct synchmess_in *in, char *bytes, unsigned int flags,
		     int patience)
{
	in->data = (uintptr_t)bytes;
	in->size = SYNCHMESS_MAX_MESSAGE_SIZE;
	while (receive(fd, in, flags) < 0) {
		if (errno != EAGAIN)
			return -1;
		if (!wait_readable(fd, patience)) {
			errno = EAGAIN;
			return -1;
		}
	}
	return in->length < in->size ? in->length : in->size;
}
