/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's header of this name, as far as the parser of commands needs it. */
#ifndef FUZZ_SHIM_STRING_H
#define FUZZ_SHIM_STRING_H

#include <string.h>

#endif /* FUZZ_SHIM_STRING_H */
