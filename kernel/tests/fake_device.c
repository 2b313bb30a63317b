// SPDX-License-Identifier: GPL-2.0
#include "fake_device.h"

#include "../device.h"
#include "../group_sysfs.h"

struct sm_fake_devices sm_fake_devices;

const struct attribute_group *sm_group_attributes[] = { NULL };

int sm_device_create(struct sm_node *node, void *data,
		     const struct attribute_group **attributes)
{
	if (sm_fake_devices.failure)
		return sm_fake_devices.failure;
	if (sm_fake_devices.door) {
		complete(&sm_fake_devices.at_the_door);
		wait_for_completion(sm_fake_devices.door);
	}
	sm_fake_devices.made++;
	sm_fake_devices.there++;
	return 0;
}

void sm_device_destroy(unsigned int minor)
{
	sm_fake_devices.there--;
}
