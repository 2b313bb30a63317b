/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring: records in memory that a reader has mapped. A record is a message's stamp, as
 * this reader is to see it, and its bytes. The kernel writes records and @head, the
 * program writes @tail, and may write anything anywhere: all that is ever read back is
 * @tail, and a wrong one makes the ring full for ever.
 *
 * The bytes for records are mapped twice in a row, here and there, so that none is cut in two.
 *
 * Owner: the open file that made it, from then to its release; a mapping keeps the file.
 * A queue that writes to it forgets it before.
 *
 * Locks: that of the queue guards @onlooker, @control and @head.
 */
#ifndef SM_RING_H
#define SM_RING_H

#include "message.h"
#include "reader.h"
#include "sender.h"

#include <asm/barrier.h>
#include <linux/align.h>
#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/synchmess.h>
#include <linux/types.h>

struct sm_account;
struct sm_refusal;

/**
 * struct sm_ring - records that a reader has mapped
 * @size: bytes for records, a power of two; constant
 * @account: who is charged; the file has a reference
 * @pages: all of them: for the control, then for records; constant
 * @memory: where they are mapped; constant
 * @data: therein, the bytes for records; constant
 * @control: what the program sees besides records
 * @onlooker: the reader
 * @head: bytes of all records that were ever written
 */
struct sm_ring {
	size_t size;
	struct sm_account *account;
	struct page **pages;
	void *memory;
	void *data;
	struct synchmess_ring_control *control;
	struct sm_onlooker onlooker;
	u64 head;
};

/**
 * sm_ring_create() - make a ring for the calling program
 * @size: bytes for records
 * @account: who pays, as long as the ring is there
 * @why: filled in if a limit refuses it
 *
 * Context: may sleep.
 * Return: the ring, or ERR_PTR of -EINVAL, -EDQUOT, -ENOSPC, -ENOMEM.
 */
struct sm_ring *sm_ring_create(u64 size, struct sm_account *account, struct sm_refusal *why);

/**
 * sm_ring_free() - undo sm_ring_create()
 * @ring: of which no queue knows any more; NULL does nothing
 */
void sm_ring_free(struct sm_ring *ring);

/**
 * sm_ring_map() - let the program have its ring
 * @ring: the ring
 * @area: where
 *
 * Return: 0, -EINVAL when the place is none for it, -ENOMEM.
 */
int sm_ring_map(const struct sm_ring *ring, struct vm_area_struct *area);

/* What the program has to map. */
static inline size_t sm_ring_map_size(const struct sm_ring *ring)
{
	return PAGE_SIZE + 2 * ring->size;
}

/* Bytes of a record with so many bytes of payload. */
static inline size_t sm_ring_record(size_t size)
{
	return ALIGN(sizeof(struct synchmess_in) + size, 8);
}

/* Bytes that the program has not done with; more than there can be if it says nonsense. */
static inline u64 sm_ring_unread_locked(const struct sm_ring *ring)
{
	/* What it has done with was read before it said so. */
	return ring->head - smp_load_acquire(&ring->control->tail);
}

/* For who waits, and looks again when it has changed. */
static inline bool sm_ring_seems_unread(const struct sm_ring *ring)
{
	/* Others write meanwhile: any value that it has had will do. */
	return data_race(READ_ONCE(ring->head)) != READ_ONCE(ring->control->tail);
}

/* Could a message ever fit? */
static inline bool sm_ring_suits(const struct sm_ring *ring, size_t size)
{
	return size <= SYNCHMESS_MAX_RECORD_LENGTH && sm_ring_record(size) <= ring->size;
}

/* Does a message fit that could? */
static inline bool sm_ring_fits_locked(const struct sm_ring *ring, size_t size)
{
	u64 unread = sm_ring_unread_locked(ring);

	return unread <= ring->size && sm_ring_record(size) <= ring->size - unread;
}

/* Tells the program SYNCHMESS_RING_*. */
static inline void sm_ring_tell_locked(struct sm_ring *ring, u32 flags)
{
	WRITE_ONCE(ring->control->flags, flags);
}

/**
 * sm_ring_begin_locked() - write a stamp
 * @ring: in which the message fits
 * @message: a message that has its number
 * @tag: of the message
 * @published_at: when it became readable
 *
 * Return: where to put its bytes, before sm_ring_end_locked(). There is room for whole words.
 */
static __always_inline void *sm_ring_begin_locked(struct sm_ring *ring,
						  const struct sm_message *message, u64 tag,
						  ktime_t published_at)
{
	struct synchmess_in *in = ring->data + (ring->head & (ring->size - 1));

	sm_reader_stamp(sm_onlooker_see(&ring->onlooker, message->sender), message, tag,
			published_at, 0, message->size, in);
	return in + 1;
}

/* Shows the program the record that was written. */
static inline void sm_ring_end_locked(struct sm_ring *ring, size_t size)
{
	ring->head += sm_ring_record(size);
	/* Who sees it sees the record. */
	smp_store_release(&ring->control->head, ring->head);
}

/**
 * sm_ring_put_locked() - write a whole record
 * @ring: in which the message fits
 * @message: a message that has its number
 * @published_at: when it became readable
 *
 * Context: no longer than sm_ring_suits() allows.
 */
void sm_ring_put_locked(struct sm_ring *ring, const struct sm_message *message,
			ktime_t published_at);

#endif /* SM_RING_H */
