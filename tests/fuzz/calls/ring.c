// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/ring.h"

#include "fuzz/calls/area.h"
#include "fuzz/calls/stream.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOT_JUDGED RING_ENTRIES
#define LONGEST_WAIT_NS 100000000

/* The two arrays of the ring that the kernel has in one piece, and the entries. */
static bool map(struct ring *ring, const struct io_uring_params *params)
{
	char *rings = mmap(NULL, params->cq_off.cqes + params->cq_entries *
			   sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE,
			   MAP_SHARED, ring->descriptor, IORING_OFF_SQ_RING);
	unsigned int *order, i;

	ring->entries = mmap(NULL, params->sq_entries * sizeof(struct io_uring_sqe),
			     PROT_READ | PROT_WRITE, MAP_SHARED, ring->descriptor,
			     IORING_OFF_SQES);
	if (rings == MAP_FAILED || ring->entries == MAP_FAILED)
		return false;

	order = (unsigned int *)(rings + params->sq_off.array);
	for (i = 0; i < params->sq_entries; i++)
		order[i] = i;
	ring->entries_head = (unsigned int *)(rings + params->sq_off.head);
	ring->entries_tail = (unsigned int *)(rings + params->sq_off.tail);
	ring->completions_head = (unsigned int *)(rings + params->cq_off.head);
	ring->completions_tail = (unsigned int *)(rings + params->cq_off.tail);
	ring->completions = (struct io_uring_cqe *)(rings + params->cq_off.cqes);
	return true;
}

void ring_open(struct ring *ring)
{
	struct io_uring_params params = { };

	memset(ring, 0, sizeof(*ring));
	ring->descriptor = syscall(SYS_io_uring_setup, RING_ENTRIES, &params);
	if (ring->descriptor < 0)
		return;
	if (!(params.features & IORING_FEAT_SINGLE_MMAP) || !map(ring, &params)) {
		close(ring->descriptor);
		ring->descriptor = -1;
		return;
	}
	ring->room = area_make_room();
}

static struct io_uring_sqe *add_entry(struct ring *ring, unsigned int user_data)
{
	unsigned int tail = *ring->entries_tail;
	struct io_uring_sqe *entry = &ring->entries[tail % RING_ENTRIES];

	memset(entry, 0, sizeof(*entry));
	entry->user_data = user_data;
	__atomic_store_n(ring->entries_tail, tail + 1, __ATOMIC_RELEASE);
	ring->expected++;
	return entry;
}

struct io_uring_sqe *ring_ask(struct stream *stream, const struct question *question,
			      long nanoseconds)
{
	struct ring *ring = &stream->ring;
	struct io_uring_sqe *entry, *timeout;

	if (ring->asked == RING_ENTRIES)
		ring_finish(stream);
	ring->questions[ring->asked] = *question;
	entry = add_entry(ring, ring->asked++);
	if (nanoseconds) {
		entry->flags = IOSQE_IO_LINK;
		ring->patience.tv_nsec = nanoseconds;
		timeout = add_entry(ring, NOT_JUDGED);
		timeout->opcode = IORING_OP_LINK_TIMEOUT;
		timeout->addr = (unsigned long)&ring->patience;
		timeout->len = 1;
	}
	return entry;
}

static void take_answers(struct stream *stream)
{
	struct ring *ring = &stream->ring;
	unsigned int head = *ring->completions_head;

	while (head != __atomic_load_n(ring->completions_tail, __ATOMIC_ACQUIRE)) {
		struct io_uring_cqe *answer =
			&ring->completions[head++ % (2 * RING_ENTRIES)];

		if (answer->user_data != NOT_JUDGED)
			judge(stream, &ring->questions[answer->user_data], answer->res);
		ring->expected--;
	}
	__atomic_store_n(ring->completions_head, head, __ATOMIC_RELEASE);
	if (!ring->expected)
		ring->asked = 0;
}

static void enter(struct stream *stream, unsigned int wait)
{
	struct ring *ring = &stream->ring;
	unsigned int taken = __atomic_load_n(ring->entries_head, __ATOMIC_ACQUIRE);
	struct __kernel_timespec patience = { .tv_nsec = LONGEST_WAIT_NS };
	struct io_uring_getevents_arg argument = { .ts = (unsigned long)&patience };
	long entered = syscall(SYS_io_uring_enter, ring->descriptor, *ring->entries_tail - taken,
			       wait, IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, &argument,
			       sizeof(argument));

	if (entered < 0 && errno != EINTR && errno != EAGAIN && errno != EBUSY && errno != ETIME)
		fail(stream, "io_uring_enter fails with %s", strerrorname_np(errno));
}

void ring_enter(struct stream *stream)
{
	enter(stream, 0);
	take_answers(stream);
}

/*
 * A linked timeout that fires while its request is on the way to a thread of the
 * kernel finds nothing to cancel, and is gone: the request may then wait for ever.
 */
static void cancel_all(struct ring *ring)
{
	struct io_uring_sqe *entry;

	if (*ring->entries_tail != __atomic_load_n(ring->entries_head, __ATOMIC_ACQUIRE))
		return;
	entry = add_entry(ring, NOT_JUDGED);
	entry->opcode = IORING_OP_ASYNC_CANCEL;
	entry->cancel_flags = IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL;
}

void ring_finish(struct stream *stream)
{
	struct ring *ring = &stream->ring;
	unsigned int before;

	if (ring->descriptor < 0)
		return;
	while (ring->expected) {
		before = ring->expected;
		enter(stream, 1);
		take_answers(stream);
		if (ring->expected == before)
			cancel_all(ring);
	}
}
