// SPDX-License-Identifier: GPL-2.0
/* Open files that join and then meet: docs/interface-2.md, "Rendezvous". */
#include "harness/barrier.h"
#include "harness/batch.h"
#include "harness/named.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/signals.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MEMBERS 3

/* The group's own descriptor only looks on. */
static int members[MEMBERS];
static struct attendee attendees[MEMBERS];
static const struct synchmess_meet all;

static int join_once_more(void)
{
	int member = batch_open(fd, O_RDWR);

	assert_ok(ioctl(member, SYNCHMESS_JOIN));
	return member;
}

/* This one arrives, the @count-th who does. */
static struct attendee *arrive(int number, unsigned int count)
{
	attendee_start(&attendees[number], members[number], all, count);
	return &attendees[number];
}

static long try_meet_until(int member, uint64_t deadline, struct attendee *attendee)
{
	*attendee = (struct attendee){ .fd = member, .meet = { .deadline = deadline } };
	return attendee_meet(attendee);
}

static long try_meet(int member)
{
	struct attendee attendee;

	return try_meet_until(member, 0, &attendee);
}

/* All members are there, and meet, in the meeting of this number. */
static void expect_all_meet(uint64_t meeting)
{
	struct attendee last;
	int i;

	for (i = 0; i < MEMBERS - 1; i++)
		arrive(i, i + 1);
	assert_int_equal(try_meet_until(members[i], 0, &last), 1);
	assert_int_equal(last.meet.meeting, meeting + 1);
	for (i = 0; i < MEMBERS - 1; i++)
		attendee_expect(&attendees[i], 0, 0, meeting + 1);
}

/* He works, and is told at his next call. */
static void expect_told_late(int number, uint64_t next, unsigned int how, pid_t pid, pid_t tid)
{
	struct attendee attendee;

	assert_fails(try_meet_until(members[number], 0, &attendee), EOWNERDEAD);
	attendee_is_told(&attendee, next, how, pid, tid);
}

/* ---- joining, meeting, leaving */

static void all_members_meet_again_and_again(void **state)
{
	struct synchmess_barrier now = barrier_look(fd);
	int round;

	(void)state;
	assert_int_equal(now.members, MEMBERS);
	assert_int_equal(now.arrived, 0);
	for (round = 1; round < 50; round++)
		expect_all_meet(round);
}

static void who_has_joined_is_waited_for(void **state)
{
	int other;

	(void)state;
	arrive(0, 1);
	other = join_once_more();
	arrive(1, 2);
	arrive(2, 3);
	assert_int_equal(barrier_look(fd).members, MEMBERS + 1);
	assert_int_equal(try_meet(other), 1);
	attendee_expect(&attendees[0], 0, 0, 2);
	attendee_expect(&attendees[1], 0, 0, 2);
	attendee_expect(&attendees[2], 0, 0, 2);
	assert_ok(ioctl(other, SYNCHMESS_LEAVE));
	close(other);
	expect_all_meet(2);
}

static void who_leaves_is_not_waited_for(void **state)
{
	(void)state;
	assert_ok(ioctl(members[2], SYNCHMESS_LEAVE));
	arrive(0, 1);
	assert_int_equal(try_meet(members[1]), 1);
	attendee_expect(&attendees[0], 0, 0, 2);
	assert_fails(try_meet(members[2]), ENOENT);
	/* Nor is his close then a loss. */
	close(members[2]);
	arrive(0, 1);
	assert_int_equal(try_meet(members[1]), 1);
	attendee_expect(&attendees[0], 0, 0, 3);
	members[2] = join_once_more();
	expect_all_meet(3);
}

static void when_the_last_leaves_the_others_meet(void **state)
{
	(void)state;
	arrive(0, 1);
	arrive(1, 2);
	assert_ok(ioctl(members[2], SYNCHMESS_LEAVE));
	attendee_expect(&attendees[0], 0, 0, 2);
	attendee_expect(&attendees[1], 0, 0, 2);
}

