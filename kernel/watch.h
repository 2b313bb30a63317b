/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A watch: an open file that can be read, and polled, when a group's barrier has
 * another generation than was read from it last. SYNCHMESS_WATCH makes it.
 *
 * It keeps a reference to its group, which may be removed meanwhile; it does not keep
 * a transient one from being so.
 */
#ifndef SM_WATCH_H
#define SM_WATCH_H

#include <linux/types.h>

struct sm_group;

/**
 * sm_watch_open() - a new descriptor of the caller's
 * @group: whose barrier; a reference is taken
 * @seen: which generation it is not to tell; 0: the one that holds now
 * @flags: O_CLOEXEC, O_NONBLOCK
 *
 * Context: may sleep.
 * Return: the descriptor, -ENODEV, -EINVAL when there was no such generation yet,
 * -EMFILE, -ENFILE, -ENOMEM.
 */
int sm_watch_open(struct sm_group *group, u64 seen, unsigned int flags);

#endif /* SM_WATCH_H */
