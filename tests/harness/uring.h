/* SPDX-License-Identifier: GPL-2.0 */
/* io_uring, as tests use it: everything that cannot fail fails the test. */
#ifndef TESTS_URING_H
#define TESTS_URING_H

#include <liburing.h>

#define URING_ENTRIES 64

void uring_open(struct io_uring *ring);

/* Hands over one read or write, which may have to wait. The text stays where it is. */
void uring_read(struct io_uring *ring, int fd, void *to, unsigned int size,
		unsigned long long name);
void uring_write(struct io_uring *ring, int fd, const void *from, unsigned int size,
		 unsigned long long name);

/* The same with RWF_NOWAIT. */
void uring_read_nowait(struct io_uring *ring, int fd, void *to, unsigned int size,
		       unsigned long long name);
void uring_write_nowait(struct io_uring *ring, int fd, const void *from, unsigned int size,
			unsigned long long name);

/* A command, still to be handed over by uring_submit(). */
struct io_uring_sqe *uring_add_command(struct io_uring *ring, int fd, unsigned int command,
				       const void *argument, unsigned long long name);
void uring_submit(struct io_uring *ring);
void uring_command(struct io_uring *ring, int fd, unsigned int command, const void *argument,
		   unsigned long long name);

/* Waits until so many threads of a process wait there: "group 7 message", for example. */
void uring_await_waiting(const char *where, pid_t process, unsigned int count);

/* Asks to cancel what has this name, which a thread of the ring may be doing; its result. */
int uring_interrupt(struct io_uring *ring, unsigned long long name);

/* Asks to cancel what has this name, and takes the answer to that: 0. */
void uring_cancel(struct io_uring *ring, unsigned long long name);

/* Nothing is answered yet. */
void uring_expect_none(struct io_uring *ring);

/* The next answer, ten seconds away at most: its result, and its name. */
int uring_answer(struct io_uring *ring, unsigned long long *name);

/* The next answer is this one. */
void uring_expect(struct io_uring *ring, unsigned long long name, int result);

/* No thread of the kernel waits for this process. */
void uring_expect_no_worker(void);

#endif /* TESTS_URING_H */
