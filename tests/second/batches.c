// SPDX-License-Identifier: GPL-2.0
/* Many messages in one call: what is done when one of them is refused, and sizes. */
#include "harness/batch.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/own_group.h"
#include "harness/suite.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define COUNT 70	/* more than the module handles under one lock */
#define PAGE 4096

static struct synchmess_out out[SYNCHMESS_MAX_BATCH + 1];
static struct synchmess_in in[SYNCHMESS_MAX_BATCH + 1];
static char texts[SYNCHMESS_MAX_BATCH + 1][8];

static void prepare(void)
{
	unsigned int i;

	memset(in, 0, sizeof(in));
	memset(texts, 0, sizeof(texts));
	for (i = 0; i <= SYNCHMESS_MAX_BATCH; i++) {
		out[i] = batch_text("hello");
		out[i].tag = i;
		in[i] = batch_into(texts[i], sizeof(texts[i]));
	}
}

/* Messages with the tags FROM to TO - 1 are there, in order, and no others. */
static void expect_tags(unsigned int from, unsigned int to)
{
	for (; from < to; from++)
		assert_int_equal(batch_expect(fd, "hello").tag, from);
	batch_expect_none(fd);
	batch_expect_books(fd, 0, 0, 0);
}

static void as_many_as_fit_into_a_call(void **state)
{
	unsigned int i;

	(void)state;
	assert_int_equal(batch_send(fd, out, SYNCHMESS_MAX_BATCH, 0), SYNCHMESS_MAX_BATCH);
	assert_int_equal(batch_receive(fd, in, SYNCHMESS_MAX_BATCH, 0), SYNCHMESS_MAX_BATCH);
	for (i = 0; i < SYNCHMESS_MAX_BATCH; i++) {
		assert_int_equal(out[i].id, i + 1);
		assert_int_equal(in[i].id, i + 1);
		assert_int_equal(in[i].tag, i);
		assert_string_equal(texts[i], "hello");
	}
	assert_int_equal(out[i].id, 0);
	batch_expect_books(fd, 0, 0, 0);
}

static void none_and_too_many_are_refused(void **state)
{
	(void)state;
	assert_fails(batch_send(fd, out, 0, 0), EINVAL);
	assert_fails(batch_send(fd, out, SYNCHMESS_MAX_BATCH + 1, 0), EINVAL);
	assert_fails(batch_receive(fd, in, 0, 0), EINVAL);
	assert_fails(batch_receive(fd, in, SYNCHMESS_MAX_BATCH + 1, 0), EINVAL);
	batch_expect_books(fd, 0, 0, 0);
}

static void a_receive_takes_what_is_there(void **state)
{
	(void)state;
	assert_int_equal(batch_send(fd, out, COUNT, 0), COUNT);
	assert_int_equal(batch_receive(fd, in, COUNT + 5, 0), COUNT);
	batch_expect_books(fd, 0, 0, 0);
}

/* ---- one is refused */

static void spoil_priority(struct synchmess_out *message)
{
	message->priority = 99;
}

static void spoil_payload(struct synchmess_out *message)
{
	message->data = user(memory_edge() - 2);
}

static void spoil_size(struct synchmess_out *message)
{
	message->size = 65537;
}

static void spoil_lifetime(struct synchmess_out *message)
{
	message->delay = MS;
	message->lifetime = MS;
}

static void expect_partial_send(void (*spoil)(struct synchmess_out *message), int error)
{
	static const unsigned int places[] = { 0, 1, 2, 31, 32, 33, 63, 64, 65, COUNT - 1 };
	unsigned int i, place;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		place = places[i];
		prepare();
		spoil(&out[place]);
		if (place)
			assert_int_equal(batch_send(fd, out, COUNT, 0), place);
		else
			assert_fails(batch_send(fd, out, COUNT, 0), error);
		if (place)
			assert_int_not_equal(out[place - 1].id, 0);
		assert_int_equal(out[place].id, 0);
		assert_int_equal(out[COUNT - 1].id, 0);
		/* The reason is that of a call for it alone. */
		assert_fails(batch_send(fd, &out[place], 1, 0), error);
		expect_tags(0, place);
	}
}

static void what_precedes_a_bad_element_is_sent(void **state)
{
	(void)state;
	expect_partial_send(spoil_priority, EINVAL);
	expect_partial_send(spoil_lifetime, EINVAL);
}

static void what_precedes_a_bad_payload_is_sent(void **state)
{
	(void)state;
	expect_partial_send(spoil_payload, EFAULT);
}

