// SPDX-License-Identifier: GPL-2.0
/*
 * 100,000 messages of mixed delays: each comes, once, in the order in which they are
 * due and never too early. Prints how late they were published. In the guest that is
 * its emulator's figure; only the order is judged.
 *
 *	test-stress-delays [--messages N] [--spread MS] [--seed N]
 */
#include "harness/batch.h"
#include "harness/option.h"
#include "harness/quantile.h"
#include "harness/random.h"
#include "harness/suite.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BATCH 500u

static unsigned long messages = 100000, spread = 4000;
static uint64_t *late;

static int fd;

static void send_all(uint64_t *seed)
{
	static struct synchmess_out out[BATCH];
	unsigned long left;
	unsigned int i;

	for (left = messages; left; left -= BATCH) {
		for (i = 0; i < BATCH; i++) {
			out[i].delay = SECOND + random_below(seed, spread * MS);
			out[i].tag = out[i].delay;
		}
		assert_int_equal(batch_send(fd, out, BATCH, 0), BATCH);
	}
}

/* The tag is the delay; equal due times come in the order of acceptance. */
static void receive_all(void)
{
	static struct synchmess_in in[BATCH];
	unsigned long count = 0;
	uint64_t last = 0, due;
	long got, i;

	while (count < messages) {
		got = batch_receive(fd, in, BATCH, 0);
		assert_true(got > 0);
		for (i = 0; i < got; i++) {
			due = in[i].sent_at + in[i].tag;
			assert_true(due >= last);
			last = due;
			assert_true(in[i].published_at >= due);
			assert_int_equal(in[i].sequence, count + 1);
			late[count++] = in[i].published_at - due;
		}
	}
	batch_expect_none(fd);
	batch_expect_books(fd, 0, 0, 0);
}

static void delayed_messages_come_in_the_order_in_which_they_are_due(void **state)
{
	struct synchmess_settings settings = { .max_storage_size = 1 };
	uint64_t seed = random_seed();

	(void)state;
	messages -= messages % BATCH;
	late = calloc(messages, sizeof(*late));
	assert_non_null(late);
	fd = batch_group(&settings);
	send_all(&seed);
	receive_all();
	close(fd);
	quantile_print("published later than due", late, messages);
	free(late);
}

static const struct CMUnitTest tests[] = {
	TEST(delayed_messages_come_in_the_order_in_which_they_are_due),
};

int main(int argc, char *argv[])
{
	static const struct option_number options[] = {
		{ "messages", &messages }, { "spread", &spread }, { }
	};

	(void)argc;
	option_read(argv, options);
	return RUN_SUITE("stress: delays", tests);
}
