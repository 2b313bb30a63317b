/* SPDX-License-Identifier: GPL-2.0 */
/* vm_flags_mod() came with 6.3. */
#ifndef SM_COMPAT_VM_FLAGS_H
#define SM_COMPAT_VM_FLAGS_H

#include <linux/mm.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_mod(struct vm_area_struct *area, vm_flags_t set, vm_flags_t clear)
{
	area->vm_flags = (area->vm_flags | set) & ~clear;
}
#endif

#endif /* SM_COMPAT_VM_FLAGS_H */
