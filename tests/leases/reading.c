// SPDX-License-Identifier: GPL-2.0
/* read(2) that says more, and that leases: SYNCHMESS_READING. */
#include "harness/batch.h"
#include "harness/lease.h"
#include "harness/memory.h"
#include "harness/named.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/registered.h"
#include "harness/signals.h"
#include "harness/suite.h"
#include "harness/task.h"
#include "harness/uring.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define STAMP sizeof(struct synchmess_in)

/* What a read brings. */
struct letter {
	struct synchmess_in stamp;
	char text[TEXT_MAX];
};

static int try_reading(int file, unsigned int flags, unsigned int header, uint64_t lease)
{
	struct synchmess_reading reading = {
		.flags = flags, .header_size = header, .lease = lease,
	};

	return ioctl(file, SYNCHMESS_READING, &reading);
}

/* The group once more, read as said. */
static int open_reading(unsigned int flags, unsigned int header, uint64_t lease)
{
	int file = batch_open(fd, O_RDWR | O_NONBLOCK);

	assert_ok(try_reading(file, flags, header, lease));
	return file;
}

static int open_worker(void)
{
	return open_reading(SYNCHMESS_LEASE, STAMP, 0);
}

static void send_texts(unsigned int count)
{
	char text[8];
	unsigned int i;

	for (i = 1; i <= count; i++) {
		snprintf(text, sizeof(text), "%u", i);
		batch_send_text(fd, text, 0, 0, 0);
	}
}

static struct letter read_letter(int file, const char *text)
{
	struct letter letter;

	memset(&letter, 0x5a, sizeof(letter));
	assert_int_equal(read(file, &letter, sizeof(letter)), STAMP + strlen(text));
	assert_memory_equal(letter.text, text, strlen(text));
	assert_int_equal(letter.stamp.size, strlen(text));
	assert_int_equal(letter.stamp.data, 0);
	assert_int_equal(letter.stamp.parts, 0);
	return letter;
}

/* ---- stamps */

static void expect_same_stamp(struct synchmess_in *stamp, struct synchmess_in *expected)
{
	stamp->data = expected->data;
	stamp->size = expected->size;
	assert_memory_equal(stamp, expected, STAMP);
}

static void the_stamp_is_that_of_a_receive(void **state)
{
	int file = open_reading(0, STAMP, 0);
	struct synchmess_out out = batch_text("hello");
	char bytes[TEXT_MAX];
	struct synchmess_in peeked = batch_into(bytes, sizeof(bytes));
	struct letter letter;

	(void)state;
	out.tag = 0x1234567890ull;
	out.priority = 5;
	out.lifetime = HOUR;
	assert_int_equal(batch_send(fd, &out, 1, 0), 1);
	assert_int_equal(batch_receive(fd, &peeked, 1, SYNCHMESS_PEEK), 1);
	letter = read_letter(file, "hello");
	assert_int_equal(letter.stamp.tag, 0x1234567890ull);
	expect_same_stamp(&letter.stamp, &peeked);
	lease_expect_books(fd, 0, 0, 0);
	close(file);
}

static int send_once(void *text)
{
	CHILD_CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	return 0;
}

static void each_sender_is_seen(void **state)
{
	int file = open_reading(0, STAMP, 0);
	pid_t child = process_start(send_once, "child");

	(void)state;
	assert_int_equal(process_wait(child), 0);
	assert_int_equal(write(fd, "self", 4), 4);
	assert_int_equal(read_letter(file, "child").stamp.pid, child);
	assert_int_equal(read_letter(file, "self").stamp.pid, getpid());
	close(file);
}

static void the_stamp_goes_into_parts_as_well(void **state)
{
	int file = open_reading(0, STAMP, 0);
	struct synchmess_in stamp, peeked = { };
	char first[STAMP - 50], second[50 + 3], third[8];
	struct iovec parts[] = {
		{ first, sizeof(first) }, { second, sizeof(second) }, { third, sizeof(third) },
	};

	(void)state;
	batch_send_text(fd, "hello", 0, 0, 0);
	assert_int_equal(batch_receive(fd, &peeked, 1, SYNCHMESS_PEEK), 1);
	assert_int_equal(readv(file, parts, 3), STAMP + 5);
	memcpy(&stamp, first, sizeof(first));
	memcpy((char *)&stamp + sizeof(first), second, 50);
	expect_same_stamp(&stamp, &peeked);
	assert_memory_equal(second + 50, "hel", 3);
	assert_memory_equal(third, "lo", 2);
	close(file);
}

