/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring's reader, for programs to take: it makes a call only when there is nothing to
 * read. One thread at a time reads.
 *
 *	struct ring ring;
 *	const struct synchmess_in *in;
 *
 *	if (ring_open(&ring, fd, 1 << 16))
 *		err(1, "ring_open");
 *	while ((in = ring_next(&ring, 0))) {
 *		use(ring_payload(&ring, in), in->length);
 *		ring_done(&ring, in);
 *	}
 *	err(1, "ring_next");
 *
 * ring_next() fails with EMSGSIZE when the next message does not fit into the ring: then
 * SYNCHMESS_RECEIVE through the same descriptor takes it.
 */
#ifndef SYNCHMESS_RING_READER_H
#define SYNCHMESS_RING_READER_H

#include <linux/synchmess.h>

#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

/**
 * struct ring - a ring that this program reads
 * @control: positions
 * @data: records
 * @mask: position in @data
 * @tail: the position of the next record
 * @header: bytes of a record before its payload
 * @map_size: bytes that are mapped, from @control on
 * @fd: whose ring it is
 */
struct ring {
	struct synchmess_ring_control *control;
	char *data;
	uint64_t mask;
	uint64_t tail;
	size_t header;
	size_t map_size;
	int fd;
};

/* For a descriptor open for both directions, so many bytes. Returns 0, or -1 with errno. */
static inline int ring_open(struct ring *ring, int fd, size_t size)
{
	struct synchmess_ring plan = { .size = size };
	void *memory;

	if (ioctl(fd, SYNCHMESS_RING, &plan))
		return -1;
	memory = mmap(NULL, plan.map_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -1;
	*ring = (struct ring){
		.control = memory, .data = (char *)memory + plan.data_offset,
		.mask = size - 1, .header = plan.header_size, .map_size = plan.map_size, .fd = fd,
	};
	return 0;
}

static inline void ring_close(struct ring *ring)
{
	munmap(ring->control, ring->map_size);
}

/* The next record, NULL if there is none in the ring. It stays until ring_done(). */
static inline const struct synchmess_in *ring_peek(const struct ring *ring)
{
	if (__atomic_load_n(&ring->control->head, __ATOMIC_ACQUIRE) == ring->tail)
		return NULL;
	return (const struct synchmess_in *)(ring->data + (ring->tail & ring->mask));
}

static inline const void *ring_payload(const struct ring *ring, const struct synchmess_in *in)
{
	return (const char *)in + ring->header;
}

/* The record's memory may be used for others. */
static inline void ring_done(struct ring *ring, const struct synchmess_in *in)
{
	ring->tail += (ring->header + in->size + 7) & ~(uint64_t)7;
	__atomic_store_n(&ring->control->tail, ring->tail, __ATOMIC_RELEASE);
}

/* Lets what is in the queue come, or waits; flags and deadline of SYNCHMESS_RING_WAIT. */
static inline int ring_wait(const struct ring *ring, uint32_t flags, uint64_t deadline)
{
	struct synchmess_ring_wait wait = { .deadline = deadline, .flags = flags };

	return ioctl(ring->fd, SYNCHMESS_RING_WAIT, &wait);
}

/* The next record; waits for it until the deadline, 0: for ever. NULL with errno. */
static inline const struct synchmess_in *ring_next(const struct ring *ring, uint64_t deadline)
{
	const struct synchmess_in *in;

	while (!(in = ring_peek(ring))) {
		/* What came just before the end is there all the same. */
		if (ring_wait(ring, 0, deadline))
			return ring_peek(ring);
	}
	return in;
}

#endif /* SYNCHMESS_RING_READER_H */
