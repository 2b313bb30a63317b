/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands of io_uring: they came with 5.19, know the whole entry since 6.5, tell of
 * 32-bit programs since 6.7, have a header of their own since 6.8, and are done without
 * a second result since 6.18.
 */
#ifndef SM_COMPAT_URING_H
#define SM_COMPAT_URING_H

#include <linux/types.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#include <linux/io_uring.h>
#include <linux/io_uring_types.h>
#else
#include <linux/io_uring/cmd.h>
#endif

/* The program's own bytes of the entry, which it may change at any time. */
static inline const u64 *sm_uring_words(const struct io_uring_cmd *cmd)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
	return cmd->cmd;
#else
	return (const u64 *)cmd->sqe->cmd;
#endif
}

static inline bool sm_uring_is_compat(struct io_uring_cmd *cmd, unsigned int flags)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	return cmd_to_io_kiocb(cmd)->ctx->compat;
#else
	return flags & IO_URING_F_COMPAT;
#endif
}

static inline void sm_uring_done(struct io_uring_cmd *cmd, int result, unsigned int flags)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
	io_uring_cmd_done(cmd, result, 0, flags);
#else
	io_uring_cmd_done(cmd, result, flags);
#endif
}

#endif /* SM_COMPAT_URING_H */
