// SPDX-License-Identifier: GPL-2.0
/* Threads that meet, as many as they say: docs/interface-2.md, "Rendezvous". */
#include "harness/barrier.h"
#include "harness/batch.h"
#include "harness/memory.h"
#include "harness/named.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/signals.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct attendee one, two;

static struct synchmess_meet of(unsigned int parties)
{
	return (struct synchmess_meet){ .parties = parties };
}

/* In this thread. */
static struct attendee try_meet(struct synchmess_meet meet, long result, int error)
{
	struct attendee attendee = { .fd = fd, .meet = meet };

	errno = 0;
	assert_int_equal(attendee_meet(&attendee), result);
	assert_int_equal(errno, error);
	return attendee;
}

static void expect_nobody(uint64_t meeting)
{
	struct synchmess_barrier now = barrier_look(fd);

	assert_int_equal(now.arrived, 0);
	assert_int_equal(now.parties, 0);
	assert_int_equal(now.members, 0);
	assert_int_equal(now.meeting, meeting);
}

/* ---- meeting */

static void all_wait_for_the_last(void **state)
{
	struct synchmess_barrier now;

	(void)state;
	attendee_start(&one, fd, of(3), 1);
	attendee_start(&two, fd, of(3), 2);
	task_await_asleep(&one.task, SYS_ioctl);
	now = barrier_look(fd);
	assert_int_equal(now.parties, 3);
	assert_int_equal(now.arrived, 2);
	assert_int_equal(now.meeting, 1);
	assert_int_equal(try_meet(of(3), 1, 0).meet.meeting, 2);
	attendee_expect(&one, 0, 0, 2);
	attendee_expect(&two, 0, 0, 2);
	expect_nobody(2);
}

static void who_meets_nobody_does_not_wait(void **state)
{
	(void)state;
	try_meet(of(1), 1, 0);
	try_meet(of(1), 1, 0);
	expect_nobody(3);
}

static void they_meet_again_and_again(void **state)
{
	struct synchmess_meet meet = of(2);
	int round;

	(void)state;
	for (round = 1; round <= 100; round++) {
		attendee_start(&one, fd, meet, 1);
		meet = try_meet(meet, 1, 0).meet;
		attendee_expect(&one, 0, 0, round + 1);
		assert_int_equal(meet.meeting, round + 1);
	}
}

static void all_must_say_the_same_number(void **state)
{
	(void)state;
	attendee_start(&one, fd, of(3), 1);
	try_meet(of(2), -1, EBUSY);
	try_meet(of(1), -1, EBUSY);
	assert_int_equal(barrier_look(fd).arrived, 1);
	attendee_start(&two, fd, of(3), 2);
	try_meet(of(3), 1, 0);
	attendee_expect(&one, 0, 0, 2);
	attendee_expect(&two, 0, 0, 2);
	/* The next ones may say another. */
	try_meet(of(1), 1, 0);
}

static void nobody_waits_without_leave(void **state)
{
	struct synchmess_meet meet = { .parties = 2, .flags = SYNCHMESS_NOWAIT };
	struct attendee other = { .fd = batch_open(fd, O_RDWR | O_NONBLOCK), .meet = of(2) };

	(void)state;
	try_meet(meet, -1, EAGAIN);
	assert_fails(attendee_meet(&other), EAGAIN);
	expect_nobody(1);
	attendee_start(&one, fd, of(2), 1);
	try_meet(meet, 1, 0);
	attendee_expect(&one, 0, 0, 2);
	close(other.fd);
}

static void a_meeting_that_is_over_is_not_waited_for(void **state)
{
	struct synchmess_meet meet = of(1);

	(void)state;
	try_meet(of(1), 1, 0);
	meet.meeting = 1;
	assert_int_equal(try_meet(meet, -1, ESTALE).meet.meeting, 2);
	meet.meeting = 3;
	try_meet(meet, -1, EINVAL);
	meet.meeting = 2;
	try_meet(meet, 1, 0);
}

/* ---- deadlines */

