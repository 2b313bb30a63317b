/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's header of this name, as far as the parser of commands needs it. */
#ifndef FUZZ_SHIM_TYPES_H
#define FUZZ_SHIM_TYPES_H

#include_next <linux/types.h>

#include <stdbool.h>
#include <stddef.h>

#endif /* FUZZ_SHIM_TYPES_H */
