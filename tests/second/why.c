// SPDX-License-Identifier: GPL-2.0
/* Settings, the ledger, and which limit refused a call. */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/lease.h"
#include "harness/memory.h"
#include "harness/own_group.h"
#include "harness/parameters.h"
#include "harness/quota.h"
#include "harness/signals.h"
#include "harness/suite.h"
#include "harness/task.h"
#include "harness/user.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void set(struct synchmess_settings settings)
{
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
}

static struct synchmess_why why(int file)
{
	struct synchmess_why told;

	memset(&told, 0x5a, sizeof(told));
	assert_ok(ioctl(file, SYNCHMESS_WHY, &told));
	return told;
}

static void expect_why(int error, unsigned int rule, uint64_t value, uint64_t bound)
{
	struct synchmess_why told = why(fd);

	assert_int_equal(told.error, error);
	assert_int_equal(told.rule, rule);
	assert_int_equal(told.value, value);
	assert_int_equal(told.bound, bound);
	assert_int_equal(told.tid, gettid());
}

/* ---- settings */

static void settings_hold_at_once_and_are_shown(void **state)
{
	static const struct synchmess_settings settings = {
		.max_message_size = 10, .max_storage_size = 100, .max_messages = 5,
		.full = SYNCHMESS_FULL_FAIL, .empty = SYNCHMESS_EMPTY_AGAIN
	};
	struct synchmess_stat stat;

	(void)state;
	set(settings);
	stat = batch_stat(fd);
	assert_int_equal(stat.max_message_size, 10);
	assert_int_equal(stat.max_storage_size, 100);
	assert_int_equal(stat.max_messages, 5);
	assert_int_equal(stat.full, SYNCHMESS_FULL_FAIL);
	assert_int_equal(stat.empty, SYNCHMESS_EMPTY_AGAIN);
}

static void zero_is_the_default_and_leaves_the_rules(void **state)
{
	struct synchmess_stat before = batch_stat(fd), after;

	(void)state;
	assert_int_equal(before.full, SYNCHMESS_FULL_BLOCK);
	assert_int_equal(before.empty, SYNCHMESS_EMPTY_BLOCK);
	assert_true(before.max_messages == UINT64_MAX);
	set((struct synchmess_settings){
		.max_message_size = 1, .max_messages = 1, .max_storage_size = 1 });
	set((struct synchmess_settings){ });
	after = batch_stat(fd);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(after.max_message_size, 65536);
}

static void settings_out_of_range_change_nothing(void **state)
{
	static const struct synchmess_settings bad[] = {
		{ .max_message_size = SYNCHMESS_MAX_MESSAGE_SIZE + 1 },
		{ .max_storage_size = 1ull << 63 }, { .max_messages = UINT64_MAX },
		{ .full = 4 }, { .empty = 4 }, { .full = UINT32_MAX }, { .empty = UINT32_MAX },
		{ .max_messages = 3, .full = 9 },
	};
	struct synchmess_stat before = batch_stat(fd), after;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_fails(ioctl(fd, SYNCHMESS_SET, &bad[i]), EINVAL);
	after = batch_stat(fd);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void only_who_has_both_directions_may_set(void **state)
{
	struct synchmess_settings settings = { };
	int reader = batch_open(fd, O_RDONLY), writer = batch_open(fd, O_WRONLY);

	(void)state;
	assert_fails(ioctl(reader, SYNCHMESS_SET, &settings), EBADF);
	assert_fails(ioctl(writer, SYNCHMESS_SET, &settings), EBADF);
	close(reader);
	close(writer);
}

static void each_fate_is_in_the_ledger(void **state)
{
	struct synchmess_stat stat;

	(void)state;
	set((struct synchmess_settings){ .max_messages = 4, .full = SYNCHMESS_FULL_DROP_OLDEST });
	batch_send_text(fd, "received", 7, 0, 0);
	batch_expect(fd, "received");
	batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, batch_send_text(fd, "revoked", 0, 0, 0));
	batch_send_text(fd, "expires", 0, 0, MS);
	batch_await_expired(fd, 1);
	batch_send_text(fd, "overwritten", 0, 0, 0);
	batch_send_text(fd, "ready", 1, 0, 0);
	batch_send_text(fd, "ready", 1, 0, 0);
	batch_send_text(fd, "delayed", 1, HOUR, 0);
	batch_send_text(fd, "ready", 1, 0, 0);
	stat = batch_stat(fd);
	assert_int_equal(stat.sent, 8);
	assert_int_equal(stat.delivered, 1);
	assert_int_equal(stat.revoked, 1);
	assert_int_equal(stat.expired, 1);
	assert_int_equal(stat.overwritten, 1);
	assert_int_equal(stat.dropped, 0);
	batch_expect_books(fd, 3, 1, 22);
	group_expect_books(stat.descriptor, 3, 1, 1, 22);
	assert_int_equal(group_get(stat.descriptor, "statistics/expired"), 1);
}

