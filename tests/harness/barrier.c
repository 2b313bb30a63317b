// SPDX-License-Identifier: GPL-2.0
#include "harness/barrier.h"

#include "harness/clock.h"
#include "harness/suite.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define PATIENCE_MS 10000

struct synchmess_barrier barrier_look(int fd)
{
	struct synchmess_barrier barrier;

	assert_ok(ioctl(fd, SYNCHMESS_BARRIER, &barrier));
	return barrier;
}

void barrier_await_sleepers(int fd, unsigned int count)
{
	uint64_t deadline = clock_ms() + PATIENCE_MS;

	while (barrier_look(fd).sleepers != count) {
		if (clock_ms() > deadline)
			fail_msg("%u sleep, not %u", barrier_look(fd).sleepers, count);
		usleep(200);
	}
}

void barrier_await_arrived(int fd, unsigned int count)
{
	uint64_t deadline = clock_ms() + PATIENCE_MS;

	while (barrier_look(fd).arrived != count) {
		if (clock_ms() > deadline)
			fail_msg("%u have arrived, not %u", barrier_look(fd).arrived, count);
		usleep(200);
	}
}

long barrier_sleep(int fd, uint64_t *generation, uint64_t deadline, unsigned int flags)
{
	struct synchmess_sleep sleep = {
		.generation = generation ? *generation : 0, .deadline = deadline, .flags = flags,
	};
	long result = ioctl(fd, SYNCHMESS_SLEEP, &sleep);

	if (generation)
		*generation = sleep.generation;
	return result;
}

long barrier_awake(int fd, unsigned int count, uint64_t *generation)
{
	struct synchmess_awake awake = { .count = count };
	long result = ioctl(fd, SYNCHMESS_AWAKE, &awake);

	if (generation)
		*generation = awake.generation;
	return result;
}

int barrier_watch(int fd, uint64_t generation, unsigned int flags)
{
	struct synchmess_watch watch = { .generation = generation, .open_flags = flags };

	return ioctl(fd, SYNCHMESS_WATCH, &watch);
}

long attendee_meet(struct attendee *attendee)
{
	return ioctl(attendee->fd, SYNCHMESS_MEET, &attendee->meet);
}

static long meet(void *argument)
{
	return attendee_meet(argument);
}

void attendee_start(struct attendee *attendee, int fd, struct synchmess_meet how,
		    unsigned int count)
{
	attendee->fd = fd;
	attendee->meet = how;
	task_start(&attendee->task, meet, attendee);
	barrier_await_arrived(fd, count);
}

void attendee_expect(struct attendee *attendee, long result, int error, uint64_t next)
{
	task_expect(&attendee->task, result, error);
	assert_int_equal(attendee->meet.meeting, next);
}

void attendee_is_told(const struct attendee *attendee, uint64_t next, unsigned int how,
		      pid_t pid, pid_t tid)
{
	assert_int_equal(attendee->meet.meeting, next);
	assert_int_equal(attendee->meet.how, how);
	assert_int_equal(attendee->meet.pid, pid);
	assert_int_equal(attendee->meet.tid, tid);
}

void attendee_expect_broken(struct attendee *attendee, uint64_t next, unsigned int how,
			    pid_t pid, pid_t tid)
{
	task_expect(&attendee->task, -1, EOWNERDEAD);
	attendee_is_told(attendee, next, how, pid, tid);
}
