// SPDX-License-Identifier: GPL-2.0
#include "barrier.h"

#include "deadline.h"
#include "label.h"
#include "trace.h"
#include "waiter.h"

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/poll.h>

void sm_barrier_init(struct sm_barrier *barrier)
{
	barrier->label = &sm_label_none;
	init_waitqueue_head(&barrier->watchers);
	spin_lock_init(&barrier->lock);
	barrier->generation = 1;
	INIT_LIST_HEAD(&barrier->sleepers);
	barrier->dead = false;
}

/* Those who came first; returns how many. */
static int end_locked(struct sm_barrier *barrier, unsigned int most, int result,
		      struct list_head *ended)
{
	struct list_head *last = &barrier->sleepers;
	struct sm_waiter *sleeper;
	int count = 0;

	lockdep_assert_held(&barrier->lock);

	list_for_each_entry(sleeper, &barrier->sleepers, in_line) {
		if (count == most)
			break;
		sm_waiter_end_locked(sleeper, result);
		last = &sleeper->in_line;
		count++;
	}
	list_cut_position(ended, &barrier->sleepers, last);
	return count;
}

void sm_barrier_kill(struct sm_barrier *barrier)
{
	LIST_HEAD(ended);

	spin_lock(&barrier->lock);
	barrier->dead = true;
	end_locked(barrier, INT_MAX, -ENODEV, &ended);
	spin_unlock(&barrier->lock);

	sm_waiters_wake(&ended);
	wake_up_all(&barrier->watchers);
}

static int sleep_locked(struct sm_barrier *barrier, u64 seen, ktime_t deadline)
{
	struct sm_waiter sleeper;
	int result;

	lockdep_assert_held(&barrier->lock);

	if (barrier->dead)
		return -ENODEV;
	if (seen && seen != barrier->generation)
		return 1;
	if (deadline == SM_AT_ONCE)
		return -EAGAIN;
	trace_barrier_sleep(barrier->label, barrier->generation);
	result = sm_waiter_wait_locked(&sleeper, &barrier->sleepers, &barrier->lock, deadline);
	trace_barrier_woken(barrier->label, barrier->generation, result);
	return result;
}

int sm_barrier_sleep(struct sm_barrier *barrier, u64 *generation, ktime_t deadline)
{
	int result;

	spin_lock(&barrier->lock);
	result = sleep_locked(barrier, *generation, deadline);
	if (result >= 0)
		*generation = barrier->generation;
	spin_unlock(&barrier->lock);
	return result;
}

static int awake_locked(struct sm_barrier *barrier, unsigned int most, u64 *generation,
			struct list_head *ended)
{
	int woken;

	lockdep_assert_held(&barrier->lock);

	if (barrier->dead)
		return -ENODEV;
	barrier->generation++;
	if (generation)
		*generation = barrier->generation;
	woken = end_locked(barrier, min_t(unsigned int, most, INT_MAX), 0, ended);
	trace_barrier_awake(barrier->label, barrier->generation, woken);
	return woken;
}

int sm_barrier_awake(struct sm_barrier *barrier, unsigned int most, u64 *generation)
{
	LIST_HEAD(ended);
	int woken;

	spin_lock(&barrier->lock);
	woken = awake_locked(barrier, most, generation, &ended);
	spin_unlock(&barrier->lock);

	sm_waiters_wake(&ended);
	wake_up_interruptible_poll(&barrier->watchers, EPOLLIN | EPOLLRDNORM);
	return woken;
}

unsigned int sm_barrier_count(struct sm_barrier *barrier)
{
	unsigned int count;

	spin_lock(&barrier->lock);
	count = list_count_nodes(&barrier->sleepers);
	spin_unlock(&barrier->lock);
	return count;
}

int sm_barrier_has_news(struct sm_barrier *barrier, const u64 *seen, u64 *generation)
{
	int result;

	spin_lock(&barrier->lock);
	*generation = barrier->generation;
	result = barrier->dead ? -ENODEV : *seen != barrier->generation;
	spin_unlock(&barrier->lock);
	return result;
}

void sm_barrier_see(struct sm_barrier *barrier, u64 *seen, u64 generation)
{
	spin_lock(&barrier->lock);
	*seen = max(*seen, generation);
	spin_unlock(&barrier->lock);
}
