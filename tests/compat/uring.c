// SPDX-License-Identifier: GPL-2.0
/*
 * A client that uses io_uring, built for 32 and for 64 bit: an array of struct iovec is
 * the program's own kind, also for the threads of the ring, which are nobody's.
 */
#include "check.h"

#include <linux/io_uring.h>
#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MANY 12	/* more parts than need no memory */

static struct io_uring_sqe *entry;
static struct io_uring_cqe *answers;
static unsigned int *tail, *head, mask;
static int ring, fd;

static __u64 user(const void *pointer)
{
	return (uintptr_t)pointer;
}

static void open_ring(void)
{
	struct io_uring_params params = { };
	char *rings;

	/* One entry, which is always the same. */
	ring = syscall(SYS_io_uring_setup, 1, &params);
	rings = mmap(NULL, params.cq_off.cqes + params.cq_entries * sizeof(*answers),
		     PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	entry = mmap(NULL, sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		     IORING_OFF_SQES);
	check(rings != MAP_FAILED && entry != MAP_FAILED, "open a ring");
	tail = (unsigned int *)(rings + params.sq_off.tail);
	head = (unsigned int *)(rings + params.cq_off.head);
	answers = (struct io_uring_cqe *)(rings + params.cq_off.cqes);
	mask = params.cq_entries - 1;
}

static void ask(unsigned int command, const struct synchmess_batch *batch, int flags)
{
	__u64 address = user(batch);

	memset(entry, 0, sizeof(*entry));
	entry->opcode = IORING_OP_URING_CMD;
	entry->flags = flags;
	entry->fd = fd;
	entry->cmd_op = command;
	memcpy(entry->cmd, &address, sizeof(address));
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0);
}

static int answer(void)
{
	unsigned int next = *head;
	int result;

	syscall(SYS_io_uring_enter, ring, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
	result = answers[next & mask].res;
	__atomic_store_n(head, next + 1, __ATOMIC_RELEASE);
	return result;
}

static void test_parts(int flags, bool waits, const char *what)
{
	struct iovec from[MANY] = { { "hel", 3 }, { "lo", 2 } };
	struct synchmess_out out = { .data = user(from), .parts = MANY };
	char first[2], second[8] = "";
	struct iovec to[] = { { first, 2 }, { second, 8 } };
	struct synchmess_in in = { .data = user(to), .parts = 2 };
	struct synchmess_batch send = {
		.count = 1, .message_size = sizeof(out), .messages = user(&out),
	};
	struct synchmess_batch receive = {
		.count = 1, .message_size = sizeof(in), .messages = user(&in),
	};

	if (waits) {
		ask(SYNCHMESS_RECEIVE, &receive, flags);
		check(ioctl(fd, SYNCHMESS_SEND, &send) == 1, "send in parts to who waits");
	} else {
		ask(SYNCHMESS_SEND, &send, flags);
		check(answer() == 1, "send in parts");
		ask(SYNCHMESS_RECEIVE, &receive, flags);
	}
	check(answer() == 1 && !memcmp(first, "he", 2) && !strcmp(second, "llo") &&
	      in.length == 5 && in.pid == (__u32)getpid(), what);
}

static void test_bad_parts(void)
{
	struct iovec bad = { (void *)8, 16 }, negative = { "", -1 };
	struct synchmess_out out = { .data = user(&bad), .parts = 1 };
	struct synchmess_batch send = {
		.count = 1, .message_size = sizeof(out), .messages = user(&out),
	};

	ask(SYNCHMESS_SEND, &send, IOSQE_ASYNC);
	check(answer() == -EFAULT, "parts that are nowhere");
	out.data = user(&negative);
	ask(SYNCHMESS_SEND, &send, IOSQE_ASYNC);
	check(answer() == -EINVAL, "parts of less than nothing");
	out.data = 8;
	ask(SYNCHMESS_SEND, &send, IOSQE_ASYNC);
	check(answer() == -EFAULT, "an array that is nowhere");
	out.data = user(&bad);
	out.parts = 1025;
	ask(SYNCHMESS_SEND, &send, IOSQE_ASYNC);
	check(answer() == -EINVAL, "too many parts");
}

int main(void)
{
	struct synchmess_create create = {
		.flags = SYNCHMESS_TRANSIENT, .open_flags = O_RDWR, .mode = 0600, .uid = -1,
		.gid = -1,
	};

	printf("1..12\n");
	fd = ioctl(open(SYNCHMESS_MASTER_PATH, O_RDWR), SYNCHMESS_CREATE, &create);
	check(fd >= 0, "create a group");
	open_ring();
	test_parts(0, false, "receive at once");
	test_parts(IOSQE_ASYNC, false, "receive by a thread of the ring");
	test_parts(0, true, "wait and receive");
	test_bad_parts();
	return failures != 0;
}
