// SPDX-License-Identifier: GPL-2.0
#include "lending.h"

#include "grave.h"
#include "message.h"
#include "queue.h"
#include "schedule.h"

#include <linux/errno.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/synchmess.h>

/* So many messages go back under one lock, to keep the lock short. */
#define PORTION 64

static void grant_locked(struct sm_schedule *schedule, struct sm_lease **taken,
			 unsigned int count, u64 span, struct sm_holder *reader)
{
	unsigned int i;

	lockdep_assert_held(&schedule->queue->lock);

	if (reader)
		reader->latest = taken[count - 1]->token;
	for (i = 0; i < count; i++)
		sm_lease_grant_locked(&schedule->leases, taken[i], span);
	if (span)
		sm_schedule_arm_locked(schedule);
}

int sm_lending_grant(struct sm_schedule *schedule, struct sm_lease **taken,
		     unsigned int count, u64 span, struct sm_holder *reader)
{
	bool dead;

	sm_queue_lock(schedule->queue);
	dead = schedule->queue->dead;
	if (likely(!dead))
		grant_locked(schedule, taken, count, span, reader);
	spin_unlock(&schedule->queue->lock);
	if (likely(!dead))
		return 0;
	sm_lending_cancel(schedule, taken, count);
	return -ENODEV;
}

/*
 * Fills in what is to be freed after the unlock, or NULL. What another process has got through
 * the same file it may still work on, or have died of: that stays leased.
 */
static int ack_latest_locked(struct sm_schedule *schedule, struct sm_holder *holder,
			     struct sm_message **acked, struct sm_after *after)
{
	u64 token = holder->latest;
	struct sm_lease *lease;

	lockdep_assert_held(&schedule->queue->lock);

	*acked = NULL;
	if (schedule->queue->dead)
		return -ENODEV;
	if (!token)
		return 0;
	holder->latest = 0;
	lease = sm_lease_find_locked(&schedule->leases, holder, token);
	if (!lease)
		return -ESTALE;
	if (lease->process == task_tgid(current))
		*acked = sm_lease_ack_locked(&schedule->leases, lease, after);
	return 0;
}

int sm_lending_next(struct sm_schedule *schedule, struct sm_holder *holder,
		    struct sm_lease **blank, unsigned int most)
{
	struct sm_message *acked;
	SM_DEFINE_AFTER(after);
	int count;

	sm_queue_lock(schedule->queue);
	count = ack_latest_locked(schedule, holder, &acked, &after) ?:
		sm_lease_take_locked(&schedule->leases, blank, most, &after);
	sm_queue_unlock(schedule->queue, &after);
	if (acked)
		sm_message_free(acked);
	/* What others have read meanwhile is not acked with it. */
	return likely(count != -EAGAIN) ? count :
					  sm_lease_take(&schedule->leases, blank, most);
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
		list_add_tail(&sm_lease_ack_locked(leases, lease, after)->ready, &after->gone);
	else if (what == SYNCHMESS_EXTEND)
		sm_lease_extend_locked(leases, lease, lease->holder, span);
	else if (span)
		sm_lease_extend_locked(leases, lease, NULL, span);
	else
		sm_lease_return_locked(leases, lease, after);
}

int sm_lending_settle(struct sm_schedule *schedule, struct sm_holder *holder,
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
		/* Then a read(2) has nothing to ack. */
		if (what != SYNCHMESS_EXTEND && tokens[done] == holder->latest)
			holder->latest = 0;
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
