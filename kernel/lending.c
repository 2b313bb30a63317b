// SPDX-License-Identifier: GPL-2.0
#include "lending.h"

#include "grave.h"
#include "queue.h"
#include "schedule.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/synchmess.h>

/* So many messages go back under one lock, to keep the lock short. */
#define PORTION 64

int sm_lending_grant(struct sm_schedule *schedule, struct sm_lease **taken,
		     unsigned int count, u64 span)
{
	SM_DEFINE_AFTER(after);
	int err = 0;

	sm_queue_lock(schedule->queue);
	while (count--)
		err = sm_lease_grant_locked(&schedule->leases, *taken++, span, &after);
	if (span)
		sm_schedule_arm_locked(schedule);
	sm_queue_unlock(schedule->queue, &after);
	return err;
}

void sm_lending_cancel(struct sm_schedule *schedule, struct sm_lease **taken,
		       unsigned int count)
{
	SM_DEFINE_AFTER(after);

	sm_queue_lock(schedule->queue);
	/* Each goes before the one that was taken after it. */
	while (count--)
		sm_lease_cancel_locked(&schedule->leases, taken[count], &after);
	sm_schedule_arm_locked(schedule);
	sm_queue_unlock(schedule->queue, &after);
}

static void settle_locked(struct sm_schedule *schedule, struct sm_lease *lease,
			  unsigned int what, u64 span, struct sm_after *after)
{
	struct sm_leases *leases = &schedule->leases;

	if (what == SYNCHMESS_ACK)
		sm_lease_ack_locked(leases, lease, after);
	else if (what == SYNCHMESS_EXTEND)
		sm_lease_extend_locked(leases, lease, lease->holder, span);
	else if (span)
		sm_lease_extend_locked(leases, lease, NULL, span);
	else
		sm_lease_return_locked(leases, lease, after);
}

int sm_lending_settle(struct sm_schedule *schedule, const struct sm_holder *holder,
		      const u64 *tokens, unsigned int count, unsigned int what, u64 span)
{
	struct sm_queue *queue = schedule->queue;
	struct sm_lease *lease;
	SM_DEFINE_AFTER(after);
	unsigned int done;
	bool dead;

	sm_queue_lock(queue);
	/* Of a dead one the leases are on their way to be dropped. */
	for (done = 0; done < count && !queue->dead; done++) {
		lease = sm_lease_find_locked(&schedule->leases, holder, tokens[done]);
		if (!lease)
			break;
		settle_locked(schedule, lease, what, span, &after);
	}
	/* What has ended by an ack is not waited for. */
	if (what != SYNCHMESS_ACK)
		sm_schedule_arm_locked(schedule);
	dead = queue->dead;
	sm_queue_unlock(queue, &after);
	return done ?: dead ? -ENODEV : -ESTALE;
}

void sm_lending_forsake(struct sm_schedule *schedule, const struct sm_holder *holder)
{
	struct sm_queue *queue = schedule->queue;
	struct sm_lease *lease;
	SM_DEFINE_AFTER(after);
	unsigned int count;

	do {
		sm_queue_lock(queue);
		for (count = 0; count < PORTION; count++) {
			/* Each goes before the one that was taken after it. */
			lease = sm_lease_last_locked(&schedule->leases, holder);
			if (!lease)
				break;
			sm_lease_return_locked(&schedule->leases, lease, &after);
		}
		sm_schedule_arm_locked(schedule);
		sm_queue_unlock(queue, &after);
		cond_resched();
	} while (count == PORTION);
}

int sm_lending_set_retries(struct sm_schedule *schedule, unsigned int most,
			   struct sm_grave *grave)
{
	struct sm_queue *queue = schedule->queue;
	bool dead;

	spin_lock(&queue->lock);
	dead = queue->dead;
	if (!dead) {
		schedule->leases.most = most;
		swap(schedule->leases.grave, grave);
	}
	spin_unlock(&queue->lock);

	sm_grave_put(grave);
	return dead ? -ENODEV : 0;
}

void sm_lending_read_retries(struct sm_schedule *schedule, u32 *most, u32 *grave)
{
	const struct sm_leases *leases = &schedule->leases;

	spin_lock(&schedule->queue->lock);
	*most = leases->most;
	*grave = leases->grave ? leases->grave->number : 0;
	spin_unlock(&schedule->queue->lock);
}
