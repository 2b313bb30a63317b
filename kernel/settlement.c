// SPDX-License-Identifier: GPL-2.0
#include "settlement.h"

#include "abi.h"
#include "copy.h"
#include "lending.h"
#include "port.h"
#include "schedule.h"

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/synchmess.h>

/* Settles up to a portion of the tokens; returns how many, or why the first was not. */
static long settle_portion(struct sm_schedule *schedule, struct sm_holder *holder,
			   const u64 __user *user, unsigned int count, unsigned int what,
			   u64 time)
{
	u64 tokens[SM_SETTLED_AT_ONCE] __uninitialized;

	count = min(count, SM_SETTLED_AT_ONCE);
	if (!sm_copy_in(tokens, user, count * sizeof(*tokens)))
		return -EFAULT;
	return sm_lending_settle(schedule, holder, tokens, count, what, time);
}

/* Settles @left tokens; returns why that could not be done of the first of those left. */
static int settle_all(struct sm_schedule *schedule, struct sm_holder *holder,
		      const u64 __user *tokens, unsigned int *left, unsigned int what, u64 time)
{
	long settled;

	do {
		settled = settle_portion(schedule, holder, tokens, *left, what, time);
		if (settled < 0)
			return settled;
		tokens += settled;
		*left -= settled;
		cond_resched();
	} while (*left && !fatal_signal_pending(current));
	return *left ? -EINTR : 0;
}

int sm_settlement_ack(struct sm_schedule *schedule, struct sm_holder *holder,
		      const u64 __user *tokens, unsigned int *left)
{
	return settle_all(schedule, holder, tokens, left, SYNCHMESS_ACK, 0);
}

static long settle(struct sm_schedule *schedule, struct sm_holder *holder,
		   const struct synchmess_settle *settle)
{
	unsigned int left = settle->count;
	long err;

	err = settle_all(schedule, holder, u64_to_user_ptr(settle->tokens), &left, settle->what,
			 settle->time);
	return left < settle->count ? settle->count - left : err;
}

long sm_settlement_settle(struct file *file, struct sm_schedule *schedule,
			  void __user *argument, size_t size)
{
	struct sm_port *port = file->private_data;
	struct synchmess_settle given;
	int err;

	err = sm_abi_get(&given, sizeof(given), argument, size, SM_FIRST_SETTLE);
	if (err)
		return err;
	if (given.what < SYNCHMESS_ACK || given.what > SYNCHMESS_EXTEND || !given.count ||
	    given.count > SYNCHMESS_MAX_BATCH || given.time > KTIME_MAX ||
	    (given.what == SYNCHMESS_ACK && given.time))
		return -EINVAL;
	return settle(schedule, &port->holder, &given);
}
