/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settlements: what programs say is to become of messages that they have leased, by
 * SYNCHMESS_SETTLE or with a receive. No state of its own.
 */
#ifndef SM_SETTLEMENT_H
#define SM_SETTLEMENT_H

#include <linux/compiler.h>
#include <linux/types.h>

struct file;
struct sm_holder;
struct sm_schedule;

/**
 * sm_settlement_ack() - ack leased messages
 * @schedule: of their queue
 * @holder: whose leases
 * @tokens: the program's array
 * @left: how many; filled in: how many are left, the last ones
 *
 * Context: may sleep.
 * Return: 0 or, if some are left, why: -ESTALE, -ENODEV, -EFAULT, -EINTR.
 */
int sm_settlement_ack(struct sm_schedule *schedule, struct sm_holder *holder,
		      const u64 __user *tokens, unsigned int *left);

/**
 * sm_settlement_settle() - SYNCHMESS_SETTLE
 * @file: through which they were received
 * @schedule: of their queue
 * @argument: the program's struct synchmess_settle
 * @size: bytes of it
 *
 * Context: may sleep.
 * Return: how many were settled; if it is not even the first, why.
 */
long sm_settlement_settle(struct file *file, struct sm_schedule *schedule,
			  void __user *argument, size_t size);

#endif /* SM_SETTLEMENT_H */
