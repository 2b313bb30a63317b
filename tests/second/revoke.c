// SPDX-License-Identifier: GPL-2.0
/* Messages that nobody is to receive any more. */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define MANY 100000
#define FEWER 10000

static void one_that_is_ready_can_be_revoked_once(void **state)
{
	uint64_t id;

	(void)state;
	batch_send_text(fd, "before", 0, 0, 0);
	id = batch_send_text(fd, "gone", 0, 0, 0);
	batch_send_text(fd, "after", 0, 0, 0);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id), 1);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id), ENOENT);
	assert_int_equal(batch_stat(fd).revoked, 1);
	batch_expect_books(fd, 2, 0, 11);
	batch_expect(fd, "before");
	batch_expect(fd, "after");
}

static void one_that_is_delayed_can_be_revoked(void **state)
{
	uint64_t id = batch_send_text(fd, "gone", 0, HOUR, 2 * HOUR);

	(void)state;
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id), 1);
	batch_expect_books(fd, 0, 0, 0);
	assert_ok(fsync(fd));
	batch_expect_none(fd);
}

static void one_with_a_lifetime_can_be_revoked(void **state)
{
	uint64_t id = batch_send_text(fd, "gone", 0, 0, 20 * MS);

	(void)state;
	assert_in_range(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id) + 1, 0, 2);
	usleep(30000);
	batch_expect_none(fd);
	assert_int_equal(batch_stat(fd).revoked + batch_stat(fd).expired, 1);
	batch_expect_books(fd, 0, 0, 0);
}

static void what_is_not_there_cannot_be_revoked(void **state)
{
	uint64_t id = batch_send_text(fd, "x", 0, 0, 0);

	(void)state;
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, 0), ENOENT);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id + 1), ENOENT);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, UINT64_MAX), ENOENT);
	batch_expect(fd, "x");
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id), ENOENT);
	id = batch_send_text(fd, "mayfly", 0, 0, MS);
	batch_await_expired(fd, 1);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id), ENOENT);
}

static void messages_of_write_have_numbers_too(void **state)
{
	(void)state;
	group_send(fd, "x");
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, 1), 1);
	batch_expect_none(fd);
}

static void only_what_is_delayed_can_be_revoked_at_once(void **state)
{
	(void)state;
	batch_send_text(fd, "ready", 0, 0, 0);
	batch_send_text(fd, "delayed", 0, HOUR, 0);
	batch_send_text(fd, "delayed", 3, 2 * HOUR, 0);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_DELAYED, 0, 0), 2);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_DELAYED, 0, 0), 0);
	batch_expect_books(fd, 1, 0, 5);
	batch_send_text(fd, "delayed", 3, 2 * HOUR, 0);
	assert_int_equal(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), 0);
	batch_expect(fd, "ready");
	batch_expect_none(fd);
	batch_expect_books(fd, 0, 0, 0);
}

static void everything_is_what_is_delayed_and_what_is_ready(void **state)
{
	(void)state;
	batch_send_text(fd, "ready", 0, 0, 0);
	batch_send_text(fd, "mortal", 7, 0, HOUR);
	batch_send_text(fd, "delayed", 0, HOUR, 0);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0), 3);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0), 0);
	batch_expect_books(fd, 0, 0, 0);
	batch_expect_none(fd);
}

/* ---- by sender */

struct shared {
	atomic_uint step;
};

static struct shared *shared;

static int send_and_stay(void *argument)
{
	struct synchmess_out out[3];

	(void)argument;
	out[0] = batch_text("child");
	out[1] = out[0];
	out[1].delay = HOUR;
	out[2] = out[0];
	CHILD_CHECK(batch_send(fd, out, 3, 0) == 3);
	shared->step = 1;
	pause();
	return 0;
}

static pid_t start_child(const char *user)
{
	pid_t child;

	shared->step = 0;
	child = process_start_as(user, send_and_stay, NULL);
	while (shared->step != 1)
		usleep(100);
	return child;
}

