// SPDX-License-Identifier: GPL-2.0
#include "transfer.h"

#include "abi.h"
#include "audience.h"
#include "call.h"
#include "deadline.h"
#include "delivery.h"
#include "lending.h"
#include "message.h"
#include "outlet.h"
#include "payload.h"
#include "port.h"
#include "queue.h"
#include "revocation.h"
#include "schedule.h"
#include "settlement.h"

#include <linux/err.h>
#include <linux/fault-inject-usercopy.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/synchmess.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

/* So many messages are on their way at once. */
#define PORTION 64

int sm_transfer_begin(struct file *file, struct sm_call *call, void __user *argument,
		      size_t size, struct synchmess_batch *given, struct sm_batch *batch)
{
	struct synchmess_batch __user *user = argument;
	struct sm_port *port = file->private_data;
	int err;

	err = sm_abi_get(given, sizeof(*given), argument, size, SM_FIRST_BATCH);
	if (err)
		return err;
	/* Who changes it while a ring's thread goes on has asked for what was done. */
	if (given->count <= call->done || given->count > SYNCHMESS_MAX_BATCH ||
	    given->ack_count > SYNCHMESS_MAX_BATCH || given->message_size > PAGE_SIZE ||
	    given->lease > KTIME_MAX)
		return -EINVAL;

	batch->messages = u64_to_user_ptr(given->messages);
	batch->size = given->message_size;
	batch->count = given->count;
	batch->flags = given->flags;
	batch->is_compat = call->is_compat;
	batch->holder = &port->holder;
	batch->lease = given->lease;
	batch->acks = u64_to_user_ptr(given->acks);
	batch->ack_count = given->ack_count;
	batch->acks_left = &user->ack_count;
	call->deadline = sm_port_deadline(file, call, given->flags & SYNCHMESS_NOWAIT,
					  given->deadline);
	return 0;
}

static void __user *element(const struct sm_batch *batch, unsigned int i)
{
	return batch->messages + i * batch->size;
}

static int check_terms(const struct sm_terms *terms)
{
	if (terms->priority >= SYNCHMESS_PRIORITIES)
		return -EINVAL;
	if (likely(!(terms->delay | terms->lifetime)))
		return 0;
	if (terms->delay > KTIME_MAX || terms->lifetime > KTIME_MAX)
		return -EINVAL;
	/* It would expire before anybody could read it. */
	if (terms->lifetime && terms->lifetime <= terms->delay)
		return -EINVAL;
	return 0;
}

static __always_inline int check_size(const struct sm_queue *queue, size_t size,
				      struct sm_call *call)
{
	if (queue)
		return sm_queue_check(queue, size, &call->why);
	if (size <= SYNCHMESS_MAX_MESSAGE_SIZE)
		return 0;
	sm_refuse(&call->why, SYNCHMESS_WHY_MESSAGE_SIZE, size, SYNCHMESS_MAX_MESSAGE_SIZE);
	return -EMSGSIZE;
}

static __always_inline struct sm_message *make(const struct sm_queue *queue,
					       struct sm_call *call,
					       const struct sm_terms *terms,
					       const struct sm_payload *from)
{
	int err = check_size(queue, from->size, call);

	return err ? ERR_PTR(err) : sm_message_from_user(call, terms, from);
}

static noinline struct sm_message *make_of_parts(const struct sm_queue *queue,
						 struct sm_call *call, struct sm_terms terms,
						 struct sm_payload array, u32 count)
{
	struct sm_message *message;
	struct sm_payload from;
	struct sm_parts parts;
	int err;

	if (array.size)
		return ERR_PTR(-EINVAL);
	err = sm_parts_open(&parts, WRITE, array.piece, count, call->is_compat, &from);
	if (err)
		return ERR_PTR(err);
	message = make(queue, call, &terms, &from);
	sm_parts_close(&parts);
	return message;
}

#define ASK(value, from)	unsafe_get_user(value, from, fault)
#define TELL(value, to)		unsafe_put_user(value, to, fault)

