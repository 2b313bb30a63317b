// SPDX-License-Identifier: GPL-2.0
/* Delay, lifetime, deadlines, and who waits. */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/own_group.h"
#include "harness/signals.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct synchmess_settings narrow(unsigned int full)
{
	return (struct synchmess_settings){ .max_messages = 1, .full = full };
}

static void set(struct synchmess_settings settings)
{
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
}

/* ---- delay and lifetime */

static void what_is_delayed_comes_when_it_is_due(void **state)
{
	struct synchmess_in in;
	char got[8] = "";

	(void)state;
	batch_send_text(fd, "third", 0, HOUR, 0);
	batch_send_text(fd, "second", 0, 40 * MS, 0);
	batch_send_text(fd, "first", 0, 20 * MS, 0);
	batch_expect_books(fd, 0, 3, 16);
	in = batch_into(got, sizeof(got));
	assert_int_equal(batch_receive(fd, &in, 1, 0), 1);
	assert_string_equal(got, "first");
	assert_int_equal(batch_receive(fd, &in, 1, 0), 1);
	assert_string_equal(got, "second");
	batch_expect_none(fd);
	batch_expect_books(fd, 0, 1, 5);
}

static void equal_delays_keep_the_order_of_sending(void **state)
{
	struct synchmess_in in;
	char text[16];
	uint64_t i;

	(void)state;
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "%u", (unsigned int)i);
		batch_send_text(fd, text, 0, HOUR, 0);
	}
	assert_ok(fsync(fd));
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "%u", (unsigned int)i);
		in = batch_expect(fd, text);
		assert_int_equal(in.sequence, i + 1);
	}
}

static void the_delay_of_write_does_not_apply(void **state)
{
	(void)state;
	group_set_delay(fd, 3600000);
	batch_send_text(fd, "now", 0, 0, 0);
	group_send(fd, "later");
	batch_expect(fd, "now");
	batch_expect_none(fd);
	batch_expect_books(fd, 0, 1, 5);
}

static void a_lifetime_that_ends_before_the_delay_is_refused(void **state)
{
	struct synchmess_out out = { .delay = 10, .lifetime = 10 };

	(void)state;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	out.lifetime = 9;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	out.delay = 1ull << 63;
	out.lifetime = 0;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	out.delay = 0;
	out.lifetime = 1ull << 63;
	assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
	batch_expect_books(fd, 0, 0, 0);
	out.delay = INT64_MAX - 1;
	out.lifetime = INT64_MAX;
	assert_int_equal(batch_send(fd, &out, 1, 0), 1);
	out.delay = INT64_MAX;
	out.lifetime = 0;
	assert_int_equal(batch_send(fd, &out, 1, 0), 1);
	batch_expect_books(fd, 0, 2, 0);
	assert_ok(fsync(fd));
	batch_expect(fd, "");
	batch_expect(fd, "");
}

/* The clock is asked, so that a slow machine cannot make this fail. */
static void what_has_expired_is_never_received(void **state)
{
	uint64_t end;

	(void)state;
	batch_send_text(fd, "short", 7, 0, 5 * MS);
	end = now_ns() + 5 * MS;
	batch_send_text(fd, "long", 0, 0, HOUR);
	while (now_ns() < end)
		;
	batch_expect(fd, "long");
	batch_expect_none(fd);
	assert_int_equal(batch_stat(fd).expired, 1);
	batch_expect_books(fd, 0, 0, 0);
}

static void room_is_given_back_without_a_reader(void **state)
{
	(void)state;
	batch_send_text(fd, "mayfly", 3, 0, 5 * MS);
	batch_await_expired(fd, 1);
	batch_expect_books(fd, 0, 0, 0);
}

static void a_delayed_message_can_expire_once_it_is_published(void **state)
{
	(void)state;
	/* The first is due when the second expires, however slow the machine is. */
	batch_send_text(fd, "long", 0, 5 * MS, HOUR);
	batch_send_text(fd, "short", 0, 5 * MS, 6 * MS);
	batch_await_expired(fd, 1);
	batch_expect(fd, "long");
	batch_expect_books(fd, 0, 0, 0);
}

static void a_flush_does_not_prolong_a_life(void **state)
{
	(void)state;
	batch_send_text(fd, "short", 0, 50 * MS, 51 * MS);
	assert_ok(fsync(fd));
	batch_await_expired(fd, 1);
	batch_expect_none(fd);
}

static void many_expire_at_once(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		batch_send_text(fd, "x", i % 8, 0, 200 * MS);
	batch_send_text(fd, "stays", 0, 0, 0);
	batch_await_expired(fd, 1000);
	batch_expect(fd, "stays");
	batch_expect_books(fd, 0, 0, 0);
}

