// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/errnos.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#define ON(kind) (1u << (kind))
#define ON_NONE ON(KIND_NONE)
#define ON_GROUP ON(KIND_GROUP)
#define ON_MAILBOX ON(KIND_MAILBOX)
#define ON_MASTER ON(KIND_MASTER)
#define ON_DEVICES (ON_GROUP | ON_MAILBOX | ON_MASTER)
#define ON_ALL (ON_NONE | ON_DEVICES)

#define OK 0
#define END -1
#define MOST 20

/* In the tables of docs/interface-1.md. */
#define GROUP_READ EFAULT, EAGAIN, EINTR, EBADF, ENODEV
#define GROUP_WRITE EFAULT, EMSGSIZE, ENOSPC, EDQUOT, EAGAIN, EINTR, EBADF, ENODEV, ENOMEM
#define GROUP_IOCTL EBADF, ENODEV
#define MAILBOX_READ EFAULT, ENOENT, EAGAIN, EBADF
#define MAILBOX_WRITE EINVAL, ENAMETOOLONG, EMSGSIZE, EFAULT, EEXIST, EUSERS, EDQUOT, ENOENT, \
	EACCES, ENOSPC, ENOMEM, EBADF

/* The kernel's own answers to O_DIRECT, O_DIRECTORY, and O_NOATIME of one who is not the owner. */
#define OPEN_FLAGS EINVAL, ENOTDIR, EPERM

/* The same to a position on a stream, to flags, to vectors. */
#define ODD ESPIPE, EOPNOTSUPP, EINVAL