static __always_inline bool ask(struct synchmess_out __user *out, struct sm_terms *terms,
				struct sm_payload *from, u32 *parts, u32 *flags)
{
	u32 size;
	u64 data;

	if (should_fail_usercopy() || !user_access_begin(out, sizeof(*out)))
		return false;
	ASK(data, &out->data);
	ASK(size, &out->size);
	ASK(*parts, &out->parts);
	ASK(terms->tag, &out->tag);
	ASK(terms->delay, &out->delay);
	ASK(terms->lifetime, &out->lifetime);
	ASK(terms->priority, &out->priority);
	ASK(*flags, &out->flags);
	/* The number is not known before it is sent, but that it can be told is. */
	TELL(0ULL, &out->id);
	user_access_end();
	*from = sm_payload_of_piece(u64_to_user_ptr(data), size);
	return true;

fault:
	user_access_end();
	return false;
}

static __always_inline struct sm_message *make_one(const struct sm_queue *queue,
						   struct sm_call *call,
						   const struct sm_batch *batch, unsigned int i)
{
	struct synchmess_out __user *user = element(batch, i);
	struct sm_payload from;
	struct sm_terms terms;
	u32 parts, flags;
	int err;

	err = sm_abi_check_rest(user, batch->size, sizeof(*user), SM_FIRST_OUT);
	if (err)
		return ERR_PTR(err);
	if (!ask(user, &terms, &from, &parts, &flags))
		return ERR_PTR(-EFAULT);
	err = flags ? -EINVAL : check_terms(&terms);
	if (err)
		return ERR_PTR(err);
	if (unlikely(parts))
		return make_of_parts(queue, call, terms, from, parts);
	return make(queue, call, &terms, &from);
}

struct sm_message *sm_transfer_make(const struct sm_queue *queue, struct sm_call *call,
				    const struct sm_batch *batch, unsigned int i)
{
	return make_one(queue, call, batch, i);
}

/* Makes up to @most messages from the @first on; returns how many, and what stopped it. */
static unsigned int make_portion(const struct sm_queue *queue, struct sm_call *call,
				 const struct sm_batch *batch, unsigned int first,
				 unsigned int most, struct sm_message **made, int *err)
{
	unsigned int count;

	for (count = 0; count < most; count++) {
		made[count] = make_one(queue, call, batch, first + count);
		if (IS_ERR(made[count])) {
			*err = PTR_ERR(made[count]);
			break;
		}
	}
	return count;
}

static void tell_ids(const struct sm_batch *batch, unsigned int first, const u64 *ids,
		     unsigned int count)
{
	char __user *user = element(batch, first);
	unsigned int i;

	if (!user_write_access_begin(user, count * batch->size))
		return;
	for (i = 0; i < count; i++, user += batch->size)
		TELL(ids[i], &((struct synchmess_out __user *)user)->id);
fault:
	/* They could be written before; who has unmapped them since does not care. */
	user_write_access_end();
}

static int send_portion(struct sm_schedule *schedule, struct sm_call *call,
			const struct sm_batch *batch, unsigned int *done)
{
	unsigned int most = min(batch->count - *done, PORTION), count, sent;
	/* What is not filled in is not looked at. */
	struct sm_message *made[PORTION] __uninitialized;
	u64 ids[PORTION] __uninitialized;
	int err, bad = 0;

	count = make_portion(schedule->queue, call, batch, *done, most, made, &bad);
	sent = sm_schedule_send_many(schedule, made, count, call, ids, &err);
	sm_message_free_many(made + sent, count - sent);
	tell_ids(batch, *done, ids, sent);
	*done += sent;
	return err ?: bad;
}

