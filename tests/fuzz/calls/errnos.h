/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which errno which call may fail with, on which kind of file. What the module
 * decides stands in docs/interface-1.md and interface-2.md; the rest is the kernel's before it
 * asks the module.
 */
#ifndef FUZZ_ERRNOS_H
#define FUZZ_ERRNOS_H

#include <stdbool.h>

enum kind {
	KIND_NONE,	/* not open, or with O_PATH */
	KIND_GROUP,
	KIND_MAILBOX,
	KIND_MASTER,
	KIND_HANDLE,	/* of SYNCHMESS_OPEN_MAILBOX */
	KINDS,
	KIND_ANY = KINDS	/* somebody else may just have replaced it */
};

enum call {
	CALL_OPEN,
	CALL_CLOSE,
	CALL_DUP,
	CALL_FCNTL,
	CALL_READ,
	CALL_READ_ODD,		/* positions, flags, strange vectors */
	CALL_WRITE,
	CALL_WRITE_ODD,
	CALL_FSYNC,
	CALL_LSEEK,
	CALL_MMAP,
	CALL_SPLICE,
	CALL_INSTALL,
	CALL_SLEEP,
	CALL_AWAKE,
	CALL_SET_DELAY,
	CALL_REVOKE,
	CALL_QUERY,
	CALL_WHY,
	CALL_SEND,
	CALL_RECEIVE,
	CALL_REVOKE_ID,
	CALL_REVOKE_SENDER,
	CALL_REVOKE_ALL,	/* everything, or what is delayed */
	CALL_SET,
	CALL_SETTLE,
	CALL_RETRIES,
	CALL_MAKE_RING,		/* one to be mapped */
	CALL_AWAIT_RING,
	CALL_READING,
	CALL_STAT,
	CALL_LIST,
	CALL_CREATE,
	CALL_REMOVE_GROUP,
	CALL_REGISTER,
	CALL_UNREGISTER,
	CALL_OPEN_MAILBOX,
	CALL_SLEEP_UNTIL,	/* the second interface's */
	CALL_AWAKE_SOME,	/* likewise */
	CALL_WATCH,
	CALL_WATCH_READ,
	CALL_BARRIER,
	CALL_JOIN,
	CALL_LEAVE,
	CALL_MEET,
	CALL_UNKNOWN_IOCTL,
	CALL_GENERIC_IOCTL,	/* what the kernel knows for all files */
	CALL_POLL,
	CALL_SELECT,
	CALL_EPOLL_CTL,
	CALL_EPOLL_WAIT,
	CALL_RING_READ,
	CALL_RING_WRITE,
	CALL_RING_FSYNC,
	CALL_RING_POLL,
	CALL_FDINFO,
	CALL_SYSFS_OPEN,
	CALL_SYSFS_READ,
	CALL_SYSFS_WRITE,
	CALL_REMOVE,
	CALLS
};

/* All errnos are smaller. */
#define ERRNOS 134

extern const char * const call_names[CALLS];

void errnos_init(void);

/* Error 0 asks whether the call may succeed at all. */
bool errno_allowed(enum call call, enum kind kind, int error);

#endif /* FUZZ_ERRNOS_H */
