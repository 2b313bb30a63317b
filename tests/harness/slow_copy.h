/* SPDX-License-Identifier: GPL-2.0 */
/* A read or a write that has stopped in its copy to or from the user. */
#ifndef TESTS_SLOW_COPY_H
#define TESTS_SLOW_COPY_H

#include "harness/slow_page.h"
#include "harness/task.h"

#include <stddef.h>

/* Static storage, please, as for a task. */
struct slow_copy {
	int fd;
	size_t size;
	struct slow_page page;
	struct task task;
};

/* When they return, the thread is in its copy. */
void slow_copy_read(struct slow_copy *copy, int fd);
void slow_copy_write(struct slow_copy *copy, int fd, size_t size);

/* The copy fails, and so the call fails with EFAULT. */
void slow_copy_fail(struct slow_copy *copy);

/* The copy ends well, and the call gives this message. */
void slow_copy_gives(struct slow_copy *copy, const char *text);

/* The copy of TEXT ends well, and the call takes all of it. */
void slow_copy_takes(struct slow_copy *copy, const char *text);

/* The copy of TEXT ends well, and the call fails nevertheless. */
void slow_copy_refuses(struct slow_copy *copy, const char *text, int error);

#endif /* TESTS_SLOW_COPY_H */