static void a_deadline_breaks_the_meeting(void **state)
{
	struct synchmess_meet meet = of(3);
	struct attendee late;

	(void)state;
	meet.meeting = 1;
	attendee_start(&one, fd, meet, 1);
	meet.deadline = now_ns() + 30 * MS;
	assert_int_equal(try_meet(meet, -1, ETIMEDOUT).meet.meeting, 2);
	assert_true(now_ns() >= meet.deadline);
	attendee_expect_broken(&one, 2, SYNCHMESS_GONE_TIMED_OUT, getpid(), gettid());
	/* Who comes to it late is told as well, and not again. */
	meet.deadline = 0;
	late = try_meet(meet, -1, EOWNERDEAD);
	attendee_is_told(&late, 2, SYNCHMESS_GONE_TIMED_OUT, getpid(), gettid());
	late.meet.flags = SYNCHMESS_NOWAIT;
	try_meet(late.meet, -1, EAGAIN);
	expect_nobody(2);
}

static void a_deadline_in_the_past_breaks_it_at_once(void **state)
{
	struct synchmess_meet meet = { .parties = 2, .deadline = 1 };

	(void)state;
	try_meet(meet, -1, ETIMEDOUT);
	expect_nobody(2);
	/* But not if nobody need be waited for. */
	attendee_start(&one, fd, of(2), 1);
	try_meet(meet, 1, 0);
	attendee_expect(&one, 0, 0, 3);
}

static void who_came_for_no_certain_meeting_begins_the_next(void **state)
{
	struct synchmess_meet meet = { .parties = 2, .deadline = 1 };

	(void)state;
	try_meet(meet, -1, ETIMEDOUT);
	attendee_start(&one, fd, of(2), 1);
	try_meet(of(2), 1, 0);
	attendee_expect(&one, 0, 0, 3);
}

static int meet_in_another_time_namespace(void *unused)
{
	struct attendee attendee = { .fd = fd, .meet = of(2) };
	uint64_t before;
	int offsets, status;
	pid_t child;

	(void)unused;
	CHILD_CHECK(!unshare(CLONE_NEWTIME));
	offsets = open("/proc/self/timens_offsets", O_WRONLY);
	CHILD_CHECK(write(offsets, "monotonic 1000 0", 16) == 16);
	child = fork();
	CHILD_CHECK(child >= 0);
	if (child) {
		CHILD_CHECK(waitpid(child, &status, 0) == child);
		return WEXITSTATUS(status);
	}
	before = now_ns();
	attendee.meet.deadline = before + 30 * MS;
	CHILD_CHECK_FAILS(attendee_meet(&attendee), ETIMEDOUT);
	CHILD_CHECK(now_ns() - before >= 30 * MS && now_ns() - before < 20 * SECOND);
	return 0;
}

static void a_deadline_is_of_the_callers_time_namespace(void **state)
{
	(void)state;
	if (access("/proc/self/timens_offsets", F_OK))
		skip();
	assert_int_equal(process_wait(process_start(meet_in_another_time_namespace, NULL)), 0);
}

/* ---- signals */

static void a_signal_takes_the_arrival_back(void **state)
{
	(void)state;
	signals_install();
	attendee_start(&one, fd, of(3), 1);
	attendee_start(&two, fd, of(3), 2);
	task_await_asleep(&two.task, SYS_ioctl);
	task_signal(&two.task, INTERRUPTS);
	/* The meeting that he meant, for when he comes again. */
	attendee_expect(&two, -1, EINTR, 1);
	assert_int_equal(barrier_look(fd).arrived, 1);
	attendee_start(&two, fd, two.meet, 2);
	try_meet(of(3), 1, 0);
	attendee_expect(&one, 0, 0, 2);
	attendee_expect(&two, 0, 0, 2);
}

static void a_restarted_wait_has_the_same_deadline(void **state)
{
	struct synchmess_meet meet = { .parties = 2, .deadline = now_ns() + 300 * MS };

	(void)state;
	signals_install();
	attendee_start(&one, fd, meet, 1);
	while (now_ns() < meet.deadline - 20 * MS) {
		task_signal(&one.task, RESTARTS);
		usleep(1000);
	}
	attendee_expect(&one, -1, ETIMEDOUT, 2);
	assert_true(now_ns() >= meet.deadline);
	assert_true(signals_handled > 0);
}

/* While the thread is in the handler, and has not arrived, another breaks the meeting. */
static void on_break_in_handler(int signal)
{
	struct attendee breaker = { .fd = fd, .meet = { .parties = 2, .deadline = 1 } };

	(void)signal;
	attendee_meet(&breaker);
}