static const struct rule {
	enum call call;
	unsigned int kinds;
	int errnos[MOST];
} rules[] = {
	/* A new group is root's alone until udev has seen it. */
	{ CALL_OPEN, ON_GROUP, { OK, EACCES, ENOENT, ENXIO, ENOMEM, OPEN_FLAGS, END } },
	{ CALL_OPEN, ON_MAILBOX, { OK, ENOMEM, OPEN_FLAGS, END } },
	{ CALL_OPEN, ON_MASTER, { OK, ENOMEM, OPEN_FLAGS, END } },
	{ CALL_CLOSE, ON_NONE, { OK, EBADF, END } },
	{ CALL_CLOSE, ON_DEVICES, { OK, END } },
	{ CALL_DUP, ON_NONE, { OK, EBADF, EINVAL, END } },
	{ CALL_DUP, ON_DEVICES, { OK, EINVAL, END } },
	{ CALL_FCNTL, ON_ALL, { OK, EBADF, EINVAL, EAGAIN, EACCES, EPERM, ENOTDIR, ESRCH, END } },

	{ CALL_READ, ON_NONE, { EBADF, END } },
	{ CALL_READ, ON_GROUP, { OK, GROUP_READ, END } },
	{ CALL_READ, ON_MAILBOX, { OK, MAILBOX_READ, END } },
	{ CALL_READ, ON_MASTER, { EBADF, EINVAL, EFAULT, END } },
	{ CALL_READ_ODD, ON_NONE, { EBADF, ODD, EFAULT, END } },
	{ CALL_READ_ODD, ON_GROUP, { OK, GROUP_READ, ODD, END } },
	{ CALL_READ_ODD, ON_MAILBOX, { OK, MAILBOX_READ, ODD, END } },
	{ CALL_READ_ODD, ON_MASTER, { EBADF, EFAULT, ODD, END } },

	{ CALL_WRITE, ON_NONE, { EBADF, END } },
	{ CALL_WRITE, ON_GROUP, { OK, GROUP_WRITE, END } },
	{ CALL_WRITE, ON_MAILBOX, { OK, MAILBOX_WRITE, END } },
	{ CALL_WRITE, ON_MASTER, { EBADF, EINVAL, EFAULT, END } },
	{ CALL_WRITE_ODD, ON_NONE, { EBADF, ODD, EFAULT, END } },
	{ CALL_WRITE_ODD, ON_GROUP, { OK, GROUP_WRITE, ODD, END } },
	{ CALL_WRITE_ODD, ON_MAILBOX, { OK, MAILBOX_WRITE, ESPIPE, EOPNOTSUPP, END } },
	{ CALL_WRITE_ODD, ON_MASTER, { EBADF, EFAULT, ODD, END } },

	{ CALL_FSYNC, ON_NONE, { EBADF, END } },
	{ CALL_FSYNC, ON_GROUP, { OK, EBADF, ENODEV, END } },
	{ CALL_FSYNC, ON_MAILBOX, { OK, EBADF, ENOENT, END } },
	{ CALL_FSYNC, ON_MASTER, { EINVAL, END } },
	{ CALL_LSEEK, ON_NONE, { EBADF, END } },
	{ CALL_LSEEK, ON_DEVICES, { ESPIPE, EINVAL, END } },
	{ CALL_MMAP, ON_NONE, { EBADF, EINVAL, END } },
	{ CALL_MMAP, ON_DEVICES, { ENODEV, EACCES, EINVAL, EOPNOTSUPP, EOVERFLOW, ENOMEM, END } },
	{ CALL_SPLICE, ON_NONE, { EBADF, EINVAL, END } },
	{ CALL_SPLICE, ON_DEVICES, { EBADF, EINVAL, ESPIPE, EAGAIN, OK, END } },

	{ CALL_INSTALL, ON_NONE, { EBADF, END } },
	{ CALL_INSTALL, ON_MASTER, { OK, EINVAL, EFAULT, EDQUOT, EUSERS, ENOMEM, END } },
	{ CALL_INSTALL, ON_GROUP | ON_MAILBOX, { ENOTTY, END } },
	{ CALL_SLEEP, ON_GROUP, { OK, GROUP_IOCTL, EINTR, END } },
	{ CALL_AWAKE, ON_GROUP, { OK, GROUP_IOCTL, END } },
	{ CALL_SET_DELAY, ON_GROUP, { OK, GROUP_IOCTL, EFAULT, END } },
	{ CALL_REVOKE, ON_GROUP, { OK, GROUP_IOCTL, END } },
	{ CALL_SLEEP, ON_NONE, { EBADF, END } },
	{ CALL_AWAKE, ON_NONE, { EBADF, END } },
	{ CALL_SET_DELAY, ON_NONE, { EBADF, END } },
	{ CALL_REVOKE, ON_NONE, { EBADF, END } },
	{ CALL_SLEEP, ON_MAILBOX | ON_MASTER, { ENOTTY, END } },
	{ CALL_AWAKE, ON_MAILBOX | ON_MASTER, { ENOTTY, END } },
	{ CALL_SET_DELAY, ON_MAILBOX | ON_MASTER, { ENOTTY, END } },
	{ CALL_REVOKE, ON_MAILBOX | ON_MASTER, { ENOTTY, END } },
	{ CALL_UNKNOWN_IOCTL, ON_NONE, { EBADF, END } },
	{ CALL_UNKNOWN_IOCTL, ON_DEVICES, { ENOTTY, END } },
	{ CALL_GENERIC_IOCTL, ON_ALL, { OK, EBADF, ENOTTY, EFAULT, END } },

	{ CALL_POLL, ON_ALL, { OK, EINTR, EFAULT, EINVAL, END } },
	{ CALL_SELECT, ON_ALL, { OK, EINTR, EBADF, EFAULT, END } },
	{ CALL_EPOLL_CTL, ON_NONE, { EBADF, END } },
	{ CALL_EPOLL_CTL, ON_GROUP | ON_MAILBOX, { OK, ENOENT, EEXIST, EINVAL, END } },
	{ CALL_EPOLL_CTL, ON_MASTER, { EPERM, EINVAL, END } },
	{ CALL_EPOLL_WAIT, ON_ALL, { OK, EINTR, END } },

	/*
	 * A ring answers EAGAIN itself where the file does not want to block, and
	 * EBADF where the descriptor is closed before it gets to the request.
	 */
	{ CALL_RING_READ, ON_NONE, { EBADF, EFAULT, ECANCELED, END } },
	{ CALL_RING_READ, ON_GROUP, { OK, GROUP_READ, ECANCELED, END } },
	{ CALL_RING_READ, ON_MAILBOX, { OK, MAILBOX_READ, ECANCELED, EINTR, END } },
	{ CALL_RING_READ, ON_MASTER, { EBADF, EINVAL, ECANCELED, EINTR, EFAULT, EAGAIN, END } },
	{ CALL_RING_WRITE, ON_NONE, { EBADF, EFAULT, ECANCELED, END } },
	{ CALL_RING_WRITE, ON_GROUP, { OK, GROUP_WRITE, ECANCELED, END } },
	{ CALL_RING_WRITE, ON_MAILBOX, { OK, MAILBOX_WRITE, EAGAIN, EINTR, ECANCELED, END } },
	{ CALL_RING_WRITE, ON_MASTER, { EBADF, EINVAL, ECANCELED, EINTR, EFAULT, EAGAIN, END } },
	{ CALL_RING_FSYNC, ON_NONE, { EBADF, ECANCELED, END } },
	{ CALL_RING_FSYNC, ON_GROUP, { OK, EBADF, ENODEV, EAGAIN, EINTR, ECANCELED, END } },
	{ CALL_RING_FSYNC, ON_MAILBOX, { OK, EBADF, ENOENT, EAGAIN, EINTR, ECANCELED, END } },
	{ CALL_RING_FSYNC, ON_MASTER, { EBADF, EINVAL, EAGAIN, EINTR, ECANCELED, END } },
	{ CALL_RING_POLL, ON_ALL, { OK, EBADF, EINVAL, EOPNOTSUPP, ECANCELED, END } },

	{ CALL_FDINFO, ON_ALL, { OK, ENOENT, END } },
	{ CALL_SYSFS_OPEN, ON_ALL, { OK, ENOENT, ENODEV, EACCES, END } },
	{ CALL_SYSFS_READ, ON_ALL, { OK, ENODEV, END } },
	{ CALL_SYSFS_WRITE, ON_ALL, { OK, EINVAL, ENODEV, END } },
	{ CALL_REMOVE, ON_ALL, { OK, EINVAL, ENOENT, END } },
};

