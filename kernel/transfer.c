// SPDX-License-Identifier: GPL-2.0
#include "transfer.h"

#include "abi.h"
#include "call.h"
#include "deadline.h"
#include "message.h"
#include "port.h"
#include "queue.h"
#include "schedule.h"
#include "sender.h"

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/user_namespace.h>

/* So many messages are on their way at once. */
#define PORTION 32

int sm_transfer_begin(struct file *file, void __user *argument, size_t size,
		      struct synchmess_batch *given, struct sm_batch *batch,
		      ktime_t *deadline)
{
	int err;

	err = sm_abi_get(given, sizeof(*given), argument, size, SM_FIRST_BATCH);
	if (err)
		return err;
	if (given->reserved || !given->count || given->count > SYNCHMESS_MAX_BATCH ||
	    given->message_size > PAGE_SIZE)
		return -EINVAL;

	batch->messages = u64_to_user_ptr(given->messages);
	batch->size = given->message_size;
	batch->count = given->count;
	batch->flags = given->flags;
	*deadline = sm_port_until(file, given->flags & SYNCHMESS_NOWAIT, given->deadline);
	return 0;
}

static void __user *element(const struct sm_batch *batch, unsigned int i)
{
	return batch->messages + i * batch->size;
}

/**
 * struct payload - where a program has the bytes of a message
 * @few: room for a few parts
 * @parts: all of them, to be freed, or NULL
 * @iter: over them
 */
struct payload {
	struct iovec few[UIO_FASTIOV];
	struct iovec *parts;
	struct iov_iter iter;
};

static int payload_open(struct payload *payload, unsigned int direction, u64 data, u32 size,
			u32 parts)
{
	void __user *bytes = u64_to_user_ptr(data);
	ssize_t total;

	payload->parts = NULL;
	if (!parts) {
		if (!access_ok(bytes, size))
			return -EFAULT;
		iov_iter_ubuf(&payload->iter, direction, bytes, size);
		return 0;
	}
	if (size)
		return -EINVAL;
	payload->parts = payload->few;
	total = import_iovec(direction, bytes, parts, ARRAY_SIZE(payload->few), &payload->parts,
			     &payload->iter);
	return total < 0 ? total : 0;
}

static void payload_close(struct payload *payload)
{
	kfree(payload->parts);
}

static int check_terms(const struct synchmess_out *out)
{
	if (out->flags || out->priority >= SYNCHMESS_PRIORITIES)
		return -EINVAL;
	if (out->delay > KTIME_MAX || out->lifetime > KTIME_MAX)
		return -EINVAL;
	/* It would expire before anybody could read it. */
	if (out->lifetime && out->lifetime <= out->delay)
		return -EINVAL;
	return 0;
}

static int check_size(const struct sm_queue *queue, size_t size, struct sm_call *call)
{
	if (queue)
		return sm_queue_check(queue, size, &call->why);
	if (size <= SYNCHMESS_MAX_MESSAGE_SIZE)
		return 0;
	sm_refuse(&call->why, SYNCHMESS_WHY_MESSAGE_SIZE, size, SYNCHMESS_MAX_MESSAGE_SIZE);
	return -EMSGSIZE;
}

static struct sm_message *make(const struct sm_queue *queue, struct sm_call *call,
			       const struct synchmess_out *out)
{
	const struct sm_terms terms = {
		.tag = out->tag, .delay = out->delay, .lifetime = out->lifetime,
		.priority = out->priority,
	};
	struct sm_message *message;
	struct payload payload;
	int err;

	err = payload_open(&payload, WRITE, out->data, out->size, out->parts);
	if (err)
		return ERR_PTR(err);
	err = check_size(queue, iov_iter_count(&payload.iter), call);
	message = err ? ERR_PTR(err) : sm_message_from_user(call, &terms, &payload.iter);
	payload_close(&payload);
	return message;
}

struct sm_message *sm_transfer_make(const struct sm_queue *queue, struct sm_call *call,
				    const struct sm_batch *batch, unsigned int i)
{
	struct synchmess_out __user *user = element(batch, i);
	struct synchmess_out out;
	int err;

	err = sm_abi_get(&out, sizeof(out), user, batch->size, SM_FIRST_OUT);
	if (err)
		return ERR_PTR(err);
	err = check_terms(&out);
	if (err)
		return ERR_PTR(err);
	/* The number is not known before it is sent, but that it can be told is. */
	if (put_user(0ULL, &user->id))
		return ERR_PTR(-EFAULT);
	return make(queue, call, &out);
}

/* Makes messages @first to @last - 1; on error those before the bad one stay in @made. */
static int make_portion(struct sm_queue *queue, struct sm_call *call,
			const struct sm_batch *batch, unsigned int first, unsigned int last,
			struct list_head *made)
{
	struct sm_message *message;

	for (; first < last; first++) {
		message = sm_transfer_make(queue, call, batch, first);
		if (IS_ERR(message))
			return PTR_ERR(message);
		list_add_tail(&message->ready, made);
	}
	return 0;
}

static void tell_ids(const struct sm_batch *batch, unsigned int first, const u64 *ids,
		     unsigned int count)
{
	struct synchmess_out __user *user;
	unsigned int i;

	for (i = 0; i < count; i++) {
		user = element(batch, first + i);
		/* It could be written before; who has unmapped it since does not care. */
		if (put_user(ids[i], &user->id))
			break;
	}
}

static int send_portion(struct sm_schedule *schedule, struct sm_call *call,
			const struct sm_batch *batch, unsigned int *done)
{
	unsigned int last = min(batch->count, *done + PORTION), count = 0;
	u64 ids[PORTION];
	LIST_HEAD(made);
	int bad, err;

	bad = make_portion(schedule->queue, call, batch, *done, last, &made);
	err = sm_schedule_send_list(schedule, &made, call, ids, &count);
	sm_message_free_list(&made);
	tell_ids(batch, *done, ids, count);
	*done += count;
	return err ?: bad;
}

