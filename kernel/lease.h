/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Leases: messages in the hands of readers who have not said yet that they are done.
 * Nobody else sees such a message until its holder settles it, goes away, or lets its
 * time run out; then it is delivered, or back at its place.
 *
 * Owner: struct sm_leases is embedded in a schedule, beside its queue. A lease is made
 * by who receives, is the queue's from sm_lease_grant_locked() on, and is freed when it
 * ends. In between the room of its message stays taken.
 *
 * Locks: the queue's lock guards everything.
 */
#ifndef SM_LEASE_H
#define SM_LEASE_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/rbtree.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/timerqueue.h>
#include <linux/types.h>

struct list_head;
struct pid;
struct sm_after;
struct sm_grave;
struct sm_lease;
struct sm_message;
struct sm_queue;

/**
 * struct sm_leases - the leases of a queue
 * @queue: whose; constant
 * @held: all leases, by holder and then by token
 * @ending: those that end by themselves
 * @tokens: the latest that was given
 * @most: so often a message is received; 0: without end
 * @grave: where those go that were received so often, referenced; NULL: they are dropped
 * @exhausted: messages on their way there
 */
struct sm_leases {
	struct sm_queue *queue;
	struct rb_root held;
	struct timerqueue_head ending;
	u64 tokens;
	unsigned int most;
	struct sm_grave *grave;
	struct list_head exhausted;
};

/**
 * struct sm_holder - who has leases
 * @spare: one that has ended, for the next, or NULL; who takes it out has it alone
 * @latest: token of what a read(2) leased, which the next one acks; 0: none. Guarded by the
 *	lock of the queue that is read. When that is another one, the former is dead, and nobody
 *	looks at this under its lock any more.
 *
 * A spare is used again by the process that got it only: to that one's cgroup it is charged.
 */
struct sm_holder {
	struct sm_lease *spare;
	u64 latest;
};

/* Its leases have ended, and it gets no more. */
void sm_holder_release(struct sm_holder *holder);

/**
 * struct sm_lease - a message in a reader's hands
 * @by_holder: in the tree of all, once it is granted
 * @end: when it ends by itself; KTIME_MAX for never
 * @message: the message
 * @holder: who may settle it; NULL: nobody, it only waits for its end
 * @process: that got it, referenced; NULL when it has it no more
 * @since: when it got it, in jiffies
 * @token: no other lease that its holder ever had, of any queue, had it
 */
struct sm_lease {
	struct rb_node by_holder;
	struct timerqueue_node end;
	struct sm_message *message;
	struct sm_holder *holder;
	struct pid *process;
	unsigned long since;
	u64 token;
};

void sm_leases_init(struct sm_leases *leases, struct sm_queue *queue);

/**
 * sm_leases_kill() - drop all messages that are leased
 * @leases: of a queue that is dead, so that nothing can be added
 *
 * What is being handed over just now is dropped by who does it. Context: may sleep.
 */
void sm_leases_kill(struct sm_leases *leases);

/* For sm_lease_create_one(): the spare one, if there was one, will not do. */
struct sm_lease *sm_lease_create_anew(struct sm_holder *holder, struct sm_lease *spare);

/**
 * sm_lease_create_one() - make a lease without a message, for the calling process
 * @holder: who may settle it
 *
 * Context: may sleep. Return: the lease or NULL.
 */
static inline struct sm_lease *sm_lease_create_one(struct sm_holder *holder)
{
	struct sm_lease *spare = xchg(&holder->spare, NULL);

	if (likely(spare && spare->process == task_tgid(current)))
		return spare;
	return sm_lease_create_anew(holder, spare);
}

/**
 * sm_lease_create() - make leases without messages, for the calling process
 * @holder: who may settle them
 * @count: how many
 * @blank: filled in
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM and there are none.
 */
int sm_lease_create(struct sm_holder *holder, unsigned int count, struct sm_lease **blank);

/* Frees leases that have no message. */
void sm_lease_free_blank(struct sm_lease **blank, unsigned int count);

