/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's values in /sys, as text.
 */
#ifndef TOOLS_COMMON_SYSFS_H
#define TOOLS_COMMON_SYSFS_H

#include <stdbool.h>
#include <stddef.h>

/* Long enough for every value that the module shows. */
#define SYSFS_VALUE_SIZE	64

/* Both return 0 or a negative errno. VALUE comes without its newline. */
int sysfs_read(const char *path, char value[SYSFS_VALUE_SIZE]);
int sysfs_write(const char *path, const char *value);

bool module_loaded(void);

/* The value of a module parameter, or "?" where it cannot be read. */
const char *module_parameter(const char *name, char value[SYSFS_VALUE_SIZE]);

#endif /* TOOLS_COMMON_SYSFS_H */
