// SPDX-License-Identifier: GPL-2.0
/*
 * Modules of the kernel send: docs/kernel-senders.md, through the sample postman.ko,
 * which sends from process context when its parameter `post` is written, and from a
 * timer's interrupt and a workqueue with each tick.
 *
 *	test-module-kernel_senders [--cycles N] [--seed N]
 */
#include "harness/batch.h"
#include "harness/clock.h"
#include "harness/failure.h"
#include "harness/fdinfo.h"
#include "harness/named.h"
#include "harness/option.h"
#include "harness/own_group.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/suite.h"
#include "harness/sysfs.h"
#include "harness/task.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULE_FILE "/root/postman.ko"
#define PARAMETERS "/sys/module/postman/parameters/"
#define PATIENCE_MS 20000

#define SIXTEEN "0123456789abcdef"

/* With this interval, in microseconds, the timer does not tick. */
#define NO_TICK "4000000000"

static unsigned long cycles = 20;

static const struct option_number options[] = {
	{ "cycles", &cycles },
	{ NULL, NULL }
};

/* ---- the module */

static int load_with(const char *parameters)
{
	int file = open(MODULE_FILE, O_RDONLY | O_CLOEXEC), result;

	assert_ok(file);
	result = syscall(SYS_finit_module, file, parameters, 0);
	close(file);
	return result;
}

static void load(const char *count, const char *interval_us)
{
	char parameters[128];

	snprintf(parameters, sizeof(parameters), "group=%u count=%s interval_us=%s",
		 batch_stat(fd).descriptor, count, interval_us);
	assert_ok(load_with(parameters));
}

static int try_to_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK);
}

static void unload(void)
{
	assert_ok(try_to_unload("postman"));
}

static long parameter(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	return sysfs_read_number(path);
}

static void await(const char *name, long value)
{
	uint64_t deadline = clock_ms() + PATIENCE_MS;

	while (parameter(name) != value) {
		if (clock_ms() > deadline)
			fail_msg("%s is %ld, not %ld", name, parameter(name), value);
		usleep(500);
	}
}

static void post(const char *how_many)
{
	sysfs_write(PARAMETERS "post", how_many);
}

static void expect_counts(long posted, long refused, long error)
{
	assert_int_equal(parameter("posted"), posted);
	assert_int_equal(parameter("refused"), refused);
	assert_int_equal(parameter("error"), error);
}

/* ---- the group */

static void set_rule(unsigned int full, uint64_t max_messages)
{
	const struct synchmess_settings settings = { .full = full, .max_messages = max_messages };

	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
}

/* What was posted is readable soon; now it is. */
static uint64_t queued(void)
{
	assert_ok(fsync(fd));
	return batch_stat(fd).queued;
}

struct letter {
	struct synchmess_in stamp;
	char text[TEXT_MAX];
};

static void receive(struct letter *letter)
{
	memset(letter->text, 0, sizeof(letter->text));
	letter->stamp = batch_into(letter->text, sizeof(letter->text) - 1);
	assert_ok(batch_receive_until(fd, &letter->stamp, 0, now_ns() + PATIENCE_MS * MS));
}

static void expect_letter(const char *context, uint64_t tag)
{
	char text[TEXT_MAX];
	struct letter letter;

	receive(&letter);
	snprintf(text, sizeof(text), "%s %" PRIu64, context, tag);
	assert_string_equal(letter.text, text);
	assert_int_equal(letter.stamp.tag, tag);
}

static void expect_letters(uint64_t first, uint64_t last)
{
	for (; first <= last; first++)
		expect_letter("process", first);
}

/* ---- contexts, order, stamps */

static const char * const contexts[] = { "process", "interrupt", "work" };

#define CONTEXTS (sizeof(contexts) / sizeof(contexts[0]))

static size_t context_of(const struct letter *letter)
{
	size_t i;

	for (i = 0; i < CONTEXTS; i++) {
		if (!strncmp(letter->text, contexts[i], strlen(contexts[i])))
			return i;
	}
	fail_msg("'%s' comes from nowhere", letter->text);
	return 0;
}

static void expect_stamp(const struct synchmess_in *in, uint64_t after)
{
	static const char postman[sizeof(in->mailbox)] = "postman";

	assert_int_equal(in->flags, SYNCHMESS_FROM_KERNEL);
	assert_memory_equal(in->mailbox, postman, sizeof(postman));
	assert_int_equal(in->pid, 0);
	assert_int_equal(in->tid, 0);
	assert_int_equal(in->uid, 0);
	assert_int_equal(in->gid, 0);
	assert_int_equal(in->deliveries, 0);
	assert_int_equal(in->token, 0);
	assert_int_equal(in->priority, 0);
	assert_true(in->sent_at >= after);
	assert_true(in->published_at >= in->sent_at);
	assert_true(in->published_at <= now_ns());
}

