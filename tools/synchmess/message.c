// SPDX-License-Identifier: GPL-2.0
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

long message_receive(int fd, struct synchmess_in *in, char *bytes, size_t size,
		     unsigned int flags, long timeout_ms)
{
	struct synchmess_batch batch = {
		.flags = flags, .count = 1, .message_size = sizeof(*in),
		.messages = (uintptr_t)in,
	};

	if (timeout_ms >= 0)
		batch.deadline = deadline_in(timeout_ms);
	in->data = (uintptr_t)bytes;
	in->size = size;
	if (ioctl(fd, SYNCHMESS_RECEIVE, &batch) < 0)
		return -1;
	return in->length < size ? in->length : size;
}