static void what_precedes_one_that_is_too_long_is_sent(void **state)
{
	(void)state;
	expect_partial_send(spoil_size, EMSGSIZE);
}

static void what_fits_before_the_queue_is_full_is_sent(void **state)
{
	struct synchmess_settings settings = { .full = SYNCHMESS_FULL_FAIL };
	static const unsigned int places[] = { 1, 2, 31, 32, 33, 64, COUNT - 1 };
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		prepare();
		settings.max_messages = places[i];
		assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
		assert_int_equal(batch_send(fd, out, COUNT, 0), places[i]);
		assert_int_equal(out[places[i]].id, 0);
		assert_fails(batch_send(fd, &out[places[i]], 1, 0), ENOSPC);
		expect_tags(0, places[i]);
	}
}

static void what_fits_is_sent_also_when_the_rest_would_wait(void **state)
{
	struct synchmess_settings settings = { .max_messages = 40 };

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	assert_int_equal(batch_send(fd, out, COUNT, SYNCHMESS_NOWAIT), 40);
	assert_fails(batch_send(fd, &out[40], 1, SYNCHMESS_NOWAIT), EAGAIN);
	expect_tags(0, 40);
}

/* Two pages of elements, of which the second cannot be reached, or not be written. */
static void *make_pages(int protection)
{
	char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(pages != MAP_FAILED);
	memset(pages, 0, 2 * PAGE);
	assert_ok(mprotect(pages + PAGE, PAGE, protection));
	return pages;
}

static void elements_that_cannot_be_reached_are_not_sent(void **state)
{
	static const int protections[] = { PROT_NONE, PROT_READ };
	const unsigned int fit = PAGE / sizeof(*out);
	struct synchmess_out *elements;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		elements = make_pages(protections[i]);
		memcpy(elements, out, fit * sizeof(*out));
		/* The element at the end of the page straddles it. */
		assert_int_equal(batch_send(fd, elements, fit + 5, 0), fit);
		assert_int_not_equal(elements[fit - 1].id, 0);
		expect_tags(0, fit);
		munmap(elements, 2 * PAGE);
	}
}

static void a_fault_in_a_received_element_leaves_it_and_the_rest(void **state)
{
	static const unsigned int places[] = { 0, 1, 31, 32, 33, COUNT - 1 };
	unsigned int i, j;

	(void)state;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		prepare();
		assert_int_equal(batch_send(fd, out, COUNT, 0), COUNT);
		in[places[i]].data = user(memory_edge() - 2);
		if (places[i])
			assert_int_equal(batch_receive(fd, in, COUNT, 0), places[i]);
		else
			assert_fails(batch_receive(fd, in, COUNT, 0), EFAULT);
		for (j = 0; j < places[i]; j++)
			assert_int_equal(in[j].tag, j);
		batch_expect_books(fd, COUNT - places[i], 0, 5 * (COUNT - places[i]));
		expect_tags(places[i], COUNT);
	}
}

static void a_stamp_that_cannot_be_written_leaves_its_message(void **state)
{
	static const int protections[] = { PROT_NONE, PROT_READ };
	const unsigned int fit = PAGE / sizeof(*in);
	struct synchmess_in *elements;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		prepare();
		assert_int_equal(batch_send(fd, out, COUNT, 0), COUNT);
		elements = make_pages(protections[i]);
		memcpy(elements, in, fit * sizeof(*in));
		assert_int_equal(batch_receive(fd, elements, fit + 5, 0), fit);
		expect_tags(fit, COUNT);
		munmap(elements, 2 * PAGE);
	}
}

static void whole_stops_a_batch_at_what_does_not_fit(void **state)
{
	(void)state;
	assert_int_equal(batch_send(fd, out, COUNT, 0), COUNT);
	in[40].size = 4;
	assert_int_equal(batch_receive(fd, in, COUNT, SYNCHMESS_WHOLE), 40);
	assert_int_equal(in[40].length, 5);
	expect_tags(40, COUNT);
}

/* More is stored than may be: what comes back pushes nothing out. */
static void a_lowered_limit_leaves_what_is_stored(void **state)
{
	struct synchmess_settings settings = {
		.max_messages = 1, .full = SYNCHMESS_FULL_DROP_OLDEST
	};

	(void)state;
	assert_int_equal(batch_send(fd, out, COUNT, 0), COUNT);
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	in[1].size = 4;
	assert_int_equal(batch_receive(fd, in, COUNT, SYNCHMESS_WHOLE), 1);
	in[0].data = user(memory_bad());
	assert_fails(batch_receive(fd, in, 1, 0), EFAULT);
	assert_int_equal(batch_stat(fd).overwritten, 0);
	expect_tags(1, COUNT);
}

