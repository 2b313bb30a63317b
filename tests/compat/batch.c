// SPDX-License-Identifier: GPL-2.0
/*
 * A client of the second interface, built for 32 and for 64 bit: the structures are
 * the same for both, but an array of struct iovec is the program's own kind.
 */
#include "check.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int fd = -1;

static uint64_t user(const void *pointer)
{
	return (uintptr_t)pointer;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static int transfer(unsigned long command, void *messages, unsigned int size,
		    unsigned int count, uint64_t deadline)
{
	struct synchmess_batch batch = {
		.count = count, .message_size = size, .messages = user(messages),
		.deadline = deadline,
	};

	return ioctl(fd, command, &batch);
}

static int sends(struct synchmess_out *out, unsigned int count)
{
	return transfer(SYNCHMESS_SEND, out, sizeof(*out), count, 0);
}

static int receives(struct synchmess_in *in, unsigned int count)
{
	return transfer(SYNCHMESS_RECEIVE, in, sizeof(*in), count, now_ns() + 1000000000ull);
}

static void test_create(void)
{
	struct synchmess_settings settings = { .max_messages = 3, .full = SYNCHMESS_FULL_FAIL };
	struct synchmess_create create = {
		.flags = SYNCHMESS_TRANSIENT, .open_flags = O_RDWR, .mode = 0600, .uid = -1,
		.gid = -1, .settings = user(&settings), .settings_size = sizeof(settings),
	};
	struct synchmess_query query = { };
	int master = open(SYNCHMESS_MASTER_PATH, O_RDWR);

	check(master >= 0, "open the master");
	check(!ioctl(master, SYNCHMESS_QUERY, &query) && query.max_parts == 1024, "query");
	fd = ioctl(master, SYNCHMESS_CREATE, &create);
	check(fd >= 0 && create.descriptor > 0, "create a group");
	close(master);
}

static void test_parts(void)
{
	char hello[] = "hel", world[] = "lo world", got[2][6] = { "", "" };
	struct iovec from[2] = { { hello, 3 }, { world, 8 } };
	struct iovec to[2] = { { got[0], 6 }, { got[1], 5 } };
	struct synchmess_out out = {
		.data = user(from), .parts = 2, .tag = 0x123456789abcdef0ull, .priority = 5
	};
	struct synchmess_in in = { .data = user(to), .parts = 2 };
	uint64_t before = now_ns();

	check(sends(&out, 1) == 1 && out.id == 1, "send two parts");
	check(receives(&in, 1) == 1 && in.length == 11, "receive two parts");
	check(!memcmp(got[0], "hello ", 6) && !memcmp(got[1], "world", 5), "as they were");
	check(in.tag == 0x123456789abcdef0ull && in.priority == 5 && in.id == 1, "with its stamp");
	check(in.pid == (uint32_t)getpid() && in.uid == geteuid(), "and its sender");
	check(in.sent_at >= before && in.published_at <= now_ns(), "and its times");
	from[1].iov_len = (size_t)-1;
	check(sends(&out, 1) == -1 && errno == EINVAL, "a part of a negative length");
	from[1] = (struct iovec){ (void *)8, 1 };
	check(sends(&out, 1) == -1 && errno == EFAULT, "a part at no address");
}

static void test_pointers(void)
{
	struct synchmess_out out = { .data = 1ull << 32 | 4096, .size = 1 };
	struct synchmess_in in = { };

	check(sends(&out, 1) == -1 && errno == EFAULT, "an address beyond 32 bits");
	check(ioctl(fd, SYNCHMESS_SEND, NULL) == -1 && errno == EFAULT, "no address");
	check(receives(&in, 1) == -1 && errno == ETIMEDOUT, "nothing came until the deadline");
}

static void test_batch(void)
{
	struct synchmess_out out[4] = { };
	struct synchmess_in in[4] = { };
	struct synchmess_revoke revoke = { .what = SYNCHMESS_REVOKE_ID };
	struct synchmess_why why = { };
	struct synchmess_stat stat = { };

	check(sends(out, 4) == 3, "three fit");
	check(sends(&out[3], 1) == -1 && errno == ENOSPC, "one does not");
	check(!ioctl(fd, SYNCHMESS_WHY, &why) && why.rule == SYNCHMESS_WHY_MESSAGES &&
	      why.bound == 3, "why not");
	revoke.id = out[1].id;
	check(ioctl(fd, SYNCHMESS_REVOKE, &revoke) == 1, "revoke one");
	check(receives(in, 4) == 2 && in[1].id == out[2].id, "receive the others");
	check(!ioctl(fd, SYNCHMESS_STAT, &stat) && stat.sent == 4 && stat.delivered == 3 &&
	      stat.revoked == 1 && !stat.stored, "all is in the ledger");
}

int main(void)
{
	printf("1..20\n");
	test_create();
	test_parts();
	test_pointers();
	test_batch();
	return failures != 0;
}