static void the_only_member_meets_at_once(void **state)
{
	(void)state;
	assert_ok(ioctl(members[1], SYNCHMESS_LEAVE));
	assert_ok(ioctl(members[2], SYNCHMESS_LEAVE));
	assert_int_equal(try_meet(members[0]), 1);
	assert_int_equal(try_meet(members[0]), 1);
}

static void membership_is_refused_twice(void **state)
{
	(void)state;
	assert_fails(ioctl(members[0], SYNCHMESS_JOIN), EEXIST);
	assert_fails(ioctl(fd, SYNCHMESS_LEAVE), ENOENT);
	assert_fails(try_meet(fd), ENOENT);
	assert_ok(ioctl(members[0], SYNCHMESS_LEAVE));
	assert_fails(ioctl(members[0], SYNCHMESS_LEAVE), ENOENT);
	assert_ok(ioctl(members[0], SYNCHMESS_JOIN));
	expect_all_meet(1);
}

static void one_thread_at_a_time_is_a_member(void **state)
{
	(void)state;
	arrive(0, 1);
	assert_fails(try_meet(members[0]), EBUSY);
	assert_fails(ioctl(members[0], SYNCHMESS_LEAVE), EBUSY);
	arrive(1, 2);
	assert_int_equal(try_meet(members[2]), 1);
	attendee_expect(&attendees[0], 0, 0, 2);
	attendee_expect(&attendees[1], 0, 0, 2);
}

static void members_and_mere_threads_do_not_mix(void **state)
{
	struct attendee thread = { .fd = members[0], .meet = { .parties = 1 } };
	int i;

	(void)state;
	assert_fails(attendee_meet(&thread), EBUSY);
	for (i = 0; i < MEMBERS; i++)
		assert_ok(ioctl(members[i], SYNCHMESS_LEAVE));
	attendee_start(&attendees[0], fd, (struct synchmess_meet){ .parties = 2 }, 1);
	assert_fails(ioctl(members[0], SYNCHMESS_JOIN), EBUSY);
	thread.meet.parties = 2;
	assert_int_equal(attendee_meet(&thread), 1);
	attendee_expect(&attendees[0], 0, 0, 2);
	assert_ok(ioctl(members[0], SYNCHMESS_JOIN));
}

static void nobody_waits_without_leave(void **state)
{
	struct attendee hasty = { .fd = members[0], .meet = { .flags = SYNCHMESS_NOWAIT } };

	(void)state;
	assert_fails(attendee_meet(&hasty), EAGAIN);
	assert_int_equal(barrier_look(fd).arrived, 0);
	arrive(1, 1);
	arrive(2, 2);
	assert_int_equal(attendee_meet(&hasty), 1);
	attendee_expect(&attendees[1], 0, 0, 2);
	attendee_expect(&attendees[2], 0, 0, 2);
}

/* ---- deadlines and signals */

static void who_times_out_stays_a_member(void **state)
{
	struct attendee hasty;

	(void)state;
	arrive(0, 1);
	assert_fails(try_meet_until(members[1], now_ns() + 10 * MS, &hasty), ETIMEDOUT);
	assert_int_equal(hasty.meet.meeting, 2);
	attendee_expect_broken(&attendees[0], 2, SYNCHMESS_GONE_TIMED_OUT, getpid(), gettid());
	expect_told_late(2, 2, SYNCHMESS_GONE_TIMED_OUT, getpid(), gettid());
	assert_int_equal(barrier_look(fd).members, MEMBERS);
	expect_all_meet(2);
}

static void a_signal_takes_the_arrival_back(void **state)
{
	(void)state;
	signals_install();
	arrive(0, 1);
	task_await_asleep(&attendees[0].task, SYS_ioctl);
	task_signal(&attendees[0].task, INTERRUPTS);
	task_expect(&attendees[0].task, -1, EINTR);
	assert_int_equal(barrier_look(fd).arrived, 0);
	expect_all_meet(1);
}

/* ---- loss */

