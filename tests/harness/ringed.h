/* SPDX-License-Identifier: GPL-2.0 */
/* Rings, as tests use them: everything that cannot fail fails the test. */
#ifndef TESTS_RINGED_H
#define TESTS_RINGED_H

#include <synchmess-ring.h>

#include <stddef.h>
#include <stdint.h>

/* The smallest that there is. */
#define RING_LEAST 4096

/* A ring of this file, mapped. */
struct ring ringed(int fd, size_t size);

/* As the system call returns it, with errno. */
int ringed_try(int fd, uint64_t size);

/* As ring_wait(), and nobody waits. */
int ringed_move(const struct ring *ring);

/* The next record, in the ring already, is this text; returns its stamp. */
struct synchmess_in ringed_expect(struct ring *ring, const char *text);
void ringed_expect_none(const struct ring *ring);

/* Has the program been told to call? */
void ringed_expect_flags(const struct ring *ring, uint32_t flags);

/* Messages by write(2) until one does not fit into the ring; returns how many do. */
unsigned int ringed_fill(const struct ring *ring, const void *bytes, size_t size);

#endif /* TESTS_RINGED_H */