static long send_text(void *argument)
{
	struct synchmess_out out = batch_text(argument);

	return batch_send(fd, &out, 1, 0);
}

static void an_expiry_makes_room_for_who_waits(void **state)
{
	static struct task task;
	static const char text[] = "next";

	(void)state;
	set(narrow(SYNCHMESS_FULL_BLOCK));
	batch_send_text(fd, "mayfly", 0, 0, 100 * MS);
	task_start(&task, send_text, (void *)text);
	task_expect(&task, 1, 0);
	assert_int_equal(batch_stat(fd).expired, 1);
	batch_expect(fd, "next");
}

/* ---- deadlines of a reader */

static struct task reader;
static struct synchmess_in got;
static char bytes[TEXT_MAX];
static uint64_t until;

static long receive(void *argument)
{
	unsigned int *flags = argument;

	memset(bytes, 0, sizeof(bytes));
	got = batch_into(bytes, sizeof(bytes) - 1);
	return batch_receive_until(fd, &got, flags ? *flags : 0, until);
}

static void start_reader(uint64_t deadline)
{
	until = deadline;
	task_start(&reader, receive, NULL);
	task_await_asleep(&reader, SYS_ioctl);
}

static void a_deadline_in_the_past_times_out_at_once(void **state)
{
	struct synchmess_in in = { };

	(void)state;
	assert_fails(batch_receive_until(fd, &in, 0, 1), ETIMEDOUT);
	assert_fails(batch_receive_until(fd, &in, 0, now_ns()), ETIMEDOUT);
	assert_fails(batch_receive_until(fd, &in, SYNCHMESS_PEEK, 1), ETIMEDOUT);
	/* What is there is received nevertheless. */
	batch_send_text(fd, "x", 0, 0, 0);
	assert_int_equal(batch_receive_until(fd, &in, SYNCHMESS_PEEK, 1), 1);
	assert_int_equal(batch_receive_until(fd, &in, 0, 1), 1);
}

static void a_deadline_in_the_future_is_waited_for(void **state)
{
	uint64_t deadline = now_ns() + 30 * MS;
	struct synchmess_in in = { };

	(void)state;
	assert_fails(batch_receive_until(fd, &in, 0, deadline), ETIMEDOUT);
	assert_true(now_ns() >= deadline);
	deadline = now_ns() + 30 * MS;
	assert_fails(batch_receive_until(fd, &in, SYNCHMESS_PEEK, deadline), ETIMEDOUT);
	assert_true(now_ns() >= deadline);
}

static void a_message_ends_the_wait(void **state)
{
	(void)state;
	start_reader(now_ns() + HOUR);
	batch_send_text(fd, "come", 0, 0, 0);
	task_expect(&reader, 1, 0);
	assert_string_equal(bytes, "come");
}

static void a_restarted_wait_has_the_same_deadline(void **state)
{
	uint64_t deadline = now_ns() + 300 * MS;

	(void)state;
	signals_install();
	until = deadline;
	task_start(&reader, receive, NULL);
	while (now_ns() < deadline - 20 * MS) {
		task_signal(&reader, RESTARTS);
		usleep(1000);
	}
	task_expect(&reader, -1, ETIMEDOUT);
	assert_true(now_ns() >= deadline);
	assert_true(now_ns() < deadline + 10 * SECOND);
	assert_true(signals_handled > 0);
}

static void a_signal_ends_the_wait(void **state)
{
	(void)state;
	signals_install();
	start_reader(0);
	task_signal(&reader, INTERRUPTS);
	task_expect(&reader, -1, EINTR);
	batch_send_text(fd, "x", 0, 0, 0);
	batch_expect(fd, "x");
}

static void nobody_waits_without_leave(void **state)
{
	struct synchmess_in in = { };
	struct synchmess_settings rule = { .empty = SYNCHMESS_EMPTY_AGAIN };
	int other = batch_open(fd, O_RDWR | O_NONBLOCK);

	(void)state;
	assert_fails(batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT), EAGAIN);
	assert_fails(batch_receive(fd, &in, 1, SYNCHMESS_NOWAIT | SYNCHMESS_PEEK), EAGAIN);
	assert_fails(batch_receive(other, &in, 1, 0), EAGAIN);
	assert_fails(batch_receive_until(other, &in, 0, now_ns() + HOUR), EAGAIN);
	set(rule);
	assert_fails(batch_receive_until(fd, &in, 0, now_ns() + HOUR), EAGAIN);
	rule.empty = SYNCHMESS_EMPTY_EOF;
	set(rule);
	assert_fails(batch_receive_until(fd, &in, SYNCHMESS_PEEK, now_ns() + HOUR), EAGAIN);
	close(other);
}

