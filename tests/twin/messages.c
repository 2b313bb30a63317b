// SPDX-License-Identifier: GPL-2.0
/*
 * Random operations of the second interface on a group and on its slow, obvious
 * twin: one array in the order of acceptance. After each step the answer and the
 * ledger must be the same. Delays are hours, and so are lifetimes, but for those
 * that are over at once.
 */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/option.h"
#include "harness/random.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MOST_MESSAGES 512
#define MOST_BYTES 200
#define MOST_AT_ONCE 80

struct twin_message {
	uint64_t id, tag, delay, place;	/* place 0: delayed */
	unsigned int priority;
	size_t size;
	char filling;
};

static struct twin {
	struct twin_message messages[MOST_MESSAGES];
	size_t count;
	uint64_t published, message_limit, storage_limit, length_limit;
	unsigned int full;
	struct synchmess_stat books;
} twin;

static unsigned long steps_to_do = 20000;
static uint64_t seed;
static int fd;

static size_t below(size_t bound)
{
	return random_below(&seed, bound);
}

static uint64_t stored(bool only_ready)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < twin.count; i++) {
		if (twin.messages[i].place || !only_ready)
			bytes += twin.messages[i].size;
	}
	return bytes;
}

static size_t count_ready(void)
{
	size_t count = 0, i;

	for (i = 0; i < twin.count; i++)
		count += twin.messages[i].place != 0;
	return count;
}

/* Which message is the oldest of a priority, or NULL. */
static struct twin_message *oldest(unsigned int priority)
{
	struct twin_message *found = NULL;
	size_t i;

	for (i = 0; i < twin.count; i++) {
		struct twin_message *one = &twin.messages[i];

		if (one->place && one->priority == priority &&
		    (!found || one->place < found->place))
			found = one;
	}
	return found;
}

static struct twin_message *first_to_read(void)
{
	struct twin_message *found = NULL;
	int priority;

	for (priority = SYNCHMESS_PRIORITIES - 1; !found && priority >= 0; priority--)
		found = oldest(priority);
	return found;
}

static struct twin_message *first_to_overwrite(void)
{
	struct twin_message *found = NULL;
	int priority;

	for (priority = 0; !found && priority < SYNCHMESS_PRIORITIES; priority++)
		found = oldest(priority);
	return found;
}

static void forget(struct twin_message *message, __u64 *reason)
{
	size_t i = message - twin.messages;

	twin.count--;
	memmove(message, message + 1, (twin.count - i) * sizeof(*message));
	(*reason)++;
}

static bool fits(size_t size)
{
	return stored(false) + size <= twin.storage_limit && twin.count < twin.length_limit;
}

static int make_room(size_t size)
{
	uint64_t left = stored(false) - stored(true);

	if (twin.full == SYNCHMESS_FULL_FAIL)
		return ENOSPC;
	if (twin.full == SYNCHMESS_FULL_BLOCK)
		return size > twin.storage_limit ? EMSGSIZE : EAGAIN;
	if (left + size > twin.storage_limit || twin.count - count_ready() >= twin.length_limit)
		return ENOSPC;
	while (!fits(size))
		forget(first_to_overwrite(), &twin.books.overwritten);
	return 0;
}

/* The errno with which it has to fail, or 0. */
static int twin_send(const struct synchmess_out *out)
{
	struct twin_message *message;
	int err;

	if (out->priority >= SYNCHMESS_PRIORITIES)
		return EINVAL;
	if (out->size > twin.message_limit)
		return EMSGSIZE;
	if (out->size && out->data == user(memory_bad()))
		return EFAULT;
	err = fits(out->size) ? 0 : make_room(out->size);
	if (err)
		return err;
	assert_true(twin.count < MOST_MESSAGES);
	message = &twin.messages[twin.count++];
	*message = (struct twin_message){
		.id = ++twin.books.sent, .tag = out->tag, .delay = out->delay,
		.priority = out->priority, .size = out->size,
	};
	if (out->size)
		message->filling = *(char *)(uintptr_t)out->data;
	if (!out->delay)
		message->place = ++twin.published;
	return 0;
}

/* ---- steps */

static char fillings[256][MOST_BYTES];

static struct synchmess_out random_out(void)
{
	struct synchmess_out out = {
		.data = user(fillings[below(256)]), .size = below(MOST_BYTES),
		.tag = random_next(&seed), .priority = below(SYNCHMESS_PRIORITIES),
	};

	if (!below(3))
		out.delay = HOUR * (1 + below(20));
	if (!below(3))
		out.lifetime = 100 * HOUR;
	if (!below(40))
		out.priority = 8 + below(100);
	if (!below(40))
		out.data = user(memory_bad());
	return out;
}

