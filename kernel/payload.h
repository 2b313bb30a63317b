/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A payload: where a program has the bytes of a message, in one piece or in parts.
 *
 * Owner: who opened it, for the length of a copy; on the stack. No locks.
 */
#ifndef SM_PAYLOAD_H
#define SM_PAYLOAD_H

#include <linux/types.h>
#include <linux/uio.h>

/**
 * struct sm_payload - where a program has the bytes of a message
 * @few: room for a few parts
 * @parts: all of them, to be freed, or NULL
 * @iter: over them
 */
struct sm_payload {
	struct iovec few[UIO_FASTIOV];
	struct iovec *parts;
	struct iov_iter iter;
};

/**
 * sm_payload_open() - understand where the bytes are
 * @payload: to be filled in; if the call succeeds, to be closed
 * @direction: READ or WRITE
 * @data: the bytes, or an array of struct iovec
 * @size: how many bytes; 0 if there are parts
 * @parts: how many parts, or 0
 *
 * Return: 0, -EFAULT, -EINVAL, -ENOMEM.
 */
int sm_payload_open(struct sm_payload *payload, unsigned int direction, u64 data, u32 size,
		    u32 parts);

void sm_payload_close(struct sm_payload *payload);

#endif /* SM_PAYLOAD_H */