static void a_changed_rule_answers_who_waits(void **state)
{
	struct synchmess_settings rule = { .empty = SYNCHMESS_EMPTY_AGAIN };

	(void)state;
	start_reader(0);
	set(rule);
	task_expect(&reader, -1, EAGAIN);
}

/* ---- a full queue */

static struct task writer;
static uint64_t writer_until;

static long send_until(void *argument)
{
	struct synchmess_out out = batch_text(argument);
	struct synchmess_batch batch = {
		.count = 1, .message_size = sizeof(out), .messages = user(&out),
		.deadline = writer_until,
	};

	return ioctl(fd, SYNCHMESS_SEND, &batch);
}

static const char second[] = "second", third[] = "third";

static void start_writer(struct task *task, const char *text, uint64_t deadline)
{
	writer_until = deadline;
	task_start(task, send_until, (void *)text);
	task_await_asleep(task, SYS_ioctl);
}

static void a_full_queue_does_what_its_rule_says(void **state)
{
	struct synchmess_out out = batch_text("second");
	int other = batch_open(fd, O_RDWR | O_NONBLOCK);

	(void)state;
	set(narrow(SYNCHMESS_FULL_FAIL));
	batch_send_text(fd, "first", 0, 0, 0);
	assert_fails(batch_send(fd, &out, 1, 0), ENOSPC);
	set(narrow(SYNCHMESS_FULL_BLOCK));
	assert_fails(batch_send(fd, &out, 1, SYNCHMESS_NOWAIT), EAGAIN);
	assert_fails(batch_send(other, &out, 1, 0), EAGAIN);
	set(narrow(SYNCHMESS_FULL_DROP_OLDEST));
	assert_int_equal(batch_send(fd, &out, 1, 0), 1);
	batch_expect(fd, "second");
	assert_int_equal(batch_stat(fd).overwritten, 1);
	batch_expect_books(fd, 0, 0, 0);
	close(other);
}

static void a_sender_waits_until_his_deadline(void **state)
{
	uint64_t deadline;

	(void)state;
	set(narrow(SYNCHMESS_FULL_BLOCK));
	batch_send_text(fd, "first", 0, 0, 0);
	writer_until = 1;
	assert_fails(send_until((void *)second), ETIMEDOUT);
	deadline = now_ns() + 30 * MS;
	writer_until = deadline;
	assert_fails(send_until((void *)second), ETIMEDOUT);
	assert_true(now_ns() >= deadline);
	batch_expect_books(fd, 1, 0, 5);
}

static void senders_wait_in_the_order_of_coming(void **state)
{
	static struct task other;

	(void)state;
	set(narrow(SYNCHMESS_FULL_BLOCK));
	batch_send_text(fd, "first", 0, 0, 0);
	start_writer(&writer, second, 0);
	start_writer(&other, third, now_ns() + HOUR);
	batch_expect(fd, "first");
	task_expect(&writer, 1, 0);
	batch_expect(fd, "second");
	task_expect(&other, 1, 0);
	batch_expect(fd, "third");
	batch_expect_books(fd, 0, 0, 0);
}

static void a_waiting_send_restarts_with_the_same_deadline(void **state)
{
	uint64_t deadline = now_ns() + 300 * MS;

	(void)state;
	signals_install();
	set(narrow(SYNCHMESS_FULL_BLOCK));
	batch_send_text(fd, "first", 0, 0, 0);
	start_writer(&writer, second, deadline);
	while (now_ns() < deadline - 20 * MS) {
		task_signal(&writer, RESTARTS);
		usleep(1000);
	}
	task_expect(&writer, -1, ETIMEDOUT);
	assert_true(now_ns() >= deadline);
	assert_true(signals_handled > 0);
	start_writer(&writer, second, 0);
	task_signal(&writer, INTERRUPTS);
	task_expect(&writer, -1, EINTR);
	batch_expect_books(fd, 1, 0, 5);
}

static void who_could_never_fit_does_not_wait(void **state)
{
	struct synchmess_settings settings = {
		.max_storage_size = 4, .full = SYNCHMESS_FULL_BLOCK
	};
	struct synchmess_out out = batch_text("hello");

	(void)state;
	set(settings);
	assert_fails(batch_send(fd, &out, 1, 0), EMSGSIZE);
	settings.full = SYNCHMESS_FULL_DROP_OLDEST;
	set(settings);
	batch_send_text(fd, "old", 0, 0, 0);
	assert_fails(batch_send(fd, &out, 1, 0), ENOSPC);
	batch_expect(fd, "old");
}

