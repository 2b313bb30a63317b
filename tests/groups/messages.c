// SPDX-License-Identifier: GPL-2.0
/* Sending and taking messages: docs/interface-1.md, "Write" and "Read". */
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define GROUP 101

static void a_message_arrives_once(void **state)
{
	int fd;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	group_send(fd, "hello");
	group_expect(fd, "hello");
	group_expect_empty(fd);
	group_expect_balance(GROUP);
	close(fd);
}

static void messages_keep_their_order(void **state)
{
	char text[16];
	int fd, i;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	for (i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		group_send(fd, text);
	}
	assert_int_equal(group_get(GROUP, "statistics/queued"), 1000);
	for (i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		group_expect(fd, text);
	}
	group_expect_empty(fd);
	close(fd);
}

static void a_short_buffer_cuts_the_message(void **state)
{
	char got[4] = "____";
	int fd;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	group_send(fd, "hello");
	group_send(fd, "world");
	assert_int_equal(read(fd, got, 3), 3);
	assert_memory_equal(got, "hel_", 4);
	group_expect(fd, "world");
	group_expect_empty(fd);
	close(fd);
}

static void bytes_of_any_value_pass(void **state)
{
	unsigned char sent[256], got[300];
	int fd, i;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	for (i = 0; i < 256; i++)
		sent[i] = i;
	assert_int_equal(write(fd, sent, sizeof(sent)), sizeof(sent));
	assert_int_equal(read(fd, got, sizeof(got)), sizeof(sent));
	assert_memory_equal(sent, got, sizeof(sent));
	close(fd);
}

static void writev_sends_one_message(void **state)
{
	struct iovec parts[] = {
		{ "one ", 4 }, { "", 0 }, { "two ", 4 }, { "three", 5 },
	};
	char left[6] = "", right[16] = "";
	struct iovec halves[] = { { left, 5 }, { right, sizeof(right) } };
	int fd;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	assert_int_equal(writev(fd, parts, 4), 13);
	assert_int_equal(group_get(GROUP, "statistics/queued"), 1);
	assert_int_equal(readv(fd, halves, 2), 13);
	assert_memory_equal(left, "one t", 5);
	assert_memory_equal(right, "wo three", 8);
	close(fd);
}

static void writing_nothing_sends_nothing(void **state)
{
	int fd;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	assert_int_equal(write(fd, "", 0), 0);
	assert_int_equal(group_get(GROUP, "statistics/sent"), 0);
	close(fd);
}

static void reading_into_nothing_takes_nothing(void **state)
{
	char got[1];
	int fd;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	group_send(fd, "stays");
	assert_int_equal(read(fd, got, 0), 0);
	group_expect(fd, "stays");
	close(fd);
}

static void a_fault_in_the_write_buffer_sends_nothing(void **state)
{
	int fd;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	assert_fails(write(fd, memory_bad(), 10), EFAULT);
	assert_fails(write(fd, memory_edge() - 10, 20), EFAULT);
	assert_int_equal(group_get(GROUP, "statistics/sent"), 0);
	assert_int_equal(group_get(GROUP, "statistics/stored"), 0);
	group_expect_empty(fd);
	close(fd);
}

static void a_fault_in_the_read_buffer_leaves_the_message(void **state)
{
	int fd;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	group_send(fd, "first message");
	group_send(fd, "second message");
	group_send(fd, "third message");
	assert_fails(read(fd, memory_bad(), 100), EFAULT);
	assert_fails(read(fd, memory_edge() - 5, 100), EFAULT);
	assert_int_equal(group_get(GROUP, "statistics/delivered"), 0);
	assert_int_equal(group_get(GROUP, "statistics/stored"), 13 + 14 + 13);
	group_expect(fd, "first message");
	group_expect(fd, "second message");
	group_expect(fd, "third message");
	group_expect_balance(GROUP);
	close(fd);
}

static void there_are_no_positions(void **state)
{
	char got[8];
	int fd;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	group_send(fd, "x");
	assert_fails(lseek(fd, 0, SEEK_SET), ESPIPE);
	assert_fails(pread(fd, got, sizeof(got), 0), ESPIPE);
	assert_fails(pwrite(fd, got, sizeof(got), 0), ESPIPE);
	group_expect(fd, "x");
	close(fd);
}

static void a_descriptor_works_in_its_directions_only(void **state)
{
	char got[8];
	int reader, writer;

	(void)state;
	group_fresh(GROUP);
	reader = group_open(GROUP, O_RDONLY);
	writer = group_open(GROUP, O_WRONLY);
	assert_fails(write(reader, "x", 1), EBADF);
	assert_fails(read(writer, got, sizeof(got)), EBADF);
	group_send(writer, "y");
	group_expect(reader, "y");
	close(reader);
	close(writer);
}

static void messages_outlive_their_sender(void **state)
{
	int fd;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_WRONLY);
	group_send(fd, "still here");
	close(fd);
	fd = group_open(GROUP, O_RDONLY);
	group_expect(fd, "still here");
	close(fd);
}

static const struct CMUnitTest tests[] = {
	TEST(a_message_arrives_once),
	TEST(messages_keep_their_order),
	TEST(a_short_buffer_cuts_the_message),
	TEST(bytes_of_any_value_pass),
	TEST(writev_sends_one_message),
	TEST(writing_nothing_sends_nothing),
	TEST(reading_into_nothing_takes_nothing),
	TEST(a_fault_in_the_write_buffer_sends_nothing),
	TEST(a_fault_in_the_read_buffer_leaves_the_message),
	TEST(there_are_no_positions),
	TEST(a_descriptor_works_in_its_directions_only),
	TEST(messages_outlive_their_sender),
};

int main(void)
{
	return RUN_SUITE("groups: messages", tests);
}