/* The next letter: from wherever, it is the next from there. */
static void expect_next(uint64_t counts[CONTEXTS], uint64_t *sent_at, uint64_t sequence)
{
	struct letter letter;
	char text[TEXT_MAX];
	size_t context;

	receive(&letter);
	context = context_of(&letter);
	snprintf(text, sizeof(text), "%s %" PRIu64, contexts[context], ++counts[context]);
	assert_string_equal(letter.text, text);
	assert_int_equal(letter.stamp.tag, counts[context]);
	assert_int_equal(letter.stamp.length, strlen(text));
	assert_int_equal(letter.stamp.sequence, sequence);
	assert_int_equal(letter.stamp.id, sequence);
	expect_stamp(&letter.stamp, *sent_at);
	*sent_at = letter.stamp.sent_at;
}

static void it_sends_from_everywhere(void **state)
{
	uint64_t counts[CONTEXTS] = { }, received = 0, sent_at = now_ns();
	struct synchmess_stat stat;

	(void)state;
	load("50", "500");
	post("20");
	while (counts[0] < 20 || counts[1] < 50 || received < (uint64_t)parameter("posted"))
		expect_next(counts, &sent_at, ++received);
	/* Runs that come together are one. */
	assert_in_range(counts[2], 1, 50);
	assert_int_equal(parameter("refused"), 0);
	unload();
	stat = batch_stat(fd);
	assert_in_range(stat.sent, received, received + 1);
	assert_int_equal(stat.delivered, received);
}

static void write_and_post_share_the_order(void **state)
{
	struct letter letter;

	(void)state;
	load("1", NO_TICK);
	batch_send_text(fd, "before", 0, 0, 0);
	post("2");
	assert_int_equal(queued(), 3);
	batch_send_text(fd, "after", 0, 0, 0);
	batch_send_text(fd, "first", 7, 0, 0);
	batch_expect(fd, "first");
	receive(&letter);
	assert_string_equal(letter.text, "before");
	assert_int_equal(letter.stamp.flags, 0);
	assert_int_equal(letter.stamp.pid, getpid());
	expect_letters(1, 2);
	batch_expect(fd, "after");
	batch_expect_books(fd, 0, 0, 0);
	unload();
}

static long receive_one(void *in)
{
	return batch_receive(fd, in, 1, 0);
}

static void it_wakes_a_reader(void **state)
{
	static struct synchmess_in in;
	static char text[TEXT_MAX];
	static struct task reader;

	(void)state;
	load("1", NO_TICK);
	in = batch_into(text, sizeof(text));
	task_start(&reader, receive_one, &in);
	task_await_asleep(&reader, SYS_ioctl);
	post("1");
	task_expect(&reader, 1, 0);
	assert_string_equal(text, "process 1");
	unload();
}

/* It keeps its sender when it comes back, and when it is looked at. */
static void it_can_be_leased_and_revoked(void **state)
{
	struct synchmess_settle settle = { .what = SYNCHMESS_RETURN, .count = 1 };
	struct letter letter;
	uint64_t token;

	(void)state;
	load("1", NO_TICK);
	post("1");
	assert_int_equal(queued(), 1);
	letter.stamp = batch_into(letter.text, sizeof(letter.text));
	assert_int_equal(batch_receive(fd, &letter.stamp, 1, SYNCHMESS_LEASE), 1);
	token = letter.stamp.token;
	settle.tokens = user(&token);
	assert_int_equal(ioctl(fd, SYNCHMESS_SETTLE, &settle), 1);
	assert_int_equal(batch_receive(fd, &letter.stamp, 1, SYNCHMESS_PEEK), 1);
	assert_int_equal(letter.stamp.flags, SYNCHMESS_FROM_KERNEL);
	assert_int_equal(letter.stamp.deliveries, 1);
	assert_string_equal(letter.stamp.mailbox, "postman");
	/* It is no process's own. */
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_SENDER, 0, 0), 0);
	assert_int_equal(batch_revoke(fd, SYNCHMESS_REVOKE_ID, 0, letter.stamp.id), 1);
	batch_expect_books(fd, 0, 0, 0);
	unload();
}

static void the_feature_is_announced(void **state)
{
	struct synchmess_query query;

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_QUERY, &query));
	assert_true(query.features & SYNCHMESS_FEATURE_FROM_KERNEL);
}

/* ---- a full group */

static void a_full_group_that_blocks_refuses(void **state)
{
	(void)state;
	set_rule(SYNCHMESS_FULL_BLOCK, 8);
	load("1", NO_TICK);
	post("20");
	expect_counts(8, 12, -EAGAIN);
	assert_int_equal(queued(), 8);
	expect_letters(1, 3);
	post("5");
	expect_counts(11, 14, -EAGAIN);
	assert_int_equal(queued(), 8);
	expect_letters(4, 8);
	expect_letters(21, 23);
	batch_expect_books(fd, 0, 0, 0);
	assert_int_equal(batch_stat(fd).sent, 11);
	unload();
}