static void what_matters_least_is_overwritten_first(void **state)
{
	struct synchmess_settings settings = {
		.max_messages = 4, .full = SYNCHMESS_FULL_DROP_OLDEST
	};

	(void)state;
	set(settings);
	batch_send_text(fd, "high", 5, 0, 0);
	batch_send_text(fd, "low 1", 1, 0, 0);
	batch_send_text(fd, "low 2", 1, 0, 0);
	batch_send_text(fd, "delayed", 0, HOUR, 0);
	batch_send_text(fd, "new", 0, 0, 0);	/* instead of low 1 */
	batch_send_text(fd, "newer", 0, 0, 0);	/* instead of new */
	batch_expect(fd, "high");
	batch_expect(fd, "low 2");
	batch_expect(fd, "newer");
	assert_int_equal(batch_stat(fd).overwritten, 2);
	batch_expect_books(fd, 0, 1, 7);
}

/* ---- limits and rules that change while somebody waits */

static void a_changed_rule_answers_the_sender_in_line(void **state)
{
	(void)state;
	set(narrow(SYNCHMESS_FULL_BLOCK));
	batch_send_text(fd, "first", 0, 0, 0);
	start_writer(&writer, second, 0);
	set(narrow(SYNCHMESS_FULL_FAIL));
	task_expect(&writer, -1, ENOSPC);
	set(narrow(SYNCHMESS_FULL_BLOCK));
	start_writer(&writer, second, 0);
	set(narrow(SYNCHMESS_FULL_DROP_OLDEST));
	task_expect(&writer, 1, 0);
	batch_expect(fd, "second");
}

static void a_raised_limit_serves_those_who_fit(void **state)
{
	struct synchmess_settings more = { .max_messages = 2 };

	(void)state;
	set(narrow(SYNCHMESS_FULL_BLOCK));
	batch_send_text(fd, "first", 0, 0, 0);
	start_writer(&writer, second, 0);
	set(more);
	task_expect(&writer, 1, 0);
	batch_expect(fd, "first");
	batch_expect(fd, "second");
}

static long send_three(void *argument)
{
	struct synchmess_out *out = argument;

	return batch_send(fd, out, 3, 0);
}

/* The second waits while the limit sinks below its size. */
static void a_lowered_limit_holds_for_what_is_accepted_later(void **state)
{
	static struct synchmess_out out[3];
	struct synchmess_settings settings = narrow(SYNCHMESS_FULL_BLOCK);

	(void)state;
	set(settings);
	out[0] = batch_text("first");
	out[1] = batch_text("second");
	out[2] = batch_text("third");
	task_start(&writer, send_three, out);
	task_await_asleep(&writer, SYS_ioctl);
	settings.max_message_size = 5;
	set(settings);
	batch_expect(fd, "first");
	task_expect(&writer, 1, 0);
	batch_expect_books(fd, 0, 0, 0);
}

static void a_lowered_limit_leaves_the_next_in_line_his_turn(void **state)
{
	static struct task other;
	static const char small[] = "small";
	struct synchmess_settings settings = narrow(SYNCHMESS_FULL_BLOCK);

	(void)state;
	set(settings);
	batch_send_text(fd, "first", 0, 0, 0);
	start_writer(&writer, second, 0);
	start_writer(&other, small, 0);
	settings.max_message_size = 5;
	set(settings);
	batch_expect(fd, "first");
	task_expect(&writer, -1, EMSGSIZE);
	task_expect(&other, 1, 0);
	batch_expect(fd, "small");
	batch_expect_books(fd, 0, 0, 0);
}

/* ---- peek */

static void a_peek_disturbs_nothing(void **state)
{
	struct synchmess_in in;
	int i;

	(void)state;
	batch_send_text(fd, "low", 1, 0, 0);
	batch_send_text(fd, "high", 2, 0, 0);
	batch_send_text(fd, "low too", 1, 0, 0);
	for (i = 0; i < 3; i++) {
		memset(bytes, 0, sizeof(bytes));
		in = batch_into(bytes, sizeof(bytes));
		assert_int_equal(batch_receive(fd, &in, 1, SYNCHMESS_PEEK), 1);
		assert_string_equal(bytes, "high");
		assert_int_equal(in.deliveries, 0);
		batch_expect_books(fd, 3, 0, 14);
	}
	assert_int_equal(batch_stat(fd).delivered, 0);
	batch_expect(fd, "high");
	batch_expect(fd, "low");
	batch_expect(fd, "low too");
}

