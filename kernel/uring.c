// SPDX-License-Identifier: GPL-2.0
#include "uring.h"

#include "call.h"
#include "commands.h"
#include "compat/uring.h"
#include "deadline.h"
#include "port.h"

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>

/* Flags of a command: the program's, and one that none of the kernel's own is. */
#define GIVEN	GENMASK(23, 0)
#define BEGUN	BIT(24)

/* What a ring asked for before, if it has: then the rest is to be done. */
static unsigned int *done_of(struct io_uring_cmd *cmd)
{
	return (unsigned int *)cmd->pdu;
}

static int get_argument(const struct io_uring_cmd *cmd, void __user **argument)
{
	const u64 *words = sm_uring_words(cmd);

	if (cmd->flags & GIVEN || READ_ONCE(words[1]))
		return -EINVAL;
	*argument = u64_to_user_ptr(READ_ONCE(words[0]));
	return 0;
}

static long execute(struct io_uring_cmd *cmd, struct sm_call *call, sm_uring_face *face)
{
	void __user *argument;
	int err;

	if (!sm_commands_need_queue(cmd->cmd_op))
		return -ENOTTY;
	err = get_argument(cmd, &argument);
	if (err)
		return sm_port_end(cmd->file->private_data, call, err);
	return face(cmd->file, call, cmd->cmd_op, argument);
}

int sm_uring_execute(struct io_uring_cmd *cmd, unsigned int flags, sm_uring_face *face)
{
	struct sm_call call = {
		.is_compat = sm_uring_is_compat(cmd, flags),
		.elsewhere = flags & IO_URING_F_NONBLOCK,
		.done = cmd->flags & BEGUN ? *done_of(cmd) : 0,
	};
	long result = execute(cmd, &call, face);

	if (result == -SM_EWAIT) {
		cmd->flags |= BEGUN;
		*done_of(cmd) = call.done;
		return -EAGAIN;
	}
	/* A number is no answer to all kernels, and EAGAIN would be asked for again. */
	sm_uring_done(cmd, result == -ERESTARTSYS ? -EINTR : result, flags);
	return -EIOCBQUEUED;
}
