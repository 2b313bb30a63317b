// SPDX-License-Identifier: GPL-2.0
/* Bad pointers, sizes, flags and directions, for each command of a group. */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/lease.h"
#include "harness/memory.h"
#include "harness/own_group.h"
#include "harness/quota.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define LARGEST 16383	/* that a command's number can say */

static const unsigned long commands[] = {
	SYNCHMESS_QUERY, SYNCHMESS_WHY, SYNCHMESS_SEND, SYNCHMESS_RECEIVE, SYNCHMESS_REVOKE,
	SYNCHMESS_SET, SYNCHMESS_STAT, SYNCHMESS_SLEEP, SYNCHMESS_AWAKE, SYNCHMESS_WATCH,
	SYNCHMESS_BARRIER, SYNCHMESS_MEET, SYNCHMESS_SETTLE, SYNCHMESS_RETRIES,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static unsigned long resized(unsigned long command, unsigned int size)
{
	return (command & ~IOCSIZE_MASK) | (unsigned long)size << IOCSIZE_SHIFT;
}

/* What was published first is smaller, where a structure has grown. */
static unsigned int first_size(unsigned long command)
{
	if (command == SYNCHMESS_SEND || command == SYNCHMESS_RECEIVE)
		return offsetof(struct synchmess_batch, lease);
	if (command == SYNCHMESS_STAT)
		return offsetof(struct synchmess_stat, leased);
	return _IOC_SIZE(command);
}

static bool is_answered(unsigned long command)
{
	return command == SYNCHMESS_QUERY || command == SYNCHMESS_WHY ||
	       command == SYNCHMESS_STAT || command == SYNCHMESS_BARRIER;
}

static bool is_written(unsigned long command)
{
	return is_answered(command) || command == SYNCHMESS_SLEEP ||
	       command == SYNCHMESS_AWAKE || command == SYNCHMESS_MEET;
}

/* One message stays where it is through all of it. */
static void expect_untouched(void)
{
	batch_expect(fd, "stays");
	batch_expect_books(fd, 0, 0, 0);
	assert_int_equal(batch_stat(fd).sent, 1);
}

static void pointers_to_nowhere_are_faults(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COMMANDS; i++) {
		/* Nobody has joined; who has, needs none. */
		assert_fails(ioctl(fd, commands[i], NULL),
			     commands[i] == SYNCHMESS_MEET ? ENOENT : EFAULT);
		assert_fails(ioctl(fd, commands[i], memory_bad()), EFAULT);
		assert_fails(ioctl(fd, commands[i], (void *)(1ul << 63)), EFAULT);
		assert_fails(ioctl(fd, commands[i], (void *)-1ul), EFAULT);
	}
	expect_untouched();
}

static void structures_across_the_end_of_memory_are_faults(void **state)
{
	unsigned int size, missing;
	size_t i;

	(void)state;
	for (i = 0; i < COMMANDS; i++) {
		size = _IOC_SIZE(commands[i]);
		for (missing = 1; missing <= size; missing++) {
			memset(memory_edge() - size, 0, size);
			assert_fails(ioctl(fd, commands[i], memory_edge() - (size - missing)),
				     EFAULT);
		}
	}
	expect_untouched();
}

static void answers_to_what_is_read_only_are_faults(void **state)
{
	char *page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t i;

	(void)state;
	assert_true(page != MAP_FAILED);
	for (i = 0; i < COMMANDS; i++) {
		if (is_written(commands[i]))
			assert_fails(ioctl(fd, commands[i], page), EFAULT);
	}
	munmap(page, PAGE);
	expect_untouched();
}

static void a_smaller_structure_than_the_first_is_refused(void **state)
{
	static char zeros[PAGE];
	size_t i;

	(void)state;
	for (i = 0; i < COMMANDS; i++) {
		assert_fails(ioctl(fd, resized(commands[i], 0), zeros), EINVAL);
		assert_fails(ioctl(fd, resized(commands[i], first_size(commands[i]) - 1), zeros),
			     EINVAL);
	}
	expect_untouched();
}

static uint64_t token;