long sm_transfer_send(struct sm_schedule *schedule, struct sm_call *call,
		      const struct sm_batch *batch)
{
	unsigned int done = call->done;
	long err;

	if (batch->flags & ~SYNCHMESS_NOWAIT || batch->size < SM_FIRST_OUT || batch->lease ||
	    batch->ack_count)
		return -EINVAL;
	do {
		err = send_portion(schedule, call, batch, &done);
		cond_resched();
	} while (!err && done < batch->count && !fatal_signal_pending(current));
	if (unlikely(err == -SM_EWAIT)) {
		call->done = done;
		return err;
	}
	return done ?: err;
}

/* ---- receiving */

static struct sm_delivery begin_delivery(const struct sm_batch *batch, unsigned int first)
{
	return (struct sm_delivery){
		.to = element(batch, first), .size = batch->size,
		.whole = batch->flags & SYNCHMESS_WHOLE, .is_compat = batch->is_compat,
	};
}

static int deliver_all(struct sm_schedule *schedule, struct sm_message **taken,
		       unsigned int count, const struct sm_batch *batch, unsigned int *done)
{
	struct sm_delivery delivery = begin_delivery(batch, *done);
	unsigned int delivered;
	int err;

	delivered = sm_deliver_all(&delivery, taken, count, &err);
	if (delivered < count)
		sm_schedule_put_back(schedule, taken + delivered, count - delivered);
	/* Not before: who sent them is remembered. */
	sm_message_free_many(taken, delivered);
	*done += delivered;
	return err;
}

/* A portion; returns 0 if there was something, 1 if there was nothing, or an error. */
static int receive_portion(struct sm_schedule *schedule, const struct sm_batch *batch,
			   unsigned int *done)
{
	unsigned int most = min(batch->count - *done, PORTION);
	struct sm_message *taken[PORTION] __uninitialized;
	int count;

	count = sm_outlet_take(schedule->queue, most, taken);
	if (count <= 0)
		return count ?: 1;
	return deliver_all(schedule, taken, count, batch, done);
}

static int deliver_leased(struct sm_schedule *schedule, struct sm_lease **taken,
			  unsigned int count, const struct sm_batch *batch, unsigned int *done)
{
	struct sm_delivery delivery = begin_delivery(batch, *done);
	struct sm_message *message;
	unsigned int delivered;
	int err = 0, dead;

	sm_reader_init(&delivery.reader);
	for (delivered = 0; delivered < count; delivered++) {
		message = taken[delivered]->message;
		delivery.token = taken[delivered]->token;
		err = sm_deliver(&delivery, message, sm_message_published_at(message));
		if (err)
			break;
	}
	if (unlikely(delivered < count))
		sm_lending_cancel(schedule, taken + delivered, count - delivered);
	dead = sm_lending_grant(schedule, taken, delivered, batch->lease, NULL);
	if (dead)
		return dead;
	*done += delivered;
	return err;
}

static int lease_portion(struct sm_schedule *schedule, const struct sm_batch *batch,
			 unsigned int *done)
{
	unsigned int most = min(batch->count - *done, PORTION);
	struct sm_lease *leases[PORTION] __uninitialized;
	int err, count;

	err = sm_lease_create(batch->holder, most, leases);
	if (err)
		return err;
	count = sm_lease_take(&schedule->leases, leases, most);
	if (count <= 0) {
		sm_lease_free_blank(leases, most);
		return count ?: 1;
	}
	sm_lease_free_blank(leases + count, most - count);
	return deliver_leased(schedule, leases, count, batch, done);
}

static long receive(struct sm_schedule *schedule, struct sm_call *call,
		    const struct sm_batch *batch)
{
	unsigned int done = 0;
	long err;

	do {
		err = batch->flags & SYNCHMESS_LEASE ? lease_portion(schedule, batch, &done) :
						       receive_portion(schedule, batch, &done);
		if (err > 0)
			err = done ? -EAGAIN :
				     sm_audience_await(schedule->queue, call->deadline);
		cond_resched();
	} while (!err && done < batch->count);
	return done ?: err;
}

