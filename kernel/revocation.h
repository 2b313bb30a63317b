/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Revocation: messages are taken back before anybody has read them, be they delayed or
 * ready; what a reader holds stays his.
 *
 * It has no state of its own: the lock of the schedule's queue guards everything, and is
 * let go between portions.
 */
#ifndef SM_REVOCATION_H
#define SM_REVOCATION_H

#include <linux/types.h>

struct pid;
struct sm_schedule;

/**
 * sm_revocation_revoke_delayed() - drop every message whose delay has not run out
 * @schedule: the schedule
 *
 * What is due when the call begins is published instead. Context: may sleep.
 * Return: how many, -ENODEV, or -EINTR when the caller is being killed.
 */
long sm_revocation_revoke_delayed(struct sm_schedule *schedule);

/**
 * sm_revocation_revoke_one() - drop a message that nobody has received
 * @schedule: the schedule
 * @id: its number
 * @sender: only if this process sent it; NULL for whoever did
 *
 * Return: 1, -ENODEV, -ENOENT, or -EPERM.
 */
long sm_revocation_revoke_one(struct sm_schedule *schedule, u64 id, const struct pid *sender);

/**
 * sm_revocation_revoke_all() - drop all messages that are there when the call begins
 * @schedule: the schedule
 * @sender: only those that this process sent; NULL for all
 *
 * Context: may sleep.
 * Return: how many, -ENODEV, or -EINTR when the caller is being killed.
 */
long sm_revocation_revoke_all(struct sm_schedule *schedule, const struct pid *sender);

#endif /* SM_REVOCATION_H */
