// SPDX-License-Identifier: GPL-2.0
#include "harness/lease.h"

#include "harness/batch.h"
#include "harness/clock.h"
#include "harness/process.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

long lease_receive(int fd, struct synchmess_in *in, unsigned int count, uint64_t span)
{
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_LEASE | SYNCHMESS_NOWAIT, .count = count,
		.message_size = sizeof(*in), .messages = user(in), .lease = span,
	};

	return ioctl(fd, SYNCHMESS_RECEIVE, &batch);
}

long lease_settle(int fd, unsigned int what, const uint64_t *tokens, unsigned int count,
		  uint64_t time)
{
	struct synchmess_settle settle = {
		.what = what, .count = count, .tokens = user(tokens), .time = time,
	};

	return ioctl(fd, SYNCHMESS_SETTLE, &settle);
}

long lease_settle_one(int fd, unsigned int what, uint64_t token, uint64_t time)
{
	return lease_settle(fd, what, &token, 1, time);
}

long lease_set_retries(int fd, unsigned int max_deliveries, int dead_letters)
{
	struct synchmess_retries retries = {
		.max_deliveries = max_deliveries, .dead_letters = dead_letters,
	};

	return ioctl(fd, SYNCHMESS_RETRIES, &retries);
}

struct synchmess_in lease_expect(int fd, const char *text, uint64_t span)
{
	char got[TEXT_MAX] = "poison";
	struct synchmess_in in = batch_into(got, sizeof(got));

	assert_ok(lease_receive(fd, &in, 1, span));
	assert_int_equal(in.length, strlen(text));
	assert_memory_equal(got, text, strlen(text));
	assert_int_not_equal(in.token, 0);
	return in;
}

uint64_t lease_token(int fd, const char *text)
{
	return lease_expect(fd, text, 0).token;
}

struct place {
	int fd;
	int told[2];
};

/* It counts as leased a little before it is his. */
static int hold(void *argument)
{
	struct place *place = argument;
	int own = batch_open(place->fd, O_RDWR);
	struct synchmess_in in = { };

	CHILD_CHECK(lease_receive(own, &in, 1, 0) == 1);
	CHILD_CHECK(!close(place->fd));
	CHILD_CHECK(write(place->told[1], "", 1) == 1);
	pause();
	return 1;
}

pid_t lease_holder_start(int fd)
{
	struct place place = { .fd = fd };
	pid_t child;
	char byte;

	assert_ok(pipe(place.told));
	child = process_start(hold, &place);
	close(place.told[1]);
	assert_int_equal(read(place.told[0], &byte, 1), 1);
	close(place.told[0]);
	return child;
}

void lease_expect_books(int fd, unsigned long queued, unsigned long leased,
			unsigned long stored)
{
	batch_expect_books(fd, queued, 0, stored);
	assert_int_equal(batch_stat(fd).leased, leased);
}

void lease_await(int fd, unsigned long leased)
{
	uint64_t deadline = clock_ms() + 10000;

	while (batch_stat(fd).leased != leased) {
		if (clock_ms() > deadline)
			fail_msg("%llu are leased, not %lu",
				 (unsigned long long)batch_stat(fd).leased, leased);
		usleep(500);
	}
}
