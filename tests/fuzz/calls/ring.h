/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io_uring, by bare system calls. The kernel's own threads do the calls, beside
 * the stream that asks for them; the answers are judged when they have come.
 */
#ifndef FUZZ_RING_H
#define FUZZ_RING_H

#include "fuzz/calls/oracle.h"

#include <linux/io_uring.h>
#include <linux/time_types.h>

#define RING_ENTRIES 32	/* a power of two */

struct stream;

/**
 * struct ring - an io_uring
 * @descriptor: its own, or -1 where there is none
 * @entries: what is asked for
 * @completions: what is answered
 * @entries_head: how many of them the kernel has taken
 * @entries_tail: how many were ever asked for
 * @completions_head: how many answers were ever taken
 * @completions_tail: how many were ever given
 * @asked: how many questions are open or answered since the ring was empty
 * @expected: how many answers are still to come
 * @questions: what the answers are to
 * @patience: how long what may block may take
 * @room: memory to receive into
 */
struct ring {
	int descriptor;
	struct io_uring_sqe *entries;
	struct io_uring_cqe *completions;
	unsigned int *entries_head, *entries_tail, *completions_head, *completions_tail;
	unsigned int asked, expected;
	struct question questions[RING_ENTRIES];
	struct __kernel_timespec patience;
	unsigned char *room;
};

void ring_open(struct ring *ring);

/* Asks @question by an entry that the caller fills in; it has @nanoseconds if not 0. */
struct io_uring_sqe *ring_ask(struct stream *stream, const struct question *question,
			      long nanoseconds);

/* Hands over what was asked, and judges what has been answered. */
void ring_enter(struct stream *stream);

/* Waits until everything is answered. */
void ring_finish(struct stream *stream);

#endif /* FUZZ_RING_H */
