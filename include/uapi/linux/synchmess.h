/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * SynchMess: messages and thread synchronisation without a daemon.
 *
 * What a program needs to talk to /dev/synch/synchmess, to the groups
 * /dev/synch/synchmess<N> and to the mailboxes of /dev/mq. The header compiles
 * alone, in C and in C++. docs/interface-1.md is the specification.
 */
#ifndef _UAPI_LINUX_SYNCHMESS_H
#define _UAPI_LINUX_SYNCHMESS_H

#include <linux/ioctl.h>

/* Device nodes, as the module and its udev rules make them. */
#define SYNCHMESS_MASTER_PATH	"/dev/synch/synchmess"
#define SYNCHMESS_MAILBOX_PATH	"/dev/mq"

/* Group descriptors are 1 to SYNCHMESS_MAX_DESCRIPTOR. */
#define SYNCHMESS_MAX_DESCRIPTOR	65535

/* No message is ever longer than this, whatever sysfs says. Bytes. */
#define SYNCHMESS_MAX_MESSAGE_SIZE	(16 * 1024 * 1024)

/* A mailbox name has 1 to this many bytes; no blanks, no control characters. */
#define SYNCHMESS_MAILBOX_NAME_MAX	8

#define SYNCHMESS_IOC_MAGIC	211

/**
 * struct group_t - a group, as IOCTL_INSTALL_GROUP sees it
 * @descriptor: in: the group's number, 1 to SYNCHMESS_MAX_DESCRIPTOR
 * @device_path: out: the group's device, NUL-terminated, the rest zeros
 */
struct group_t {
	unsigned int descriptor;
	char device_path[256];
};

/*
 * The size that is encoded in INSTALL_GROUP and SET_SEND_DELAY is that of a
 * pointer, as the first clients had it. 32-bit programs therefore use other
 * numbers; the module takes both.
 */

/* Master device: make the group unless it exists, and tell its path. */
#define IOCTL_INSTALL_GROUP \
	_IOWR(SYNCHMESS_IOC_MAGIC, 1, struct group_t *)

/* Group device: sleep until IOCTL_AWAKE. */
#define IOCTL_SLEEP			_IO(SYNCHMESS_IOC_MAGIC, 2)

/* Group device: wake all that sleep; returns how many. */
#define IOCTL_AWAKE			_IO(SYNCHMESS_IOC_MAGIC, 3)

/* Group device: publish what is sent from now on after so many milliseconds. */
#define IOCTL_SET_SEND_DELAY \
	_IOW(SYNCHMESS_IOC_MAGIC, 4, unsigned int *)

/* Group device: drop every message whose delay has not run out. */
#define IOCTL_REVOKE_DELAYED_MESSAGES	_IO(SYNCHMESS_IOC_MAGIC, 5)

#endif /* _UAPI_LINUX_SYNCHMESS_H */