static void all_of_a_process_can_be_revoked(void **state)
{
	pid_t child;

	(void)state;
	batch_send_text(fd, "own", 0, 0, 0);
	child = start_child(NULL);
	batch_send_text(fd, "own too", 0, HOUR, 0);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, child, 0), 3);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, child, 0), 0);
	batch_expect_books(fd, 1, 1, 10);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, 0, 0), 2);
	batch_expect_books(fd, 0, 0, 0);
	process_kill(child);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, child, 0), ESRCH);
}

static long wait_for_end(void *argument)
{
	atomic_bool *end = argument;

	while (!*end)
		usleep(1000);
	return 0;
}

static void a_thread_is_not_a_process(void **state)
{
	static struct task task;
	static atomic_bool end;

	(void)state;
	task_start(&task, wait_for_end, &end);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, getpid(), 0), 0);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, task.tid, 0), ESRCH);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, INT32_MAX, 0), ESRCH);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, UINT32_MAX, 0), ESRCH);
	end = true;
	task_expect(&task, 0, 0);
}

static int revoke_as_writer(void *argument)
{
	const uint64_t *other = argument;
	struct synchmess_out out[2];
	int own;
	char path[64];

	snprintf(path, sizeof(path), SYNCHMESS_MASTER_PATH "%u", batch_stat(fd).descriptor);
	own = open(path, O_WRONLY);
	CHILD_CHECK(own >= 0);
	out[0] = batch_text("mine");
	out[1] = out[0];
	CHILD_CHECK(batch_send(own, out, 2, 0) == 2);
	CHILD_CHECK(batch_revoke(own, SYNCHMESS_REVOKE_ID, 0, out[0].id) == 1);
	CHILD_CHECK_FAILS(batch_revoke(own, SYNCHMESS_REVOKE_ID, 0, out[0].id), ENOENT);
	CHILD_CHECK_FAILS(batch_revoke(own, SYNCHMESS_REVOKE_ID, 0, *other), EPERM);
	CHILD_CHECK_FAILS(batch_revoke(own, SYNCHMESS_REVOKE_DELAYED, 0, 0), EBADF);
	CHILD_CHECK_FAILS(batch_revoke(own, SYNCHMESS_REVOKE_EVERYTHING, 0, 0), EBADF);
	CHILD_CHECK_FAILS(batch_revoke(own, SYNCHMESS_REVOKE_SENDER, getppid(), 0), EBADF);
	CHILD_CHECK(batch_revoke(own, SYNCHMESS_REVOKE_SENDER, 0, 0) == 1);
	return 0;
}

static void who_only_writes_revokes_only_his_own(void **state)
{
	uint64_t id = batch_send_text(fd, "father's", 0, 0, 0);

	(void)state;
	assert_int_equal(process_wait(process_start(revoke_as_writer, &id)), 0);
	batch_expect(fd, "father's");
	batch_expect_none(fd);
}

static void who_only_reads_revokes_nothing(void **state)
{
	int reader = batch_open(fd, O_RDONLY);
	unsigned int what;

	(void)state;
	batch_send_text(fd, "x", 0, 0, 0);
	for (what = SYNCHMESS_REVOKE_ID; what <= SYNCHMESS_REVOKE_EVERYTHING; what++)
		assert_fails(batch_revoke(reader, what, 0, 0), EBADF);
	batch_expect(fd, "x");
	close(reader);
}

static void what_makes_no_sense_is_refused(void **state)
{
	(void)state;
	batch_send_text(fd, "x", 0, 0, 0);
	assert_fails(batch_revoke(fd, 0, 0, 0), EINVAL);
	assert_fails(batch_revoke(fd, 5, 0, 0), EINVAL);
	assert_fails(batch_revoke(fd, UINT32_MAX, 0, 0), EINVAL);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 1, 1), EINVAL);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, 0, 1), EINVAL);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_DELAYED, 1, 0), EINVAL);
	assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 1), EINVAL);
	batch_expect(fd, "x");
}

/* ---- many */

/* Every second one is delayed, every third dies some day. */
static void send_many(int to, unsigned int count)
{
	static struct synchmess_out out[1000];
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		out[i] = batch_text("x");
		out[i].priority = i % 8;
		out[i].delay = i % 2 ? HOUR + i : 0;
		out[i].lifetime = i % 3 ? 0 : 2 * HOUR - i;
	}
	for (; count; count -= 1000)
		assert_int_equal(batch_send(to, out, 1000, 0), 1000);
}

