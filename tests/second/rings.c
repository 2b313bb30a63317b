// SPDX-License-Identifier: GPL-2.0
/* Rings: how they are made and mapped, who is shut out meanwhile, and how they end. */
#include "harness/batch.h"
#include "harness/failure.h"
#include "harness/group.h"
#include "harness/lease.h"
#include "harness/memory.h"
#include "harness/named.h"
#include "harness/own_group.h"
#include "harness/parameters.h"
#include "harness/process.h"
#include "harness/quota.h"
#include "harness/registered.h"
#include "harness/ringed.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096

/* ---- making */

static void a_query_tells_of_rings(void **state)
{
	struct synchmess_query query = { };

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_QUERY, &query));
	assert_true(query.features & SYNCHMESS_FEATURE_RING);
}

static void a_size_is_a_power_of_two_in_bounds(void **state)
{
	static const uint64_t bad[] = {
		0, 1, PAGE / 2, PAGE - 1, PAGE + 1, 3 * PAGE, 2 * SYNCHMESS_MAX_RING,
		1ull << 32, 1ull << 63, UINT64_MAX,
	};
	size_t i;
	int other;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_fails(ringed_try(fd, bad[i]), EINVAL);
	assert_ok(ringed_try(fd, PAGE));
	other = batch_group(NULL);
	assert_ok(ringed_try(other, SYNCHMESS_MAX_RING));
	close(other);
}

static void what_is_not_known_is_refused(void **state)
{
	struct synchmess_ring plan = { .size = PAGE, .flags = 1 };
	const unsigned int shorter = _IOC(_IOC_READ | _IOC_WRITE, SYNCHMESS_IOC_MAGIC,
					  _IOC_NR(SYNCHMESS_RING), sizeof(plan) - 4);

	(void)state;
	assert_fails(ioctl(fd, SYNCHMESS_RING, &plan), EINVAL);
	plan.flags = 0;
	plan.reserved = 1;
	assert_fails(ioctl(fd, SYNCHMESS_RING, &plan), EINVAL);
	plan.reserved = 0;
	assert_fails(ioctl(fd, shorter, &plan), EINVAL);
	assert_fails(ioctl(fd, SYNCHMESS_RING, memory_bad()), EFAULT);
	assert_ok(ioctl(fd, SYNCHMESS_RING, &plan));
	assert_int_equal(plan.map_size, 3 * PAGE);
	assert_int_equal(plan.data_offset, PAGE);
	assert_int_equal(plan.header_size, sizeof(struct synchmess_in));
}

static void it_takes_both_directions(void **state)
{
	int reader = batch_open(fd, O_RDONLY), writer = batch_open(fd, O_WRONLY);
	struct synchmess_why why = { };
	struct synchmess_ring_wait wait = { };

	(void)state;
	assert_fails(ringed_try(reader, PAGE), EBADF);
	assert_fails(ringed_try(writer, PAGE), EBADF);
	assert_ok(ioctl(writer, SYNCHMESS_WHY, &why));
	assert_int_equal(why.error, EBADF);
	assert_fails(ioctl(reader, SYNCHMESS_RING_WAIT, &wait), EBADF);
	close(reader);
	close(writer);
}

static void a_queue_has_one_and_so_has_a_file(void **state)
{
	int other = batch_open(fd, O_RDWR);

	(void)state;
	assert_ok(ringed_try(fd, PAGE));
	assert_fails(ringed_try(fd, PAGE), EBUSY);
	assert_fails(ringed_try(other, PAGE), EBUSY);
	close(fd);
	fd = other;
	assert_ok(ringed_try(fd, PAGE));
}

/* ---- memory */

static void it_is_charged_and_given_back(void **state)
{
	int other = batch_open(fd, O_RDWR);
	long before = quota_charged();

	(void)state;
	assert_ok(ringed_try(other, 16 * PAGE));
	assert_int_equal(quota_charged(), before + 17 * PAGE);
	close(other);
	assert_int_equal(quota_charged(), before);
}

static void limits_refuse_it(void **state)
{
	long most = parameter_get("max_total_size"), before = quota_charged();
	struct synchmess_why why = { };

	(void)state;
	parameter_set("max_total_size", 2 * PAGE - 1);
	assert_fails(ringed_try(fd, PAGE), ENOSPC);
	parameter_set("max_total_size", most);
	assert_ok(ioctl(fd, SYNCHMESS_WHY, &why));
	assert_int_equal(why.error, ENOSPC);
	assert_int_equal(why.rule, SYNCHMESS_WHY_MEMORY);
	failure_on("share");
	assert_fails(ringed_try(fd, PAGE), EDQUOT);
	failure_off("share");
	assert_int_equal(quota_charged(), before);
	assert_ok(ringed_try(fd, PAGE));
}