static void step_send(void)
{
	struct synchmess_out out[MOST_AT_ONCE];
	unsigned int count = 1 + below(below(4) ? 4 : MOST_AT_ONCE), done, i;
	uint64_t first = twin.books.sent + 1;
	int err = 0;

	if (twin.count + count > MOST_MESSAGES)
		return;
	for (i = 0; i < count; i++)
		out[i] = random_out();
	for (done = 0; done < count && !err; done += !err)
		err = twin_send(&out[done]);
	if (done)
		assert_int_equal(batch_send(fd, out, count, SYNCHMESS_NOWAIT), done);
	else
		assert_fails(batch_send(fd, out, count, SYNCHMESS_NOWAIT), err);
	for (i = 0; i < done; i++)
		assert_int_equal(out[i].id, first + i);
}

static void step_send_mayfly(void)
{
	struct synchmess_out out = random_out();
	int err;

	if (twin.count == MOST_MESSAGES)
		return;
	out.delay = 0;
	out.lifetime = 1;
	err = twin_send(&out);
	if (err) {
		assert_fails(batch_send(fd, &out, 1, SYNCHMESS_NOWAIT), err);
		return;
	}
	assert_int_equal(batch_send(fd, &out, 1, SYNCHMESS_NOWAIT), 1);
	forget(&twin.messages[twin.count - 1], &twin.books.expired);
	batch_await_expired(fd, twin.books.expired);
}

static void step_write(void)
{
	struct synchmess_out out = {
		.data = user(fillings[below(256)]), .size = 1 + below(MOST_BYTES - 1)
	};
	const void *bytes = (void *)(uintptr_t)out.data;
	int err;

	if (twin.count == MOST_MESSAGES)
		return;
	err = twin_send(&out);
	if (err)
		assert_fails(write(fd, bytes, out.size), err);
	else
		assert_int_equal(write(fd, bytes, out.size), out.size);
}

static char rooms[MOST_AT_ONCE][MOST_BYTES + 1];

static struct synchmess_in random_in(unsigned int i)
{
	struct synchmess_in in = batch_into(rooms[i], below(4) ? MOST_BYTES : below(MOST_BYTES));

	memset(rooms[i], 0x5a, sizeof(rooms[i]));
	if (!below(40))
		in.data = user(memory_bad());
	return in;
}

static void expect_stamp(const struct synchmess_in *in, const struct twin_message *message)
{
	assert_int_equal(in->id, message->id);
	assert_int_equal(in->sequence, message->place);
	assert_true(in->tag == message->tag);
	assert_int_equal(in->length, message->size);
	assert_int_equal(in->priority, message->priority);
	assert_int_equal(in->pid, getpid());
	assert_true(in->sent_at <= in->published_at);
}

static void expect_bytes(const char *room, size_t size, const struct twin_message *message)
{
	size_t got = message->size < size ? message->size : size, i;

	for (i = 0; i < got; i++)
		assert_int_equal(room[i], message->filling);
	assert_int_equal(room[got], 0x5a);
}

/* The errno with which an element has to fail, or 0. */
static int twin_receive(const struct synchmess_in *in, unsigned int flags)
{
	const struct twin_message *first = first_to_read();

	if (!first)
		return EAGAIN;
	if (flags & SYNCHMESS_WHOLE && first->size > in->size)
		return EMSGSIZE;
	return in->data == user(memory_bad()) && first->size && in->size ? EFAULT : 0;
}

static void step_receive(void)
{
	unsigned int count = 1 + below(below(4) ? 4 : MOST_AT_ONCE), i;
	unsigned int flags = SYNCHMESS_NOWAIT | (below(3) ? 0 : SYNCHMESS_WHOLE);
	struct synchmess_in in[MOST_AT_ONCE];
	uint32_t sizes[MOST_AT_ONCE];
	long done;
	int error;

	for (i = 0; i < count; i++) {
		in[i] = random_in(i);
		sizes[i] = in[i].size;
	}
	done = batch_receive(fd, in, count, flags);
	error = errno;
	for (i = 0; done > 0 && i < done; i++) {
		struct twin_message *first = first_to_read();
		struct synchmess_in asked = batch_into(rooms[i], sizes[i]);

		asked.data = in[i].data;
		assert_int_equal(twin_receive(&asked, flags), 0);
		expect_stamp(&in[i], first);
		if (asked.data == user(rooms[i]))
			expect_bytes(rooms[i], sizes[i], first);
		forget(first, &twin.books.delivered);
	}
	if (i == count)
		return;
	assert_int_not_equal(twin_receive(&in[i], flags), 0);
	if (!i)
		assert_int_equal(error, twin_receive(&in[0], flags));
}

static void step_peek(void)
{
	unsigned int flags = SYNCHMESS_NOWAIT | SYNCHMESS_PEEK;
	struct synchmess_in in;
	size_t room;
	int err;

	if (below(2))
		flags |= SYNCHMESS_WHOLE;
	in = random_in(0);
	room = in.size;
	err = twin_receive(&in, flags);
	if (err) {
		assert_fails(batch_receive(fd, &in, 1, flags), err);
		return;
	}
	assert_int_equal(batch_receive(fd, &in, 1, flags), 1);
	expect_stamp(&in, first_to_read());
	if (in.data == user(rooms[0]))
		expect_bytes(rooms[0], room, first_to_read());
}

