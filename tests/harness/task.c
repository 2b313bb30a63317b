// SPDX-License-Identifier: GPL-2.0
#include "harness/task.h"

#include "harness/clock.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void *run(void *argument)
{
	struct task *task = argument;

	task->tid = gettid();
	sem_post(&task->started);
	errno = 0;
	task->result = task->call(task->argument);
	task->error = errno;
	return NULL;
}

void task_start(struct task *task, task_call call, void *argument)
{
	memset(task, 0, sizeof(*task));
	task->call = call;
	task->argument = argument;
	assert_int_equal(sem_init(&task->started, 0, 0), 0);
	assert_int_equal(pthread_create(&task->thread, NULL, run, task), 0);
	while (sem_wait(&task->started))
		;
}

/* "NUMBER ARGUMENTS..." of a thread that sleeps, else "running". */
static long sleeps_in(pid_t tid)
{
	char path[64], text[256] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (read(fd, text, sizeof(text) - 1) < 1 || !strncmp(text, "running", 7))
		strcpy(text, "-1");
	close(fd);
	return strtol(text, NULL, 10);
}

bool thread_is_asleep(pid_t tid, long number)
{
	return sleeps_in(tid) == number;
}

void thread_await_asleep(pid_t tid, long number)
{
	uint64_t deadline = clock_ms() + PATIENCE_S * 1000;

	while (!thread_is_asleep(tid, number)) {
		if (clock_ms() > deadline)
			fail_msg("thread %d does not sleep in system call %ld", (int)tid, number);
		usleep(200);
	}
}

void task_await_asleep(struct task *task, long number)
{
	thread_await_asleep(task->tid, number);
}

void task_signal(struct task *task, int signal)
{
	assert_int_equal(pthread_kill(task->thread, signal), 0);
}

long task_join(struct task *task)
{
	struct timespec deadline;
	int err;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += PATIENCE_S;
	err = pthread_timedjoin_np(task->thread, NULL, &deadline);
	if (err)
		fail_msg("a thread does not end: error %d", err);
	sem_destroy(&task->started);
	return task->result;
}

void task_expect(struct task *task, long result, int error)
{
	assert_int_equal(task_join(task), result);
	if (result == -1)
		assert_int_equal(task->error, error);
}