static void who_closes_without_leaving_is_lost(void **state)
{
	(void)state;
	arrive(0, 1);
	close(members[1]);
	attendee_expect_broken(&attendees[0], 2, SYNCHMESS_GONE_CLOSED, getpid(), gettid());
	expect_told_late(2, 2, SYNCHMESS_GONE_CLOSED, getpid(), gettid());
	assert_int_equal(barrier_look(fd).members, MEMBERS - 1);
	/* The others go on. */
	arrive(0, 1);
	assert_int_equal(try_meet(members[2]), 1);
	attendee_expect(&attendees[0], 0, 0, 3);
	members[1] = join_once_more();
	expect_all_meet(3);
}

static void as_long_as_the_file_is_open_it_is_a_member(void **state)
{
	int copy = dup(members[0]);

	(void)state;
	close(members[0]);
	assert_int_equal(barrier_look(fd).members, MEMBERS);
	members[0] = copy;
	expect_all_meet(1);
}

/* Where a child opens the group for itself. */
static const char *node;

static int join_in_child(void)
{
	int member = open(node, O_RDWR);

	return member >= 0 && !ioctl(member, SYNCHMESS_JOIN) ? member : -1;
}

static int work(void *unused)
{
	(void)unused;
	CHILD_CHECK(join_in_child() >= 0);
	pause();
	return 0;
}

static int arrive_in_child(void *unused)
{
	struct attendee attendee = { .fd = join_in_child() };

	(void)unused;
	CHILD_CHECK(attendee.fd >= 0);
	CHILD_CHECK(!attendee_meet(&attendee));
	return 0;
}

static void await_members(unsigned int count)
{
	uint64_t deadline = now_ns() + 10 * SECOND;

	while (barrier_look(fd).members != count) {
		if (now_ns() > deadline)
			fail_msg("%u members, not %u", barrier_look(fd).members, count);
		usleep(200);
	}
}

static pid_t start_worker(void)
{
	pid_t child = process_start(work, NULL);

	await_members(MEMBERS + 1);
	return child;
}

static void who_is_killed_at_work_is_missed_by_all_once(void **state)
{
	pid_t child;

	(void)state;
	child = start_worker();
	arrive(0, 1);
	arrive(1, 2);
	process_kill(child);
	attendee_expect_broken(&attendees[0], 2, SYNCHMESS_GONE_DIED, child, child);
	attendee_expect_broken(&attendees[1], 2, SYNCHMESS_GONE_DIED, child, child);
	expect_told_late(2, 2, SYNCHMESS_GONE_DIED, child, child);
	expect_all_meet(2);
}

static void who_is_killed_waiting_is_missed_by_all_once(void **state)
{
	pid_t child;

	(void)state;
	child = process_start(arrive_in_child, NULL);
	barrier_await_arrived(fd, 1);
	arrive(0, 2);
	process_kill(child);
	attendee_expect_broken(&attendees[0], 2, SYNCHMESS_GONE_DIED, child, child);
	expect_told_late(1, 2, SYNCHMESS_GONE_DIED, child, child);
	expect_told_late(2, 2, SYNCHMESS_GONE_DIED, child, child);
	expect_all_meet(2);
}

static int join_and_end(void *unused)
{
	(void)unused;
	CHILD_CHECK(join_in_child() >= 0);
	return 0;
}

static void who_ends_without_leaving_has_died(void **state)
{
	pid_t child;
	int i;

	(void)state;
	child = process_start(join_and_end, NULL);
	assert_int_equal(process_wait(child), 0);
	for (i = 0; i < MEMBERS; i++)
		expect_told_late(i, 2, SYNCHMESS_GONE_DIED, child, child);
	expect_all_meet(2);
}

static int heir_pipe[2];

/* A child of the child has the file and lives on, until the pipe is closed. */
static int join_and_fork(void *unused)
{
	char byte;

	(void)unused;
	CHILD_CHECK(join_in_child() >= 0);
	close(heir_pipe[1]);
	if (!fork())
		_exit(read(heir_pipe[0], &byte, 1) != 0);
	return 0;
}