static void step_read(void)
{
	struct twin_message *first = first_to_read();
	size_t room = 1 + below(MOST_BYTES);

	if (!first)
		return;
	memset(rooms[0], 0x5a, sizeof(rooms[0]));
	assert_int_equal(read(fd, rooms[0], room), first->size < room ? first->size : room);
	expect_bytes(rooms[0], room, first);
	forget(first, &twin.books.delivered);
}

static void step_revoke_one(void)
{
	struct twin_message *message;
	uint64_t id = below(twin.books.sent + 2);
	size_t i;

	for (i = 0; i < twin.count && twin.messages[i].id != id; i++)
		;
	if (i == twin.count && twin.count && below(4))
		i = below(twin.count);
	if (i == twin.count) {
		assert_fails(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, id), ENOENT);
		return;
	}
	message = &twin.messages[i];
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, message->id), 1);
	forget(message, &twin.books.revoked);
}

static void step_revoke_delayed(void)
{
	size_t count = twin.count - count_ready(), i;

	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_DELAYED, 0, 0), count);
	for (i = twin.count; i-- > 0;) {
		if (!twin.messages[i].place)
			forget(&twin.messages[i], &twin.books.revoked);
	}
}

static void step_revoke_all(void)
{
	unsigned int what = SYNCHMESS_REVOKE_EVERYTHING;

	if (below(5))
		return;
	if (below(2))
		what = SYNCHMESS_REVOKE_SENDER;
	assert_int_equal(batch_revoke(fd, what, 0, 0), twin.count);
	twin.books.revoked += twin.count;
	twin.count = 0;
}

/* The sooner it is due the sooner it comes, then in the order of acceptance. */
static struct twin_message *first_due(void)
{
	struct twin_message *found = NULL;
	size_t i;

	for (i = 0; i < twin.count; i++) {
		struct twin_message *one = &twin.messages[i];

		if (!one->place && (!found || one->delay < found->delay))
			found = one;
	}
	return found;
}

static void step_flush(void)
{
	struct twin_message *message;

	assert_ok(fsync(fd));
	while ((message = first_due()))
		message->place = ++twin.published;
}

static void step_set(void)
{
	struct synchmess_settings settings = {
		.max_message_size = 1 + below(MOST_BYTES + 100),
		.max_storage_size = 1 + below(20000),
		.max_messages = 1 + below(MOST_MESSAGES),
		.full = below(4), .empty = below(4),
	};

	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	twin.message_limit = settings.max_message_size;
	twin.storage_limit = settings.max_storage_size;
	twin.length_limit = settings.max_messages;
	if (settings.full)
		twin.full = settings.full;
}

static void compare_books(void)
{
	struct synchmess_stat stat = batch_stat(fd);

	assert_int_equal(stat.sent, twin.books.sent);
	assert_int_equal(stat.delivered, twin.books.delivered);
	assert_int_equal(stat.queued, count_ready());
	assert_int_equal(stat.scheduled, twin.count - count_ready());
	assert_int_equal(stat.revoked, twin.books.revoked);
	assert_int_equal(stat.expired, twin.books.expired);
	assert_int_equal(stat.overwritten, twin.books.overwritten);
	assert_int_equal(stat.dropped, 0);
	assert_int_equal(stat.stored, stored(false));
	assert_int_equal(stat.max_messages, twin.length_limit);
	assert_int_equal(stat.full, twin.full);
}

static void (* const steps[])(void) = {
	/* Listed as often as they shall come, out of so many. */
	step_send, step_send, step_send, step_send, step_send, step_send, step_write,
	step_send_mayfly, step_receive, step_receive, step_receive, step_receive, step_read,
	step_peek, step_peek, step_revoke_one, step_revoke_one, step_revoke_delayed,
	step_revoke_all, step_flush, step_set,
};

static void a_group_behaves_like_its_twin(void **state)
{
	unsigned long i;

	(void)state;
	for (i = 0; i < steps_to_do; i++) {
		steps[below(sizeof(steps) / sizeof(steps[0]))]();
		compare_books();
	}
	assert_true(twin.books.overwritten && twin.books.expired && twin.books.revoked);
}

static int open_group(void **state)
{
	int i, all = batch_group(NULL);

	/* A write must not wait either. */
	fd = batch_open(all, O_RDWR | O_NONBLOCK);
	close(all);
	for (i = 0; i < 256; i++)
		memset(fillings[i], i, MOST_BYTES);
	step_set();
	twin.full = batch_stat(fd).full;
	return suite_before_test(state);
}

static int close_group(void **state)
{
	close(fd);
	return suite_after_test(state);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(a_group_behaves_like_its_twin, open_group, close_group),
};

int main(int argc, char *argv[])
{
	static const struct option_number options[] = {
		{ "steps", &steps_to_do }, { }
	};

	(void)argc;
	option_read(argv, options);
	seed = random_seed();
	return RUN_SUITE("twin: messages", tests);
}