/**
 * sm_lease_take_locked() - as sm_lease_take()
 * @leases: of the queue
 * @blank: leases
 * @most: how many
 * @after: what to do after the unlock
 *
 * Return: as sm_lease_take(), or -EAGAIN to be asked once more after an unlock.
 */
int sm_lease_take_locked(struct sm_leases *leases, struct sm_lease **blank, unsigned int most,
			 struct sm_after *after);

/**
 * sm_lease_take() - take the oldest messages of the highest priority, to lease them
 * @leases: of the queue
 * @blank: leases; the first ones get messages and tokens
 * @most: how many
 *
 * The caller owns the messages: to be granted, or to be given back.
 * Return: how many, 0 when there are none, or -ENODEV.
 */
int sm_lease_take(struct sm_leases *leases, struct sm_lease **blank, unsigned int most);

/**
 * sm_lease_grant_locked() - the holder has got the message
 * @leases: of the queue, which is alive
 * @lease: the queue's from here on
 * @span: nanoseconds until it ends by itself; 0: never
 */
void sm_lease_grant_locked(struct sm_leases *leases, struct sm_lease *lease, u64 span);

/**
 * sm_lease_cancel_locked() - the holder could not get the message: as if nothing had been
 * @leases: of the queue
 * @lease: in no list; gone
 * @after: what to do after the unlock
 */
void sm_lease_cancel_locked(struct sm_leases *leases, struct sm_lease *lease,
			    struct sm_after *after);

/**
 * sm_lease_find_locked() - the lease that a token stands for
 * @leases: of the queue
 * @holder: whose
 * @token: the token
 *
 * Return: the lease, or NULL when it is not this holder's (any more).
 */
struct sm_lease *sm_lease_find_locked(struct sm_leases *leases, const struct sm_holder *holder,
				      u64 token);

/* The lease that this holder got last; NULL if it has none. */
struct sm_lease *sm_lease_last_locked(struct sm_leases *leases, const struct sm_holder *holder);

/* The lease that ends first of those that end by @until, or NULL. */
struct sm_lease *sm_lease_ending_locked(struct sm_leases *leases, ktime_t until);

/**
 * sm_lease_ack_locked() - its message is delivered; the lease is gone
 * @leases: of the queue
 * @lease: the lease
 * @after: what to do after the unlock
 *
 * Return: the message, to be freed after the unlock.
 */
struct sm_message *sm_lease_ack_locked(struct sm_leases *leases, struct sm_lease *lease,
				       struct sm_after *after);

/* Its message is back at its place, or exhausted; the lease is gone. */
void sm_lease_return_locked(struct sm_leases *leases, struct sm_lease *lease,
			    struct sm_after *after);

/**
 * sm_lease_extend_locked() - a lease ends at another time
 * @leases: of the queue
 * @lease: the lease
 * @holder: who may settle it from now on; NULL: nobody
 * @span: nanoseconds from now; 0: it does not end by itself
 */
void sm_lease_extend_locked(struct sm_leases *leases, struct sm_lease *lease,
			    struct sm_holder *holder, u64 span);

/**
 * struct sm_lease_sight - a lease, as somebody sees it who looks
 * @holder: see struct sm_lease; not to be followed
 * @token: its token
 * @id: of the message
 * @size: bytes of payload
 * @deliveries: how often the message was received
 * @holder_pid: the process that has it, in the namespace of who looks; 0: none, or not there
 * @since: when it got it, in jiffies
 * @end: when the lease ends by itself; KTIME_MAX for never
 */
struct sm_lease_sight {
	const struct sm_holder *holder;
	u64 token;
	u64 id;
	u32 size;
	unsigned int deliveries;
	pid_t holder_pid;
	unsigned long since;
	ktime_t end;
};

/**
 * sm_leases_look() - see a portion of all leases, by holder and then by token
 * @leases: of the queue
 * @last: only those behind this one; zeros to begin
 * @sights: filled in
 * @most: how many at most
 *
 * Return: how many.
 */
unsigned int sm_leases_look(struct sm_leases *leases, const struct sm_lease_sight *last,
			    struct sm_lease_sight *sights, unsigned int most);

#endif /* SM_LEASE_H */
