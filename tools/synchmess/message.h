/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One message and what goes with it: the second interface's send and receive.
 */
#ifndef TOOLS_SYNCHMESS_MESSAGE_H
#define TOOLS_SYNCHMESS_MESSAGE_H

#include <stddef.h>

#include <linux/synchmess.h>

/* Fills in bytes and number of @out and sends it. Returns 0 or -1 with errno. */
int message_send(int fd, struct synchmess_out *out, const char *bytes, size_t length);

/*
 * Receives up to SYNCHMESS_MAX_MESSAGE_SIZE bytes and the stamp; waits for them PATIENCE
 * milliseconds, -1 for ever. FLAGS are SYNCHMESS_PEEK, ... Returns how many bytes, or -1
 * with errno; EAGAIN when there is no message.
 */
long message_receive(int fd, struct synchmess_in *in, char *bytes, unsigned int flags,
		     int patience);

#endif /* TOOLS_SYNCHMESS_MESSAGE_H */
