// SPDX-License-Identifier: GPL-2.0
#include "harness/events.h"

#include "harness/clock.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int events_now(int fd)
{
	struct pollfd file = { .fd = fd, .events = POLLIN | POLLOUT };

	assert_ok(poll(&file, 1, 0));
	return file.revents;
}

void events_expect(int fd, int events)
{
	assert_int_equal(events_now(fd), events);
}

static long wait_for_events(void *argument)
{
	struct poller *poller = argument;
	struct pollfd file = { .fd = poller->fd, .events = poller->events };

	return poll(&file, 1, -1) == 1 ? file.revents : -1;
}

void poller_start(struct poller *poller, int fd, int events)
{
	poller->fd = fd;
	poller->events = events;
	task_start(&poller->task, wait_for_events, poller);
	poller_expect_asleep(poller);
}

void poller_expect_asleep(struct poller *poller)
{
	task_await_asleep(&poller->task, SYS_poll);
}

void poller_expect(struct poller *poller, int events)
{
	task_expect(&poller->task, events, 0);
}

int epoll_of(int fd, unsigned int events)
{
	struct epoll_event event = { .events = events };
	int set = epoll_create1(EPOLL_CLOEXEC);

	assert_ok(set);
	assert_ok(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event));
	return set;
}

unsigned int epoll_now(int set)
{
	struct epoll_event event;
	int count = epoll_wait(set, &event, 1, 0);

	assert_ok(count);
	return count ? event.events : 0;
}

void sigio_ask(int fd)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, TELLS_EVENTS);
	assert_ok(sigprocmask(SIG_BLOCK, &signals, NULL));
	assert_ok(fcntl(fd, F_SETOWN, getpid()));
	assert_ok(fcntl(fd, F_SETSIG, TELLS_EVENTS));
	assert_ok(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC));
}

static int await_signal(siginfo_t *info, int seconds)
{
	struct timespec patience = { .tv_sec = seconds };
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, TELLS_EVENTS);
	return sigtimedwait(&signals, info, &patience);
}

void sigio_expect(int fd, int code)
{
	siginfo_t info;

	assert_ok(await_signal(&info, PATIENCE_S));
	assert_int_equal(info.si_code, code);
	assert_int_equal(info.si_fd, fd);
}

void sigio_expect_none(void)
{
	siginfo_t info;

	assert_fails(await_signal(&info, 0), EAGAIN);
}