/* Filled so that it works but for what is behind the end. */
static void fill(unsigned long command, char *bytes)
{
	static struct synchmess_in in;
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_NOWAIT | SYNCHMESS_PEEK, .count = 1, .messages = user(&in),
		.message_size = sizeof(in),
	};
	struct synchmess_revoke revoke = { .what = SYNCHMESS_REVOKE_DELAYED };
	struct synchmess_awake awake = { .count = 1 };
	struct synchmess_meet meet = { .parties = 1 };
	struct synchmess_settle settle = {
		.what = SYNCHMESS_EXTEND, .count = 1, .tokens = user(&token),
	};
	struct synchmess_retries retries = { .dead_letters = -1 };

	memset(bytes, 0, LARGEST);
	if (command == SYNCHMESS_RECEIVE)
		memcpy(bytes, &batch, sizeof(batch));
	if (command == SYNCHMESS_REVOKE)
		memcpy(bytes, &revoke, sizeof(revoke));
	if (command == SYNCHMESS_AWAKE)
		memcpy(bytes, &awake, sizeof(awake));
	if (command == SYNCHMESS_MEET)
		memcpy(bytes, &meet, sizeof(meet));
	if (command == SYNCHMESS_SETTLE)
		memcpy(bytes, &settle, sizeof(settle));
	if (command == SYNCHMESS_RETRIES)
		memcpy(bytes, &retries, sizeof(retries));
}

static void expect_grows(unsigned long command)
{
	static char bytes[LARGEST];
	unsigned int size;

	for (size = _IOC_SIZE(command); size <= PAGE; size += 40) {
		fill(command, bytes);
		assert_ok(ioctl(fd, resized(command, size), bytes));
	}
	fill(command, bytes);
	bytes[_IOC_SIZE(command)] = 1;
	assert_fails(ioctl(fd, resized(command, _IOC_SIZE(command) + 1), bytes), E2BIG);
	fill(command, bytes);
	bytes[PAGE - 1] = 1;
	assert_fails(ioctl(fd, resized(command, PAGE), bytes), E2BIG);
}

static void a_larger_structure_is_taken_if_the_rest_is_zero(void **state)
{
	static const unsigned long some[] = {
		SYNCHMESS_RECEIVE, SYNCHMESS_REVOKE, SYNCHMESS_SET, SYNCHMESS_AWAKE,
		SYNCHMESS_MEET, SYNCHMESS_RETRIES,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		expect_grows(some[i]);
	/* While it is leased nobody else could look at the message. */
	token = lease_token(fd, "stays");
	expect_grows(SYNCHMESS_SETTLE);
	assert_int_equal(lease_settle_one(fd, SYNCHMESS_RETURN, token, 0), 1);
	expect_untouched();
}

static void the_tail_of_a_larger_answer_is_zero(void **state)
{
	char bytes[1024];
	unsigned int known;
	size_t i;

	(void)state;
	for (i = 0; i < COMMANDS; i++) {
		if (!is_answered(commands[i]))
			continue;
		known = _IOC_SIZE(commands[i]);
		memset(bytes, 0x5a, sizeof(bytes));
		assert_ok(ioctl(fd, resized(commands[i], known + 100), bytes));
		for (; known < _IOC_SIZE(commands[i]) + 100; known++)
			assert_int_equal(bytes[known], 0);
		assert_int_equal(bytes[known], 0x5a);
	}
	expect_untouched();
}

static void unknown_flags_are_refused(void **state)
{
	struct synchmess_out out = batch_text("x");
	struct synchmess_in in = { };
	unsigned int bit;

	(void)state;
	for (bit = 0; bit < 32; bit++) {
		unsigned int flag = 1u << bit;

		if (flag != SYNCHMESS_NOWAIT)
			assert_fails(batch_send(fd, &out, 1, flag), EINVAL);
		if (flag & ~(SYNCHMESS_NOWAIT | SYNCHMESS_PEEK | SYNCHMESS_WHOLE | SYNCHMESS_LEASE))
			assert_fails(batch_receive(fd, &in, 1, flag), EINVAL);
		out.flags = flag;
		assert_fails(batch_send(fd, &out, 1, 0), EINVAL);
		out.flags = 0;
	}
	expect_untouched();
}

static void fields_of_other_calls_must_be_zero(void **state)
{
	struct synchmess_out out = batch_text("x");
	struct synchmess_in in = { };
	/* A recipient, whom only a mailbox has. */
	struct synchmess_batch batch = { .count = 1, .to[15] = 'x' };

	(void)state;
	batch.messages = user(&out);
	batch.message_size = sizeof(out);
	assert_fails(ioctl(fd, SYNCHMESS_SEND, &batch), EINVAL);
	batch.messages = user(&in);
	batch.message_size = sizeof(in);
	assert_fails(ioctl(fd, SYNCHMESS_RECEIVE, &batch), EINVAL);
	expect_untouched();
}

static void a_descriptor_works_in_its_directions_only(void **state)
{
	int reader = batch_open(fd, O_RDONLY), writer = batch_open(fd, O_WRONLY);
	struct synchmess_out out = batch_text("x");
	struct synchmess_in in = { };
	struct synchmess_query query;
	struct synchmess_why why;

	(void)state;
	assert_fails(batch_send(reader, &out, 1, 0), EBADF);
	assert_fails(batch_receive(writer, &in, 1, 0), EBADF);
	assert_fails(batch_receive(writer, &in, 1, SYNCHMESS_PEEK), EBADF);
	assert_fails(batch_receive(writer, &in, 1, SYNCHMESS_LEASE), EBADF);
	assert_fails(lease_settle_one(writer, SYNCHMESS_ACK, 1, 0), EBADF);
	assert_fails(lease_set_retries(reader, 0, -1), EBADF);
	assert_fails(lease_set_retries(writer, 0, -1), EBADF);
	assert_int_equal(batch_receive(reader, &in, 1, SYNCHMESS_PEEK), 1);
	assert_ok(ioctl(reader, SYNCHMESS_QUERY, &query));
	assert_ok(ioctl(writer, SYNCHMESS_WHY, &why));
	batch_stat(reader);
	batch_stat(writer);
	close(reader);
	close(writer);
	expect_untouched();
}

static void commands_of_other_devices_are_unknown(void **state)
{
	static const unsigned long others[] = {
		SYNCHMESS_CREATE, SYNCHMESS_REMOVE, SYNCHMESS_LIST, SYNCHMESS_REGISTER,
		SYNCHMESS_UNREGISTER, SYNCHMESS_OPEN_MAILBOX,
	};
	static char zeros[PAGE];
	unsigned int number;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_fails(ioctl(fd, others[i], zeros), ENOTTY);
	for (number = 58; number < 256; number++) {
		if (number < _IOC_NR(SYNCHMESS_SLEEP) || number > _IOC_NR(SYNCHMESS_MEET))
			assert_fails(ioctl(fd, _IOWR(SYNCHMESS_IOC_MAGIC, number, int), zeros),
				     ENOTTY);
	}
	/* The number says in which direction it is. */
	assert_fails(ioctl(fd, _IOR(SYNCHMESS_IOC_MAGIC, 40, struct synchmess_batch), zeros),
		     ENOTTY);
	assert_fails(ioctl(fd, _IOWR('x', 40, struct synchmess_batch), zeros), ENOTTY);
	expect_untouched();
}

static void send_badly(void)
{
	struct synchmess_out out[3];
	int i;

	for (i = 0; i < 3; i++)
		out[i] = batch_text("never sent");
	out[0].data = user(memory_bad());
	assert_fails(batch_send(fd, out, 3, 0), EFAULT);
	out[0] = batch_text("x");
	out[0].size = 65537;
	assert_fails(batch_send(fd, out, 3, 0), EMSGSIZE);
	out[0].size = 1;
	out[0].delay = HOUR;
	out[2].priority = 8;
	assert_int_equal(batch_send(fd, out, 3, 0), 2);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, out[0].id), 1);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, out[1].id), 1);
}