static void older_programs_have_shorter_stamps(void **state)
{
	unsigned int header;
	char bytes[STAMP + 8];
	int file;

	(void)state;
	for (header = 104; header <= STAMP; header += 8) {
		file = open_reading(0, header, 0);
		batch_send_text(fd, "x", 0, 0, 0);
		memset(bytes, 0x5a, sizeof(bytes));
		assert_int_equal(read(file, bytes, sizeof(bytes)), header + 1);
		assert_int_equal(bytes[header], 'x');
		assert_int_equal(bytes[header + 1], 0x5a);
		close(file);
	}
}

static void the_bytes_are_cut_to_what_is_left(void **state)
{
	int file = open_reading(0, STAMP, 0);
	struct letter letter;

	(void)state;
	batch_send_text(fd, "hello", 0, 0, 0);
	batch_send_text(fd, "next", 0, 0, 0);
	assert_int_equal(read(file, &letter, STAMP + 2), STAMP + 2);
	assert_int_equal(letter.stamp.size, 2);
	assert_int_equal(letter.stamp.length, 5);
	assert_int_equal(read(file, &letter, STAMP), STAMP);
	assert_int_equal(letter.stamp.length, 4);
	assert_fails(read(file, &letter, STAMP), EAGAIN);
	close(file);
}

static void without_room_for_the_stamp_nothing_is_read(void **state)
{
	int file = open_worker();
	struct letter letter;

	(void)state;
	send_texts(2);
	read_letter(file, "1");
	assert_fails(read(file, &letter, STAMP - 1), EINVAL);
	lease_expect_books(fd, 1, 1, 2);
	close(file);
}

/* ---- leases */

static void the_next_read_acks_the_last(void **state)
{
	int file = open_worker();
	struct letter letter;

	(void)state;
	send_texts(3);
	letter = read_letter(file, "1");
	lease_expect_books(fd, 2, 1, 3);
	assert_int_not_equal(read_letter(file, "2").stamp.token, letter.stamp.token);
	lease_expect_books(fd, 1, 1, 2);
	assert_int_equal(batch_stat(fd).delivered, 1);
	assert_fails(lease_settle_one(file, SYNCHMESS_ACK, letter.stamp.token, 0), ESTALE);
	read_letter(file, "3");
	assert_fails(read(file, &letter, sizeof(letter)), EAGAIN);
	lease_expect_books(fd, 0, 0, 0);
	assert_int_equal(batch_stat(fd).delivered, 3);
	close(file);
}

static void who_dies_gives_it_back(void **state)
{
	int file = open_worker(), other = open_worker();

	(void)state;
	send_texts(2);
	read_letter(file, "1");
	assert_int_equal(read_letter(other, "2").stamp.deliveries, 0);
	close(file);
	assert_int_equal(read_letter(other, "1").stamp.deliveries, 1);
	lease_expect_books(fd, 0, 1, 1);
	close(other);
}

static void bytes_alone_are_leased_as_well(void **state)
{
	int file = open_reading(SYNCHMESS_LEASE, 0, 0);
	char bytes[8];

	(void)state;
	send_texts(2);
	assert_int_equal(read(file, bytes, sizeof(bytes)), 1);
	assert_int_equal(bytes[0], '1');
	lease_expect_books(fd, 1, 1, 2);
	assert_int_equal(read(file, bytes, sizeof(bytes)), 1);
	assert_int_equal(bytes[0], '2');
	close(file);
	batch_expect(fd, "2");
	lease_expect_books(fd, 0, 0, 0);
}

static void a_read_of_no_bytes_only_acks(void **state)
{
	int file = open_worker();

	(void)state;
	send_texts(2);
	read_letter(file, "1");
	assert_int_equal(read(file, NULL, 0), 0);
	lease_expect_books(fd, 1, 0, 1);
	assert_int_equal(read(file, NULL, 0), 0);
	lease_expect_books(fd, 1, 0, 1);
	close(file);
}

static void an_empty_queue_that_says_end_acks(void **state)
{
	const struct synchmess_settings settings = { .empty = SYNCHMESS_EMPTY_EOF };
	int file = open_worker();
	struct letter letter;

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	send_texts(1);
	read_letter(file, "1");
	assert_int_equal(read(file, &letter, sizeof(letter)), 0);
	lease_expect_books(fd, 0, 0, 0);
	close(file);
}

