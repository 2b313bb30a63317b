// SPDX-License-Identifier: GPL-2.0
#include "deadline.h"

#include <linux/errno.h>
#include <linux/hrtimer.h>

int sm_deadline_sleep(ktime_t deadline)
{
	ktime_t *until = deadline == SM_NEVER ? NULL : &deadline;

	return schedule_hrtimeout_range(until, 0, HRTIMER_MODE_ABS) ? 0 : -ETIMEDOUT;
}
