// SPDX-License-Identifier: GPL-2.0
/* SEND and RECEIVE: payloads, tags, order, places and lengths. */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/own_group.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

static void numbers_and_places_ascend_in_the_order_of_acceptance(void **state)
{
	struct synchmess_out out[3];
	struct synchmess_in in;
	int i;

	(void)state;
	group_send(fd, "plain");
	for (i = 0; i < 3; i++)
		out[i] = batch_text("x");
	assert_int_equal(batch_send(fd, out, 3, 0), 3);
	in = batch_expect(fd, "plain");
	assert_int_equal(in.id, 1);
	assert_int_equal(in.sequence, 1);
	for (i = 0; i < 3; i++) {
		assert_int_equal(out[i].id, 2 + i);
		in = batch_expect(fd, "x");
		assert_int_equal(in.id, out[i].id);
		assert_int_equal(in.sequence, 2 + i);
		assert_int_equal(in.deliveries, 0);
		assert_int_equal(in.flags, 0);
	}
}

static void a_tag_arrives_as_it_was_sent(void **state)
{
	static const uint64_t tags[] = { 0, 1, UINT32_MAX, 1ull << 63, UINT64_MAX };
	struct synchmess_out out = batch_text("x");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		out.tag = tags[i];
		assert_int_equal(batch_send(fd, &out, 1, 0), 1);
		assert_true(batch_expect(fd, "x").tag == tags[i]);
	}
}

static void higher_priorities_come_first_and_within_one_the_older(void **state)
{
	static const unsigned int given[] = { 0, 7, 3, 0, 7, 3, 1, 2, 4, 5, 6, 0 };
	char text[16];
	unsigned int priority, i;

	(void)state;
	for (i = 0; i < 12; i++) {
		snprintf(text, sizeof(text), "%u", i);
		batch_send_text(fd, text, given[i], 0, 0);
	}
	for (priority = SYNCHMESS_PRIORITIES; priority-- > 0;) {
		for (i = 0; i < 12; i++) {
			if (given[i] != priority)
				continue;
			snprintf(text, sizeof(text), "%u", i);
			assert_int_equal(batch_expect(fd, text).priority, priority);
		}
	}
	batch_expect_none(fd);
}

static void a_priority_out_of_range_is_refused(void **state)
{
	struct synchmess_out out = batch_text("x");

	(void)state;
	out.priority = SYNCHMESS_PRIORITIES;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	out.priority = UINT32_MAX;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	batch_expect_books(fd, 0, 0, 0);
}

static void a_message_of_no_bytes_is_a_message(void **state)
{
	struct synchmess_out out = { .tag = 5 };
	struct synchmess_in in = { };

	(void)state;
	assert_int_equal(batch_send(fd, &out, 1, 0), 1);
	batch_expect_books(fd, 1, 0, 0);
	assert_int_equal(batch_receive(fd, &in, 1, SYNCHMESS_WHOLE), 1);
	assert_int_equal(in.length, 0);
	assert_int_equal(in.tag, 5);
	batch_expect_books(fd, 0, 0, 0);
}

static void a_short_buffer_gets_the_beginning_and_the_rest_is_gone(void **state)
{
	char got[4] = "----";
	struct synchmess_in in = batch_into(got, 3);

	(void)state;
	batch_send_text(fd, "hello", 0, 0, 0);
	assert_int_equal(batch_receive(fd, &in, 1, 0), 1);
	assert_int_equal(in.length, 5);
	assert_memory_equal(got, "hel-", 4);
	batch_expect_none(fd);
	batch_expect_books(fd, 0, 0, 0);
}

static void whole_leaves_what_does_not_fit_and_tells_its_length(void **state)
{
	char got[8] = "-------";
	struct synchmess_in in = batch_into(got, 4);

	(void)state;
	batch_send_text(fd, "hello", 0, 0, 0);
	batch_send_text(fd, "again", 0, 0, 0);
	assert_fails(batch_receive(fd, &in, 1, SYNCHMESS_WHOLE), EMSGSIZE);
	assert_int_equal(in.length, 5);
	assert_string_equal(got, "-------");
	batch_expect_books(fd, 2, 0, 10);
	in.size = 5;
	assert_int_equal(batch_receive(fd, &in, 1, SYNCHMESS_WHOLE), 1);
	assert_string_equal(got, "hello--");
	batch_expect(fd, "again");
}

static void both_interfaces_share_a_group(void **state)
{
	char got[16] = "";

	(void)state;
	batch_send_text(fd, "second", 0, 0, 0);
	group_send(fd, "first");
	assert_int_equal(read(fd, got, sizeof(got)), 6);
	assert_string_equal(got, "second");
	batch_expect(fd, "first");
}