static long peek(struct sm_schedule *schedule, struct sm_call *call,
		 const struct sm_batch *batch)
{
	struct sm_delivery delivery = begin_delivery(batch, 0);
	struct sm_queue *queue = schedule->queue;
	bool waited = false;
	struct sm_view view;
	int found, err;

	if (batch->count != 1)
		return -EINVAL;
	while (!(found = sm_outlet_peek(queue, waited, &view))) {
		err = sm_audience_await(queue, call->deadline);
		if (err)
			return err;
		waited = true;
	}
	if (found < 0)
		return found;
	sm_reader_init(&delivery.reader);
	err = sm_deliver(&delivery, &view.shown, view.published_at);
	sm_view_release(&view);
	return err ?: 1;
}

static noinline int ack(struct sm_schedule *schedule, const struct sm_batch *batch)
{
	unsigned int left = batch->ack_count;
	int err;

	/* First of all: a call that is restarted must not ack again. */
	if (put_user(0U, batch->acks_left))
		return -EFAULT;
	err = sm_settlement_ack(schedule, batch->holder, batch->acks, &left);
	if (err && put_user(left, batch->acks_left))
		return -EFAULT;
	return err;
}

long sm_transfer_receive(struct sm_schedule *schedule, struct sm_call *call,
			 const struct sm_batch *batch)
{
	const unsigned int known = SYNCHMESS_NOWAIT | SYNCHMESS_PEEK | SYNCHMESS_WHOLE |
				   SYNCHMESS_LEASE;
	int err;

	/* Not only once there is a message. */
	if (batch->flags & ~known || batch->size < SM_FIRST_IN)
		return -EINVAL;
	if (batch->flags & SYNCHMESS_LEASE ? batch->flags & SYNCHMESS_PEEK : batch->lease)
		return -EINVAL;
	err = batch->ack_count ? ack(schedule, batch) : 0;
	if (err)
		return err;
	if (batch->flags & SYNCHMESS_PEEK)
		return peek(schedule, call, batch);
	return receive(schedule, call, batch);
}

/* ---- revoking */

/* NULL if there is none: a thread besides the first has a number, too. */
static struct pid *get_process(u32 nr)
{
	struct pid *process = nr ? find_get_pid(nr) : get_pid(task_tgid(current));

	if (process && !pid_has_task(process, PIDTYPE_TGID)) {
		put_pid(process);
		return NULL;
	}
	return process;
}

static long revoke_from(struct sm_schedule *schedule, u32 nr)
{
	struct pid *process = get_process(nr);
	long revoked;

	/* What a process has sent that is no more can still be found by its messages' ids. */
	if (!process)
		return -ESRCH;
	revoked = sm_revocation_revoke_all(schedule, process);
	put_pid(process);
	return revoked;
}

long sm_transfer_revoke(struct file *file, struct sm_schedule *schedule,
			void __user *argument, size_t size)
{
	bool all = file->f_mode & FMODE_READ;
	struct synchmess_revoke revoke;
	int err;

	err = sm_abi_get(&revoke, sizeof(revoke), argument, size, SM_FIRST_REVOKE);
	if (err)
		return err;
	if ((revoke.what != SYNCHMESS_REVOKE_SENDER && revoke.pid) ||
	    (revoke.what != SYNCHMESS_REVOKE_ID && revoke.id))
		return -EINVAL;

	switch (revoke.what) {
	case SYNCHMESS_REVOKE_ID:
		return sm_revocation_revoke_one(schedule, revoke.id,
						all ? NULL : task_tgid(current));
	case SYNCHMESS_REVOKE_SENDER:
		return all || !revoke.pid ? revoke_from(schedule, revoke.pid) : -EBADF;
	case SYNCHMESS_REVOKE_DELAYED:
		return all ? sm_revocation_revoke_delayed(schedule) : -EBADF;
	case SYNCHMESS_REVOKE_EVERYTHING:
		return all ? sm_revocation_revoke_all(schedule, NULL) : -EBADF;
	}
	return -EINVAL;
}