const char * const call_names[CALLS] = {
	[CALL_OPEN] = "open", [CALL_CLOSE] = "close", [CALL_DUP] = "dup", [CALL_FCNTL] = "fcntl",
	[CALL_READ] = "read", [CALL_READ_ODD] = "odd read",
	[CALL_WRITE] = "write", [CALL_WRITE_ODD] = "odd write",
	[CALL_FSYNC] = "fsync", [CALL_LSEEK] = "lseek", [CALL_MMAP] = "mmap",
	[CALL_SPLICE] = "splice", [CALL_INSTALL] = "INSTALL_GROUP", [CALL_SLEEP] = "SLEEP",
	[CALL_AWAKE] = "AWAKE", [CALL_SET_DELAY] = "SET_SEND_DELAY", [CALL_REVOKE] = "REVOKE",
	[CALL_UNKNOWN_IOCTL] = "unknown ioctl", [CALL_GENERIC_IOCTL] = "generic ioctl",
	[CALL_POLL] = "poll", [CALL_SELECT] = "select",
	[CALL_EPOLL_CTL] = "epoll_ctl", [CALL_EPOLL_WAIT] = "epoll_wait",
	[CALL_RING_READ] = "ring read", [CALL_RING_WRITE] = "ring write",
	[CALL_RING_FSYNC] = "ring fsync", [CALL_RING_POLL] = "ring poll",
	[CALL_FDINFO] = "fdinfo", [CALL_SYSFS_OPEN] = "sysfs open",
	[CALL_SYSFS_READ] = "sysfs read", [CALL_SYSFS_WRITE] = "sysfs write",
	[CALL_REMOVE] = "remove",
};

static uint64_t allowed[CALLS][KINDS + 1][(ERRNOS + 63) / 64];

static void allow(enum call call, enum kind kind, int error)
{
	allowed[call][kind][error / 64] |= 1ull << error % 64;
	allowed[call][KIND_ANY][error / 64] |= 1ull << error % 64;
}

static void add_rule(const struct rule *rule)
{
	enum kind kind;
	size_t i;

	for (kind = 0; kind < KINDS; kind++) {
		if (!(rule->kinds & ON(kind)))
			continue;
		for (i = 0; rule->errnos[i] != END; i++)
			allow(rule->call, kind, rule->errnos[i]);
	}
}

void errnos_init(void)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		add_rule(&rules[i]);
}

bool errno_allowed(enum call call, enum kind kind, int error)
{
	if (error < 0 || error >= ERRNOS)
		return false;
	return allowed[call][kind][error / 64] >> error % 64 & 1;
}