static void an_heir_of_the_file_is_not_the_member(void **state)
{
	pid_t child;
	int i;

	(void)state;
	assert_ok(pipe(heir_pipe));
	child = process_start(join_and_fork, NULL);
	assert_int_equal(process_wait(child), 0);
	for (i = 0; i < MEMBERS; i++)
		expect_told_late(i, 2, SYNCHMESS_GONE_DIED, child, child);
	assert_int_equal(barrier_look(fd).members, MEMBERS);
	expect_all_meet(2);
	close(heir_pipe[0]);
	close(heir_pipe[1]);
}

static void several_losses_are_told_at_once(void **state)
{
	pid_t first, second;
	int i;

	(void)state;
	first = start_worker();
	process_kill(first);
	second = start_worker();
	process_kill(second);
	/* The latest is named, the number has moved on by two. */
	for (i = 0; i < MEMBERS; i++)
		expect_told_late(i, 3, SYNCHMESS_GONE_DIED, second, second);
	expect_all_meet(3);
}

static void *end_with_files_of_ones_own(void *unused)
{
	(void)unused;
	return (void *)(long)unshare(CLONE_FILES);
}

static void a_thread_that_ends_is_not_the_process(void **state)
{
	pthread_t thread;
	void *result;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, end_with_files_of_ones_own, NULL), 0);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_null(result);
	assert_int_equal(barrier_look(fd).members, MEMBERS);
	expect_all_meet(1);
}

static void who_joins_after_a_loss_is_not_told(void **state)
{
	pid_t child = start_worker();

	(void)state;
	process_kill(child);
	assert_ok(ioctl(members[2], SYNCHMESS_LEAVE));
	assert_ok(ioctl(members[2], SYNCHMESS_JOIN));
	expect_told_late(0, 2, SYNCHMESS_GONE_DIED, child, child);
	expect_told_late(1, 2, SYNCHMESS_GONE_DIED, child, child);
	expect_all_meet(2);
}

/* ---- without a structure */

static struct task waiting[MEMBERS];

static long meet_plainly(int member)
{
	return ioctl(member, SYNCHMESS_MEET, NULL);
}

static long meet_in_task(void *member)
{
	return meet_plainly(*(int *)member);
}

/* This one arrives, the @count-th who does. */
static struct task *arrive_plainly(int number, unsigned int count)
{
	task_start(&waiting[number], meet_in_task, &members[number]);
	barrier_await_arrived(fd, count);
	return &waiting[number];
}

static void expect_all_meet_plainly(uint64_t meeting)
{
	assert_int_equal(barrier_look(fd).meeting, meeting);
	arrive_plainly(0, 1);
	arrive_plainly(1, 2);
	assert_int_equal(meet_plainly(members[2]), 1);
	task_expect(&waiting[0], 0, 0);
	task_expect(&waiting[1], 0, 0);
	assert_int_equal(barrier_look(fd).meeting, meeting + 1);
}

static void no_structure_is_needed(void **state)
{
	int round;

	(void)state;
	for (round = 1; round < 50; round++)
		expect_all_meet_plainly(round);
	/* With others who have one it makes no difference. */
	arrive_plainly(0, 1);
	arrive(1, 2);
	assert_int_equal(meet_plainly(members[2]), 1);
	task_expect(&waiting[0], 0, 0);
	attendee_expect(&attendees[1], 0, 0, 51);
	expect_all_meet(51);
}

static void without_a_structure_a_loss_is_told_once(void **state)
{
	pid_t child = start_worker();

	(void)state;
	arrive_plainly(0, 1);
	arrive(1, 2);
	process_kill(child);
	task_expect(&waiting[0], -1, EOWNERDEAD);
	attendee_expect_broken(&attendees[1], 2, SYNCHMESS_GONE_DIED, child, child);
	assert_fails(meet_plainly(members[2]), EOWNERDEAD);
	expect_all_meet_plainly(2);
}

