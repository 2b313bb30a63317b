/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes in sysfs. */
#ifndef TESTS_SYSFS_H
#define TESTS_SYSFS_H

#include <stddef.h>

#define MODULE_PARAMETERS "/sys/module/synchmess/parameters/"

/* Fails the test when the file cannot be read. No newline at the end. */
void sysfs_read(const char *path, char *text, size_t size);
long sysfs_read_number(const char *path);

/* 0, or -1 with errno. What is read stays as it is. */
int sysfs_try_read(const char *path, char *text, size_t size);
int sysfs_try_write(const char *path, const char *value);
void sysfs_write(const char *path, const char *value);

#endif /* TESTS_SYSFS_H */
