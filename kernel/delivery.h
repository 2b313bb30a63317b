/* SPDX-License-Identifier: GPL-2.0 */
/* Delivery: how a message and its stamp get into a program's struct synchmess_in. */
#ifndef SM_DELIVERY_H
#define SM_DELIVERY_H

#include <linux/types.h>

struct sm_message;
struct sm_stamp;

/**
 * sm_deliver() - hand one message to the program, which has it if this succeeds
 * @stamp: of the message, as the program's namespaces are to see it
 * @origin: has the bytes
 * @user: the program's structure
 * @size: bytes of it
 * @whole: fail rather than cut the message off
 *
 * Context: may sleep, with no lock held.
 * Return: 0, -EFAULT, -EINVAL, -E2BIG, -ENOMEM, or -EMSGSIZE.
 */
int sm_deliver(const struct sm_stamp *stamp, const struct sm_message *origin,
	       void __user *user, size_t size, bool whole);

#endif /* SM_DELIVERY_H */
