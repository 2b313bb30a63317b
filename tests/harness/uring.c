// SPDX-License-Identifier: GPL-2.0
#include "harness/uring.h"

#include "harness/clock.h"
#include "harness/suite.h"
#include "harness/table.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define OF_CANCEL ~0ull

void uring_open(struct io_uring *ring)
{
	assert_int_equal(io_uring_queue_init(URING_ENTRIES, ring, 0), 0);
}

static struct io_uring_sqe *add_entry(struct io_uring *ring)
{
	struct io_uring_sqe *entry = io_uring_get_sqe(ring);

	assert_non_null(entry);
	return entry;
}

static void submit(struct io_uring *ring, struct io_uring_sqe *entry, unsigned long long name,
		   int flags)
{
	entry->rw_flags = flags;
	io_uring_sqe_set_data64(entry, name);
	assert_int_equal(io_uring_submit(ring), 1);
}

static void submit_read(struct io_uring *ring, int fd, void *to, unsigned int size,
			unsigned long long name, int flags)
{
	struct io_uring_sqe *entry = add_entry(ring);

	io_uring_prep_read(entry, fd, to, size, -1);
	submit(ring, entry, name, flags);
}

static void submit_write(struct io_uring *ring, int fd, const void *from, unsigned int size,
			 unsigned long long name, int flags)
{
	struct io_uring_sqe *entry = add_entry(ring);

	io_uring_prep_write(entry, fd, from, size, -1);
	submit(ring, entry, name, flags);
}

void uring_read(struct io_uring *ring, int fd, void *to, unsigned int size,
		unsigned long long name)
{
	submit_read(ring, fd, to, size, name, 0);
}

void uring_write(struct io_uring *ring, int fd, const void *from, unsigned int size,
		 unsigned long long name)
{
	submit_write(ring, fd, from, size, name, 0);
}

void uring_read_nowait(struct io_uring *ring, int fd, void *to, unsigned int size,
		       unsigned long long name)
{
	submit_read(ring, fd, to, size, name, RWF_NOWAIT);
}

void uring_write_nowait(struct io_uring *ring, int fd, const void *from, unsigned int size,
			unsigned long long name)
{
	submit_write(ring, fd, from, size, name, RWF_NOWAIT);
}

struct io_uring_sqe *uring_add_command(struct io_uring *ring, int fd, unsigned int command,
				       const void *argument, unsigned long long name)
{
	struct io_uring_sqe *entry = add_entry(ring);
	uint64_t address = (uintptr_t)argument;

	io_uring_prep_rw(IORING_OP_URING_CMD, entry, fd, NULL, 0, 0);
	entry->cmd_op = command;
	entry->user_data = name;
	memcpy(entry->cmd, &address, sizeof(address));
	return entry;
}

void uring_submit(struct io_uring *ring)
{
	assert_ok(io_uring_submit(ring));
}

void uring_command(struct io_uring *ring, int fd, unsigned int command, const void *argument,
		   unsigned long long name)
{
	uring_add_command(ring, fd, command, argument, name);
	uring_submit(ring);
}

void uring_await_waiting(const char *where, pid_t process, unsigned int count)
{
	uint64_t deadline = clock_ms() + PATIENCE_S * 1000;
	char row[64];

	snprintf(row, sizeof(row), "%s %d", where, process);
	while (table_count("waiting", row) != count) {
		if (clock_ms() > deadline)
			fail_msg("%u wait there: %s", table_count("waiting", row), row);
		usleep(500);
	}
}

void uring_expect_none(struct io_uring *ring)
{
	struct io_uring_cqe *answer;

	assert_int_equal(io_uring_peek_cqe(ring, &answer), -EAGAIN);
}

int uring_answer(struct io_uring *ring, unsigned long long *name)
{
	struct __kernel_timespec patience = { .tv_sec = PATIENCE_S };
	struct io_uring_cqe *answer;
	int result;

	assert_int_equal(io_uring_wait_cqe_timeout(ring, &answer, &patience), 0);
	*name = answer->user_data;
	result = answer->res;
	io_uring_cqe_seen(ring, answer);
	return result;
}

void uring_expect(struct io_uring *ring, unsigned long long name, int result)
{
	unsigned long long got_name;
	int got = uring_answer(ring, &got_name);

	assert_int_equal(got_name, name);
	assert_int_equal(got, result);
}

static void submit_cancel(struct io_uring *ring, unsigned long long name)
{
	struct io_uring_sqe *entry = add_entry(ring);

	io_uring_prep_cancel64(entry, name, 0);
	io_uring_sqe_set_data64(entry, OF_CANCEL);
	assert_int_equal(io_uring_submit(ring), 1);
}

int uring_interrupt(struct io_uring *ring, unsigned long long name)
{
	unsigned long long first, second;
	int one, two;

	submit_cancel(ring, name);
	one = uring_answer(ring, &first);
	two = uring_answer(ring, &second);
	assert_true(first == OF_CANCEL ? second == name : first == name && second == OF_CANCEL);
	return first == name ? one : two;
}

void uring_cancel(struct io_uring *ring, unsigned long long name)
{
	unsigned long long first;
	int result;

	submit_cancel(ring, name);
	/* Which of the two answers comes first is the ring's affair. */
	result = uring_answer(ring, &first);
	assert_int_equal(result, first == OF_CANCEL ? 0 : -ECANCELED);
	uring_expect(ring, first == OF_CANCEL ? name : OF_CANCEL,
		     first == OF_CANCEL ? -ECANCELED : 0);
}

static void expect_no_worker(const char *tid)
{
	char path[300], name[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%s/comm", tid);
	file = fopen(path, "r");
	if (!file)
		return;
	if (fgets(name, sizeof(name), file) && !strncmp(name, "iou-wrk", 7))
		fail_msg("there is a worker: %s", name);
	fclose(file);
}

void uring_expect_no_worker(void)
{
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *task;

	assert_non_null(tasks);
	while ((task = readdir(tasks)))
		expect_no_worker(task->d_name);
	closedir(tasks);
}