static void a_full_group_that_fails_refuses(void **state)
{
	(void)state;
	set_rule(SYNCHMESS_FULL_FAIL, 8);
	load("1", NO_TICK);
	post("9");
	expect_counts(8, 1, -ENOSPC);
	assert_int_equal(queued(), 8);
	batch_expect_books(fd, 8, 0, 8 * strlen("process 1"));
	unload();
	/* What a module has posted outlives it. */
	expect_letters(1, 8);
}

static void a_full_group_that_overwrites_keeps_the_latest(void **state)
{
	(void)state;
	set_rule(SYNCHMESS_FULL_DROP_OLDEST, 8);
	load("1", NO_TICK);
	post("200");
	expect_counts(200, 0, 0);
	assert_int_equal(queued(), 8);
	assert_int_equal(batch_stat(fd).overwritten, 192);
	expect_letters(193, 200);
	batch_expect_books(fd, 0, 0, 0);
	unload();
}

static void what_is_too_long_is_refused(void **state)
{
	struct synchmess_settings settings = { .max_message_size = 8 };

	(void)state;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	load("1", NO_TICK);
	post("1");
	expect_counts(0, 1, -EMSGSIZE);
	settings = (struct synchmess_settings){ .max_storage_size = 8 };
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	post("1");
	expect_counts(0, 2, -EMSGSIZE);
	settings.full = SYNCHMESS_FULL_DROP_OLDEST;
	assert_ok(ioctl(fd, SYNCHMESS_SET, &settings));
	post("1");
	expect_counts(0, 3, -ENOSPC);
	batch_expect_books(fd, 0, 0, 0);
	unload();
}

static void without_memory_it_is_refused(void **state)
{
	(void)state;
	load("0", "200");
	failure_on("memory");
	post("3");
	failure_off("memory");
	assert_true(parameter("refused") >= 3);
	assert_int_equal(parameter("error"), -ENOMEM);
	unload();
	while (queued())
		receive(&(struct letter){ });
	batch_expect_books(fd, 0, 0, 0);
}

/* An interrupt is nobody's: it does not fail for whom it interrupts. */
static void only_process_context_fails_for_a_process(void **state)
{
	(void)state;
	load("100", "200");
	failure_set("memory", "process", getpid());
	failure_on("memory");
	post("1000");
	failure_reset();
	assert_int_equal(parameter("refused"), 1000);
	unload();
}

/* ---- hearing */

/* That nothing comes cannot be waited for: time enough for what should not come. */
static void expect_silence(long heard)
{
	usleep(20000);
	assert_int_equal(parameter("heard"), heard);
}

static void it_hears_when_there_is_something(void **state)
{
	long heard;

	(void)state;
	load("1", NO_TICK);
	expect_silence(0);
	batch_send_text(fd, "x", 0, 0, 0);
	await("heard", 1);
	batch_expect(fd, "x");
	heard = parameter("heard");
	post("1");
	await("heard", heard + 1);
	expect_letter("process", 1);
	batch_send_text(fd, "delayed", 0, HOUR, 0);
	expect_silence(heard + 1);
	assert_ok(fsync(fd));
	await("heard", heard + 2);
	unload();
}

static void it_hears_of_what_is_there_already(void **state)
{
	(void)state;
	batch_send_text(fd, "x", 0, 0, 0);
	load("1", NO_TICK);
	await("heard", 1);
	unload();
}

/* ---- ends */

static void a_group_that_is_not_there_is_refused(void **state)
{
	(void)state;
	assert_fails(load_with("group=65535"), ENOENT);
	assert_fails(load_with("group=70000"), ENOENT);
	assert_fails(load_with("name=nobody"), ENOENT);
	assert_fails(load_with(""), EINVAL);
	/* 64 characters. */
	assert_fails(load_with("name=" SIXTEEN SIXTEEN SIXTEEN SIXTEEN), EINVAL);
}

static void a_group_is_found_by_its_name(void **state)
{
	struct synchmess_create plan = named_plan("letters");

	(void)state;
	close(fd);
	fd = named_create(&plan);
	assert_ok(fd);
	assert_ok(load_with("name=letters count=1 interval_us=" NO_TICK));
	post("1");
	expect_letter("process", 1);
	unload();
	assert_ok(named_remove(0, "letters"));
}

