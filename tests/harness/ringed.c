// SPDX-License-Identifier: GPL-2.0
#include "harness/ringed.h"

#include "harness/batch.h"
#include "harness/suite.h"

#include <string.h>
#include <unistd.h>

int ringed_try(int fd, uint64_t size)
{
	struct synchmess_ring plan = { .size = size };

	return ioctl(fd, SYNCHMESS_RING, &plan);
}

struct ring ringed(int fd, size_t size)
{
	struct ring ring;

	assert_ok(ring_open(&ring, fd, size));
	return ring;
}

int ringed_move(const struct ring *ring)
{
	return ring_wait(ring, SYNCHMESS_NOWAIT, 0);
}

struct synchmess_in ringed_expect(struct ring *ring, const char *text)
{
	const struct synchmess_in *in = ring_peek(ring);
	struct synchmess_in stamp;

	assert_non_null(in);
	stamp = *in;
	assert_int_equal(stamp.length, strlen(text));
	assert_memory_equal(ring_payload(ring, in), text, stamp.length);
	ring_done(ring, in);
	return stamp;
}

void ringed_expect_none(const struct ring *ring)
{
	assert_null(ring_peek(ring));
}

void ringed_expect_flags(const struct ring *ring, uint32_t flags)
{
	assert_int_equal(__atomic_load_n(&ring->control->flags, __ATOMIC_RELAXED), flags);
}

unsigned int ringed_fill(const struct ring *ring, const void *bytes, size_t size)
{
	unsigned int count = 0;

	while (!batch_stat(ring->fd).queued) {
		assert_int_equal(write(ring->fd, bytes, size), size);
		count++;
	}
	return count - 1;
}