/* ---- sizes: see the rules for all structures */

struct long_out {
	struct synchmess_out known;
	char tail[200];
};

struct long_in {
	struct synchmess_in known;
	char tail[200];
};

static long transfer(unsigned long command, void *messages, size_t size, unsigned int count)
{
	struct synchmess_batch batch = {
		.flags = SYNCHMESS_NOWAIT, .count = count, .message_size = size,
		.messages = user(messages),
	};

	return ioctl(fd, command, &batch);
}

static void elements_may_be_larger_if_the_rest_is_zero(void **state)
{
	static struct long_out more[2];
	static struct long_in got[2];

	(void)state;
	memset(more, 0, sizeof(more));
	memset(got, 0, sizeof(got));
	more[0].known = out[0];
	more[1].known = out[1];
	assert_int_equal(transfer(SYNCHMESS_SEND, more, sizeof(more[0]), 2), 2);
	assert_int_equal(more[1].known.id, 2);
	assert_int_equal(transfer(SYNCHMESS_RECEIVE, got, sizeof(got[0]), 2), 2);
	assert_int_equal(got[1].known.tag, 1);

	more[1].tail[199] = 1;
	assert_int_equal(transfer(SYNCHMESS_SEND, more, sizeof(more[0]), 2), 1);
	assert_fails(transfer(SYNCHMESS_SEND, &more[1], sizeof(more[0]), 1), E2BIG);
	got[0].tail[0] = 1;
	assert_fails(transfer(SYNCHMESS_RECEIVE, got, sizeof(got[0]), 2), E2BIG);
	expect_tags(0, 1);
}

/* Bytes of the first published version, which is the least. */
#define FIRST_IN offsetof(struct synchmess_in, token)

static void elements_of_other_sizes_are_refused(void **state)
{
	static char page[2 * PAGE];

	(void)state;
	assert_fails(transfer(SYNCHMESS_SEND, out, sizeof(*out) - 1, 1), EINVAL);
	assert_fails(transfer(SYNCHMESS_SEND, out, 0, 1), EINVAL);
	assert_fails(transfer(SYNCHMESS_SEND, page, PAGE + 1, 1), EINVAL);
	assert_int_equal(transfer(SYNCHMESS_SEND, page, PAGE, 1), 1);
	assert_fails(transfer(SYNCHMESS_RECEIVE, in, FIRST_IN - 1, 1), EINVAL);
	assert_fails(transfer(SYNCHMESS_RECEIVE, page, PAGE + 1, 1), EINVAL);
	memset(page, 0, sizeof(page));
	assert_int_equal(transfer(SYNCHMESS_RECEIVE, page, PAGE, 1), 1);
	/* Whether there is a message makes no difference. */
	assert_fails(transfer(SYNCHMESS_RECEIVE, in, FIRST_IN - 1, 1), EINVAL);
	assert_fails(transfer(SYNCHMESS_RECEIVE, in, 0, 1), EINVAL);
	batch_expect_books(fd, 0, 0, 0);
}

static int open_prepared(void **state)
{
	int err = own_group_open(state);

	prepare();
	return err;
}

#define WITH_GROUP(name) TEST_PREPARED(name, open_prepared)

static const struct CMUnitTest tests[] = {
	WITH_GROUP(as_many_as_fit_into_a_call),
	WITH_GROUP(none_and_too_many_are_refused),
	WITH_GROUP(a_receive_takes_what_is_there),
	WITH_GROUP(what_precedes_a_bad_element_is_sent),
	WITH_GROUP(what_precedes_a_bad_payload_is_sent),
	WITH_GROUP(what_precedes_one_that_is_too_long_is_sent),
	WITH_GROUP(what_fits_before_the_queue_is_full_is_sent),
	WITH_GROUP(what_fits_is_sent_also_when_the_rest_would_wait),
	WITH_GROUP(elements_that_cannot_be_reached_are_not_sent),
	WITH_GROUP(a_fault_in_a_received_element_leaves_it_and_the_rest),
	WITH_GROUP(a_stamp_that_cannot_be_written_leaves_its_message),
	WITH_GROUP(whole_stops_a_batch_at_what_does_not_fit),
	WITH_GROUP(a_lowered_limit_leaves_what_is_stored),
	WITH_GROUP(elements_may_be_larger_if_the_rest_is_zero),
	WITH_GROUP(elements_of_other_sizes_are_refused),
};

int main(void)
{
	return RUN_SUITE("second: batches", tests);
}