static void it_holds_the_module(void **state)
{
	unsigned int number = batch_stat(fd).descriptor;
	char parameters[64];

	(void)state;
	close(fd);
	fd = named_create(&(struct synchmess_create){ .descriptor = number, .mode = 0660,
			  .uid = -1, .gid = -1, .open_flags = O_RDWR | O_CLOEXEC });
	assert_ok(fd);
	snprintf(parameters, sizeof(parameters), "group=%u", number);
	assert_ok(load_with(parameters));
	close(fd);
	assert_fails(try_to_unload("synchmess"), EWOULDBLOCK);
	unload();
	assert_ok(named_remove(number, NULL));
	fd = batch_group(NULL);
}

static void a_removed_group_takes_no_more(void **state)
{
	struct synchmess_create plan = named_plan(NULL);
	struct fdinfo info;
	long posted;
	int fresh;

	(void)state;
	load("0", "200");
	receive(&(struct letter){ });
	plan.descriptor = batch_stat(fd).descriptor;
	assert_ok(named_remove(plan.descriptor, NULL));
	await("error", -ENODEV);
	/* Another group of that number is another group. */
	fresh = named_create(&plan);
	assert_ok(fresh);
	post("3");
	assert_ok(fsync(fresh));
	assert_int_equal(batch_stat(fresh).sent, 0);
	fdinfo_read(fd, &info);
	posted = fdinfo_number(&info, "sent");
	/* It counts a little later what it was told. */
	await("posted", posted);
	unload();

	fdinfo_expect_balance(&info);
	assert_int_equal(fdinfo_number(&info, "delivered"), 1);
	assert_int_equal(fdinfo_number(&info, "dropped"), posted - 1);
	assert_ok(named_remove(plan.descriptor, NULL));
	close(fresh);
}

/* A writer in another process, until there is no such file; see post_some(). */
static int post_for_ever(void *unused)
{
	(void)unused;
	for (;;) {
		CHILD_CHECK(!sysfs_try_write(PARAMETERS "post", "5") || errno == ENOENT ||
			    errno == ENXIO || errno == ENODEV);
		usleep(200);
	}
}

static void traffic_until_the_unload(uint64_t *random)
{
	uint64_t counts[CONTEXTS] = { }, sent_at = now_ns();
	uint64_t sequence = batch_stat(fd).delivered;
	unsigned int left = random_below(random, 100);

	load("0", "200");
	while (left--)
		expect_next(counts, &sent_at, ++sequence);
	unload();
	/* All of it is accepted: it comes, in order. */
	while (queued())
		expect_next(counts, &sent_at, ++sequence);
}

static void it_is_unloaded_under_traffic(void **state)
{
	uint64_t random = random_seed();
	unsigned long i;
	pid_t writer;

	(void)state;
	writer = process_start(post_for_ever, NULL);
	for (i = 0; i < cycles; i++)
		traffic_until_the_unload(&random);
	process_kill(writer);
	batch_expect_books(fd, 0, 0, 0);
}

/* A test that failed may have left it. */
static int clean_up(void **state)
{
	if (!access(PARAMETERS, F_OK))
		try_to_unload("postman");
	failure_reset();
	return own_group_close(state);
}

#define TEST_WITH_POSTMAN(name) \
	cmocka_unit_test_setup_teardown(name, own_group_open, clean_up)

static const struct CMUnitTest tests[] = {
	TEST_WITH_POSTMAN(the_feature_is_announced),
	TEST_WITH_POSTMAN(it_sends_from_everywhere),
	TEST_WITH_POSTMAN(write_and_post_share_the_order),
	TEST_WITH_POSTMAN(it_wakes_a_reader),
	TEST_WITH_POSTMAN(it_can_be_leased_and_revoked),
	TEST_WITH_POSTMAN(a_full_group_that_blocks_refuses),
	TEST_WITH_POSTMAN(a_full_group_that_fails_refuses),
	TEST_WITH_POSTMAN(a_full_group_that_overwrites_keeps_the_latest),
	TEST_WITH_POSTMAN(what_is_too_long_is_refused),
	TEST_WITH_POSTMAN(without_memory_it_is_refused),
	TEST_WITH_POSTMAN(only_process_context_fails_for_a_process),
	TEST_WITH_POSTMAN(it_hears_when_there_is_something),
	TEST_WITH_POSTMAN(it_hears_of_what_is_there_already),
	TEST_WITH_POSTMAN(a_group_that_is_not_there_is_refused),
	TEST_WITH_POSTMAN(a_group_is_found_by_its_name),
	TEST_WITH_POSTMAN(it_holds_the_module),
	TEST_WITH_POSTMAN(a_removed_group_takes_no_more),
	TEST_WITH_POSTMAN(it_is_unloaded_under_traffic),
};

int main(int argc, char *argv[])
{
	(void)argc;
	option_read(argv, options);
	return RUN_SUITE("module: kernel senders", tests);
}
