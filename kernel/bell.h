/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bell: whom to tell when a queue changes. Readers and writers that sleep or
 * poll, and processes that asked for SIGIO.
 *
 * It is apart from the queue because a poller stays on its wait queues until its
 * file is closed, while the mailbox of that file may end and another begin: the
 * file and each queue hold a reference. Owner: references.
 *
 * Locks: those of its wait queues, which are leaves. It is rung with no lock held.
 */
#ifndef SM_BELL_H
#define SM_BELL_H

#include <linux/compiler.h>
#include <linux/kref.h>
#include <linux/wait.h>

struct fasync_struct;

/**
 * struct sm_bell - whom to tell
 * @refs: references
 * @readers: wait for something to read
 * @writers: wait for room
 * @owners: of files that asked for SIGIO
 */
struct sm_bell {
	struct kref refs;
	wait_queue_head_t readers;
	wait_queue_head_t writers;
	struct fasync_struct *owners;
};

/**
 * sm_bell_create() - make a bell
 *
 * Context: may sleep.
 * Return: the bell with one reference, or NULL.
 */
struct sm_bell *sm_bell_create(void);

static inline struct sm_bell *sm_bell_get(struct sm_bell *bell)
{
	kref_get(&bell->refs);
	return bell;
}

void sm_bell_put(struct sm_bell *bell);

/* For sm_bell_ring_readers(). */
void sm_bell_ring_listening_readers(struct sm_bell *bell, unsigned int messages);

/*
 * LOOK AFTER QUEUEING: wq_has_sleeper() may say no without a lock, and still
 * nobody misses a message:
 *
 *   reader                              sender
 *   queue itself on readers             lock; publish; unlock
 *   look (after a barrier)              anybody on readers? (after a barrier)
 *   nothing there? sleep                if so, wake
 *
 * A reader who looks before the message is there is on the list before the
 * sender asks.
 */

/**
 * sm_bell_ring_readers() - there is something to read
 * @bell: the bell
 * @messages: so many sleeping readers wake, and every poller; 0: nobody
 */
static inline void sm_bell_ring_readers(struct sm_bell *bell, unsigned int messages)
{
	/* Zero would mean everybody to __wake_up(). */
	if (messages && (wq_has_sleeper(&bell->readers) || READ_ONCE(bell->owners)))
		sm_bell_ring_listening_readers(bell, messages);
}

/**
 * sm_bell_ring_writers() - there is room
 * @bell: the bell
 */
void sm_bell_ring_writers(struct sm_bell *bell);

/**
 * sm_bell_ring_all() - everything has changed, look for yourselves
 * @bell: the bell
 */
void sm_bell_ring_all(struct sm_bell *bell);

#endif /* SM_BELL_H */
