/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A payload: where a program has the bytes of a message, in one piece or in parts.
 *
 * Owner: who opened it, for the length of a copy; on the stack. No locks.
 */
#ifndef SM_PAYLOAD_H
#define SM_PAYLOAD_H

#include "copy.h"
#include "failure.h"

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/uio.h>

/**
 * struct sm_payload - where a program has the bytes of a message
 * @size: how many there are
 * @piece: where, if they are in one piece
 * @parts: where, if not; else NULL
 */
struct sm_payload {
	size_t size;
	void __user *piece;
	struct iov_iter *parts;
};

/**
 * struct sm_parts - what describes a payload in parts
 * @few: room for a few of them
 * @all: all of them, to be freed, or NULL
 * @iter: over them
 */
struct sm_parts {
	struct iovec few[UIO_FASTIOV];
	struct iovec *all;
	struct iov_iter iter;
};

static inline struct sm_payload sm_payload_of_piece(void __user *piece, size_t size)
{
	return (struct sm_payload){ .size = size, .piece = piece };
}

static inline struct sm_payload sm_payload_of_parts(struct iov_iter *parts)
{
	return (struct sm_payload){ .size = iov_iter_count(parts), .parts = parts };
}

/**
 * sm_parts_open() - understand where the bytes of a payload in parts are
 * @parts: memory for it; if the call succeeds, to be closed
 * @direction: READ or WRITE
 * @array: of struct iovec
 * @count: how many
 * @is_compat: they are those of a 32-bit program
 * @payload: filled in
 *
 * Return: 0, -EFAULT, -EINVAL, -ENOMEM.
 */
int sm_parts_open(struct sm_parts *parts, unsigned int direction,
		  const struct iovec __user *array, u32 count, bool is_compat,
		  struct sm_payload *payload);

void sm_parts_close(struct sm_parts *parts);

/* So many bytes of it are written, and the next go behind them. */
static inline void sm_payload_advance(struct sm_payload *payload, size_t size)
{
	payload->size -= size;
	/* Parts know by themselves. */
	if (!payload->parts)
		payload->piece += size;
}

/* For sm_payload_get() and sm_payload_put(). */
bool sm_payload_get_parts(struct iov_iter *parts, void *to, size_t size);
bool sm_payload_put_parts(struct iov_iter *parts, const void *from, size_t size);

/**
 * sm_payload_get() - copy all bytes from a program
 * @payload: where it has them
 * @to: where to put them
 *
 * Context: may sleep. Return: whether all could be read.
 */
static __always_inline bool __must_check sm_payload_get(const struct sm_payload *payload, void *to)
{
	if (sm_failure(SM_FAIL_COPY))
		return false;
	if (unlikely(payload->parts))
		return sm_payload_get_parts(payload->parts, to, payload->size);
	return sm_copy_in(to, payload->piece, payload->size);
}

/**
 * sm_payload_put() - copy bytes to a program
 * @payload: where it wants them
 * @from: the bytes
 * @size: how many; not more than there is room for
 *
 * Context: may sleep. Return: whether all could be written.
 */
static __always_inline bool __must_check sm_payload_put(const struct sm_payload *payload,
							const void *from, size_t size)
{
	if (sm_failure(SM_FAIL_COPY))
		return false;
	if (unlikely(payload->parts))
		return sm_payload_put_parts(payload->parts, from, size);
	return sm_copy_out(payload->piece, from, size);
}

#endif /* SM_PAYLOAD_H */