static void *map(size_t size, int protection, int flags, off_t offset)
{
	return mmap(NULL, size, protection, flags, fd, offset);
}

#define BOTH (PROT_READ | PROT_WRITE)

static void expect_no_map(size_t size, int protection, int flags, off_t offset, int error)
{
	errno = 0;
	assert_ptr_equal(map(size, protection, flags, offset), MAP_FAILED);
	assert_int_equal(errno, error);
}

static void it_is_mapped_as_a_whole_or_not(void **state)
{
	void *memory;

	(void)state;
	expect_no_map(3 * PAGE, BOTH, MAP_SHARED, 0, ENODEV);
	assert_ok(ringed_try(fd, PAGE));
	expect_no_map(2 * PAGE, BOTH, MAP_SHARED, 0, EINVAL);
	expect_no_map(4 * PAGE, BOTH, MAP_SHARED, 0, EINVAL);
	expect_no_map(3 * PAGE, BOTH, MAP_SHARED, PAGE, EINVAL);
	expect_no_map(3 * PAGE, BOTH, MAP_PRIVATE, 0, EINVAL);
	/* Newer kernels do not let it get as far as the module: EPERM. */
	assert_ptr_equal(map(3 * PAGE, BOTH | PROT_EXEC, MAP_SHARED, 0), MAP_FAILED);
	memory = map(3 * PAGE, BOTH, MAP_SHARED, 0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	assert_fails(mprotect(memory, PAGE, PROT_READ | PROT_EXEC), EACCES);
	assert_ptr_equal(mremap(memory, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE), MAP_FAILED);
	assert_ok(munmap(memory, 3 * PAGE));
}

static int look_for_mapping(void *argument)
{
	struct ring *ring = argument;
	unsigned char there[3];

	CHILD_CHECK_FAILS(mincore(ring->control, ring->map_size, there), ENOMEM);
	return 0;
}

static void a_child_does_not_have_it(void **state)
{
	struct ring ring = ringed(fd, PAGE);

	(void)state;
	assert_int_equal(process_wait(process_start(look_for_mapping, &ring)), 0);
	group_send(fd, "still here");
	ringed_expect(&ring, "still here");
	ring_close(&ring);
}

/* ---- others, and other ways */

static void others_are_shut_out(void **state)
{
	int other = batch_open(fd, O_RDWR);
	char text[TEXT_MAX];
	struct synchmess_in in = batch_into(text, sizeof(text));
	struct ring ring;

	(void)state;
	group_send(fd, "first");
	ring = ringed(fd, PAGE);
	assert_fails(read(other, text, sizeof(text)), EBUSY);
	assert_fails(batch_receive(other, &in, 1, 0), EBUSY);
	assert_fails(batch_receive(other, &in, 1, SYNCHMESS_PEEK), EBUSY);
	assert_fails(lease_receive(other, &in, 1, 0), EBUSY);
	assert_ok(ringed_move(&ring));
	ringed_expect(&ring, "first");
	group_send(other, "they can send");
	ringed_expect(&ring, "they can send");
	ring_close(&ring);
	close(other);
}

static struct task sleeper;
static int slept_at;

static long read_waiting(void *argument)
{
	char text[TEXT_MAX];

	(void)argument;
	return read(slept_at, text, sizeof(text));
}

static long receive_waiting(void *argument)
{
	struct synchmess_in in = { };

	(void)argument;
	return batch_receive(slept_at, &in, 1, 0);
}

static void expect_awakened(task_call call, long number)
{
	int holder = batch_open(fd, O_RDWR);

	slept_at = fd;
	task_start(&sleeper, call, NULL);
	task_await_asleep(&sleeper, number);
	assert_ok(ringed_try(holder, PAGE));
	task_expect(&sleeper, -1, EBUSY);
	close(holder);
}

static void who_sleeps_is_told(void **state)
{
	(void)state;
	expect_awakened(read_waiting, SYS_read);
	expect_awakened(receive_waiting, SYS_ioctl);
}

static void its_own_file_reads_the_queue_and_does_not_wait(void **state)
{
	struct ring ring;
	char text[TEXT_MAX];

	(void)state;
	group_send(fd, "before");
	ring = ringed(fd, PAGE);
	group_expect(fd, "before");
	assert_fails(read(fd, text, sizeof(text)), EBUSY);
	group_send(fd, "in the ring");
	batch_expect_none(fd);
	ringed_expect(&ring, "in the ring");
	ring_close(&ring);
}

/* ---- the end */

static void it_lasts_as_long_as_it_is_mapped(void **state)
{
	int other = batch_open(fd, O_RDWR);
	struct ring ring = ringed(fd, PAGE);
	char text[TEXT_MAX];

	(void)state;
	close(fd);
	fd = other;
	assert_fails(read(fd, text, sizeof(text)), EBUSY);
	group_send(fd, "hello");
	ringed_expect(&ring, "hello");
	ring_close(&ring);
	group_send(fd, "once more");
	group_expect(fd, "once more");
}

static int read_ring_and_die(void *argument)
{
	int own = *(int *)argument;
	struct ring ring;

	CHILD_CHECK(!ring_open(&ring, own, PAGE));
	CHILD_CHECK(write(own, "lost", 4) == 4);
	CHILD_CHECK(ring_peek(&ring));
	CHILD_CHECK(!raise(SIGKILL));
	return 0;
}

static void death_takes_along_what_was_in_it(void **state)
{
	int other = batch_open(fd, O_RDWR);
	long before = quota_charged();
	pid_t child;

	(void)state;
	child = process_start(read_ring_and_die, &fd);
	/* The file is the child's alone from here on. */
	close(fd);
	fd = other;
	assert_int_equal(process_wait(child), -SIGKILL);
	batch_expect_books(fd, 0, 0, 0);
	assert_int_equal(batch_stat(fd).delivered, 1);
	assert_true(quota_charged() <= before);
	group_send(fd, "for others");
	group_expect(fd, "for others");
}

static struct ring waited_for;

static long wait_for_record(void *argument)
{
	(void)argument;
	return ring_wait(&waited_for, 0, 0);
}

/* Who is told by SIGIO learns by POLL_HUP that a group is gone, and it is not. */
static void neither_beginning_nor_end_of_one_is_a_signal(void **state)
{
	static const struct timespec none;
	int other = batch_open(fd, O_RDWR), owner = batch_open(fd, O_RDWR);
	sigset_t signals;

	(void)state;
	sigemptyset(&signals);
	sigaddset(&signals, SIGIO);
	assert_ok(sigprocmask(SIG_BLOCK, &signals, NULL));
	assert_ok(fcntl(owner, F_SETOWN, getpid()));
	assert_ok(fcntl(owner, F_SETFL, O_ASYNC));
	assert_ok(ringed_try(other, RING_LEAST));
	close(other);
	assert_fails(sigtimedwait(&signals, NULL, &none), EAGAIN);
	close(owner);
	assert_ok(sigprocmask(SIG_UNBLOCK, &signals, NULL));
}

static void removal_is_told(void **state)
{
	struct synchmess_ring_wait wait = { };

	(void)state;
	waited_for = ringed(fd, PAGE);
	task_start(&sleeper, wait_for_record, NULL);
	task_await_asleep(&sleeper, SYS_ioctl);
	assert_ok(named_remove(batch_stat(fd).descriptor, NULL));
	task_expect(&sleeper, -1, ENODEV);
	ringed_expect_flags(&waited_for, SYNCHMESS_RING_DEAD);
	assert_fails(ioctl(fd, SYNCHMESS_RING_WAIT, &wait), ENODEV);
	ring_close(&waited_for);
	assert_fails(ringed_try(fd, PAGE), EBUSY);
}

static void a_dead_group_has_none(void **state)
{
	(void)state;
	assert_ok(named_remove(batch_stat(fd).descriptor, NULL));
	assert_fails(ringed_try(fd, PAGE), ENODEV);
}

/* ---- mailboxes */

static void a_mailbox_has_one(void **state)
{
	int owner = registered_as("owner", NULL), sender = registered_as("sender", NULL);
	int handle = registered_handle(sender, "owner", 0);
	struct ring ring = ringed(owner, PAGE);
	struct synchmess_in in;

	(void)state;
	assert_int_equal(write(handle, "by handle", 9), 9);
	in = ringed_expect(&ring, "by handle");
	assert_string_equal(in.mailbox, "sender");
	assert_int_equal(write(sender, "/msg owner text", 15), 15);
	ringed_expect(&ring, "text");
	assert_int_equal(registered_send(sender, "owner", "by name"), 1);
	ringed_expect(&ring, "by name");
	assert_int_equal(registered_broadcast(sender, "to all"), 1);
	ringed_expect(&ring, "to all");
	ringed_expect_flags(&ring, 0);
	assert_fails(ringed_try(handle, PAGE), EBADF);
	ring_close(&ring);
	close(handle);
	close(sender);
	close(owner);
}

static void a_mailbox_without_a_name_has_none(void **state)
{
	int owner = open(SYNCHMESS_MAILBOX_PATH, O_RDWR | O_CLOEXEC);

	(void)state;
	assert_fails(ringed_try(owner, PAGE), ENOENT);
	close(owner);
}

static void unregistering_is_told(void **state)
{
	int owner = registered_as("owner", NULL), handle;

	(void)state;
	waited_for = ringed(owner, PAGE);
	task_start(&sleeper, wait_for_record, NULL);
	task_await_asleep(&sleeper, SYS_ioctl);
	assert_ok(ioctl(owner, SYNCHMESS_UNREGISTER));
	task_expect(&sleeper, -1, ENOENT);
	ringed_expect_flags(&waited_for, SYNCHMESS_RING_DEAD);
	/* The next mailbox of this file has none. */
	assert_ok(registered_try(owner, "next", NULL));
	assert_fails(ringed_try(owner, PAGE), EBUSY);
	handle = registered_handle(owner, "next", 0);
	assert_int_equal(write(handle, "hello", 5), 5);
	assert_fails(ringed_move(&waited_for), ENOENT);
	ringed_expect_none(&waited_for);
	group_expect(owner, "hello");
	ring_close(&waited_for);
	close(handle);
	close(owner);
}

static void overwriting_leaves_what_is_in_the_ring(void **state)
{
	const struct synchmess_settings settings = { .max_messages = 2 };
	int owner = registered_as("owner", &settings);
	int handle = registered_handle(owner, "owner", 0);
	struct ring ring = ringed(owner, PAGE);
	unsigned int fits, i;
	struct synchmess_stat stat = { };

	(void)state;
	fits = PAGE / (sizeof(struct synchmess_in) + 8);
	for (i = 0; i < fits + 5; i++)
		assert_int_equal(write(handle, "x", 1), 1);
	for (i = 0; i < fits; i++)
		assert_int_equal(ringed_expect(&ring, "x").id, i + 1);
	assert_ok(ringed_move(&ring));
	assert_int_equal(ringed_expect(&ring, "x").id, fits + 4);
	assert_int_equal(ringed_expect(&ring, "x").id, fits + 5);
	assert_ok(ioctl(owner, SYNCHMESS_STAT, &stat));
	assert_int_equal(stat.overwritten, 3);
	ring_close(&ring);
	close(handle);
	close(owner);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_GROUP(a_query_tells_of_rings),
	TEST_WITH_GROUP(a_size_is_a_power_of_two_in_bounds),
	TEST_WITH_GROUP(what_is_not_known_is_refused),
	TEST_WITH_GROUP(it_takes_both_directions),
	TEST_WITH_GROUP(a_queue_has_one_and_so_has_a_file),
	TEST_WITH_GROUP(it_is_charged_and_given_back),
	TEST_WITH_GROUP(limits_refuse_it),
	TEST_WITH_GROUP(it_is_mapped_as_a_whole_or_not),
	TEST_WITH_GROUP(a_child_does_not_have_it),
	TEST_WITH_GROUP(others_are_shut_out),
	TEST_WITH_GROUP(who_sleeps_is_told),
	TEST_WITH_GROUP(its_own_file_reads_the_queue_and_does_not_wait),
	TEST_WITH_GROUP(it_lasts_as_long_as_it_is_mapped),
	TEST_WITH_GROUP(death_takes_along_what_was_in_it),
	TEST_WITH_GROUP(neither_beginning_nor_end_of_one_is_a_signal),
	TEST_WITH_GROUP(removal_is_told),
	TEST_WITH_GROUP(a_dead_group_has_none),
	TEST(a_mailbox_has_one),
	TEST(a_mailbox_without_a_name_has_none),
	TEST(unregistering_is_told),
	TEST(overwriting_leaves_what_is_in_the_ring),
};

int main(void)
{
	return RUN_SUITE("second: rings", tests);
}
