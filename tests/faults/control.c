// SPDX-License-Identifier: GPL-2.0
/*
 * Installing, opening, controlling and removing groups, with each allocation
 * and user copy failing once.
 */
#include "harness/charges.h"
#include "harness/fdinfo.h"
#include "harness/group.h"
#include "harness/process.h"
#include "harness/quota.h"
#include "harness/sweep.h"
#include "harness/sysfs.h"
#include "harness/task.h"
#include "harness/waker.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GROUP 602
#define NODE SYNCHMESS_MASTER_PATH "602"
#define FOLDER "/sys/class/synchmess/synchmess602"
#define REMOVE "/sys/class/synchmess/synchmess/remove"

static int master, fd;
static long result, charged;

static void begin_master(void)
{
	group_fresh(GROUP);
	group_remove(GROUP);
	charged = quota_charged();
	master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	assert_ok(master);
}

static void end_master(void)
{
	close(master);
	assert_int_equal(quota_charged(), charged);
	charges_expect_groups();
}

static void begin_group(void)
{
	begin_master();
	group_install(GROUP);
	fd = group_open(GROUP, O_RDWR);
	sweep_watch(fd);
}

static void end_group(void)
{
	close(fd);
	group_remove(GROUP);
	end_master();
}

/* ---- open and close */

static long open_path(void)
{
	return result = open(sweep_argument, O_RDWR | O_CLOEXEC);
}

static void close_result(void)
{
	assert_ok(close(result));
}

static void open_again(void)
{
	assert_ok(open_path());
}

static long close_again(void)
{
	return close(result);
}

/* ---- the first file of a user, who has no account yet */

static int install_it(void *unused)
{
	struct group_t group = { .descriptor = GROUP };
	int file = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);

	(void)unused;
	CHILD_CHECK(file >= 0);
	CHILD_CHECK(!ioctl(file, IOCTL_INSTALL_GROUP, &group));
	return 0;
}

static void begin_without_account(void)
{
	group_remove_all();
	charged = quota_charged();
	process_run_as("alice", install_it, NULL);
	close(group_open(GROUP, O_RDWR));
}

static void end_without_account(void)
{
	group_remove(GROUP);
	assert_int_equal(quota_charged(), charged);
	charges_expect_groups();
}

/* ---- install and remove */

static void expect_no_group(void)
{
	assert_int_not_equal(access(FOLDER, F_OK), 0);
	assert_int_not_equal(access(NODE, F_OK), 0);
	assert_fails(sysfs_try_write(REMOVE, "602"), ENOENT);
}

static long install(void)
{
	struct group_t group = { .descriptor = GROUP };

	return ioctl(master, IOCTL_INSTALL_GROUP, &group);
}

/* Its node is there at once, and everything that sysfs should show. */
static void use_and_remove(void)
{
	int opened = open(NODE, O_RDWR | O_CLOEXEC);

	if (opened < 0)
		fail_msg("installed, but no " NODE ": errno %d", errno);
	group_send(opened, "hello");
	group_expect_balance(GROUP);
	group_expect(opened, "hello");
	assert_int_equal(group_get(GROUP, "sleepers"), 0);
	close(opened);
	group_remove(GROUP);
	expect_no_group();
}

static void send_one(void)
{
	group_send(fd, "stays");
}

static void expect_the_one(void)
{
	group_expect(fd, "stays");
	group_expect_empty(fd);
}

static void install_for_removal(void)
{
	group_install(GROUP);
	fd = group_open(GROUP, O_RDWR);
	group_send(fd, "stays");
}

static long remove_it(void)
{
	return sysfs_try_write(REMOVE, "602");
}

static void expect_still_there(void)
{
	assert_int_equal(group_get(GROUP, "statistics/queued"), 1);
	expect_the_one();
}

static void expect_removed(void)
{
	assert_fails(write(fd, "x", 1), ENODEV);
	close(fd);
	expect_no_group();
}

/* ---- ioctls of a group */

static const unsigned int no_delay, an_hour = 3600000;

static void set_no_delay(void)
{
	assert_ok(ioctl(fd, IOCTL_SET_SEND_DELAY, &no_delay));
}

static long set_delay(void)
{
	return ioctl(fd, IOCTL_SET_SEND_DELAY, &an_hour);
}

static void expect_no_delay(void)
{
	assert_int_equal(group_get(GROUP, "send_delay"), no_delay);
}

static void expect_delay(void)
{
	assert_int_equal(group_get(GROUP, "send_delay"), an_hour);
}

static void delay_one(void)
{
	assert_ok(set_delay());
	group_send(fd, "never");
}

static long revoke_all(void)
{
	return ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES);
}

static void expect_revoked(void)
{
	assert_int_equal(fdinfo_now(fd, "scheduled"), 0);
	group_expect_empty(fd);
}

/* ---- the barrier: the main thread is the one whose calls fail */

static struct task other;

static void start_waker(void)
{
	waker_start(fd);
}

static long sleep_on_it(void)
{
	return ioctl(fd, IOCTL_SLEEP);
}

static void stop_waker(void)
{
	waker_stop();
	assert_int_equal(group_get(GROUP, "sleepers"), 0);
}