static void without_a_structure_a_member_that_times_out_is_told_of(void **state)
{
	struct attendee hasty;

	(void)state;
	arrive_plainly(0, 1);
	assert_fails(try_meet_until(members[1], 1, &hasty), ETIMEDOUT);
	task_expect(&waiting[0], -1, EOWNERDEAD);
	assert_fails(meet_plainly(members[2]), EOWNERDEAD);
	expect_all_meet_plainly(2);
}

static void without_a_structure_only_members_meet(void **state)
{
	static struct attendee thread;
	int i;

	(void)state;
	assert_fails(meet_plainly(fd), ENOENT);
	arrive_plainly(0, 1);
	assert_fails(meet_plainly(members[0]), EBUSY);
	assert_ok(ioctl(members[1], SYNCHMESS_LEAVE));
	assert_fails(meet_plainly(members[1]), ENOENT);
	assert_int_equal(meet_plainly(members[2]), 1);
	task_expect(&waiting[0], 0, 0);
	for (i = 0; i < MEMBERS; i += 2)
		assert_ok(ioctl(members[i], SYNCHMESS_LEAVE));
	attendee_start(&thread, fd, (struct synchmess_meet){ .parties = 2 }, 1);
	assert_fails(meet_plainly(members[0]), ENOENT);
	thread.meet.parties = 2;
	assert_int_equal(attendee_meet(&thread), 1);
	attendee_expect(&thread, 0, 0, 3);
}

static void without_a_structure_the_file_says_whether_to_wait(void **state)
{
	int hasty = batch_open(fd, O_RDWR | O_NONBLOCK);

	(void)state;
	assert_ok(ioctl(hasty, SYNCHMESS_JOIN));
	assert_fails(meet_plainly(hasty), EAGAIN);
	assert_int_equal(barrier_look(fd).arrived, 0);
	arrive_plainly(0, 1);
	arrive_plainly(1, 2);
	arrive_plainly(2, 3);
	assert_int_equal(meet_plainly(hasty), 1);
	task_expect(&waiting[0], 0, 0);
	task_expect(&waiting[1], 0, 0);
	task_expect(&waiting[2], 0, 0);
	assert_ok(ioctl(hasty, SYNCHMESS_LEAVE));
	close(hasty);
}

static void without_a_structure_both_directions_are_needed(void **state)
{
	static const int modes[] = { O_RDONLY, O_WRONLY };
	size_t i;
	int other;

	(void)state;
	for (i = 0; i < 2; i++) {
		other = batch_open(fd, modes[i]);
		assert_fails(meet_plainly(other), EBADF);
		close(other);
	}
}

static void without_a_structure_a_signal_takes_the_arrival_back(void **state)
{
	(void)state;
	signals_install();
	task_await_asleep(arrive_plainly(0, 1), SYS_ioctl);
	task_signal(&waiting[0], INTERRUPTS);
	task_expect(&waiting[0], -1, EINTR);
	assert_int_equal(barrier_look(fd).arrived, 0);
	expect_all_meet_plainly(1);
}

static void without_a_structure_a_wait_restarts(void **state)
{
	(void)state;
	signals_install();
	task_await_asleep(arrive_plainly(0, 1), SYS_ioctl);
	task_signal(&waiting[0], RESTARTS);
	while (!signals_handled)
		usleep(200);
	barrier_await_arrived(fd, 1);
	arrive_plainly(1, 2);
	assert_int_equal(meet_plainly(members[2]), 1);
	task_expect(&waiting[0], 0, 0);
	task_expect(&waiting[1], 0, 0);
}

/* While the thread is in the handler, and has not arrived, another breaks the meeting. */
static void on_break_in_handler(int signal)
{
	struct attendee breaker;

	(void)signal;
	try_meet_until(members[1], 1, &breaker);
}

