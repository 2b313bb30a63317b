// SPDX-License-Identifier: GPL-2.0
#include "lease.h"

#include "grave.h"
#include "message.h"
#include "outlet.h"
#include "queue.h"
#include "supply.h"
#include "trace.h"

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/synchmess.h>

void sm_leases_init(struct sm_leases *leases, struct sm_queue *queue)
{
	leases->queue = queue;
	/*
	 * A holder may have had leases of another queue before, as a file does that
	 * registers a mailbox anew. No lease takes less than a nanosecond, so none of
	 * those tokens is given again.
	 */
	leases->tokens = ktime_get_ns();
	leases->held = RB_ROOT;
	timerqueue_init_head(&leases->ending);
	INIT_LIST_HEAD(&leases->exhausted);
}

static void lease_free(struct sm_lease *lease)
{
	put_pid(lease->process);
	kfree(lease);
}

static void put_spare(struct sm_holder *holder, struct sm_lease *lease)
{
	struct sm_lease *other = xchg(&holder->spare, lease);

	if (other)
		lease_free(other);
}

void sm_holder_release(struct sm_holder *holder)
{
	put_spare(holder, NULL);
}

struct sm_lease *sm_lease_create_anew(struct sm_holder *holder, struct sm_lease *spare)
{
	struct sm_lease *lease;

	if (spare)
		lease_free(spare);
	lease = kmalloc(sizeof(*lease), GFP_KERNEL_ACCOUNT);
	if (lease) {
		lease->holder = holder;
		lease->process = get_pid(task_tgid(current));
	}
	return lease;
}

int sm_lease_create(struct sm_holder *holder, unsigned int count, struct sm_lease **blank)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		blank[i] = i ? sm_lease_create_anew(holder, NULL) : sm_lease_create_one(holder);
		if (!blank[i]) {
			sm_lease_free_blank(blank, i);
			return -ENOMEM;
		}
	}
	return 0;
}

/* Its holder is alive: this is by one of its calls. */
static void lease_recycle(struct sm_lease *lease)
{
	if (sm_supply_keeps)
		put_spare(lease->holder, lease);
	else
		lease_free(lease);
}

void sm_lease_free_blank(struct sm_lease **blank, unsigned int count)
{
	while (count--)
		lease_recycle(*blank++);
}

/* ---- taking */

int sm_lease_take_locked(struct sm_leases *leases, struct sm_lease **blank, unsigned int most,
			 struct sm_after *after)
{
	struct sm_message *message;
	unsigned int count;

	lockdep_assert_held(&leases->queue->lock);

	for (count = 0; count < most; count++) {
		message = sm_outlet_lend_locked(leases->queue, after);
		if (IS_ERR_OR_NULL(message))
			return count ?: PTR_ERR(message);
		blank[count]->message = message;
		blank[count]->token = ++leases->tokens;
		trace_message_leased(leases->queue->label, message, blank[count]->token);
	}
	return count;
}

int sm_lease_take(struct sm_leases *leases, struct sm_lease **blank, unsigned int most)
{
	SM_DEFINE_AFTER(after);
	int count;

	do {
		sm_queue_lock(leases->queue);
		count = sm_lease_take_locked(leases, blank, most, &after);
		sm_queue_unlock(leases->queue, &after);
	} while (count == -EAGAIN);
	return count;
}

/* ---- the tree of all leases */

static int compare(const struct sm_lease *lease, const struct sm_holder *holder, u64 token)
{
	if (lease->holder != holder)
		return lease->holder < holder ? -1 : 1;
	if (lease->token != token)
		return lease->token < token ? -1 : 1;
	return 0;
}

static bool is_before(struct rb_node *node, const struct rb_node *other)
{
	const struct sm_lease *lease = rb_entry(other, struct sm_lease, by_holder);

	return compare(rb_entry(node, struct sm_lease, by_holder), lease->holder,
		       lease->token) < 0;
}

/* The last lease that is not behind this place, or NULL. */
static struct sm_lease *last_until(struct sm_leases *leases, const struct sm_holder *holder,
				   u64 token)
{
	struct rb_node *node = leases->held.rb_node;
	struct sm_lease *lease, *last = NULL;

	while (node) {
		lease = rb_entry(node, struct sm_lease, by_holder);
		if (compare(lease, holder, token) <= 0) {
			last = lease;
			node = node->rb_right;
		} else {
			node = node->rb_left;
		}
	}
	return last;
}

struct sm_lease *sm_lease_find_locked(struct sm_leases *leases, const struct sm_holder *holder,
				      u64 token)
{
	struct sm_lease *lease;

	lockdep_assert_held(&leases->queue->lock);

	lease = last_until(leases, holder, token);
	return lease && !compare(lease, holder, token) ? lease : NULL;
}

struct sm_lease *sm_lease_last_locked(struct sm_leases *leases, const struct sm_holder *holder)
{
	struct sm_lease *lease;

	lockdep_assert_held(&leases->queue->lock);

	lease = last_until(leases, holder, U64_MAX);
	return lease && lease->holder == holder ? lease : NULL;
}

struct sm_lease *sm_lease_ending_locked(struct sm_leases *leases, ktime_t until)
{
	struct timerqueue_node *first;

	lockdep_assert_held(&leases->queue->lock);

	first = timerqueue_getnext(&leases->ending);
	if (!first || ktime_after(first->expires, until))
		return NULL;
	return container_of(first, struct sm_lease, end);
}