static void what_was_settled_is_not_acked_again(void **state)
{
	int file = open_worker();
	struct letter letter;

	(void)state;
	send_texts(2);
	letter = read_letter(file, "1");
	assert_int_equal(lease_settle_one(file, SYNCHMESS_RETURN, letter.stamp.token, 0), 1);
	letter = read_letter(file, "1");
	assert_int_equal(letter.stamp.deliveries, 1);
	assert_int_equal(lease_settle_one(file, SYNCHMESS_ACK, letter.stamp.token, 0), 1);
	letter = read_letter(file, "2");
	assert_int_equal(lease_settle_one(file, SYNCHMESS_EXTEND, letter.stamp.token, HOUR), 1);
	assert_int_equal(read(file, NULL, 0), 0);
	lease_expect_books(fd, 0, 0, 0);
	close(file);
}

static void others_are_left_as_they_are(void **state)
{
	int file = open_worker();
	struct synchmess_in in;

	(void)state;
	send_texts(3);
	in = lease_expect(file, "1", 0);
	read_letter(file, "2");
	assert_int_equal(lease_settle_one(file, SYNCHMESS_ACK, in.token, 0), 1);
	read_letter(file, "3");
	lease_expect_books(fd, 0, 1, 1);
	assert_int_equal(batch_stat(fd).delivered, 2);
	close(file);
}

static void who_is_too_late_is_told_once(void **state)
{
	int file = open_reading(SYNCHMESS_LEASE, STAMP, 10 * MS);
	struct letter letter;

	(void)state;
	send_texts(1);
	read_letter(file, "1");
	lease_await(fd, 0);
	assert_fails(read(file, &letter, sizeof(letter)), ESTALE);
	lease_expect_books(fd, 1, 0, 1);
	assert_int_equal(read_letter(file, "1").stamp.deliveries, 1);
	lease_await(fd, 0);
	assert_fails(read(file, NULL, 0), ESTALE);
	assert_int_equal(read(file, NULL, 0), 0);
	close(file);
}

static void bad_memory_leaves_it_where_it_was(void **state)
{
	int file = open_worker();
	struct iovec parts[] = { { memory_bad(), STAMP }, { memory_bad(), 8 } };
	char *edge = memory_edge();

	(void)state;
	send_texts(2);
	read_letter(file, "1");
	/* The stamp; then the bytes; then both in parts. */
	assert_fails(read(file, memory_bad(), STAMP + 8), EFAULT);
	assert_fails(read(file, edge - STAMP, STAMP + 8), EFAULT);
	assert_fails(readv(file, parts, 2), EFAULT);
	lease_expect_books(fd, 1, 0, 1);
	assert_int_equal(batch_stat(fd).delivered, 1);
	assert_int_equal(read_letter(file, "2").stamp.deliveries, 0);
	close(file);
}

static void stamps_alone_leave_it_too(void **state)
{
	int file = open_reading(0, STAMP, 0);

	(void)state;
	send_texts(1);
	assert_fails(read(file, memory_bad(), STAMP + 8), EFAULT);
	assert_fails(read(file, memory_edge() - STAMP, STAMP + 8), EFAULT);
	assert_int_equal(read(file, NULL, 0), 0);
	read_letter(file, "1");
	close(file);
}

/* ---- mailboxes, rings of io_uring, removal */

static void mailboxes_are_read_so_as_well(void **state)
{
	int box = registered_as("box", NULL), sender = registered_as("sender", NULL);
	struct letter letter;

	(void)state;
	assert_ok(fcntl(box, F_SETFL, O_NONBLOCK));
	assert_ok(try_reading(box, SYNCHMESS_LEASE, STAMP, 0));
	assert_int_equal(registered_send(sender, "box", "one"), 1);
	assert_int_equal(registered_send(sender, "box", "two"), 1);
	assert_string_equal(read_letter(box, "one").stamp.mailbox, "sender");
	read_letter(box, "two");
	lease_expect_books(box, 0, 1, 3);
	/* Another mailbox of the same file knows nothing of the first one's. */
	assert_ok(ioctl(box, SYNCHMESS_UNREGISTER));
	assert_fails(read(box, &letter, sizeof(letter)), ENOENT);
	assert_ok(registered_try(box, "again", NULL));
	assert_int_equal(registered_send(sender, "again", "three"), 1);
	read_letter(box, "three");
	close(box);
	close(sender);
}

