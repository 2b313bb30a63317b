// SPDX-License-Identifier: GPL-2.0
/* Writing to a group and reading from it, with each allocation and user copy failing once. */
#include "harness/fdinfo.h"
#include "harness/group.h"
#include "harness/quota.h"
#include "harness/sweep.h"
#include "harness/task.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define GROUP 601
#define AN_HOUR 3600000

/* More than the kernel's slabs hold, and more than it ever has in one piece. */
#define LARGE (1024 * 1024)
#define HUGE (5 * LARGE)

static int fd;
static long charged;
static char bytes[HUGE], got[HUGE];

static void begin(void)
{
	group_fresh(GROUP);
	group_set(GROUP, "max_message_size", "0x600000");
	group_set(GROUP, "max_storage_size", "0x600000");
	fd = group_open(GROUP, O_RDWR);
	charged = quota_charged();
	sweep_watch(fd);
}

static void end(void)
{
	close(fd);
	assert_int_equal(quota_charged(), charged);
	group_remove(GROUP);
}

static void begin_delayed(void)
{
	begin();
	group_set_delay(fd, AN_HOUR);
}

/* ---- write */

static size_t size(void)
{
	return *(const size_t *)sweep_argument;
}

static void fill(void)
{
	size_t i;

	for (i = 0; i < HUGE; i++)
		bytes[i] = 'a' + i % 26;
}

static long write_bytes(void)
{
	return write(fd, bytes, size());
}

static long write_parts(void)
{
	size_t half = size() / 2;
	const struct iovec parts[] = {
		{ bytes, 1 }, { bytes + 1, half - 1 }, { bytes + half, half }
	};

	return writev(fd, parts, 3);
}

static void take_bytes(void)
{
	size_t length = size();

	assert_int_equal(read(fd, got, sizeof(got)), length);
	assert_memory_equal(got, bytes, length);
	group_expect_empty(fd);
}

static void revoke_one(void)
{
	assert_int_equal(fdinfo_now(fd, "scheduled"), 1);
	group_expect_empty(fd);
	assert_ok(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES));
	assert_int_equal(fdinfo_now(fd, "scheduled"), 0);
}

/* ---- read */

static void send_bytes(void)
{
	assert_int_equal(write_bytes(), size());
	group_send(fd, "next");
}

static long read_all(void)
{
	memset(got, 0, sizeof(bytes));
	return read(fd, got, sizeof(got));
}

static long read_parts(void)
{
	size_t half = size() / 2;
	const struct iovec parts[] = {
		{ got, 1 }, { got + 1, half - 1 }, { got + half, half }
	};

	return readv(fd, parts, 3);
}

/* A short buffer: what it holds is all that there will be. */
static long read_beginning(void)
{
	return read(fd, got, size() - 1);
}

static void expect_beginning(void)
{
	assert_memory_equal(got, bytes, size() - 1);
	group_expect(fd, "next");
}

static void expect_bytes(void)
{
	assert_memory_equal(got, bytes, size());
	group_expect(fd, "next");
}

/* ---- a read that waits, in the main thread, which is the one whose calls fail */

static struct task waker;
static atomic_bool finished;

static long send_when_it_sleeps(void *unused)
{
	(void)unused;
	while (!finished) {
		if (thread_is_asleep(getpid(), SYS_read))
			return write(fd, "hello", 5);
		usleep(200);
	}
	return 0;
}

/* The ledger counts what the waker sends, so it is not watched. */
static void begin_blocking(void)
{
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	charged = quota_charged();
}

static void start_waker(void)
{
	group_set(GROUP, "empty_read", "block");
	finished = false;
	task_start(&waker, send_when_it_sleeps, NULL);
}

static long read_little(void)
{
	return read(fd, got, 16);
}

static void expect_it_back(void)
{
	group_expect_balance(GROUP);
	assert_int_equal(fdinfo_now(fd, "queued"), 1);
}

static void expect_what_woke(void)
{
	finished = true;
	task_expect(&waker, 5, 0);
	assert_memory_equal(got, "hello", 5);
	group_expect_balance(GROUP);
	group_set(GROUP, "empty_read", "eof");
	group_expect_empty(fd);
}

/* ---- fsync */

static void delay_two(void)
{
	group_set_delay(fd, AN_HOUR);
	group_send(fd, "first");
	group_send(fd, "second");
}

static long flush(void)
{
	return fsync(fd);
}

static void expect_two(void)
{
	group_expect(fd, "first");
	group_expect(fd, "second");
	group_expect_empty(fd);
}

static const size_t small = 8, large = LARGE, huge = HUGE;

#define OF_A_WRITE .errors = { ENOMEM, EFAULT }, .end = end
#define OF_A_READ .errors = { EFAULT }, .begin = begin, .end = end

static const struct CMUnitTest tests[] = {
	SWEEP("write", OF_A_WRITE, .refusals = 3, .argument = &small, .begin = begin,
	      .call = write_bytes, .done = take_bytes),
	SWEEP("write_of_several_parts", OF_A_WRITE, .refusals = 5, .argument = &small,
	      .begin = begin, .call = write_parts, .done = take_bytes),
	/* Refused one piece, the kernel takes many: only all together are enough. */
	SWEEP("write_large", OF_A_WRITE, .refusals = 2, .argument = &large, .begin = begin,
	      .call = write_bytes, .done = take_bytes),
	SWEEP("write_huge", OF_A_WRITE, .refusals = 2, .argument = &huge, .begin = begin,
	      .call = write_bytes, .done = take_bytes),
	SWEEP("write_delayed", OF_A_WRITE, .refusals = 3, .argument = &small,
	      .begin = begin_delayed, .call = write_bytes, .done = revoke_one),
	SWEEP("read", OF_A_READ, .refusals = 1, .argument = &small,
	      .prepare = send_bytes, .call = read_all, .done = expect_bytes),
	SWEEP("read_into_several_parts", OF_A_READ, .refusals = 3, .argument = &small,
	      .prepare = send_bytes, .call = read_parts, .done = expect_bytes),
	SWEEP("read_of_the_beginning", OF_A_READ, .refusals = 1, .argument = &small,
	      .prepare = send_bytes, .call = read_beginning, .done = expect_beginning),
	SWEEP("read_huge", OF_A_READ, .refusals = 1, .argument = &huge,
	      .prepare = send_bytes, .call = read_all, .done = expect_bytes),
	SWEEP("read_that_waits", .errors = { EFAULT }, .end = end, .refusals = 1,
	      .begin = begin_blocking, .prepare = start_waker, .call = read_little,
	      .undone = expect_it_back, .done = expect_what_woke),
	SWEEP("fsync", .begin = begin, .end = end, .prepare = delay_two, .call = flush,
	      .done = expect_two),
};

int main(void)
{
	fill();
	return RUN_SWEEPS("faults: messages", tests);
}