static void insert_locked(struct sm_leases *leases, struct sm_lease *lease, u64 span)
{
	rb_add(&lease->by_holder, &leases->held, is_before);
	timerqueue_init(&lease->end);
	lease->end.expires = span ? ktime_add_safe(ktime_get(), span) : KTIME_MAX;
	/* The longest ones are as good as endless. */
	if (lease->end.expires != KTIME_MAX)
		timerqueue_add(&leases->ending, &lease->end);
}

static void erase_locked(struct sm_leases *leases, struct sm_lease *lease)
{
	lockdep_assert_held(&leases->queue->lock);

	rb_erase(&lease->by_holder, &leases->held);
	if (lease->end.expires != KTIME_MAX)
		timerqueue_del(&leases->ending, &lease->end);
}

/* ---- what becomes of a lease */

void sm_lease_grant_locked(struct sm_leases *leases, struct sm_lease *lease, u64 span)
{
	lockdep_assert_held(&leases->queue->lock);

	if (lease->message->deliveries < SYNCHMESS_MAX_DELIVERIES)
		lease->message->deliveries++;
	lease->since = jiffies;
	insert_locked(leases, lease, span);
}

void sm_lease_cancel_locked(struct sm_leases *leases, struct sm_lease *lease,
			    struct sm_after *after)
{
	sm_outlet_return_locked(leases->queue, lease->message, after);
	lease_free(lease);
}

struct sm_message *sm_lease_ack_locked(struct sm_leases *leases, struct sm_lease *lease,
				       struct sm_after *after)
{
	struct sm_message *message = lease->message;
	struct sm_queue *queue = leases->queue;

	trace_message_acked(queue->label, message, lease->token);
	erase_locked(leases, lease);
	lease_recycle(lease);
	sm_outlet_write_off_locked(queue, message->size, &queue->ledger.delivered, after);
	return message;
}

static bool is_exhausted(const struct sm_leases *leases, const struct sm_message *message)
{
	return leases->most && message->deliveries >= leases->most;
}

static void exhaust_locked(struct sm_leases *leases, struct sm_message *message,
			   struct sm_after *after)
{
	struct sm_queue *queue = leases->queue;

	trace_message_exhausted(queue->label, message);
	if (leases->grave) {
		list_add_tail(&message->ready, &leases->exhausted);
	} else {
		trace_message_dropped(queue->label, message);
		sm_outlet_settle_locked(queue, message, &queue->ledger.dropped, after);
	}
}

void sm_lease_return_locked(struct sm_leases *leases, struct sm_lease *lease,
			    struct sm_after *after)
{
	struct sm_message *message = lease->message;

	erase_locked(leases, lease);
	lease_free(lease);
	if (is_exhausted(leases, message))
		exhaust_locked(leases, message, after);
	else
		sm_outlet_return_locked(leases->queue, message, after);
}

void sm_lease_extend_locked(struct sm_leases *leases, struct sm_lease *lease,
			    struct sm_holder *holder, u64 span)
{
	if (holder) {
		trace_message_extended(leases->queue->label, lease->message, lease->token);
	} else {
		trace_message_postponed(leases->queue->label, lease->message, lease->token);
		put_pid(lease->process);
		lease->process = NULL;
	}
	erase_locked(leases, lease);
	lease->holder = holder;
	insert_locked(leases, lease, span);
}

/* ---- looking */

static void see(const struct sm_lease *lease, struct sm_lease_sight *sight)
{
	sight->holder = lease->holder;
	sight->token = lease->token;
	sight->id = lease->message->id;
	sight->size = lease->message->size;
	sight->deliveries = lease->message->deliveries;
	sight->holder_pid = pid_vnr(lease->process);
	sight->since = lease->since;
	sight->end = lease->end.expires;
}

unsigned int sm_leases_look(struct sm_leases *leases, const struct sm_lease_sight *last,
			    struct sm_lease_sight *sights, unsigned int most)
{
	struct sm_lease *before;
	unsigned int count = 0;
	struct rb_node *node;

	spin_lock(&leases->queue->lock);
	before = last_until(leases, last->holder, last->token);
	node = before ? rb_next(&before->by_holder) : rb_first(&leases->held);
	for (; node && count < most; node = rb_next(node))
		see(rb_entry(node, struct sm_lease, by_holder), &sights[count++]);
	spin_unlock(&leases->queue->lock);
	return count;
}

/* ---- the end */

static void count_dropped(struct sm_queue *queue, unsigned long count, unsigned long bytes)
{
	spin_lock(&queue->lock);
	queue->ledger.leased -= count;
	queue->ledger.dropped += count;
	sm_room_give_locked(&queue->room, count, bytes);
	spin_unlock(&queue->lock);
}

void sm_leases_kill(struct sm_leases *leases)
{
	struct sm_queue *queue = leases->queue;
	unsigned long count = 0, bytes = 0;
	struct sm_lease *lease, *next;
	struct sm_message *message;
	struct sm_grave *grave;
	LIST_HEAD(exhausted);
	struct rb_root held;

	spin_lock(&queue->lock);
	held = leases->held;
	leases->held = RB_ROOT;
	timerqueue_init_head(&leases->ending);
	list_splice_init(&leases->exhausted, &exhausted);
	grave = leases->grave;
	leases->grave = NULL;
	spin_unlock(&queue->lock);

	/* Nobody else can see them any more. */
	rbtree_postorder_for_each_entry_safe(lease, next, &held, by_holder) {
		list_add(&lease->message->ready, &exhausted);
		lease_free(lease);
		cond_resched();
	}
	list_for_each_entry(message, &exhausted, ready) {
		trace_message_dropped(queue->label, message);
		count++;
		bytes += message->size;
		cond_resched();
	}
	sm_message_free_list(&exhausted);
	count_dropped(queue, count, bytes);
	sm_grave_put(grave);
}