static void who_handles_a_signal_is_told_all_the_same(void **state)
{
	struct sigaction action = { .sa_handler = on_break_in_handler, .sa_flags = SA_RESTART };

	(void)state;
	assert_ok(sigaction(SIGALRM, &action, NULL));
	attendee_start(&one, fd, of(2), 1);
	task_await_asleep(&one.task, SYS_ioctl);
	task_signal(&one.task, SIGALRM);
	attendee_expect_broken(&one, 2, SYNCHMESS_GONE_TIMED_OUT, getpid(), one.task.tid);
}

/* ---- death */

static int meet_in_child(void *argument)
{
	struct attendee attendee = { .fd = fd, .meet = of(3) };

	(void)argument;
	CHILD_CHECK(!attendee_meet(&attendee));
	return 0;
}

static void who_dies_waiting_breaks_the_meeting(void **state)
{
	pid_t child;

	(void)state;
	attendee_start(&one, fd, of(3), 1);
	child = process_start(meet_in_child, NULL);
	barrier_await_arrived(fd, 2);
	process_kill(child);
	attendee_expect_broken(&one, 2, SYNCHMESS_GONE_DIED, child, child);
	expect_nobody(2);
}

static void any_deadly_signal_will_do(void **state)
{
	const int signals[] = { SIGTERM, SIGABRT, SIGTRAP, SIGQUIT, SIGRTMAX };
	size_t i;
	pid_t child;

	(void)state;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		attendee_start(&one, fd, of(3), 1);
		child = process_start(meet_in_child, NULL);
		barrier_await_arrived(fd, 2);
		thread_await_asleep(child, SYS_ioctl);
		assert_ok(kill(child, signals[i]));
		assert_int_equal(process_wait(child), -signals[i]);
		attendee_expect_broken(&one, i + 2, SYNCHMESS_GONE_DIED, child, child);
	}
}

static void *meet_in_thread(void *tid)
{
	*(pid_t *)tid = gettid();
	return (void *)(long)meet_in_child(NULL);
}

static int meet_with_a_thread(void *tid)
{
	pthread_t thread;

	CHILD_CHECK(!pthread_create(&thread, NULL, meet_in_thread, tid));
	pthread_join(thread, NULL);
	return 0;
}

static void the_thread_that_waited_is_named(void **state)
{
	pid_t *tid = mmap(NULL, sizeof(*tid), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child;

	(void)state;
	assert_true(tid != MAP_FAILED);
	attendee_start(&one, fd, of(3), 1);
	child = process_start(meet_with_a_thread, tid);
	barrier_await_arrived(fd, 2);
	process_kill(child);
	assert_int_not_equal(*tid, child);
	attendee_expect_broken(&one, 2, SYNCHMESS_GONE_DIED, child, *tid);
	munmap(tid, sizeof(*tid));
}

static void who_is_stopped_has_not_arrived(void **state)
{
	pid_t child;

	(void)state;
	child = process_start(meet_in_child, NULL);
	barrier_await_arrived(fd, 1);
	thread_await_asleep(child, SYS_ioctl);
	assert_ok(kill(child, SIGSTOP));
	barrier_await_arrived(fd, 0);
	expect_nobody(1);
	assert_ok(kill(child, SIGCONT));
	barrier_await_arrived(fd, 1);
	attendee_start(&one, fd, of(3), 2);
	try_meet(of(3), 1, 0);
	attendee_expect(&one, 0, 0, 2);
	assert_int_equal(process_wait(child), 0);
}

/* ---- names of the dead */

static int be_told_in_another_pid_namespace(void *unused)
{
	struct attendee attendee = { .fd = fd, .meet = { .parties = 2, .meeting = 1 } };
	int status;
	pid_t child;

	(void)unused;
	CHILD_CHECK(!unshare(CLONE_NEWPID));
	child = fork();
	CHILD_CHECK(child >= 0);
	if (child) {
		CHILD_CHECK(waitpid(child, &status, 0) == child);
		return WEXITSTATUS(status);
	}
	CHILD_CHECK_FAILS(attendee_meet(&attendee), EOWNERDEAD);
	CHILD_CHECK(!attendee.meet.pid && !attendee.meet.tid);
	CHILD_CHECK(attendee.meet.how == SYNCHMESS_GONE_TIMED_OUT);
	attendee.meet.deadline = 1;
	CHILD_CHECK_FAILS(attendee_meet(&attendee), ETIMEDOUT);
	attendee.meet.meeting = 2;
	CHILD_CHECK_FAILS(attendee_meet(&attendee), EOWNERDEAD);
	CHILD_CHECK(attendee.meet.pid == 1 && attendee.meet.tid == 1);
	return 0;
}

static void a_pid_namespace_has_its_own_numbers(void **state)
{
	struct synchmess_meet meet = { .parties = 2, .deadline = 1 };
	struct attendee told;
	pid_t child;

	(void)state;
	try_meet(meet, -1, ETIMEDOUT);
	child = process_start(be_told_in_another_pid_namespace, NULL);
	assert_int_equal(process_wait(child), 0);
	meet.meeting = 1;
	told = try_meet(meet, -1, EOWNERDEAD);
	assert_true(told.meet.pid > 1 && told.meet.pid != (unsigned int)child);
	assert_int_equal(told.meet.tid, told.meet.pid);
}

/* ---- the end, and what is refused */

static void removal_ends_all_waits(void **state)
{
	(void)state;
	attendee_start(&one, fd, of(3), 1);
	attendee_start(&two, fd, of(3), 2);
	assert_ok(named_remove(batch_stat(fd).descriptor, NULL));
	task_expect(&one.task, -1, ENODEV);
	task_expect(&two.task, -1, ENODEV);
	try_meet(of(1), -1, ENODEV);
	try_meet(of(0), -1, ENODEV);
	assert_fails(ioctl(fd, SYNCHMESS_JOIN), ENODEV);
	assert_fails(ioctl(fd, SYNCHMESS_LEAVE), ENODEV);
}

static void meeting_needs_both_directions(void **state)
{
	static const int modes[] = { O_RDONLY, O_WRONLY };
	struct attendee other = { .meet = of(1) };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		other.fd = batch_open(fd, modes[i]);
		assert_fails(attendee_meet(&other), EBADF);
		assert_fails(ioctl(other.fd, SYNCHMESS_JOIN), EBADF);
		assert_fails(ioctl(other.fd, SYNCHMESS_LEAVE), EBADF);
		close(other.fd);
	}
	expect_nobody(1);
}