static long sleep_in_task(void *unused)
{
	(void)unused;
	return sleep_on_it();
}

static void start_sleeper(void)
{
	task_start(&other, sleep_in_task, NULL);
	task_await_asleep(&other, SYS_ioctl);
}

static long awake(void)
{
	return result = ioctl(fd, IOCTL_AWAKE);
}

static void expect_woken(void)
{
	assert_int_equal(result, 1);
	task_expect(&other, 0, 0);
}

/* ---- as a 32-bit program calls */

#ifdef __x86_64__
#define IOCTL_INSTALL_GROUP_32 _IOWR(SYNCHMESS_IOC_MAGIC, 1, unsigned int)
#define IOCTL_SET_SEND_DELAY_32 _IOW(SYNCHMESS_IOC_MAGIC, 4, unsigned int)

static void *low;	/* where 32 bits reach */

static void map_low(void)
{
	low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_32BIT, -1, 0);
	assert_true(low != MAP_FAILED);
}

static void begin_group_32(void)
{
	begin_group();
	map_low();
}

static long ioctl_32(int file, unsigned int command)
{
	int answer;

	asm volatile("int $0x80" : "=a"(answer) : "a"(54), "b"(file), "c"(command), "d"(low)
		     : "memory", "r8", "r9", "r10", "r11");
	if (answer >= 0)
		return answer;
	errno = -answer;
	return -1;
}

static long install_32(void)
{
	memcpy(low, &(struct group_t){ .descriptor = GROUP }, sizeof(struct group_t));
	return ioctl_32(master, IOCTL_INSTALL_GROUP_32);
}

static long set_delay_32(void)
{
	memcpy(low, &an_hour, sizeof(an_hour));
	return ioctl_32(fd, IOCTL_SET_SEND_DELAY_32);
}

#define SWEEPS_32 \
	SWEEP("install_existing_32", .errors = { ENOMEM, EFAULT }, .refusals = 1, \
	      .begin = begin_group_32, .end = end_group, .prepare = send_one, \
	      .call = install_32, .done = expect_the_one), \
	SWEEP("set_send_delay_32", .begin = begin_group_32, .end = end_group, \
	      .prepare = set_no_delay, .call = set_delay_32, .undone = expect_no_delay, \
	      .done = expect_delay),
#else
#define SWEEPS_32
#endif

#define OF_A_GROUP .begin = begin_group, .end = end_group
#define OF_THE_MASTER .begin = begin_master, .end = end_master
#define WITHOUT_ACCOUNT .begin = begin_without_account, .end = end_without_account
#define NO_MEMORY_OR_FAULT .errors = { ENOMEM, EFAULT }

static const struct CMUnitTest tests[] = {
	SWEEP("open_master", OF_THE_MASTER, NO_MEMORY_OR_FAULT, .refusals = 3,
	      .argument = SYNCHMESS_MASTER_PATH, .call = open_path, .done = close_result),
	SWEEP("close_master", OF_THE_MASTER, .argument = SYNCHMESS_MASTER_PATH,
	      .prepare = open_again, .call = close_again),
	SWEEP("open_group", OF_A_GROUP, NO_MEMORY_OR_FAULT, .refusals = 4,
	      .argument = NODE, .call = open_path, .done = close_result),
	SWEEP("close_group", OF_A_GROUP, .argument = NODE, .prepare = open_again,
	      .call = close_again),
	SWEEP("open_first_group", WITHOUT_ACCOUNT, NO_MEMORY_OR_FAULT, .refusals = 5,
	      .argument = NODE, .call = open_path, .done = close_result),
	SWEEP("open_first_mailbox", WITHOUT_ACCOUNT, NO_MEMORY_OR_FAULT, .refusals = 4,
	      .argument = SYNCHMESS_MAILBOX_PATH, .call = open_path, .done = close_result),
	SWEEP("install_new", OF_THE_MASTER, NO_MEMORY_OR_FAULT, .refusals = 10,
	      .call = install, .undone = expect_no_group, .done = use_and_remove),
	SWEEP("install_existing", OF_A_GROUP, NO_MEMORY_OR_FAULT, .refusals = 1,
	      .prepare = send_one, .call = install, .done = expect_the_one),
	SWEEP("remove", OF_THE_MASTER, NO_MEMORY_OR_FAULT, .refusals = 3,
	      .prepare = install_for_removal, .call = remove_it,
	      .undone = expect_still_there, .done = expect_removed),
	SWEEP("set_send_delay", OF_A_GROUP, .prepare = set_no_delay, .call = set_delay,
	      .undone = expect_no_delay, .done = expect_delay),
	SWEEP("revoke", OF_A_GROUP, .prepare = delay_one, .call = revoke_all,
	      .done = expect_revoked),
	SWEEP("sleep", OF_A_GROUP, .prepare = start_waker, .call = sleep_on_it,
	      .done = stop_waker),
	SWEEP("awake", OF_A_GROUP, .prepare = start_sleeper, .call = awake,
	      .done = expect_woken),
	SWEEPS_32
};

int main(void)
{
	return RUN_SWEEPS("faults: control", tests);
}
