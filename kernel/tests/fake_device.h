/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In the place of the rooms `device` and `group_sysfs`: devices that only are
 * counted, and fail to be made when a test wants it.
 */
#ifndef SM_FAKE_DEVICE_H
#define SM_FAKE_DEVICE_H

/**
 * struct sm_fake_devices - what became of the devices
 * @made: how many were made since the beginning of the test
 * @there: how many are there
 * @failure: what the next ones fail with, 0 for not at all
 */
struct sm_fake_devices {
	unsigned int made;
	unsigned int there;
	int failure;
};

/* Guarded by the lock of the directory of groups while threads use it. */
extern struct sm_fake_devices sm_fake_devices;

#endif /* SM_FAKE_DEVICE_H */
