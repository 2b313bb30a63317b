// SPDX-License-Identifier: GPL-2.0
/* Making, mapping and using a ring, with each allocation and user copy failing once. */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/quota.h"
#include "harness/ringed.h"
#include "harness/sweep.h"

#include <string.h>
#include <unistd.h>

static int fd;
static long charged;
static struct ring ring;
static void *memory;
static struct synchmess_ring plan;

static void open_group(void)
{
	charged = quota_charged();
	fd = batch_group(NULL);
	plan = (struct synchmess_ring){ .size = RING_LEAST };
}

static void close_group(void)
{
	close(fd);
	assert_int_equal(quota_charged(), charged);
}

/* ---- making one */

static long make(void)
{
	return ioctl(fd, SYNCHMESS_RING, &plan);
}

static void expect_none(void)
{
	struct synchmess_ring_wait wait = { };

	assert_fails(ioctl(fd, SYNCHMESS_RING_WAIT, &wait), EINVAL);
}

static void expect_one(void)
{
	assert_fails(make(), EBUSY);
	close_group();
}

/* ---- mapping it */

static void make_one(void)
{
	open_group();
	assert_ok(make());
}

static long map(void)
{
	memory = mmap(NULL, plan.map_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return memory == MAP_FAILED ? -1 : 0;
}

static void expect_mapped(void)
{
	group_send(fd, "hello");
	assert_int_not_equal(*(uint64_t *)memory, 0);
	assert_ok(munmap(memory, plan.map_size));
	close_group();
}

/* ---- using it */

static void map_one(void)
{
	open_group();
	ring = ringed(fd, RING_LEAST);
}

static long send(void)
{
	return write(fd, "hello", 5) == 5 ? 0 : -1;
}

static void expect_nothing(void)
{
	assert_int_equal(batch_stat(fd).sent, 0);
}

static void expect_hello(void)
{
	ringed_expect(&ring, "hello");
	ring_close(&ring);
	close_group();
}

static void queue_one(void)
{
	map_one();
	batch_send_text(fd, "hello", 0, 0, HOUR);
}

static long move(void)
{
	return ring_wait(&ring, SYNCHMESS_NOWAIT, 0);
}

static void expect_it_queued(void)
{
	ringed_expect_none(&ring);
	assert_int_equal(batch_stat(fd).queued, 1);
}

static const struct CMUnitTest tests[] = {
	SWEEP("ring", .errors = { ENOMEM, EFAULT }, .refusals = 6, .prepare = open_group,
	      .call = make, .undone = expect_none, .done = expect_one),
	SWEEP("map", .errors = { ENOMEM }, .refusals = 1, .prepare = make_one, .call = map,
	      .done = expect_mapped),
	SWEEP("send", .errors = { ENOMEM, EFAULT }, .refusals = 1, .prepare = map_one,
	      .call = send, .undone = expect_nothing, .done = expect_hello),
	SWEEP("ring_wait", .errors = { EFAULT }, .refusals = 1, .prepare = queue_one,
	      .call = move, .undone = expect_it_queued, .done = expect_hello),
};

int main(void)
{
	return RUN_SWEEPS("faults: rings", tests);
}
