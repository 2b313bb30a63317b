/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lending: what readers and their ends do with leases. It has no state of its own: the
 * schedule's, and the lock of its queue.
 */
#ifndef SM_LENDING_H
#define SM_LENDING_H

#include <linux/types.h>

struct sm_grave;
struct sm_holder;
struct sm_lease;
struct sm_schedule;

/* So many leases are settled under one lock, to keep the lock short. */
#define SM_SETTLED_AT_ONCE	64

/**
 * sm_lending_grant() - readers have got messages that they lease
 * @schedule: of the queue
 * @taken: leases of sm_lease_take(); the queue's from here on, or gone
 * @count: how many
 * @span: nanoseconds until they end by themselves; 0: never
 * @reader: the holder, if he acks the last of them by sm_lending_next(); else NULL
 *
 * Context: may sleep.
 * Return: 0, or -ENODEV and the messages are dropped.
 */
int sm_lending_grant(struct sm_schedule *schedule, struct sm_lease **taken,
		     unsigned int count, u64 span, struct sm_holder *reader);

/**
 * sm_lending_next() - ack what a holder has read last, then take messages to lease them
 * @schedule: of the queue
 * @holder: who
 * @blank: leases; the first ones get messages and tokens
 * @most: how many
 *
 * Context: may sleep.
 * Who finds nothing, and waits, goes on with sm_lease_take(): what others read through the
 * same file meanwhile is not his to ack.
 *
 * Return: as sm_lease_take(); -ESTALE when there was something to ack that the holder has
 * no more, and nothing is taken.
 */
int sm_lending_next(struct sm_schedule *schedule, struct sm_holder *holder,
		    struct sm_lease **blank, unsigned int most);

/**
 * sm_lending_cancel() - undo sm_lease_take()
 * @schedule: of the queue
 * @taken: leases; gone afterwards
 * @count: how many
 *
 * Context: may sleep.
 */
void sm_lending_cancel(struct sm_schedule *schedule, struct sm_lease **taken,
		       unsigned int count);

/**
 * sm_lending_settle() - say what is to become of leased messages
 * @schedule: of the queue
 * @holder: whose leases
 * @tokens: which
 * @count: how many; up to SM_SETTLED_AT_ONCE
 * @what: SYNCHMESS_ACK, _RETURN or _EXTEND
 * @span: nanoseconds; see struct synchmess_settle
 *
 * Context: may sleep.
 * Return: how many; if it is not even the first, -ESTALE or -ENODEV.
 */
int sm_lending_settle(struct sm_schedule *schedule, struct sm_holder *holder,
		      const u64 *tokens, unsigned int count, unsigned int what, u64 span);

/**
 * sm_lending_forsake() - a holder is gone
 * @schedule: of the queue
 * @holder: whose messages all go back; takes no more
 *
 * Context: may sleep.
 */
void sm_lending_forsake(struct sm_schedule *schedule, const struct sm_holder *holder);

/**
 * sm_lending_set_retries() - how often a message may be received, and what then
 * @schedule: of the queue
 * @most: so often; 0: without end
 * @grave: where it goes then; NULL: it is dropped. The caller's reference is taken.
 *
 * Who has been received so often stays where he is until his lease ends again.
 * Context: may sleep.
 * Return: 0 or -ENODEV.
 */
int sm_lending_set_retries(struct sm_schedule *schedule, unsigned int most,
			   struct sm_grave *grave);

/**
 * sm_lending_read_retries() - what sm_lending_set_retries() has set
 * @schedule: of the queue
 * @most: filled in
 * @grave: filled in: the number of the group, or 0
 */
void sm_lending_read_retries(struct sm_schedule *schedule, u32 *most, u32 *grave);

#endif /* SM_LENDING_H */