static void errors_leave_nothing_charged(void **state)
{
	struct synchmess_in in = { .data = user(memory_bad()), .size = 1 };
	long before;
	int i;

	(void)state;
	/* What the first leaves to the next is no loss. */
	send_badly();
	before = quota_charged();
	for (i = 0; i < 1000; i++) {
		send_badly();
		assert_fails(batch_receive(fd, &in, 1, 0), EFAULT);
		assert_fails(batch_receive(fd, &in, 1, SYNCHMESS_PEEK), EFAULT);
	}
	assert_int_equal(quota_charged(), before);
	batch_expect(fd, "stays");
	batch_expect_books(fd, 0, 0, 0);
}

static int open_prepared(void **state)
{
	int err = own_group_open(state);

	batch_send_text(fd, "stays", 0, 0, 0);
	return err;
}

#define WITH_GROUP(name) TEST_PREPARED(name, open_prepared)

static const struct CMUnitTest tests[] = {
	WITH_GROUP(pointers_to_nowhere_are_faults),
	WITH_GROUP(structures_across_the_end_of_memory_are_faults),
	WITH_GROUP(answers_to_what_is_read_only_are_faults),
	WITH_GROUP(a_smaller_structure_than_the_first_is_refused),
	WITH_GROUP(a_larger_structure_is_taken_if_the_rest_is_zero),
	WITH_GROUP(the_tail_of_a_larger_answer_is_zero),
	WITH_GROUP(unknown_flags_are_refused),
	WITH_GROUP(fields_of_other_calls_must_be_zero),
	WITH_GROUP(a_descriptor_works_in_its_directions_only),
	WITH_GROUP(commands_of_other_devices_are_unknown),
	WITH_GROUP(errors_leave_nothing_charged),
};

int main(void)
{
	return RUN_SUITE("second: pointers", tests);
}