/* ---- why */

static void nothing_has_failed_at_first(void **state)
{
	struct synchmess_why told = why(fd);

	(void)state;
	assert_int_equal(told.error, 0);
	assert_int_equal(told.rule, SYNCHMESS_WHY_NONE);
	assert_int_equal(told.value, 0);
	assert_int_equal(told.bound, 0);
	assert_int_equal(told.tid, 0);
	assert_true(told.uid == UINT32_MAX);
}

static void a_message_that_is_too_long_tells_the_longest(void **state)
{
	struct synchmess_out out = batch_text("hello");

	(void)state;
	set((struct synchmess_settings){ .max_message_size = 4 });
	assert_fails(batch_send(fd, &out, 1, 0), EMSGSIZE);
	expect_why(EMSGSIZE, SYNCHMESS_WHY_MESSAGE_SIZE, 5, 4);
	assert_true(why(fd).uid == UINT32_MAX);
	assert_fails(write(fd, "longer", 6), EMSGSIZE);
	expect_why(EMSGSIZE, SYNCHMESS_WHY_MESSAGE_SIZE, 6, 4);
}

static void a_full_storage_tells_what_is_stored(void **state)
{
	struct synchmess_out out = batch_text("hello");

	(void)state;
	set((struct synchmess_settings){ .max_storage_size = 7, .full = SYNCHMESS_FULL_FAIL });
	batch_send_text(fd, "abc", 0, 0, 0);
	assert_fails(batch_send(fd, &out, 1, 0), ENOSPC);
	expect_why(ENOSPC, SYNCHMESS_WHY_STORAGE, 3, 7);
	set((struct synchmess_settings){ .max_storage_size = 7, .full = SYNCHMESS_FULL_BLOCK });
	assert_fails(batch_send(fd, &out, 1, SYNCHMESS_NOWAIT), EAGAIN);
	expect_why(EAGAIN, SYNCHMESS_WHY_STORAGE, 3, 7);
	assert_fails(write(fd, "way too much", 12), EMSGSIZE);
	expect_why(EMSGSIZE, SYNCHMESS_WHY_STORAGE, 3, 7);
}

static void a_full_length_tells_how_many_there_are(void **state)
{
	struct synchmess_out out = batch_text("hello");

	(void)state;
	set((struct synchmess_settings){ .max_messages = 2, .full = SYNCHMESS_FULL_FAIL });
	batch_send_text(fd, "abc", 0, 0, 0);
	batch_send_text(fd, "abc", 0, HOUR, 0);
	assert_fails(batch_send(fd, &out, 1, 0), ENOSPC);
	expect_why(ENOSPC, SYNCHMESS_WHY_MESSAGES, 2, 2);
}

static void a_full_module_tells_its_bound(void **state)
{
	long before = parameter_get("max_total_size"), charged = quota_charged();
	struct synchmess_out out = batch_text("hello");
	int error;

	(void)state;
	parameter_set("max_total_size", charged / 2);
	errno = 0;
	batch_send(fd, &out, 1, 0);
	error = errno;
	parameter_set("max_total_size", before);
	assert_int_equal(error, ENOSPC);
	expect_why(ENOSPC, SYNCHMESS_WHY_MEMORY, 0, charged / 2);
}