static void a_peek_is_for_one_message(void **state)
{
	struct synchmess_in in[2] = { };

	(void)state;
	batch_send_text(fd, "x", 0, 0, 0);
	assert_fails(batch_receive(fd, in, 2, SYNCHMESS_PEEK), EINVAL);
	batch_expect(fd, "x");
}

static void a_peek_can_insist_on_the_whole(void **state)
{
	struct synchmess_in in = batch_into(bytes, 2);

	(void)state;
	batch_send_text(fd, "hello", 0, 0, 0);
	assert_fails(batch_receive(fd, &in, 1, SYNCHMESS_PEEK | SYNCHMESS_WHOLE), EMSGSIZE);
	assert_int_equal(in.length, 5);
	in.size = 2;
	assert_int_equal(batch_receive(fd, &in, 1, SYNCHMESS_PEEK), 1);
	batch_expect(fd, "hello");
}

static long peek(void *argument)
{
	struct synchmess_in in = { };

	(void)argument;
	return batch_receive(fd, &in, 1, SYNCHMESS_PEEK);
}

/* In either order of coming: who peeks passes on what he was woken for. */
static void a_waiting_peek_takes_nothing_from_a_waiting_reader(void **state)
{
	static struct task looker;
	int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		if (i % 2)
			start_reader(0);
		task_start(&looker, peek, NULL);
		task_await_asleep(&looker, SYS_ioctl);
		if (!(i % 2))
			start_reader(0);
		batch_send_text(fd, "x", 0, 0, 0);
		task_expect(&reader, 1, 0);
		assert_string_equal(bytes, "x");
		/* The reader may have been faster. */
		batch_send_text(fd, "y", 0, 0, 0);
		task_expect(&looker, 1, 0);
		batch_expect(fd, "y");
	}
	batch_expect_books(fd, 0, 0, 0);
}

static const struct CMUnitTest tests[] = {
	TEST_WITH_GROUP(what_is_delayed_comes_when_it_is_due),
	TEST_WITH_GROUP(equal_delays_keep_the_order_of_sending),
	TEST_WITH_GROUP(the_delay_of_write_does_not_apply),
	TEST_WITH_GROUP(a_lifetime_that_ends_before_the_delay_is_refused),
	TEST_WITH_GROUP(what_has_expired_is_never_received),
	TEST_WITH_GROUP(room_is_given_back_without_a_reader),
	TEST_WITH_GROUP(a_delayed_message_can_expire_once_it_is_published),
	TEST_WITH_GROUP(a_flush_does_not_prolong_a_life),
	TEST_WITH_GROUP(many_expire_at_once),
	TEST_WITH_GROUP(an_expiry_makes_room_for_who_waits),
	TEST_WITH_GROUP(a_deadline_in_the_past_times_out_at_once),
	TEST_WITH_GROUP(a_deadline_in_the_future_is_waited_for),
	TEST_WITH_GROUP(a_message_ends_the_wait),
	TEST_WITH_GROUP(a_restarted_wait_has_the_same_deadline),
	TEST_WITH_GROUP(a_signal_ends_the_wait),
	TEST_WITH_GROUP(nobody_waits_without_leave),
	TEST_WITH_GROUP(a_changed_rule_answers_who_waits),
	TEST_WITH_GROUP(a_full_queue_does_what_its_rule_says),
	TEST_WITH_GROUP(a_sender_waits_until_his_deadline),
	TEST_WITH_GROUP(senders_wait_in_the_order_of_coming),
	TEST_WITH_GROUP(a_waiting_send_restarts_with_the_same_deadline),
	TEST_WITH_GROUP(who_could_never_fit_does_not_wait),
	TEST_WITH_GROUP(what_matters_least_is_overwritten_first),
	TEST_WITH_GROUP(a_changed_rule_answers_the_sender_in_line),
	TEST_WITH_GROUP(a_raised_limit_serves_those_who_fit),
	TEST_WITH_GROUP(a_lowered_limit_holds_for_what_is_accepted_later),
	TEST_WITH_GROUP(a_lowered_limit_leaves_the_next_in_line_his_turn),
	TEST_WITH_GROUP(a_peek_disturbs_nothing),
	TEST_WITH_GROUP(a_peek_is_for_one_message),
	TEST_WITH_GROUP(a_peek_can_insist_on_the_whole),
	TEST_WITH_GROUP(a_waiting_peek_takes_nothing_from_a_waiting_reader),
};

int main(void)
{
	return RUN_SUITE("second: times", tests);
}
