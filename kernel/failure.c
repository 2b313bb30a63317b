// SPDX-License-Identifier: GPL-2.0
#include "failure.h"

#include "debugfs.h"

#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/debugfs.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/sched.h>

/**
 * struct failure - the switches of one kind
 * @name: of their folder
 * @interval: every so many calls fail; 0: none; written under @switching
 * @times: so many may still fail; -1: without end
 * @process: only calls of this thread group count; 0: all do
 * @calls: how many were counted
 */
struct failure {
	const char *name;
	atomic_t interval;
	atomic_t times;
	atomic_t process;
	atomic_long_t calls;
};

#define OFF(kind) { .name = kind, .times = ATOMIC_INIT(-1) }

static struct failure failures[SM_FAILURE_KINDS] = {
	[SM_FAIL_MEMORY]	= OFF("memory"),
	[SM_FAIL_SHARE]		= OFF("share"),
	[SM_FAIL_STORAGE]	= OFF("storage"),
	[SM_FAIL_COPY]		= OFF("copy"),
};

/* On while any kind has an interval: each that has counts once. */
DEFINE_STATIC_KEY_FALSE(sm_failures_wanted);

static DEFINE_MUTEX(switching);

static struct dentry *folder;

static bool concerns_caller(const struct failure *failure)
{
	pid_t process = atomic_read(&failure->process);

	/* An interrupt is nobody's call. */
	return !process || (in_task() && process == task_tgid_nr(current));
}

static bool use_one_up(atomic_t *times)
{
	int left = atomic_read(times);

	do {
		if (left <= 0)
			return left < 0;
	} while (!atomic_try_cmpxchg(times, &left, left - 1));
	return true;
}

bool sm_failure_is_due(enum sm_failure_kind kind)
{
	struct failure *failure = &failures[kind];
	unsigned long interval = atomic_read(&failure->interval);

	if (!interval || !concerns_caller(failure))
		return false;
	if ((unsigned long)atomic_long_inc_return(&failure->calls) % interval)
		return false;
	return use_one_up(&failure->times);
}

static int number_get(void *number, u64 *value)
{
	*value = atomic_read(number);
	return 0;
}

static int number_set(atomic_t *number, s64 value, int least)
{
	if (value < least || value > INT_MAX)
		return -EINVAL;
	atomic_set(number, value);
	return 0;
}

static int interval_set(void *interval, u64 value)
{
	struct failure *failure = container_of(interval, struct failure, interval);
	bool was_on, is_on;
	int err;

	mutex_lock(&switching);
	was_on = atomic_read(interval);
	err = number_set(interval, value, 0);
	if (!err)
		atomic_long_set(&failure->calls, 0);
	is_on = atomic_read(interval);
	if (is_on && !was_on)
		static_branch_inc(&sm_failures_wanted);
	if (was_on && !is_on)
		static_branch_dec(&sm_failures_wanted);
	mutex_unlock(&switching);
	return err;
}

static int times_set(void *times, u64 value)
{
	return number_set(times, value, -1);
}

static int process_set(void *process, u64 value)
{
	return number_set(process, value, 0);
}

DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(interval_fops, number_get, interval_set, "%lld\n");
DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(times_fops, number_get, times_set, "%lld\n");
DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(process_fops, number_get, process_set, "%lld\n");

static void make_folder(struct failure *failure)
{
	struct dentry *kind = debugfs_create_dir(failure->name, folder);

	debugfs_create_file_unsafe("interval", 0600, kind, &failure->interval, &interval_fops);
	debugfs_create_file_unsafe("times", 0600, kind, &failure->times, &times_fops);
	debugfs_create_file_unsafe("process", 0600, kind, &failure->process, &process_fops);
}

void sm_failure_module_init(void)
{
	enum sm_failure_kind kind;

	folder = debugfs_create_dir("fail", sm_debugfs_folder());
	for (kind = 0; kind < SM_FAILURE_KINDS; kind++)
		make_folder(&failures[kind]);
}

void sm_failure_module_exit(void)
{
	debugfs_remove(folder);
}
