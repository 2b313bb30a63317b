/* SPDX-License-Identifier: GPL-2.0 */
/* struct device_type: since 6.3 devnode() and uevent() are not to change the device. */
#ifndef SM_COMPAT_DEVICE_TYPE_H
#define SM_COMPAT_DEVICE_TYPE_H

#include <linux/device.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define SM_DEVICE_CONST
#else
#define SM_DEVICE_CONST const
#endif

#endif /* SM_COMPAT_DEVICE_TYPE_H */
