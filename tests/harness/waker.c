// SPDX-License-Identifier: GPL-2.0
#include "harness/waker.h"

#include "harness/task.h"

#include <linux/synchmess.h>

#include <stdatomic.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct task waker;
static atomic_bool finished;

static long awake_who_sleeps(void *fd)
{
	while (!finished) {
		if (thread_is_asleep(getpid(), SYS_ioctl))
			ioctl((intptr_t)fd, IOCTL_AWAKE);
		usleep(200);
	}
	return 0;
}

void waker_start(int fd)
{
	finished = false;
	task_start(&waker, awake_who_sleeps, (void *)(intptr_t)fd);
}

void waker_stop(void)
{
	finished = true;
	task_expect(&waker, 0, 0);
}
