/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A thread that helps a test: it does one thing, which may be to sleep. A
 * signal reaches it. It ends with the test at the latest, also when that was
 * broken off: what it uses must be older than the thread.
 */
#ifndef SM_THREAD_H
#define SM_THREAD_H

#include <linux/iopoll.h>
#include <linux/time64.h>

/* So long a test waits for what should happen at once, in microseconds. */
#define SM_PATIENCE_US	(20 * USEC_PER_SEC)

/* Does @function(...) become true before patience runs out? */
#define sm_eventually(function, ...)						\
({										\
	bool so;								\
										\
	!read_poll_timeout(function, so, so, 100, SM_PATIENCE_US, false,	\
			   ##__VA_ARGS__);					\
})

struct kunit;
struct sm_thread;

/**
 * sm_thread_start() - let another thread do something
 * @test: the test
 * @run: what to do
 * @data: what to call @run with
 *
 * Return: the thread.
 */
struct sm_thread *sm_thread_start(struct kunit *test, long (*run)(void *data), void *data);

/* Interrupts what the thread sleeps in, SIGKILL also what is only killable. */
void sm_thread_signal(struct sm_thread *thread, int signal);

bool sm_thread_has_ended(struct sm_thread *thread);

/* Waits for the thread to end, not for ever. Returns what @run returned. */
long sm_thread_join(struct kunit *test, struct sm_thread *thread);

/* For @run: this thread is being killed. */
void sm_thread_kill_me(void);

#endif /* SM_THREAD_H */
