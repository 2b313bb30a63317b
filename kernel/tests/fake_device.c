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
	sm_fake_devices.made++;
	sm_fake_devices.there++;
	return 0;
}

void sm_device_destroy(unsigned int minor)
{
	sm_fake_devices.there--;
}
