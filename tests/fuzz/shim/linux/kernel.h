/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's header of this name, as far as the parser of commands needs it. */
#ifndef FUZZ_SHIM_KERNEL_H
#define FUZZ_SHIM_KERNEL_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif /* FUZZ_SHIM_KERNEL_H */
