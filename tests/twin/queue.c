// SPDX-License-Identifier: GPL-2.0
/*
 * Random operations on a group and on its slow, obvious twin: two arrays. After
 * each step the answer and the whole visible state must be the same. Delays
 * are so long that nothing is published by itself.
 */
#include "harness/fdinfo.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/random.h"
#include "harness/suite.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GROUP 901
#define STEPS 20000
#define MOST_MESSAGES 256
#define MOST_BYTES 300

struct twin_message {
	size_t size;
	unsigned long due;	/* only the order counts */
	char bytes[MOST_BYTES];
};

struct twin_list {
	struct twin_message messages[MOST_MESSAGES];
	size_t count;
};

static struct twin {
	struct twin_list ready, delayed;
	unsigned int delay_ms;
	size_t message_limit, storage_limit;
	unsigned long sent, delivered, revoked;
} twin;

static uint64_t seed;
static int fd;

static size_t stored_in(const struct twin_list *list)
{
	size_t bytes = 0, i;

	for (i = 0; i < list->count; i++)
		bytes += list->messages[i].size;
	return bytes;
}

static size_t stored(void)
{
	return stored_in(&twin.ready) + stored_in(&twin.delayed);
}

static void insert(struct twin_list *list, size_t place, const struct twin_message *message)
{
	assert_true(list->count < MOST_MESSAGES);
	memmove(&list->messages[place + 1], &list->messages[place],
		(list->count - place) * sizeof(*message));
	list->messages[place] = *message;
	list->count++;
}

static void drop_first(struct twin_list *list)
{
	list->count--;
	memmove(&list->messages[0], &list->messages[1], list->count * sizeof(list->messages[0]));
}

/* The errno with which a send has to fail, or 0. */
static int twin_send(const struct twin_message *message)
{
	size_t place = 0;

	if (message->size > twin.message_limit)
		return EMSGSIZE;
	if (stored() + message->size > twin.storage_limit)
		return ENOSPC;
	twin.sent++;
	if (!twin.delay_ms) {
		insert(&twin.ready, twin.ready.count, message);
		return 0;
	}
	while (place < twin.delayed.count && twin.delayed.messages[place].due <= message->due)
		place++;
	insert(&twin.delayed, place, message);
	return 0;
}

static void step_send(void)
{
	struct twin_message message;
	int expected;
	size_t i;

	if (twin.ready.count + twin.delayed.count >= MOST_MESSAGES - 1)
		return;
	message.size = 1 + random_below(&seed, MOST_BYTES);
	for (i = 0; i < message.size; i++)
		message.bytes[i] = random_next(&seed) >> 56;
	/* Delays are whole days: what is sent later within one never overtakes. */
	message.due = twin.delay_ms;

	expected = twin_send(&message);
	if (expected)
		assert_fails(write(fd, message.bytes, message.size), expected);
	else
		assert_int_equal(write(fd, message.bytes, message.size), message.size);
}

static void step_send_bad(void)
{
	size_t size = 20 + random_below(&seed, 100);
	int expected = size > twin.message_limit ? EMSGSIZE : EFAULT;

	assert_fails(write(fd, memory_edge() - 1 - random_below(&seed, 19), size), expected);
}

static void step_take(void)
{
	const struct twin_message *first = &twin.ready.messages[0];
	size_t room = 1 + random_below(&seed, MOST_BYTES + 50), expected;
	char got[MOST_BYTES + 50];

	memset(got, 0x5a, sizeof(got));
	if (!twin.ready.count) {
		assert_int_equal(read(fd, got, room), 0);
		return;
	}
	expected = first->size < room ? first->size : room;
	assert_int_equal(read(fd, got, room), expected);
	assert_memory_equal(got, first->bytes, expected);
	if (expected < sizeof(got))
		assert_int_equal(got[expected], 0x5a);
	drop_first(&twin.ready);
	twin.delivered++;
}

static void step_take_bad(void)
{
	if (!twin.ready.count)
		return;
	assert_fails(read(fd, memory_bad(), 10), EFAULT);
	if (twin.ready.messages[0].size > 5)
		assert_fails(read(fd, memory_edge() - 5, 50), EFAULT);
}

static void step_flush(void)
{
	assert_ok(fsync(fd));
	while (twin.delayed.count) {
		insert(&twin.ready, twin.ready.count, &twin.delayed.messages[0]);
		drop_first(&twin.delayed);
	}
}

static void step_revoke(void)
{
	assert_int_equal(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), 0);
	twin.revoked += twin.delayed.count;
	twin.delayed.count = 0;
}

static void step_delay(void)
{
	static const unsigned int day = 24 * 60 * 60 * 1000;

	twin.delay_ms = random_below(&seed, 2) ? day * random_below(&seed, 40) : 0;
	group_set_delay(fd, twin.delay_ms);
}

static void step_limits(void)
{
	char text[32];

	twin.message_limit = 1 + random_below(&seed, MOST_BYTES + 10);
	snprintf(text, sizeof(text), "%zu", twin.message_limit);
	group_set(GROUP, "max_message_size", text);
	twin.storage_limit = 1 + random_below(&seed, 20000);
	snprintf(text, sizeof(text), "%zu", twin.storage_limit);
	group_set(GROUP, "max_storage_size", text);
}

static void compare_state(void)
{
	struct fdinfo info;

	fdinfo_read(fd, &info);
	assert_int_equal(fdinfo_number(&info, "sent"), twin.sent);
	assert_int_equal(fdinfo_number(&info, "delivered"), twin.delivered);
	assert_int_equal(fdinfo_number(&info, "queued"), twin.ready.count);
	assert_int_equal(fdinfo_number(&info, "scheduled"), twin.delayed.count);
	assert_int_equal(fdinfo_number(&info, "revoked"), twin.revoked);
	assert_int_equal(fdinfo_number(&info, "overwritten"), 0);
	assert_int_equal(fdinfo_number(&info, "dropped"), 0);
	assert_int_equal(fdinfo_number(&info, "stored"), stored());
}

static void (* const steps[])(void) = {
	/* Listed as often as they shall come, out of so many. */
	step_send, step_send, step_send, step_send, step_send, step_send, step_send, step_send,
	step_take, step_take, step_take, step_take, step_take, step_take, step_take,
	step_send_bad, step_take_bad, step_delay, step_delay,
	step_flush, step_revoke, step_limits,
};

static void a_group_behaves_like_its_twin(void **state)
{
	int i;

	(void)state;
	seed = random_seed();
	twin.message_limit = group_get(GROUP, "max_message_size");
	twin.storage_limit = group_get(GROUP, "max_storage_size");
	for (i = 0; i < STEPS; i++) {
		steps[random_below(&seed, sizeof(steps) / sizeof(steps[0]))]();
		compare_state();
	}
}

static int open_group(void **state)
{
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	return suite_before_test(state);
}

static int close_group(void **state)
{
	close(fd);
	group_remove(GROUP);
	return suite_after_test(state);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(a_group_behaves_like_its_twin, open_group, close_group),
};

int main(void)
{
	return RUN_SUITE("twin: queue", tests);
}