static void a_share_that_is_used_up_tells_whose(void **state)
{
	long before = parameter_get("max_total_size"), charged = quota_charged();
	struct synchmess_out out = batch_text("x");
	struct synchmess_why told;
	int theirs, error;

	(void)state;
	theirs = group_open_as(ALICE, false, batch_stat(fd).descriptor, O_RDWR);
	parameter_set("max_total_size", charged);
	errno = 0;
	batch_send(theirs, &out, 1, 0);
	error = errno;
	parameter_set("max_total_size", before);
	assert_int_equal(error, EDQUOT);
	told = why(theirs);
	assert_int_equal(told.error, EDQUOT);
	assert_int_equal(told.rule, SYNCHMESS_WHY_USER_MEMORY);
	assert_int_equal(told.value, 0);
	assert_int_equal(told.bound, charged * parameter_get("user_share") / 100);
	assert_int_equal(told.uid, ALICE);
	close(theirs);
}

static void other_errors_have_no_rule(void **state)
{
	struct synchmess_out out = batch_text("hello");
	struct synchmess_in in = { };

	(void)state;
	out.priority = 8;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	expect_why(EINVAL, SYNCHMESS_WHY_NONE, 0, 0);
	assert_true(why(fd).uid == UINT32_MAX);
	assert_fails(write(fd, memory_bad(), 5), EFAULT);
	expect_why(EFAULT, SYNCHMESS_WHY_NONE, 0, 0);
	assert_fails(batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT), EAGAIN);
	expect_why(EAGAIN, SYNCHMESS_WHY_NONE, 0, 0);
	assert_fails(batch_receive_until(fd, &in, 0, 1), ETIMEDOUT);
	expect_why(ETIMEDOUT, SYNCHMESS_WHY_NONE, 0, 0);
	assert_fails(lease_settle_one(fd, SYNCHMESS_ACK, 1, 0), ESTALE);
	expect_why(ESTALE, SYNCHMESS_WHY_NONE, 0, 0);
	assert_fails(lease_settle(fd, SYNCHMESS_ACK, memory_bad(), 1, 0), EFAULT);
	expect_why(EFAULT, SYNCHMESS_WHY_NONE, 0, 0);
	assert_fails(lease_set_retries(fd, 1, fd), EINVAL);
	expect_why(EINVAL, SYNCHMESS_WHY_NONE, 0, 0);
}

static void a_batch_that_is_wrong_itself_is_an_error_too(void **state)
{
	struct synchmess_out out = batch_text("hello");
	struct synchmess_in in = { };

	(void)state;
	assert_fails(batch_send(fd, &out, 0, 0), EINVAL);
	expect_why(EINVAL, SYNCHMESS_WHY_NONE, 0, 0);
	assert_fails(ioctl(fd, SYNCHMESS_SEND, NULL), EFAULT);
	expect_why(EFAULT, SYNCHMESS_WHY_NONE, 0, 0);
	assert_fails(batch_receive(fd, &in, 0, 0), EINVAL);
	expect_why(EINVAL, SYNCHMESS_WHY_NONE, 0, 0);
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, NULL), EFAULT);
	expect_why(EFAULT, SYNCHMESS_WHY_NONE, 0, 0);
}

static void what_succeeds_leaves_the_memory_of_what_failed(void **state)
{
	struct synchmess_out out = batch_text("hello");

	(void)state;
	out.priority = 8;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	batch_send_text(fd, "x", 0, 0, 0);
	batch_expect(fd, "x");
	expect_why(EINVAL, SYNCHMESS_WHY_NONE, 0, 0);
}

static void each_open_file_has_a_memory_of_its_own(void **state)
{
	struct synchmess_out out = batch_text("hello");
	int other = batch_open(fd, O_RDWR);

	(void)state;
	out.priority = 8;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	assert_int_equal(why(other).error, 0);
	assert_fails(batch_send(other, &out, 0, 0), EINVAL);
	close(other);
}