long sm_transfer_send(struct sm_schedule *schedule, struct sm_call *call,
		      const struct sm_batch *batch)
{
	unsigned int done = 0;
	long err;

	if (batch->flags & ~SYNCHMESS_NOWAIT || batch->size < SM_FIRST_OUT)
		return -EINVAL;
	do {
		err = send_portion(schedule, call, batch, &done);
		cond_resched();
	} while (!err && done < batch->count && !fatal_signal_pending(current));
	return done ?: err;
}

/* ---- receiving */

static void show_stamp(const struct sm_stamp *stamp, struct synchmess_in *in)
{
	const struct sm_sender *sender = stamp->sender;

	in->id = stamp->id;
	in->sequence = stamp->place;
	in->tag = stamp->tag;
	in->sent_at = sm_time_to_user(stamp->sent_at);
	in->published_at = sm_time_to_user(stamp->published_at);
	in->length = stamp->size;
	in->priority = stamp->priority;
	in->deliveries = stamp->deliveries;
	in->pid = pid_vnr(sender->process);
	in->tid = pid_vnr(stamp->thread);
	in->uid = from_kuid_munged(current_user_ns(), sender->uid);
	in->gid = from_kgid_munged(current_user_ns(), sender->gid);
	in->flags = 0;
	memset(in->mailbox, 0, sizeof(in->mailbox));
	memcpy(in->mailbox, sender->mailbox, sizeof(sender->mailbox));
}

/* Hands one message to the program, which has it if this succeeds. */
static int deliver(const struct sm_stamp *stamp, const struct sm_message *origin,
		   const struct sm_batch *batch, unsigned int i)
{
	void __user *user = element(batch, i);
	struct payload payload;
	struct synchmess_in in;
	bool fits;
	int err;

	err = sm_abi_get(&in, sizeof(in), user, batch->size, SM_FIRST_IN);
	if (err)
		return err;
	err = payload_open(&payload, READ, in.data, in.size, in.parts);
	if (err)
		return err;
	fits = stamp->size <= iov_iter_count(&payload.iter);
	show_stamp(stamp, &in);
	err = sm_abi_put(user, batch->size, &in, sizeof(in), SM_FIRST_IN);
	if (!err && batch->flags & SYNCHMESS_WHOLE && !fits)
		err = -EMSGSIZE;
	if (!err && sm_message_to_user(origin, &payload.iter) < 0)
		err = -EFAULT;
	payload_close(&payload);
	return err;
}

static int deliver_message(struct sm_message *message, const struct sm_batch *batch,
			   unsigned int i)
{
	struct sm_stamp stamp;

	/* Who is being killed takes nothing along. */
	if (fatal_signal_pending(current))
		return -EINTR;
	sm_message_stamp(message, &stamp);
	return deliver(&stamp, message->origin, batch, i);
}

static int deliver_list(struct sm_schedule *schedule, struct list_head *taken,
			const struct sm_batch *batch, unsigned int *done)
{
	struct sm_message *message, *next;
	int err = 0;

	list_for_each_entry_safe(message, next, taken, ready) {
		err = deliver_message(message, batch, *done);
		if (err)
			break;
		list_del(&message->ready);
		sm_message_free(message);
		(*done)++;
	}
	if (err)
		sm_schedule_put_back(schedule, taken);
	return err;
}

static long receive(struct sm_schedule *schedule, struct sm_call *call,
		    const struct sm_batch *batch)
{
	unsigned int done = 0;
	LIST_HEAD(taken);
	long err;

	do {
		err = sm_queue_take(schedule->queue, min(batch->count - done, PORTION), &taken);
		if (err > 0)
			err = deliver_list(schedule, &taken, batch, &done);
		else if (!err)
			err = done ? -EAGAIN :
				     sm_queue_await(schedule->queue, call->deadline);
		cond_resched();
	} while (!err && done < batch->count);
	return done ?: err;
}

static long peek(struct sm_schedule *schedule, struct sm_call *call,
		 const struct sm_batch *batch)
{
	struct sm_queue *queue = schedule->queue;
	bool waited = false;
	struct sm_view view;
	int found, err;

	if (batch->count != 1)
		return -EINVAL;
	while (!(found = sm_queue_peek(queue, waited, &view))) {
		err = sm_queue_await(queue, call->deadline);
		if (err)
			return err;
		waited = true;
	}
	if (found < 0)
		return found;
	err = deliver(&view.stamp, view.origin, batch, 0);
	sm_view_release(&view);
	return err ?: 1;
}

long sm_transfer_receive(struct sm_schedule *schedule, struct sm_call *call,
			 const struct sm_batch *batch)
{
	const unsigned int known = SYNCHMESS_NOWAIT | SYNCHMESS_PEEK | SYNCHMESS_WHOLE;

	/* Not only once there is a message. */
	if (batch->flags & ~known || batch->size < SM_FIRST_IN)
		return -EINVAL;
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
	revoked = sm_schedule_revoke_all(schedule, process);
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
		return sm_schedule_revoke_one(schedule, revoke.id, all ? NULL : task_tgid(current));
	case SYNCHMESS_REVOKE_SENDER:
		return all || !revoke.pid ? revoke_from(schedule, revoke.pid) : -EBADF;
	case SYNCHMESS_REVOKE_DELAYED:
		return all ? sm_schedule_revoke_delayed(schedule) : -EBADF;
	case SYNCHMESS_REVOKE_EVERYTHING:
		return all ? sm_schedule_revoke_all(schedule, NULL) : -EBADF;
	}
	return -EINVAL;
}