static void a_ring_reads_so_as_well(void **state)
{
	int file = open_worker();
	struct letter letter;
	struct io_uring ring;

	(void)state;
	assert_ok(fcntl(file, F_SETFL, 0));
	uring_open(&ring);
	send_texts(1);
	uring_read(&ring, file, &letter, sizeof(letter), 1);
	uring_expect(&ring, 1, STAMP + 1);
	/* It acks, and waits. */
	uring_read(&ring, file, &letter, sizeof(letter), 2);
	lease_await(fd, 0);
	send_texts(1);
	uring_expect(&ring, 2, STAMP + 1);
	lease_expect_books(fd, 0, 1, 1);
	io_uring_queue_exit(&ring);
	close(file);
}

static void a_ring_can_ask_for_it(void **state)
{
	const struct synchmess_reading reading = { .header_size = STAMP };
	int file = batch_open(fd, O_RDWR | O_NONBLOCK);
	struct io_uring ring;

	(void)state;
	uring_open(&ring);
	uring_command(&ring, file, SYNCHMESS_READING, &reading, 1);
	uring_expect(&ring, 1, 0);
	send_texts(1);
	read_letter(file, "1");
	io_uring_queue_exit(&ring);
	close(file);
}

static void a_removed_group_is_gone(void **state)
{
	int file = open_worker(), stamped = open_reading(0, STAMP, 0);
	int late = batch_open(fd, O_RDWR);
	struct letter letter;

	(void)state;
	send_texts(1);
	read_letter(file, "1");
	assert_ok(named_remove(batch_stat(fd).descriptor, NULL));
	assert_fails(read(file, &letter, sizeof(letter)), ENODEV);
	assert_fails(read(file, NULL, 0), ENODEV);
	assert_fails(read(stamped, &letter, sizeof(letter)), ENODEV);
	assert_fails(read(stamped, NULL, 0), ENODEV);
	assert_fails(try_reading(late, SYNCHMESS_LEASE, STAMP, 0), ENODEV);
	assert_fails(try_reading(file, SYNCHMESS_LEASE, STAMP, 0), ENODEV);
	assert_int_equal(batch_stat(fd).dropped, 1);
	close(file);
	close(late);
	close(stamped);
}

static void who_is_shut_out_by_a_ring_reads_nothing(void **state)
{
	const struct synchmess_ring ring = { .size = 4096 };
	int file = open_worker();
	struct letter letter;

	(void)state;
	send_texts(1);
	read_letter(file, "1");
	assert_ok(ioctl(fd, SYNCHMESS_RING, &ring));
	assert_fails(read(file, &letter, sizeof(letter)), EBUSY);
	lease_expect_books(fd, 0, 1, 1);
	/* What he has he can be done with. */
	assert_int_equal(read(file, NULL, 0), 0);
	lease_expect_books(fd, 0, 0, 0);
	assert_int_equal(batch_stat(fd).delivered, 1);
	close(file);
}

/* ---- waiting */

static struct letter waited_for;
static struct task reader;

static long read_waiting(void *file)
{
	return read(*(int *)file, &waited_for, sizeof(waited_for));
}

static void a_signal_does_not_ack_again(void **state)
{
	static int file;
	int before;

	(void)state;
	signals_install();
	file = open_worker();
	assert_ok(fcntl(file, F_SETFL, 0));
	send_texts(1);
	read_letter(file, "1");
	task_start(&reader, read_waiting, &file);
	task_await_asleep(&reader, SYS_read);
	lease_expect_books(fd, 0, 0, 0);
	before = signals_handled;
	task_signal(&reader, RESTARTS);
	while (signals_handled == before)
		sched_yield();
	task_await_asleep(&reader, SYS_read);
	send_texts(1);
	task_expect(&reader, STAMP + 1, 0);
	task_start(&reader, read_waiting, &file);
	task_await_asleep(&reader, SYS_read);
	task_signal(&reader, INTERRUPTS);
	task_expect(&reader, -1, EINTR);
	lease_expect_books(fd, 0, 0, 0);
	assert_int_equal(batch_stat(fd).delivered, 2);
	close(file);
}

