/* SPDX-License-Identifier: GPL-2.0 */
/* The barrier of a group and who meets there, by the second interface. */
#ifndef TESTS_BARRIER_H
#define TESTS_BARRIER_H

#include "harness/task.h"

#include <linux/synchmess.h>

#include <stdint.h>

struct synchmess_barrier barrier_look(int fd);

/* Waits, ten seconds at most, until so many sleep, or have arrived. */
void barrier_await_sleepers(int fd, unsigned int count);
void barrier_await_arrived(int fd, unsigned int count);

/* As the system calls return it, with errno; @generation may be NULL. */
long barrier_sleep(int fd, uint64_t *generation, uint64_t deadline, unsigned int flags);
long barrier_awake(int fd, unsigned int count, uint64_t *generation);
int barrier_watch(int fd, uint64_t generation, unsigned int flags);

/* Somebody who meets others in a thread of its own. Static storage, please. */
struct attendee {
	struct task task;
	int fd;
	struct synchmess_meet meet;
};

/* As the system call returns it; what it writes is in @meet. */
long attendee_meet(struct attendee *attendee);

/* Returns when he waits, the @count-th who does. */
void attendee_start(struct attendee *attendee, int fd, struct synchmess_meet meet,
		    unsigned int count);

/* His call returns this; the meeting after it is number @next. */
void attendee_expect(struct attendee *attendee, long result, int error, uint64_t next);

/* He is told EOWNERDEAD, and of this process and thread. */
void attendee_expect_broken(struct attendee *attendee, uint64_t next, unsigned int how,
			    pid_t pid, pid_t tid);

/* The same of an attendee who did not need a thread. */
void attendee_is_told(const struct attendee *attendee, uint64_t next, unsigned int how,
		      pid_t pid, pid_t tid);

#endif /* TESTS_BARRIER_H */
