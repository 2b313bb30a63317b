/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In the place of the rooms `device` and `group_sysfs`: devices that only are
 * counted, and fail to be made, or take their time, when a test wants it.
 */
#ifndef SM_FAKE_DEVICE_H
#define SM_FAKE_DEVICE_H

#include <linux/completion.h>

/**
 * struct sm_fake_devices - what became of the devices
 * @made: how many were made since the beginning of the test
 * @there: how many are there
 * @failure: what the next ones fail with, 0 for not at all
 * @door: the next ones are made when it opens, %NULL for at once
 * @at_the_door: somebody waits there
 */
struct sm_fake_devices {
	unsigned int made;
	unsigned int there;
	int failure;
	struct completion *door;
	struct completion at_the_door;
};

/* Guarded by the lock of the directory of groups while threads use it. */
extern struct sm_fake_devices sm_fake_devices;

#endif /* SM_FAKE_DEVICE_H */