static int work_until_killed(void *unused)
{
	int file = batch_open(fd, O_RDWR);
	struct letter letter;

	(void)unused;
	CHILD_CHECK(!try_reading(file, SYNCHMESS_LEASE, STAMP, 0));
	CHILD_CHECK(read(file, &letter, sizeof(letter)) == STAMP + 1);
	pause();
	return 1;
}

static void a_killed_worker_gives_it_back(void **state)
{
	pid_t child;

	(void)state;
	send_texts(1);
	child = process_start(work_until_killed, NULL);
	lease_await(fd, 1);
	process_kill(child);
	lease_await(fd, 0);
	assert_int_equal(batch_expect(fd, "1").deliveries, 1);
}

/* ---- several at one open file */

struct worker {
	struct task task;
	struct letter letter;
	int file;
};

static long read_as_worker(void *context)
{
	struct worker *worker = context;

	return read(worker->file, &worker->letter, sizeof(worker->letter));
}

static void start_worker(struct worker *worker, int file)
{
	worker->file = file;
	task_start(&worker->task, read_as_worker, worker);
	task_await_asleep(&worker->task, SYS_read);
}

static int open_waiting(uint64_t lease)
{
	int file = open_reading(SYNCHMESS_LEASE, STAMP, lease);

	assert_ok(fcntl(file, F_SETFL, 0));
	return file;
}

/* A read that began before acks nothing that came after. */
static void who_waits_does_not_ack_for_others(void **state)
{
	static struct worker first, second;
	int file = open_waiting(0);

	(void)state;
	start_worker(&first, file);
	start_worker(&second, file);
	send_texts(1);
	task_expect(&first.task, STAMP + 1, 0);
	send_texts(1);
	task_expect(&second.task, STAMP + 1, 0);
	lease_expect_books(fd, 0, 2, 2);
	close(file);
	lease_expect_books(fd, 2, 0, 2);
}

/* Nor is he told that the other was too late, and nobody who waits behind him is forgotten. */
static void who_waits_gets_what_another_was_too_late_for(void **state)
{
	static struct worker first, second, third;
	int file = open_waiting(10 * MS), other = open_waiting(0);

	(void)state;
	start_worker(&first, file);
	start_worker(&second, file);
	start_worker(&third, other);
	send_texts(1);
	task_expect(&first.task, STAMP + 1, 0);
	task_expect(&second.task, STAMP + 1, 0);
	task_expect(&third.task, STAMP + 1, 0);
	assert_int_equal(third.letter.stamp.deliveries, 2);
	close(file);
	close(other);
}

static int inherited;

static int read_and_die(void *unused)
{
	struct letter letter;

	(void)unused;
	CHILD_CHECK(read(inherited, &letter, sizeof(letter)) == STAMP + 1);
	return 0;
}

/* Though the file is open as long as one has it. */
static void what_a_child_had_its_parent_does_not_ack(void **state)
{
	(void)state;
	inherited = open_worker();
	send_texts(2);
	assert_int_equal(process_wait(process_start(read_and_die, NULL)), 0);
	read_letter(inherited, "2");
	lease_expect_books(fd, 0, 2, 2);
	assert_int_equal(batch_stat(fd).delivered, 0);
	close(inherited);
	assert_int_equal(batch_expect(fd, "1").deliveries, 1);
}

/* ---- asking for it */

static void nonsense_is_refused(void **state)
{
	char longer[sizeof(struct synchmess_reading) + 8] = { };
	int file = batch_open(fd, O_RDWR);

	(void)state;
	assert_fails(try_reading(file, 0, 0, 0), EINVAL);
	assert_fails(try_reading(file, SYNCHMESS_PEEK, STAMP, 0), EINVAL);
	assert_fails(try_reading(file, SYNCHMESS_LEASE | 1u << 31, STAMP, 0), EINVAL);
	assert_fails(try_reading(file, 0, STAMP, SECOND), EINVAL);
	assert_fails(try_reading(file, SYNCHMESS_LEASE, STAMP, 1ull << 63), EINVAL);
	assert_fails(try_reading(file, 0, 96, 0), EINVAL);
	assert_fails(try_reading(file, 0, 106, 0), EINVAL);
	assert_fails(try_reading(file, SYNCHMESS_LEASE, 8, 0), EINVAL);
	assert_fails(try_reading(file, 0, STAMP + 1, 0), E2BIG);
	assert_fails(try_reading(file, 0, STAMP + 8, 0), E2BIG);
	assert_fails(ioctl(file, SYNCHMESS_READING, memory_bad()), EFAULT);
	assert_fails(ioctl(file, _IOW(SYNCHMESS_IOC_MAGIC, 38, char[8]), longer), EINVAL);
	longer[sizeof(longer) - 1] = 1;
	assert_fails(ioctl(file, _IOW(SYNCHMESS_IOC_MAGIC, 38, longer), longer), E2BIG);
	/* It reads as before. */
	send_texts(1);
	assert_int_equal(read(file, longer, sizeof(longer)), 1);
	close(file);
}

