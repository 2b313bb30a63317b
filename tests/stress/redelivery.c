// SPDX-License-Identifier: GPL-2.0
/*
 * Who holds a leased message is killed, again and again, while another waits for it.
 * Prints how soon that one has it. In the guest that is its emulator's figure; only
 * that he gets it is judged.
 *
 *	test-stress-redelivery [--kills N]
 */
#include "harness/batch.h"
#include "harness/clock.h"
#include "harness/lease.h"
#include "harness/option.h"
#include "harness/process.h"
#include "harness/quantile.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned long kills = 200;
static int group;

/* The task's result: when it had the message. */
static long await_it(void *in)
{
	return batch_receive(group, in, 1, 0) == 1 ? (long)now_ns() : -1;
}

static uint64_t kill_one(void)
{
	uint64_t id = batch_send_text(group, "job", 0, 0, 0), killed_at;
	static struct synchmess_in in;
	static struct task heir;
	pid_t holder = lease_holder_start(group);
	long received_at;

	task_start(&heir, await_it, &in);
	task_await_asleep(&heir, SYS_ioctl);
	killed_at = now_ns();
	assert_ok(kill(holder, SIGKILL));
	received_at = task_join(&heir);
	assert_true(received_at > 0);
	assert_int_equal(in.id, id);
	assert_int_equal(in.deliveries, 1);
	process_wait(holder);
	return received_at - killed_at;
}

static void who_waits_gets_what_a_victim_held(void **state)
{
	uint64_t *took = calloc(kills, sizeof(*took));
	unsigned long i;

	(void)state;
	assert_non_null(took);
	group = batch_group(NULL);
	for (i = 0; i < kills; i++)
		took[i] = kill_one();
	lease_expect_books(group, 0, 0, 0);
	quantile_print("received after the death", took, kills);
	close(group);
	free(took);
}

static const struct CMUnitTest tests[] = {
	TEST(who_waits_gets_what_a_victim_held),
};

int main(int argc, char *argv[])
{
	static const struct option_number options[] = { { "kills", &kills }, { } };

	(void)argc;
	option_read(argv, options);
	return RUN_SUITE("stress: redelivery", tests);
}