static void what_is_not_known_is_refused(void **state)
{
	struct synchmess_meet meet = of(1);
	struct attendee mailbox = { .fd = open(SYNCHMESS_MAILBOX_PATH, O_RDWR), .meet = of(1) };

	(void)state;
	meet.flags = SYNCHMESS_PEEK;
	try_meet(meet, -1, EINVAL);
	meet = of(1);
	meet.reserved = 1;
	try_meet(meet, -1, EINVAL);
	assert_fails(ioctl(fd, SYNCHMESS_MEET, memory_bad()), EFAULT);
	assert_fails(attendee_meet(&mailbox), ENOTTY);
	assert_fails(ioctl(mailbox.fd, SYNCHMESS_JOIN), ENOTTY);
	close(mailbox.fd);
	expect_nobody(1);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_GROUP(all_wait_for_the_last),
	TEST_WITH_GROUP(who_meets_nobody_does_not_wait),
	TEST_WITH_GROUP(they_meet_again_and_again),
	TEST_WITH_GROUP(all_must_say_the_same_number),
	TEST_WITH_GROUP(nobody_waits_without_leave),
	TEST_WITH_GROUP(a_meeting_that_is_over_is_not_waited_for),
	TEST_WITH_GROUP(a_deadline_breaks_the_meeting),
	TEST_WITH_GROUP(a_deadline_in_the_past_breaks_it_at_once),
	TEST_WITH_GROUP(who_came_for_no_certain_meeting_begins_the_next),
	TEST_WITH_GROUP(a_deadline_is_of_the_callers_time_namespace),
	TEST_WITH_GROUP(a_signal_takes_the_arrival_back),
	TEST_WITH_GROUP(a_restarted_wait_has_the_same_deadline),
	TEST_WITH_GROUP(who_handles_a_signal_is_told_all_the_same),
	TEST_WITH_GROUP(who_dies_waiting_breaks_the_meeting),
	TEST_WITH_GROUP(any_deadly_signal_will_do),
	TEST_WITH_GROUP(the_thread_that_waited_is_named),
	TEST_WITH_GROUP(who_is_stopped_has_not_arrived),
	TEST_WITH_GROUP(a_pid_namespace_has_its_own_numbers),
	TEST_WITH_GROUP(removal_ends_all_waits),
	TEST_WITH_GROUP(meeting_needs_both_directions),
	TEST_WITH_GROUP(what_is_not_known_is_refused),
};

int main(void)
{
	return RUN_SUITE("second: meetings", tests);
}