static void it_is_said_once(void **state)
{
	int file = open_worker();

	(void)state;
	assert_fails(try_reading(file, 0, STAMP, 0), EBUSY);
	close(file);
}

static void only_who_reads_may_say_it(void **state)
{
	int writes = batch_open(fd, O_WRONLY), reads = batch_open(fd, O_RDONLY);
	int master = open(SYNCHMESS_MASTER_PATH, O_RDWR);
	int box = open(SYNCHMESS_MAILBOX_PATH, O_RDWR);

	(void)state;
	assert_fails(try_reading(writes, 0, STAMP, 0), EBADF);
	assert_ok(try_reading(reads, 0, STAMP, 0));
	assert_fails(try_reading(master, 0, STAMP, 0), ENOTTY);
	assert_fails(try_reading(box, 0, STAMP, 0), ENOENT);
	close(writes);
	close(reads);
	close(master);
	close(box);
}

static void other_files_read_as_ever(void **state)
{
	int file = open_worker(), copy = dup(file);

	(void)state;
	send_texts(2);
	batch_expect(fd, "1");
	/* A copy of the descriptor is the same open file. */
	read_letter(copy, "2");
	lease_expect_books(fd, 0, 1, 1);
	close(copy);
	close(file);
}

static void it_is_a_feature(void **state)
{
	struct synchmess_query query;

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_QUERY, &query));
	assert_true(query.features & SYNCHMESS_FEATURE_READING);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_GROUP(the_stamp_is_that_of_a_receive),
	TEST_WITH_GROUP(each_sender_is_seen),
	TEST_WITH_GROUP(the_stamp_goes_into_parts_as_well),
	TEST_WITH_GROUP(older_programs_have_shorter_stamps),
	TEST_WITH_GROUP(the_bytes_are_cut_to_what_is_left),
	TEST_WITH_GROUP(without_room_for_the_stamp_nothing_is_read),
	TEST_WITH_GROUP(the_next_read_acks_the_last),
	TEST_WITH_GROUP(who_dies_gives_it_back),
	TEST_WITH_GROUP(bytes_alone_are_leased_as_well),
	TEST_WITH_GROUP(a_read_of_no_bytes_only_acks),
	TEST_WITH_GROUP(an_empty_queue_that_says_end_acks),
	TEST_WITH_GROUP(what_was_settled_is_not_acked_again),
	TEST_WITH_GROUP(others_are_left_as_they_are),
	TEST_WITH_GROUP(who_is_too_late_is_told_once),
	TEST_WITH_GROUP(bad_memory_leaves_it_where_it_was),
	TEST_WITH_GROUP(stamps_alone_leave_it_too),
	TEST_WITH_GROUP(mailboxes_are_read_so_as_well),
	TEST_WITH_GROUP(a_ring_reads_so_as_well),
	TEST_WITH_GROUP(a_ring_can_ask_for_it),
	TEST_WITH_GROUP(a_removed_group_is_gone),
	TEST_WITH_GROUP(who_is_shut_out_by_a_ring_reads_nothing),
	TEST_WITH_GROUP(a_signal_does_not_ack_again),
	TEST_WITH_GROUP(a_killed_worker_gives_it_back),
	TEST_WITH_GROUP(who_waits_does_not_ack_for_others),
	TEST_WITH_GROUP(who_waits_gets_what_another_was_too_late_for),
	TEST_WITH_GROUP(what_a_child_had_its_parent_does_not_ack),
	TEST_WITH_GROUP(nonsense_is_refused),
	TEST_WITH_GROUP(it_is_said_once),
	TEST_WITH_GROUP(only_who_reads_may_say_it),
	TEST_WITH_GROUP(other_files_read_as_ever),
	TEST_WITH_GROUP(it_is_a_feature),
};

int main(void)
{
	return RUN_SUITE("leases: reading", tests);
}
