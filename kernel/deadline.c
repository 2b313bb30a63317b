// SPDX-License-Identifier: GPL-2.0
#include "deadline.h"

#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/time64.h>
#include <linux/time_namespace.h>

int sm_deadline_sleep_until(ktime_t deadline)
{
	return schedule_hrtimeout_range(&deadline, 0, HRTIMER_MODE_ABS) ? 0 : -ETIMEDOUT;
}

ktime_t sm_clock_offset(void)
{
	struct timespec64 offset = { };

	timens_add_monotonic(&offset);
	return timespec64_to_ktime(offset);
}

ktime_t sm_deadline_from_user(u64 ns)
{
	ktime_t time;

	if (!ns || ns > KTIME_MAX)
		return SM_NEVER;
	/* Where the clock is behind, the end of time comes before the largest number. */
	if (check_sub_overflow((ktime_t)ns, sm_clock_offset(), &time))
		return SM_NEVER;
	/* Long ago is not "at once": there is a difference in what is returned. */
	return max_t(ktime_t, time, 1);
}
