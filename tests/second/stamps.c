// SPDX-License-Identifier: GPL-2.0
/* Who sent a message, and when, as its reader sees it. */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define OVERFLOW 65534
#define AHEAD_S 1000

static void times_lie_between_before_and_after(void **state)
{
	uint64_t before = now_ns(), sent, after;
	struct synchmess_in in;

	(void)state;
	batch_send_text(fd, "x", 0, 0, 0);
	sent = now_ns();
	in = batch_expect(fd, "x");
	assert_in_range(in.sent_at, before, sent);
	assert_int_equal(in.published_at, in.sent_at);

	before = now_ns();
	batch_send_text(fd, "delayed", 0, HOUR, 0);
	sent = now_ns();
	assert_ok(fsync(fd));
	after = now_ns();
	in = batch_expect(fd, "delayed");
	assert_in_range(in.sent_at, before, sent);
	assert_in_range(in.published_at, sent, after);
}

static void a_delayed_message_is_published_when_it_is_due(void **state)
{
	uint64_t before = now_ns();
	struct synchmess_in in = { };

	(void)state;
	batch_send_text(fd, "", 0, 20 * MS, 0);
	assert_int_equal(batch_receive(fd, &in, 1, 0), 1);
	assert_in_range(in.published_at, in.sent_at + 20 * MS, now_ns());
	assert_true(in.sent_at >= before);
}

static long send_one(void *argument)
{
	struct synchmess_out out = batch_text(argument);

	return batch_send(fd, &out, 1, 0);
}

static void the_process_and_the_thread_are_the_senders(void **state)
{
	static struct task task;
	struct synchmess_in in;
	char name[TEXT_MAX] = "thread";

	(void)state;
	batch_send_text(fd, "main", 0, 0, 0);
	in = batch_expect(fd, "main");
	assert_int_equal(in.pid, getpid());
	assert_int_equal(in.tid, gettid());

	task_start(&task, send_one, name);
	task_expect(&task, 1, 0);
	in = batch_expect(fd, "thread");
	assert_int_equal(in.pid, getpid());
	assert_int_equal(in.tid, task.tid);
	assert_int_not_equal(in.tid, in.pid);
}

static void write_is_stamped_too(void **state)
{
	struct synchmess_in in;

	(void)state;
	group_send(fd, "x");
	in = batch_expect(fd, "x");
	assert_int_equal(in.pid, getpid());
	assert_int_equal(in.uid, 0);
	assert_int_equal(in.priority, 0);
	assert_int_equal(in.tag, 0);
	assert_int_equal(in.mailbox[0], 0);
}

/* The effective ones, of the time of the call: raw system calls change this thread only. */
static void user_and_group_are_the_effective_ones(void **state)
{
	struct synchmess_in in;
	int other = batch_open(fd, O_RDWR);

	(void)state;
	assert_ok(syscall(SYS_setresgid, -1, 1001, -1));
	assert_ok(syscall(SYS_setresuid, -1, 1000, -1));
	batch_send_text(fd, "one", 0, 0, 0);
	assert_ok(syscall(SYS_setresuid, -1, 0, -1));
	assert_ok(syscall(SYS_setresgid, -1, 0, -1));
	batch_send_text(fd, "two", 0, 0, 0);
	in = batch_expect(other, "one");
	assert_int_equal(in.uid, 1000);
	assert_int_equal(in.gid, 1001);
	in = batch_expect(other, "two");
	assert_int_equal(in.uid, 0);
	assert_int_equal(in.gid, 0);
	close(other);
}

static int send_as_child(void *text)
{
	struct synchmess_out out = batch_text(text);

	return batch_send(fd, &out, 1, 0) != 1;
}

static void a_sender_is_named_also_when_he_is_gone(void **state)
{
	char text[] = "last words";
	struct synchmess_in in;
	pid_t child;

	(void)state;
	child = process_start_as("alice", send_as_child, text);
	assert_int_equal(process_wait(child), 0);
	in = batch_expect(fd, "last words");
	assert_int_equal(in.pid, child);
	assert_int_equal(in.tid, child);
	assert_int_equal(in.uid, 1000);
}

/* ---- namespaces: a child looks from within, and sends from within */

static int receive_in_child(struct synchmess_in *in)
{
	char got[TEXT_MAX];

	*in = batch_into(got, sizeof(got));
	return batch_receive(fd, in, 1, SYNCHMESS_NOWAIT) != 1;
}

static int look_from_another_pid_namespace(void *argument)
{
	struct synchmess_in in;
	int status;
	pid_t child;

	(void)argument;
	CHILD_CHECK(!unshare(CLONE_NEWPID));
	child = fork();
	CHILD_CHECK(child >= 0);
	if (child) {
		CHILD_CHECK(waitpid(child, &status, 0) == child);
		return WEXITSTATUS(status);
	}
	CHILD_CHECK(!receive_in_child(&in));
	CHILD_CHECK(in.pid == 0 && in.tid == 0);
	CHILD_CHECK(send_as_child("from within") == 0);
	CHILD_CHECK(send_as_child("from within") == 0);
	CHILD_CHECK(!receive_in_child(&in));
	CHILD_CHECK(in.pid == 1 && in.tid == 1);
	return 0;
}

