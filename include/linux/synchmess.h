/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SynchMess for other modules of the kernel: send to groups, and hear when there is
 * something to read in one. docs/kernel-senders.md is the specification.
 *
 * The functions are GPL symbols in the namespace SYNCHMESS. Whoever uses them says
 *
 *	MODULE_INFO(import_ns, "SYNCHMESS");
 *
 * which every kernel takes, whatever its MODULE_IMPORT_NS() wants.
 */
#ifndef _LINUX_SYNCHMESS_H
#define _LINUX_SYNCHMESS_H

#include <uapi/linux/synchmess.h>

/* A module's handle of a group. */
struct synchmess_group;

struct synchmess_group *synchmess_group_get_as(const char *module, unsigned int descriptor,
					       const char *name);

/**
 * synchmess_group_get() - get a handle of a group
 * @descriptor: the group's number; 0: by its name
 * @name: the group's name; not looked at if there is a number
 *
 * What is sent through the handle is stamped with the calling module's name. It keeps
 * nobody from removing the group: then what is done with the handle fails with -ENODEV,
 * also when there is a group of that number or name again. It does not count as an open
 * descriptor of a SYNCHMESS_TRANSIENT group.
 *
 * Context: may sleep; not within what the module's parameters or devices call back.
 * Return: the handle, to be given back by synchmess_group_put(); ERR_PTR of -ENOENT when
 * there is no such group, -EINVAL, -EINTR when the caller is being killed, -ENOMEM.
 */
#define synchmess_group_get(descriptor, name) \
	synchmess_group_get_as(KBUILD_MODNAME, descriptor, name)

/**
 * synchmess_group_put() - give a handle back
 * @group: the handle, or NULL; nobody uses it any more, and nobody listens
 *
 * What was posted through it is delivered all the same. Context: may sleep.
 */
void synchmess_group_put(struct synchmess_group *group);

/**
 * synchmess_post() - send a message to a group, and never wait
 * @group: the handle
 * @data: the payload
 * @size: bytes of it; may be 0
 * @priority: 0 to SYNCHMESS_PRIORITIES - 1; the highest is read first
 * @tag: for the receiver
 *
 * After success the message has its memory, and becomes readable soon: in the order of the
 * posts to this group, within its priority.
 *
 * Context: any in which memory can be had with GFP_ATOMIC: process, softirq, hard
 * interrupt, with spinlocks held; not NMI, and not under locks of the scheduler.
 *
 * Return: 0, or
 * * -EINVAL: there is no such priority
 * * -EMSGSIZE: longer than the group's longest message, or never to fit
 * * -ENODEV: the group was removed
 * * -EAGAIN: the group is full, and its senders wait (SYNCHMESS_FULL_BLOCK)
 * * -ENOSPC: the group is full, and its senders fail (SYNCHMESS_FULL_FAIL); it could
 *   never hold the message; or max_total_size is reached
 * * -ENOMEM: there is no memory that can be had at once
 * * -EDQUOT: only if root asked for it: see failures on demand in docs/testing.md
 */
int synchmess_post(struct synchmess_group *group, const void *data, size_t size,
		   unsigned int priority, u64 tag);

/**
 * synchmess_listen() - have a function called when a group turns non-empty
 * @group: the handle
 * @readable: the function
 * @data: what to call it with
 *
 * It is called at least once after the group has turned non-empty, and at first if it is
 * not empty. As messages come the calls fall together, and they may also come while
 * the group has not been empty meanwhile: look, as after poll(2). The group's removal
 * is no reason to call.
 *
 * The function runs in process context, in a worker of the system: it may sleep, but not
 * for long, and use the handle, but not end the listening. It is not called twice
 * at the same time. A handle has one listener; who starts and stops it sees to it that
 * these calls come one after the other.
 *
 * Context: may sleep.
 * Return: 0, -EBUSY when somebody listens already, or -ENODEV.
 */
int synchmess_listen(struct synchmess_group *group, void (*readable)(void *data), void *data);

/**
 * synchmess_unlisten() - end what synchmess_listen() began
 * @group: the handle; if nobody listens nothing happens
 *
 * When it returns the function does not run and is not called any more. Context: may sleep;
 * not from that function.
 */
void synchmess_unlisten(struct synchmess_group *group);

#endif /* _LINUX_SYNCHMESS_H */