static void who_restarts_still_means_the_same_meeting(void **state)
{
	struct sigaction action = { .sa_handler = on_break_in_handler, .sa_flags = SA_RESTART };

	(void)state;
	assert_ok(sigaction(SIGALRM, &action, NULL));
	task_await_asleep(arrive_plainly(0, 1), SYS_ioctl);
	task_signal(&waiting[0], SIGALRM);
	task_expect(&waiting[0], -1, EOWNERDEAD);
	assert_int_equal(barrier_look(fd).meeting, 2);
}

static void without_a_structure_removal_ends_all_waits(void **state)
{
	(void)state;
	arrive_plainly(0, 1);
	assert_ok(named_remove(batch_stat(fd).descriptor, NULL));
	task_expect(&waiting[0], -1, ENODEV);
	assert_fails(meet_plainly(members[1]), ENODEV);
}

/* ---- the end */

static void removal_ends_all_waits(void **state)
{
	(void)state;
	arrive(0, 1);
	arrive(1, 2);
	assert_ok(named_remove(batch_stat(fd).descriptor, NULL));
	task_expect(&attendees[0].task, -1, ENODEV);
	task_expect(&attendees[1].task, -1, ENODEV);
	assert_fails(try_meet(members[2]), ENODEV);
	assert_fails(ioctl(members[2], SYNCHMESS_LEAVE), ENODEV);
}

static int make(void **state)
{
	int err = own_group_open(state), i;

	node = named_node(batch_stat(fd).descriptor);
	for (i = 0; i < MEMBERS; i++)
		members[i] = join_once_more();
	return err;
}

static int unmake(void **state)
{
	int i;

	for (i = 0; i < MEMBERS; i++)
		close(members[i]);
	return own_group_close(state);
}

#define MEMBER_TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

static const struct CMUnitTest tests[] = {
	MEMBER_TEST(all_members_meet_again_and_again),
	MEMBER_TEST(who_has_joined_is_waited_for),
	MEMBER_TEST(who_leaves_is_not_waited_for),
	MEMBER_TEST(when_the_last_leaves_the_others_meet),
	MEMBER_TEST(the_only_member_meets_at_once),
	MEMBER_TEST(membership_is_refused_twice),
	MEMBER_TEST(one_thread_at_a_time_is_a_member),
	MEMBER_TEST(members_and_mere_threads_do_not_mix),
	MEMBER_TEST(nobody_waits_without_leave),
	MEMBER_TEST(who_times_out_stays_a_member),
	MEMBER_TEST(a_signal_takes_the_arrival_back),
	MEMBER_TEST(who_closes_without_leaving_is_lost),
	MEMBER_TEST(as_long_as_the_file_is_open_it_is_a_member),
	MEMBER_TEST(who_is_killed_at_work_is_missed_by_all_once),
	MEMBER_TEST(who_is_killed_waiting_is_missed_by_all_once),
	MEMBER_TEST(who_ends_without_leaving_has_died),
	MEMBER_TEST(an_heir_of_the_file_is_not_the_member),
	MEMBER_TEST(several_losses_are_told_at_once),
	MEMBER_TEST(a_thread_that_ends_is_not_the_process),
	MEMBER_TEST(who_joins_after_a_loss_is_not_told),
	MEMBER_TEST(no_structure_is_needed),
	MEMBER_TEST(without_a_structure_a_loss_is_told_once),
	MEMBER_TEST(without_a_structure_a_member_that_times_out_is_told_of),
	MEMBER_TEST(without_a_structure_only_members_meet),
	MEMBER_TEST(without_a_structure_the_file_says_whether_to_wait),
	MEMBER_TEST(without_a_structure_both_directions_are_needed),
	MEMBER_TEST(without_a_structure_a_signal_takes_the_arrival_back),
	MEMBER_TEST(without_a_structure_a_wait_restarts),
	MEMBER_TEST(who_restarts_still_means_the_same_meeting),
	MEMBER_TEST(without_a_structure_removal_ends_all_waits),
	MEMBER_TEST(removal_ends_all_waits),
};

int main(void)
{
	return RUN_SUITE("second: members", tests);
}