static void a_pid_namespace_has_its_own_numbers(void **state)
{
	struct synchmess_in in;
	pid_t child;

	(void)state;
	batch_send_text(fd, "from outside", 0, 0, 0);
	child = process_start(look_from_another_pid_namespace, NULL);
	assert_int_equal(process_wait(child), 0);
	in = batch_expect(fd, "from within");
	assert_true(in.pid > 1 && in.pid != (unsigned int)child && in.pid == in.tid);
}

static int look_from_another_user_namespace(void *argument)
{
	struct synchmess_in in;

	(void)argument;
	CHILD_CHECK(!unshare(CLONE_NEWUSER));
	CHILD_CHECK(!receive_in_child(&in));
	CHILD_CHECK(in.uid == OVERFLOW && in.gid == OVERFLOW);
	CHILD_CHECK(!send_as_child("from within"));
	return 0;
}

static void a_user_namespace_that_does_not_map_him_has_the_overflow_user(void **state)
{
	struct synchmess_in in;

	(void)state;
	batch_send_text(fd, "from outside", 0, 0, 0);
	assert_int_equal(process_wait(process_start(look_from_another_user_namespace, NULL)), 0);
	in = batch_expect(fd, "from within");
	assert_int_equal(in.uid, 0);
	assert_int_equal(in.gid, 0);
}

static bool is_ahead(uint64_t time, uint64_t before)
{
	return time > before && time < now_ns();
}

static int look_from_another_time_namespace(void *argument)
{
	struct synchmess_in in, none = { };
	char text[TEXT_MAX];
	int offsets, status;
	uint64_t before;
	pid_t child;

	CHILD_CHECK(!unshare(CLONE_NEWTIME));
	offsets = open("/proc/self/timens_offsets", O_WRONLY);
	snprintf(text, sizeof(text), "monotonic %ld 0", (long)argument);
	CHILD_CHECK(write(offsets, text, strlen(text)) > 0);
	child = fork();
	CHILD_CHECK(child >= 0);
	if (child) {
		CHILD_CHECK(waitpid(child, &status, 0) == child);
		return WEXITSTATUS(status);
	}
	before = now_ns();
	CHILD_CHECK(!send_as_child("from within"));
	CHILD_CHECK(!receive_in_child(&in));
	CHILD_CHECK(is_ahead(in.sent_at, before) && is_ahead(in.published_at, before));

	CHILD_CHECK_FAILS(batch_receive_until(fd, &none, 0, now_ns() + 30 * MS), ETIMEDOUT);
	CHILD_CHECK(now_ns() - before >= 30 * MS && now_ns() - before < 20 * SECOND);
	CHILD_CHECK_FAILS(batch_receive_until(fd, &none, 0, 1), ETIMEDOUT);
	return 0;
}

static void a_time_namespace_has_its_own_clock(void **state)
{
	struct synchmess_in in;
	uint64_t before;
	char text[] = "from outside";

	(void)state;
	if (access("/proc/self/timens_offsets", F_OK))
		skip();
	assert_int_equal(process_wait(process_start(look_from_another_time_namespace,
						    (void *)AHEAD_S)), 0);
	before = now_ns();
	assert_int_equal(send_as_child(text), 0);
	in = batch_expect(fd, text);
	assert_in_range(in.sent_at, before, now_ns());
}

/* The end of time is not passed over when the namespace's clock is behind. */
static int wait_until_the_end_of_time(void *argument)
{
	struct synchmess_in none = { };
	int offsets, status;
	uint64_t ends[] = { INT64_MAX, INT64_MAX - SECOND, UINT64_MAX };
	pid_t child;
	size_t i;

	(void)argument;
	CHILD_CHECK(!unshare(CLONE_NEWTIME));
	offsets = open("/proc/self/timens_offsets", O_WRONLY);
	CHILD_CHECK(write(offsets, "monotonic -2 0", 14) > 0);
	child = fork();
	CHILD_CHECK(child >= 0);
	if (child) {
		CHILD_CHECK(waitpid(child, &status, 0) == child);
		return WEXITSTATUS(status);
	}
	for (i = 0; i < 3; i++) {
		struct synchmess_out out = { .delay = 20 * MS };

		CHILD_CHECK(batch_send(fd, &out, 1, 0) == 1);
		CHILD_CHECK(batch_receive_until(fd, &none, 0, ends[i]) == 1);
	}
	return 0;
}

static void the_latest_deadline_is_late_in_any_time_namespace(void **state)
{
	(void)state;
	if (access("/proc/self/timens_offsets", F_OK))
		skip();
	assert_int_equal(process_wait(process_start(wait_until_the_end_of_time, NULL)), 0);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_GROUP(times_lie_between_before_and_after),
	TEST_WITH_GROUP(a_delayed_message_is_published_when_it_is_due),
	TEST_WITH_GROUP(the_process_and_the_thread_are_the_senders),
	TEST_WITH_GROUP(write_is_stamped_too),
	TEST_WITH_GROUP(user_and_group_are_the_effective_ones),
	TEST_WITH_GROUP(a_sender_is_named_also_when_he_is_gone),
	TEST_WITH_GROUP(a_pid_namespace_has_its_own_numbers),
	TEST_WITH_GROUP(a_user_namespace_that_does_not_map_him_has_the_overflow_user),
	TEST_WITH_GROUP(a_time_namespace_has_its_own_clock),
	TEST_WITH_GROUP(the_latest_deadline_is_late_in_any_time_namespace),
};

int main(void)
{
	return RUN_SUITE("second: stamps", tests);
}