static void a_hundred_thousand_can_be_revoked(void **state)
{
	struct synchmess_settings settings = { .max_storage_size = 1 << 30 };

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	send_many(fd, MANY);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0), MANY);
	batch_expect_books(fd, 0, 0, 0);
}

static void thousands_can_be_revoked_in_each_way(void **state)
{
	uint64_t id, first;

	(void)state;
	send_many(fd, FEWER);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, 0, 0), FEWER);
	batch_expect_books(fd, 0, 0, 0);
	send_many(fd, FEWER);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_DELAYED, 0, 0), FEWER / 2);
	batch_expect_books(fd, FEWER / 2, 0, FEWER / 2);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0), FEWER / 2);
	send_many(fd, FEWER);
	first = batch_stat(fd).sent - FEWER + 1;
	/* By number, in an order of its own: 7919 is prime to their count. */
	for (id = 0; id < FEWER; id++)
		assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0,
					      first + id * 7919 % FEWER), 1);
	batch_expect_books(fd, 0, 0, 0);
}

/* Not more than can be revoked, however slow that is: it would never end. */
static bool is_crowded(void)
{
	struct synchmess_stat stat = { };

	return ioctl(fd, SYNCHMESS_STAT, &stat) || stat.queued + stat.scheduled > FEWER;
}

static int send_for_ever(void *argument)
{
	struct synchmess_out out[8];
	unsigned int i;

	(void)argument;
	for (i = 0; i < 8; i++) {
		out[i] = batch_text("other");
		out[i].delay = i % 2 ? HOUR : 0;
	}
	while (!shared->step) {
		if (!is_crowded() && batch_send(fd, out, 8, SYNCHMESS_NOWAIT) != 8)
			return 1;
	}
	return 0;
}

/* Of what was accepted before, nothing stays: it would come before all that is new. */
static void everything_goes_while_others_send(void **state)
{
	struct synchmess_in in;
	pid_t children[2];
	uint64_t before;
	int i;

	(void)state;
	shared->step = 0;
	for (i = 0; i < 2; i++)
		children[i] = process_start(send_for_ever, NULL);
	for (i = 0; i < 10; i++) {
		send_many(fd, 2000);
		before = batch_stat(fd).sent;
		assert_true(batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0) >= 2000);
		in = (struct synchmess_in){ };
		if (batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT) == 1)
			assert_true(in.id > before);
	}
	shared->step = 1;
	for (i = 0; i < 2; i++)
		assert_int_equal(process_wait(children[i]), 0);
	batch_revoke(fd, SYNCHMESS_REVOKE_EVERYTHING, 0, 0);
	batch_expect_books(fd, 0, 0, 0);
}

static int open_prepared(void **state)
{
	int err = own_group_open(state);

	if (!shared)
		shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return err;
}

#define WITH_GROUP(name) TEST_PREPARED(name, open_prepared)

static const struct CMUnitTest tests[] = {
	WITH_GROUP(one_that_is_ready_can_be_revoked_once),
	WITH_GROUP(one_that_is_delayed_can_be_revoked),
	WITH_GROUP(one_with_a_lifetime_can_be_revoked),
	WITH_GROUP(what_is_not_there_cannot_be_revoked),
	WITH_GROUP(messages_of_write_have_numbers_too),
	WITH_GROUP(only_what_is_delayed_can_be_revoked_at_once),
	WITH_GROUP(everything_is_what_is_delayed_and_what_is_ready),
	WITH_GROUP(all_of_a_process_can_be_revoked),
	WITH_GROUP(a_thread_is_not_a_process),
	WITH_GROUP(who_only_writes_revokes_only_his_own),
	WITH_GROUP(who_only_reads_revokes_nothing),
	WITH_GROUP(what_makes_no_sense_is_refused),
	WITH_GROUP(a_hundred_thousand_can_be_revoked),
	WITH_GROUP(thousands_can_be_revoked_in_each_way),
	WITH_GROUP(everything_goes_while_others_send),
};

int main(void)
{
	return RUN_SUITE("second: revoke", tests);
}
