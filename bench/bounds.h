/* SPDX-License-Identifier: GPL-2.0 */
/* The limits of the system's own queues, and of open files, out of the way. */
#ifndef BENCH_BOUNDS_H
#define BENCH_BOUNDS_H

#include <stddef.h>

void bounds_raise(void);

/* A number that stands in a file. */
size_t bounds_read(const char *path);
void bounds_write(const char *path, size_t number);

#endif /* BENCH_BOUNDS_H */
