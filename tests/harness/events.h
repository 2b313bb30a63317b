/* SPDX-License-Identifier: GPL-2.0 */
/* What poll(2), select(2) and epoll(7) say, and SIGIO. */
#ifndef TESTS_EVENTS_H
#define TESTS_EVENTS_H

#include "harness/task.h"

#include <poll.h>
#include <sys/epoll.h>

/* What is true now, of all events that there are. */
int events_now(int fd);

/* Of POLLIN and POLLOUT, these and no other. */
void events_expect(int fd, int events);

/* Somebody who waits for events of a file. Static storage, please, as for a task. */
struct poller {
	struct task task;
	int fd;
	int events;
};

/* Returns when the poller sleeps. */
void poller_start(struct poller *poller, int fd, int events);

/* He still sleeps. */
void poller_expect_asleep(struct poller *poller);

/* He was told these events. */
void poller_expect(struct poller *poller, int events);

/* An epoll set with one file. */
int epoll_of(int fd, unsigned int events);

/* What the set tells without waiting, 0 for nothing. */
unsigned int epoll_now(int set);

/*
 * This real-time signal, from now on blocked in the caller and in threads that it
 * starts, tells the process what happens to the file.
 */
#define TELLS_EVENTS (SIGRTMIN + 3)
void sigio_ask(int fd);

/* The next signal, at most ten seconds away, tells this POLL_IN, POLL_OUT, POLL_HUP. */
void sigio_expect(int fd, int code);

/* No signal is there. */
void sigio_expect_none(void);

#endif /* TESTS_EVENTS_H */