static void a_message_of_no_bytes_reads_as_nothing_and_is_taken(void **state)
{
	struct synchmess_out out = { };
	char got;

	(void)state;
	assert_int_equal(batch_send(fd, &out, 1, 0), 1);
	assert_int_equal(read(fd, &got, 1), 0);
	batch_expect_books(fd, 0, 0, 0);
	assert_int_equal(batch_stat(fd).delivered, 1);
}

/* ---- parts */

static struct iovec parts[UIO_MAXIOV + 1];

/* COUNT parts of one byte of BYTES each. */
static void cut(char *bytes, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		parts[i] = (struct iovec){ &bytes[i % UIO_MAXIOV], 1 };
}

static void up_to_1024_parts_make_one_message(void **state)
{
	static const unsigned int counts[] = { 1, 2, 8, 9, 1023, 1024 };
	struct synchmess_out out = { .data = user(parts) };
	struct synchmess_in in = { .data = user(parts) };
	char from[UIO_MAXIOV], to[UIO_MAXIOV];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(from); i++)
		from[i] = i * 7;
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		out.parts = counts[i];
		in.parts = counts[i];
		cut(from, counts[i]);
		assert_int_equal(batch_send(fd, &out, 1, 0), 1);
		memset(to, 0, sizeof(to));
		cut(to, counts[i]);
		assert_int_equal(batch_receive(fd, &in, 1, SYNCHMESS_WHOLE), 1);
		assert_int_equal(in.length, counts[i]);
		assert_memory_equal(from, to, counts[i]);
	}
}

static void bad_parts_are_refused(void **state)
{
	struct synchmess_out out = { .data = user(parts), .parts = UIO_MAXIOV + 1 };
	char byte = 'x';

	(void)state;
	cut(&byte, 1);
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	out.parts = UINT32_MAX;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	out.parts = 1;
	out.size = 1;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	out.size = 0;
	parts[0].iov_len = -1;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	parts[0] = (struct iovec){ memory_bad(), 1 };
	assert_fails(batch_send(fd, &out, 1, 0), EFAULT);
	out.data = user(memory_bad());
	assert_fails(batch_send(fd, &out, 1, 0), EFAULT);
	batch_expect_books(fd, 0, 0, 0);
}

static void bad_parts_of_a_reader_leave_the_message(void **state)
{
	struct synchmess_in in = { .data = user(parts), .parts = 2 };
	char got[8];

	(void)state;
	batch_send_text(fd, "hello", 0, 0, 0);
	parts[0] = (struct iovec){ got, 2 };
	parts[1] = (struct iovec){ memory_bad(), 3 };
	assert_fails(batch_receive(fd, &in, 1, 0), EFAULT);
	in.size = 1;
	assert_fails(batch_receive(fd, &in, 1, 0), EINVAL);
	in = (struct synchmess_in){ .data = user(parts), .parts = UIO_MAXIOV + 1 };
	assert_fails(batch_receive(fd, &in, 1, 0), EINVAL);
	batch_expect_books(fd, 1, 0, 5);
	batch_expect(fd, "hello");
}

static void parts_are_held_to_the_size_limit_together(void **state)
{
	struct synchmess_out out = { .data = user(parts), .parts = 2 };
	static char bytes[40000];

	(void)state;
	parts[0] = (struct iovec){ bytes, sizeof(bytes) };
	parts[1] = parts[0];
	assert_fails(batch_send(fd, &out, 1, 0), EMSGSIZE);
	parts[1].iov_len = 65536 - sizeof(bytes);
	assert_int_equal(batch_send(fd, &out, 1, 0), 1);
	batch_expect_books(fd, 1, 0, 65536);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_GROUP(numbers_and_places_ascend_in_the_order_of_acceptance),
	TEST_WITH_GROUP(a_tag_arrives_as_it_was_sent),
	TEST_WITH_GROUP(higher_priorities_come_first_and_within_one_the_older),
	TEST_WITH_GROUP(a_priority_out_of_range_is_refused),
	TEST_WITH_GROUP(a_message_of_no_bytes_is_a_message),
	TEST_WITH_GROUP(a_short_buffer_gets_the_beginning_and_the_rest_is_gone),
	TEST_WITH_GROUP(whole_leaves_what_does_not_fit_and_tells_its_length),
	TEST_WITH_GROUP(both_interfaces_share_a_group),
	TEST_WITH_GROUP(a_message_of_no_bytes_reads_as_nothing_and_is_taken),
	TEST_WITH_GROUP(up_to_1024_parts_make_one_message),
	TEST_WITH_GROUP(bad_parts_are_refused),
	TEST_WITH_GROUP(bad_parts_of_a_reader_leave_the_message),
	TEST_WITH_GROUP(parts_are_held_to_the_size_limit_together),
};

int main(void)
{
	return RUN_SUITE("second: messages", tests);
}
