/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's header of this name; libc's own is made of the same numbers. */
#ifndef FUZZ_SHIM_ERRNO_H
#define FUZZ_SHIM_ERRNO_H

#include <asm/errno.h>

#endif /* FUZZ_SHIM_ERRNO_H */
