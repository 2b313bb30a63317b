// SPDX-License-Identifier: GPL-2.0
/*
 * A client of the second interface, built for 32 and for 64 bit: structures and numbers
 * are the same, only an array of struct iovec is the program's own kind.
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
#include <unistd.h>

/* A group for each, so that both builds may run at once. */
#define GROUP (8100 + 8 * (unsigned int)sizeof(void *))

static int master, fd;

static __u64 user(const void *pointer)
{
	return (uintptr_t)pointer;
}

#define LAYOUT(name, size) \
	_Static_assert(sizeof(struct synchmess_##name) == (size), "bytes of " #name)

LAYOUT(query, 40);
LAYOUT(why, 32);
LAYOUT(batch, 64);
LAYOUT(out, 56);
LAYOUT(in, 120);
LAYOUT(revoke, 16);
LAYOUT(settings, 32);
LAYOUT(create, 104);
LAYOUT(target, 72);
LAYOUT(stat, 216);
LAYOUT(list, 24);
LAYOUT(mailbox, 32);
LAYOUT(settle, 24);
LAYOUT(retries, 8);
LAYOUT(reading, 16);
LAYOUT(ring, 32);
LAYOUT(ring_control, 72);
LAYOUT(ring_wait, 16);
LAYOUT(sleep, 24);
LAYOUT(awake, 16);
LAYOUT(watch, 16);
LAYOUT(barrier, 32);
LAYOUT(meet, 40);

static void test_create(void)
{
	struct synchmess_settings settings = {
		.max_message_size = 10, .full = SYNCHMESS_FULL_FAIL,
		.empty = SYNCHMESS_EMPTY_AGAIN,
	};
	struct synchmess_create create = {
		.open_flags = O_RDWR, .descriptor = GROUP, .mode = 0660, .uid = -1, .gid = -1,
		.settings = user(&settings), .settings_size = sizeof(settings),
	};
	struct synchmess_stat stat = { };

	snprintf(create.name, sizeof(create.name), "compat%u", GROUP);
	memcpy(stat.name, create.name, sizeof(stat.name));
	master = open(SYNCHMESS_MASTER_PATH, O_RDONLY);
	fd = ioctl(master, SYNCHMESS_CREATE, &create);
	check(fd >= 0 && create.descriptor == GROUP, "create a group");
	check(!ioctl(master, SYNCHMESS_STAT, &stat) && stat.descriptor == GROUP &&
	      stat.max_message_size == 10 && stat.empty == SYNCHMESS_EMPTY_AGAIN,
	      "find it by its name");
}

static int transfer(int file, unsigned long command, void *message, __u32 size)
{
	struct synchmess_batch batch = {
		.count = 1, .message_size = size, .messages = user(message),
	};

	return ioctl(file, command, &batch);
}

static void test_parts(void)
{
	struct iovec from[] = { { "hel", 3 }, { "", 0 }, { "lo", 2 } };
	struct synchmess_out out = { .data = user(from), .parts = 3, .tag = 1ull << 40 };
	char first[2], second[8] = "";
	struct iovec to[] = { { first, 2 }, { second, 8 } };
	struct synchmess_in in = { .data = user(to), .parts = 2 };

	check(transfer(fd, SYNCHMESS_SEND, &out, sizeof(out)) == 1 && out.id == 1,
	      "send a message in parts");
	check(transfer(fd, SYNCHMESS_RECEIVE, &in, sizeof(in)) == 1, "receive it in others");
	check(!memcmp(first, "he", 2) && !strcmp(second, "llo"), "it is whole");
	check(in.length == 5 && in.tag == 1ull << 40 && in.pid == (__u32)getpid(),
	      "and so is its stamp");
}

static void test_why(void)
{
	struct synchmess_why why;

	check(write(fd, "eleven byte", 11) == -1 && errno == EMSGSIZE, "too long is refused");
	check(!ioctl(fd, SYNCHMESS_WHY, &why) && why.error == EMSGSIZE && why.bound == 10 &&
	      why.rule == SYNCHMESS_WHY_MESSAGE_SIZE && why.value == 11, "and why");
}

static void test_barrier(void)
{
	struct synchmess_awake awake = { .count = 1 };
	struct synchmess_sleep sleep = { .generation = 1 };
	struct synchmess_watch watch = { .generation = 1 };
	struct synchmess_meet meet = { .parties = 2, .deadline = 1 };
	struct synchmess_barrier barrier;
	__u64 news = 0;
	int watcher;

	check(!ioctl(fd, SYNCHMESS_AWAKE, &awake) && awake.generation == 2, "wake nobody");
	check(ioctl(fd, SYNCHMESS_SLEEP, &sleep) == 1 && sleep.generation == 2,
	      "another generation is not slept at");
	watcher = ioctl(fd, SYNCHMESS_WATCH, &watch);
	check(watcher >= 0 && read(watcher, &news, sizeof(news)) == 8 && news == 2,
	      "a watch tells of it");
	close(watcher);
	check(ioctl(fd, SYNCHMESS_MEET, &meet) == -1 && errno == ETIMEDOUT && meet.meeting == 2,
	      "meet nobody");
	meet.meeting = 1;
	check(ioctl(fd, SYNCHMESS_MEET, &meet) == -1 && errno == EOWNERDEAD &&
	      meet.pid == (__u32)getpid() && meet.how == SYNCHMESS_GONE_TIMED_OUT,
	      "learn who did not wait");
	check(!ioctl(fd, SYNCHMESS_JOIN) && !ioctl(fd, SYNCHMESS_BARRIER, &barrier) &&
	      barrier.members == 1 && barrier.meeting == 2,
	      "join");
	check(ioctl(fd, SYNCHMESS_MEET, NULL) == 1 && !ioctl(fd, SYNCHMESS_LEAVE),
	      "meet without a structure and leave");
}

/* From here on reads of the group lease, and tell of it. */
static void test_reading(void)
{
	struct synchmess_reading reading = {
		.flags = SYNCHMESS_LEASE, .header_size = sizeof(struct synchmess_in),
		.lease = 1ull << 40,
	};
	struct synchmess_in in;
	char text[8] = "";
	struct iovec to[] = { { &in, 100 }, { (char *)&in + 100, sizeof(in) - 100 }, { text, 8 } };

	check(!ioctl(fd, SYNCHMESS_READING, &reading), "ask for stamps and leases");
	check(write(fd, "hello", 5) == 5 && readv(fd, to, 3) == sizeof(in) + 5 &&
	      !strcmp(text, "hello"), "read both");
	check(in.size == 5 && in.length == 5 && in.token && in.pid == (__u32)getpid(),
	      "the stamp is whole");
	check(!read(fd, NULL, 0) && read(fd, &in, sizeof(in)) == -1 && errno == EAGAIN,
	      "that was acked, and nothing is left");
}

static void test_list(void)
{
	struct synchmess_stat stat;
	struct synchmess_list list = {
		.cursor = GROUP - 1, .entries = user(&stat), .count = 1,
		.entry_size = sizeof(stat),
	};

	check(ioctl(master, SYNCHMESS_LIST, &list) == 1 && stat.descriptor == GROUP &&
	      list.cursor == GROUP, "list it");
}

static void test_remove(void)
{
	struct synchmess_target target = { .descriptor = GROUP };

	check(!ioctl(master, SYNCHMESS_REMOVE, &target), "remove it");
	check(write(fd, "x", 1) == -1 && errno == ENODEV, "it is gone");
	close(fd);
	close(master);
}

static void test_mailbox(void)
{
	struct synchmess_mailbox mailbox = { };
	char got[8] = "";
	struct synchmess_in in = { .data = user(got), .size = sizeof(got) };
	int own = open(SYNCHMESS_MAILBOX_PATH, O_RDWR), handle;

	snprintf(mailbox.name, sizeof(mailbox.name), "box%u", GROUP);
	check(!ioctl(own, SYNCHMESS_REGISTER, &mailbox), "register a mailbox");
	handle = ioctl(own, SYNCHMESS_OPEN_MAILBOX, &mailbox);
	check(handle >= 0 && write(handle, "hello", 5) == 5, "send through a handle");
	check(transfer(own, SYNCHMESS_RECEIVE, &in, sizeof(in)) == 1 && !strcmp(got, "hello") &&
	      !strcmp(in.mailbox, mailbox.name), "receive it");
	check(!ioctl(own, SYNCHMESS_UNREGISTER), "unregister");
	close(handle);
	close(own);
}

int main(void)
{
	printf("1..26\n");
	test_create();
	test_parts();
	test_why();
	test_barrier();
	test_reading();
	test_list();
	test_remove();
	test_mailbox();
	return failures != 0;
}