static long send_anything(void *argument)
{
	struct synchmess_out out = batch_text(argument);

	return batch_send(fd, &out, 1, 0);
}

static void the_thread_that_was_refused_is_named(void **state)
{
	static struct task task;
	static const char text[] = "hello";
	struct synchmess_why told;

	(void)state;
	signals_install();
	set((struct synchmess_settings){ .max_messages = 1 });
	batch_send_text(fd, "x", 0, 0, 0);
	task_start(&task, send_anything, (void *)text);
	task_await_asleep(&task, SYS_ioctl);
	task_signal(&task, INTERRUPTS);
	task_expect(&task, -1, EINTR);
	told = why(fd);
	assert_int_equal(told.tid, task.tid);
	assert_int_equal(told.error, EINTR);
	assert_int_equal(told.rule, SYNCHMESS_WHY_MESSAGES);
}

static long receive_anything(void *argument)
{
	struct synchmess_in in = { };

	(void)argument;
	return batch_receive(fd, &in, 1, 0);
}

static void an_interrupted_receive_is_told_as_the_program_saw_it(void **state)
{
	static struct task task;

	(void)state;
	signals_install();
	task_start(&task, receive_anything, NULL);
	task_await_asleep(&task, SYS_ioctl);
	task_signal(&task, INTERRUPTS);
	task_expect(&task, -1, EINTR);
	assert_int_equal(why(fd).error, EINTR);
}

static void the_limits_that_are_built_in_can_be_asked_for(void **state)
{
	struct synchmess_query query;

	(void)state;
	memset(&query, 0x5a, sizeof(query));
	assert_ok(ioctl(fd, SYNCHMESS_QUERY, &query));
	assert_true(query.features & SYNCHMESS_FEATURE_MESSAGES);
	assert_int_equal(query.max_message_size, SYNCHMESS_MAX_MESSAGE_SIZE);
	assert_int_equal(query.max_descriptor, SYNCHMESS_MAX_DESCRIPTOR);
	assert_int_equal(query.max_batch, SYNCHMESS_MAX_BATCH);
	assert_int_equal(query.max_parts, 1024);
	assert_int_equal(query.priorities, SYNCHMESS_PRIORITIES);
	assert_int_equal(query.group_name_max, SYNCHMESS_GROUP_NAME_MAX);
	assert_int_equal(query.mailbox_name_max, SYNCHMESS_MAILBOX_NAME_MAX);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_GROUP(settings_hold_at_once_and_are_shown),
	TEST_WITH_GROUP(zero_is_the_default_and_leaves_the_rules),
	TEST_WITH_GROUP(settings_out_of_range_change_nothing),
	TEST_WITH_GROUP(only_who_has_both_directions_may_set),
	TEST_WITH_GROUP(each_fate_is_in_the_ledger),
	TEST_WITH_GROUP(nothing_has_failed_at_first),
	TEST_WITH_GROUP(a_message_that_is_too_long_tells_the_longest),
	TEST_WITH_GROUP(a_full_storage_tells_what_is_stored),
	TEST_WITH_GROUP(a_full_length_tells_how_many_there_are),
	TEST_WITH_GROUP(a_full_module_tells_its_bound),
	TEST_WITH_GROUP(a_share_that_is_used_up_tells_whose),
	TEST_WITH_GROUP(other_errors_have_no_rule),
	TEST_WITH_GROUP(a_batch_that_is_wrong_itself_is_an_error_too),
	TEST_WITH_GROUP(what_succeeds_leaves_the_memory_of_what_failed),
	TEST_WITH_GROUP(each_open_file_has_a_memory_of_its_own),
	TEST_WITH_GROUP(the_thread_that_was_refused_is_named),
	TEST_WITH_GROUP(an_interrupted_receive_is_told_as_the_program_saw_it),
	TEST_WITH_GROUP(the_limits_that_are_built_in_can_be_asked_for),
};

int main(void)
{
	return RUN_SUITE("second: why", tests);
}
