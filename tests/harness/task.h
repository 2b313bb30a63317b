/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A task: one call that may sleep, made by a thread of its own. cmocka's
 * assertions belong to the main thread, so a task only brings its result back.
 */
#ifndef TESTS_TASK_H
#define TESTS_TASK_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <sys/types.h>

typedef long (*task_call)(void *argument);

/* Static storage, please: a test that fails may leave its threads behind. */
struct task {
	task_call call;
	void *argument;
	pthread_t thread;
	sem_t started;
	pid_t tid;
	long result;
	int error;	/* errno after the call */
};

void task_start(struct task *task, task_call call, void *argument);

/* Waits until the thread sleeps in system call NUMBER (SYS_read, ...). */
void task_await_asleep(struct task *task, long number);

/* The same for any thread of any process, by its id. */
void thread_await_asleep(pid_t tid, long number);

/* Does it sleep there now? Asserts nothing, so tasks may ask, too. */
bool thread_is_asleep(pid_t tid, long number);

void task_signal(struct task *task, int signal);

/* Waits for the end, ten seconds at most, and returns the result. */
long task_join(struct task *task);

/* Joins; the call returned RESULT and, when that is -1, failed with ERROR. */
void task_expect(struct task *task, long result, int error);

#endif /* TESTS_TASK_H */
