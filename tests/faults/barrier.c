// SPDX-License-Identifier: GPL-2.0
/*
 * The barrier and the rendezvous by the second interface, with each allocation and user
 * copy failing once. What is done is told by the call's result, also where the rest of its
 * answer could not be written.
 */
#include "harness/barrier.h"
#include "harness/batch.h"
#include "harness/charges.h"
#include "harness/quota.h"
#include "harness/sweep.h"
#include "harness/task.h"
#include "harness/waker.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fd, watch;
static long charged, result;
static struct synchmess_barrier before;

static void begin(void)
{
	fd = batch_group(NULL);
	charged = quota_charged();
	sweep_watch(fd);
}

static void end(void)
{
	assert_int_equal(quota_charged(), charged);
	close(fd);
	charges_expect_groups();
}

static void look(void)
{
	before = barrier_look(fd);
}

/* The same generation and meeting, the same who sleep, have joined, and have arrived. */
static void expect_unchanged(void)
{
	struct synchmess_barrier now = barrier_look(fd);

	assert_memory_equal(&now, &before, sizeof(now));
}

/* So many wakings later. */
static void expect_generation(unsigned int wakings)
{
	assert_int_equal(barrier_look(fd).generation, before.generation + wakings);
}

/* ---- sleep */

static long sleep_on_it(void)
{
	return result = barrier_sleep(fd, NULL, 0, 0);
}

static void start_waker(void)
{
	waker_start(fd);
}

static void expect_slept(void)
{
	assert_int_equal(result, 0);
	waker_stop();
	assert_int_equal(barrier_look(fd).sleepers, 0);
}

static void awake_before(void)
{
	barrier_awake(fd, 1, NULL);
	look();
}

static long sleep_too_late(void)
{
	uint64_t seen = before.generation - 1;

	return result = barrier_sleep(fd, &seen, 0, 0);
}

static void expect_awake(void)
{
	assert_int_equal(result, 1);
	expect_unchanged();
}

/* ---- awake */

static struct task sleeper;

static long sleep_in_task(void *unused)
{
	(void)unused;
	return barrier_sleep(fd, NULL, 0, 0);
}

static void start_sleeper(void)
{
	task_start(&sleeper, sleep_in_task, NULL);
	barrier_await_sleepers(fd, 1);
	look();
}

static long awake(void)
{
	return result = barrier_awake(fd, 1, NULL);
}

static void expect_woken(void)
{
	assert_int_equal(result, 1);
	task_expect(&sleeper, 0, 0);
	expect_generation(1);
}

static void expect_nobody_woken(void)
{
	assert_int_equal(result, 0);
	expect_generation(1);
}

/* ---- watch */

static int lowest;

/* The descriptor that is free. */
static int find_lowest(void)
{
	int free = dup(fd);

	assert_ok(free);
	close(free);
	return free;
}

static void look_for_lowest(void)
{
	look();
	lowest = find_lowest();
}

static long open_watch(void)
{
	return watch = barrier_watch(fd, 0, O_NONBLOCK | O_CLOEXEC);
}

static void expect_no_watch(void)
{
	assert_int_equal(find_lowest(), lowest);
}

static void expect_no_news(void)
{
	uint64_t seen;

	assert_fails(read(watch, &seen, sizeof(seen)), EAGAIN);
}

static void expect_news(void)
{
	uint64_t seen;

	assert_int_equal(read(watch, &seen, sizeof(seen)), sizeof(seen));
	assert_int_equal(seen, before.generation + 1);
	expect_no_news();
}

static void expect_watch(void)
{
	assert_int_equal(watch, lowest);
	expect_no_news();
	awake();
	expect_news();
	close(watch);
}

static void have_watch(void)
{
	look();
	assert_ok(open_watch());
}

static uint64_t got;

static void have_news(void)
{
	have_watch();
	awake();
}

static long read_watch(void)
{
	return read(watch, &got, sizeof(got));
}

static void expect_read(void)
{
	assert_int_equal(got, before.generation + 1);
	expect_no_news();
	close(watch);
}

static long close_watch(void)
{
	return close(watch);
}

/* ---- members */

static int second;
static struct attendee other;

static void open_second(void)
{
	second = batch_open(fd, O_RDWR);
	look();
}

static long join(void)
{
	return ioctl(second, SYNCHMESS_JOIN);
}

static void expect_joined(void)
{
	assert_int_equal(barrier_look(fd).members, before.members + 1);
	assert_fails(join(), EEXIST);
	assert_ok(ioctl(second, SYNCHMESS_LEAVE));
	close(second);
}

static void have_member(void)
{
	open_second();
	assert_ok(join());
}

static long leave(void)
{
	return ioctl(second, SYNCHMESS_LEAVE);
}

static void expect_left(void)
{
	assert_int_equal(barrier_look(fd).members, before.members);
	assert_fails(leave(), ENOENT);
	close(second);
}

/* ---- meet: the main thread is the one whose calls fail */

static long meet(unsigned int parties)
{
	struct synchmess_meet how = { .parties = parties };

	return result = ioctl(fd, SYNCHMESS_MEET, &how);
}

static long meet_members(void)
{
	return meet(0);
}

static long meet_plainly(void)
{
	return result = ioctl(fd, SYNCHMESS_MEET, NULL);
}

static long meet_another(void)
{
	return meet(2);
}

static long meet_nobody(void)
{
	return meet(1);
}

static void begin_members(void)
{
	begin();
	assert_ok(ioctl(fd, SYNCHMESS_JOIN));
}

static void end_members(void)
{
	assert_ok(ioctl(fd, SYNCHMESS_LEAVE));
	end();
}

