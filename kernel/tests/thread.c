// SPDX-License-Identifier: GPL-2.0
#include "thread.h"

#include "undo.h"

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

struct sm_thread {
	long (*run)(void *data);
	void *data;
	long result;
	struct completion ready;
	struct completion ended;
	struct task_struct *task;
};

static int thread_main(void *data)
{
	struct sm_thread *thread = data;

	/* The kernel's threads ignore signals unless they ask for them. */
	allow_signal(SIGINT);
	allow_signal(SIGKILL);
	complete(&thread->ready);
	thread->result = thread->run(thread->data);
	complete_all(&thread->ended);
	return 0;
}

/* kthread_stop() returns when the thread has left the module's code. */
static void thread_end(void *data)
{
	struct sm_thread *thread = data;

	if (!thread->task)
		return;
	if (!sm_thread_has_ended(thread))
		sm_thread_signal(thread, SIGKILL);
	kthread_stop(thread->task);
	put_task_struct(thread->task);
	thread->task = NULL;
}

struct sm_thread *sm_thread_start(struct kunit *test, long (*run)(void *data), void *data)
{
	struct sm_thread *thread = kunit_kzalloc(test, sizeof(*thread), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, thread);
	thread->run = run;
	thread->data = data;
	init_completion(&thread->ready);
	init_completion(&thread->ended);
	sm_undo_later(test, thread_end, thread);

	thread->task = kthread_create(thread_main, thread, "sm_test_thread");
	if (IS_ERR(thread->task)) {
		thread->task = NULL;
		KUNIT_ASSERT_FAILURE(test, "no thread");
	}
	get_task_struct(thread->task);
	wake_up_process(thread->task);
	wait_for_completion(&thread->ready);
	return thread;
}

void sm_thread_signal(struct sm_thread *thread, int signal)
{
	send_sig(signal, thread->task, 1);
}

bool sm_thread_has_ended(struct sm_thread *thread)
{
	return completion_done(&thread->ended);
}

long sm_thread_join(struct kunit *test, struct sm_thread *thread)
{
	unsigned long patience = usecs_to_jiffies(SM_PATIENCE_US);

	KUNIT_EXPECT_NE_MSG(test, wait_for_completion_timeout(&thread->ended, patience), 0,
			    "the thread does not end by itself");
	thread_end(thread);
	return thread->result;
}

void sm_thread_kill_me(void)
{
	send_sig(SIGKILL, current, 1);
}
