/* SPDX-License-Identifier: GPL-2.0 */
/* struct class: since 6.2 devnode() is not to change the device. */
#ifndef SM_COMPAT_CLASS_H
#define SM_COMPAT_CLASS_H

#include <linux/device.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define SM_DEVNODE_CONST
#else
#define SM_DEVNODE_CONST const
#endif

#endif /* SM_COMPAT_CLASS_H */