static void have_other_wait(void)
{
	attendee_start(&other, second, (struct synchmess_meet){ }, 1);
	look();
}

static void have_member_wait(void)
{
	have_member();
	have_other_wait();
}

static void have_thread_wait(void)
{
	attendee_start(&other, fd, (struct synchmess_meet){ .parties = 2 }, 1);
	look();
}

static void expect_met(void)
{
	assert_int_equal(result, 1);
	attendee_expect(&other, 0, 0, before.meeting + 1);
	assert_int_equal(barrier_look(fd).arrived, 0);
}

static void expect_members_met(void)
{
	expect_met();
	assert_ok(leave());
	close(second);
}

static void expect_met_nobody(void)
{
	assert_int_equal(result, 1);
	assert_int_equal(barrier_look(fd).meeting, before.meeting + 1);
}

/* He comes when the main thread waits. */
static long come_last(void *unused)
{
	struct synchmess_barrier barrier = { };
	struct synchmess_meet how = { .parties = 2 };

	(void)unused;
	while (!ioctl(fd, SYNCHMESS_BARRIER, &barrier) && !barrier.arrived)
		usleep(200);
	return ioctl(fd, SYNCHMESS_MEET, &how);
}

static void have_other_come_last(void)
{
	look();
	task_start(&other.task, come_last, NULL);
}

static void expect_waited(void)
{
	assert_int_equal(result, 0);
	task_expect(&other.task, 1, 0);
	assert_int_equal(barrier_look(fd).meeting, before.meeting + 1);
}

/* ---- broken meetings */

static void lose_member(void)
{
	have_member();
	close(second);
	look();
}

/* That he is told is what he calls for. */
static long be_told(void)
{
	long told = meet_members();

	return told < 0 && errno == EOWNERDEAD ? 0 : told;
}

/* Once. */
static void expect_told(void)
{
	assert_int_equal(result, -1);
	expect_unchanged();
	assert_int_equal(meet_members(), 1);
}

static void have_member_meet_us(void)
{
	have_member();
	attendee_start(&other, fd, (struct synchmess_meet){ }, 1);
}

static long close_second(void)
{
	return close(second);
}

static void expect_broken(void)
{
	attendee_expect_broken(&other, before.meeting + 1, SYNCHMESS_GONE_CLOSED, getpid(),
			       gettid());
	assert_int_equal(barrier_look(fd).members, 1);
}

/* ---- looking */

static long look_armed(void)
{
	return ioctl(fd, SYNCHMESS_BARRIER, &before);
}

#define WITHIN .begin = begin, .end = end
#define MEMBERS .begin = begin_members, .end = end_members
#define NO_MEMORY_OR_FAULT .errors = { ENOMEM, EFAULT }
#define FAULT .errors = { EFAULT }

/* Twice: while objects, and while pages could fail. */
#define COPIES(count) FAULT, .refusals = 2 * (count)

static const struct CMUnitTest tests[] = {
	SWEEP("sleep", WITHIN, COPIES(2), .prepare = start_waker, .call = sleep_on_it,
	      .done = expect_slept),
	SWEEP("sleep_too_late", WITHIN, COPIES(2), .prepare = awake_before,
	      .call = sleep_too_late, .undone = expect_unchanged, .done = expect_awake),
	SWEEP("awake", WITHIN, COPIES(2), .prepare = start_sleeper, .call = awake,
	      .undone = expect_unchanged, .done = expect_woken),
	SWEEP("awake_nobody", WITHIN, COPIES(2), .prepare = look, .call = awake,
	      .undone = expect_unchanged, .done = expect_nobody_woken),
	SWEEP("watch", WITHIN, NO_MEMORY_OR_FAULT, .refusals = 5, .prepare = look_for_lowest,
	      .call = open_watch, .undone = expect_no_watch, .done = expect_watch),
	SWEEP("read_watch", WITHIN, COPIES(1), .prepare = have_news, .call = read_watch,
	      .done = expect_read),
	SWEEP("close_watch", WITHIN, .prepare = have_watch, .call = close_watch),
	SWEEP("join", WITHIN, .prepare = open_second, .call = join, .done = expect_joined),
	SWEEP("leave", WITHIN, .prepare = have_member, .call = leave, .done = expect_left),
	SWEEP("meet_members", MEMBERS, COPIES(1), .prepare = have_member_wait,
	      .call = meet_members, .undone = expect_unchanged, .done = expect_members_met),
	SWEEP("meet_plainly", MEMBERS, .prepare = have_member_wait, .call = meet_plainly,
	      .done = expect_members_met),
	SWEEP("meet_another", WITHIN, COPIES(1), .prepare = have_thread_wait,
	      .call = meet_another, .undone = expect_unchanged, .done = expect_met),
	SWEEP("meet_and_wait", WITHIN, COPIES(1), .prepare = have_other_come_last,
	      .call = meet_another, .undone = expect_unchanged, .done = expect_waited),
	SWEEP("meet_nobody", WITHIN, COPIES(1), .prepare = look, .call = meet_nobody,
	      .undone = expect_unchanged, .done = expect_met_nobody),
	SWEEP("be_told", MEMBERS, COPIES(1), .prepare = lose_member, .call = be_told,
	      .undone = expect_unchanged, .done = expect_told),
	SWEEP("close_member", MEMBERS, .prepare = have_member_meet_us, .call = close_second,
	      .done = expect_broken),
	SWEEP("look", WITHIN, COPIES(1), .prepare = look, .call = look_armed,
	      .done = expect_unchanged),
};

int main(void)
{
	return RUN_SWEEPS("faults: barrier", tests);
}
