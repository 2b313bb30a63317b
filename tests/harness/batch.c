// SPDX-License-Identifier: GPL-2.0
#include "harness/batch.h"

#include "harness/clock.h"
#include "harness/group.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

int batch_group(const struct synchmess_settings *settings)
{
	struct synchmess_create create = {
		.flags = SYNCHMESS_TRANSIENT, .open_flags = O_RDWR | O_CLOEXEC, .mode = 0666,
		.uid = -1, .gid = -1, .settings = user(settings),
		.settings_size = settings ? sizeof(*settings) : 0,
	};
	int master = open(SYNCHMESS_MASTER_PATH, O_RDWR | O_CLOEXEC), fd;

	assert_ok(master);
	fd = ioctl(master, SYNCHMESS_CREATE, &create);
	assert_ok(fd);
	close(master);
	return fd;
}

int batch_open(int fd, int flags)
{
	return group_open(batch_stat(fd).descriptor, flags);
}

long batch_send(int fd, struct synchmess_out *out, unsigned int count, unsigned int flags)
{
	struct synchmess_batch batch = {
		.flags = flags, .count = count, .message_size = sizeof(*out),
		.messages = user(out),
	};

	return ioctl(fd, SYNCHMESS_SEND, &batch);
}

static long receive(int fd, struct synchmess_in *in, unsigned int count, unsigned int flags,
		    uint64_t deadline)
{
	struct synchmess_batch batch = {
		.flags = flags, .count = count, .message_size = sizeof(*in),
		.messages = user(in), .deadline = deadline,
	};

	return ioctl(fd, SYNCHMESS_RECEIVE, &batch);
}

long batch_receive(int fd, struct synchmess_in *in, unsigned int count, unsigned int flags)
{
	return receive(fd, in, count, flags, 0);
}

long batch_receive_until(int fd, struct synchmess_in *in, unsigned int flags,
			 uint64_t deadline)
{
	return receive(fd, in, 1, flags, deadline);
}

long batch_revoke(int fd, unsigned int what, unsigned int pid, uint64_t id)
{
	struct synchmess_revoke revoke = { .what = what, .pid = pid, .id = id };

	return ioctl(fd, SYNCHMESS_REVOKE, &revoke);
}

struct synchmess_out batch_text(const char *text)
{
	return (struct synchmess_out){ .data = user(text), .size = strlen(text) };
}

struct synchmess_in batch_into(void *bytes, size_t size)
{
	return (struct synchmess_in){ .data = user(bytes), .size = size };
}

uint64_t batch_send_text(int fd, const char *text, unsigned int priority, uint64_t delay,
			 uint64_t lifetime)
{
	struct synchmess_out out = batch_text(text);

	out.priority = priority;
	out.delay = delay;
	out.lifetime = lifetime;
	assert_int_equal(batch_send(fd, &out, 1, SYNCHMESS_NOWAIT), 1);
	assert_int_not_equal(out.id, 0);
	return out.id;
}

struct synchmess_in batch_expect(int fd, const char *text)
{
	char got[TEXT_MAX] = "poison";
	struct synchmess_in in = batch_into(got, sizeof(got));

	assert_ok(batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT));
	assert_int_equal(in.length, strlen(text));
	assert_memory_equal(got, text, strlen(text));
	return in;
}

void batch_expect_none(int fd)
{
	char got[TEXT_MAX];
	struct synchmess_in in = batch_into(got, sizeof(got));

	assert_fails(batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT), EAGAIN);
}

struct synchmess_stat batch_stat(int fd)
{
	struct synchmess_stat stat = { };

	assert_ok(ioctl(fd, SYNCHMESS_STAT, &stat));
	return stat;
}

void batch_expect_books(int fd, unsigned long queued, unsigned long scheduled,
			unsigned long stored)
{
	struct synchmess_stat stat = batch_stat(fd);

	assert_int_equal(stat.queued, queued);
	assert_int_equal(stat.scheduled, scheduled);
	assert_int_equal(stat.stored, stored);
	assert_int_equal(stat.sent, stat.delivered + stat.queued + stat.scheduled +
			 stat.leased + stat.revoked + stat.expired + stat.overwritten +
			 stat.dropped);
}

void batch_await_expired(int fd, unsigned long expired)
{
	uint64_t deadline = clock_ms() + PATIENCE_S * 1000;

	while (batch_stat(fd).expired != expired) {
		if (clock_ms() > deadline)
			fail_msg("%llu have expired, not %lu",
				 (unsigned long long)batch_stat(fd).expired, expired);
		usleep(500);
	}
}
