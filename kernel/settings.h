/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settings: what programs can set of a queue, and what they are shown of it.
 */
#ifndef SM_SETTINGS_H
#define SM_SETTINGS_H

#include <linux/types.h>

struct sm_queue;
struct sm_schedule;
struct synchmess_settings;
struct synchmess_stat;

/**
 * sm_settings_get() - take settings from a program
 * @settings: filled in
 * @from: the program's struct synchmess_settings
 * @size: bytes of it
 *
 * Return: 0, -EFAULT, -EINVAL when something is out of range, -E2BIG.
 */
int sm_settings_get(struct synchmess_settings *settings, const void __user *from, size_t size);

/**
 * sm_settings_apply() - set them
 * @settings: what sm_settings_get() has checked
 * @queue: of which queue
 *
 * Context: may sleep.
 */
void sm_settings_apply(const struct synchmess_settings *settings, struct sm_queue *queue);

/**
 * sm_settings_show() - show the settings and the ledger of a queue
 * @schedule: in front of the queue
 * @stat: its fields that concern the queue are filled in
 */
void sm_settings_show(struct sm_schedule *schedule, struct synchmess_stat *stat);

#endif /* SM_SETTINGS_H */
