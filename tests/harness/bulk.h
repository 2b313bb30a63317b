/* SPDX-License-Identifier: GPL-2.0 */
/* Messages of which nothing but the size matters, of a group. */
#ifndef TESTS_BULK_H
#define TESTS_BULK_H

#include <sys/types.h>

/* Bytes for a message of any size, and one more. */
char *bulk(void);

void bulk_send(int fd, size_t size);
void bulk_take(int fd);

/* The message is refused, and leaves no trace in the books. */
void bulk_refused(int fd, size_t size, int error);

/* As many as go; returns how many those are, and errno tells why no more. */
long bulk_fill(int fd, size_t size);

#endif /* TESTS_BULK_H */
