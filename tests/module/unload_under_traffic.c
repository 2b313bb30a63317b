// SPDX-License-Identifier: GPL-2.0
/*
 * The module is loaded and unloaded over and over, while processes use all of
 * it: whoever has a device open holds it, whoever comes too late is told that
 * there is no such device, and after each unload nothing is left.
 *
 *	test-module-unload_under_traffic [--cycles N | --duration SECONDS] [--seed N]
 *
 * Leaves the module as it found it, loaded or not.
 */
#include "harness/clock.h"
#include "harness/option.h"
#include "harness/process.h"
#include "harness/random.h"
#include "harness/suite.h"
#include "harness/sysfs.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULE_FILE "/root/synchmess.ko"
#define CLASS "/sys/class/synchmess/"
#define GROUPS 4
#define USERS 8
#define PATIENCE_MS 60000

static unsigned long cycles = 15;
static unsigned long duration;

static const struct option_number options[] = {
	{ "cycles", &cycles },
	{ "duration", &duration },
	{ NULL, NULL }
};

static atomic_bool *stop;	/* shared */

/* ---- the users: each step uses an open file */

/* What a call may say when the module, or the group, is not there or is going. */
static bool is_missing(int error)
{
	return error == ENOENT || error == ENXIO || error == ENODEV;
}

#define CHECK_OR_MISSING(call) CHILD_CHECK((call) >= 0 || is_missing(errno))

static int install(int fd, uint64_t *random)
{
	struct group_t group = { .descriptor = 1 + random_below(random, GROUPS) };

	CHILD_CHECK(!ioctl(fd, IOCTL_INSTALL_GROUP, &group));
	return 0;
}

static int exchange(int fd, uint64_t *random)
{
	char bytes[8];

	(void)random;
	CHECK_OR_MISSING(write(fd, "hello", 5));
	CHECK_OR_MISSING(read(fd, bytes, sizeof(bytes)));
	CHECK_OR_MISSING(ioctl(fd, IOCTL_AWAKE));
	return 0;
}

/* What is still delayed is dropped by the unload. */
static int send_delayed(int fd, uint64_t *random)
{
	unsigned int milliseconds = random_below(random, 20), left = 8;

	CHECK_OR_MISSING(ioctl(fd, IOCTL_SET_SEND_DELAY, &milliseconds));
	while (left--)
		CHECK_OR_MISSING(write(fd, "delayed", 7));
	if (!random_below(random, 4))
		CHECK_OR_MISSING(fsync(fd));
	if (!random_below(random, 4))
		CHECK_OR_MISSING(ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES));
	return 0;
}

static int use_mailbox(int fd, uint64_t *random)
{
	char command[16], bytes[16];
	int length = snprintf(command, sizeof(command), "/reg %u",
			      (unsigned int)random_below(random, 4));
	bool registered;

	CHILD_CHECK((registered = write(fd, command, length) == length) || errno == EEXIST);
	if (!registered)
		return 0;
	CHILD_CHECK(write(fd, "/all hello", 10) == 10);
	CHILD_CHECK(read(fd, bytes, sizeof(bytes)) >= 0 || errno == EAGAIN);
	return 0;
}

static int look(int fd, uint64_t *random)
{
	char bytes[4096];

	(void)random;
	CHECK_OR_MISSING(read(fd, bytes, sizeof(bytes)));
	return 0;
}

static int set_number(int fd, uint64_t *random)
{
	char number[16];
	int length = snprintf(number, sizeof(number), "%d",
			      1 + (int)random_below(random, GROUPS));

	CHECK_OR_MISSING(write(fd, number, length));
	return 0;
}

static const struct step {
	const char *path;	/* %u: of any group */
	int flags;
	int (*use)(int fd, uint64_t *random);
} steps[] = {
	{ SYNCHMESS_MASTER_PATH, O_RDONLY, install },
	{ SYNCHMESS_MASTER_PATH, O_RDONLY, install },
	{ SYNCHMESS_MASTER_PATH "%u", O_RDWR, exchange },
	{ SYNCHMESS_MASTER_PATH "%u", O_RDWR, send_delayed },
	{ SYNCHMESS_MAILBOX_PATH, O_RDWR, use_mailbox },
	{ "/sys/kernel/debug/synchmess/mailboxes", O_RDONLY, look },
	{ MODULE_PARAMETERS "user_share", O_RDONLY, look },
	{ MODULE_PARAMETERS "user_share", O_WRONLY, set_number },
	{ CLASS "synchmess%u/statistics/sent", O_RDONLY, look },
	{ CLASS "synchmess%u/max_storage_size", O_RDONLY, look },
	{ CLASS "synchmess%u/send_delay", O_WRONLY, set_number },
	{ CLASS "synchmess/remove", O_WRONLY, set_number },
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

static int take_step(uint64_t *random)
{
	const struct step *step = &steps[random_below(random, STEPS)];
	char path[128];
	int fd, result;

	snprintf(path, sizeof(path), step->path, 1 + (unsigned int)random_below(random, GROUPS));
	CHECK_OR_MISSING(fd = open(path, step->flags | O_CLOEXEC));
	if (fd < 0)
		return 0;
	result = step->use(fd, random);
	usleep(random_below(random, 2000));
	close(fd);
	return result;
}

/* The pauses, long as the steps are, leave moments in which nobody has a device open. */
static int use(void *argument)
{
	uint64_t random = *(uint64_t *)argument;

	while (!*stop) {
		uint64_t began = clock_ms();

		if (take_step(&random))
			return 1;
		usleep(random_below(&random, 5000 * (1 + clock_ms() - began)));
	}
	return 0;
}

static void start_users(pid_t users[USERS], uint64_t *random)
{
	unsigned int i;

	for (i = 0; i < USERS; i++) {
		uint64_t seed = random_next(random);

		users[i] = process_start(use, &seed);
	}
}

static void stop_users(const pid_t users[USERS])
{
	unsigned int i;

	*stop = true;
	for (i = 0; i < USERS; i++)
		assert_int_equal(process_wait(users[i]), 0);
}

/* ---- the module */

static bool is_loaded(void)
{
	return !access("/sys/module/synchmess", F_OK);
}

static void load(void)
{
	int file = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);

	assert_ok(file);
	assert_ok(syscall(SYS_finit_module, file, "", 0));
	close(file);
}

/* Returns how often it was refused because somebody had a device open. */
static unsigned long unload(void)
{
	uint64_t deadline = clock_ms() + PATIENCE_MS;
	unsigned long refused = 0;

	while (syscall(SYS_delete_module, "synchmess", O_NONBLOCK)) {
		if (errno != EAGAIN && errno != EBUSY)
			fail_msg("delete_module: errno %d", errno);
		if (clock_ms() > deadline)
			fail_msg("the module is in use for ever");
		refused++;
		usleep(500);
	}
	return refused;
}

static void expect_no_line(const char *path, const char *word)
{
	FILE *file = fopen(path, "r");
	char line[1024];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (strstr(line, word))
			fail_msg("%s still has %s", path, line);
	}
	fclose(file);
}

static void expect_nothing_left(void)
{
	static const char * const paths[] = {
		"/dev/mq", "/dev/synch", "/sys/class/synchmess", "/sys/class/misc/mq",
		"/sys/module/synchmess", "/sys/kernel/debug/synchmess",
	};
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (!access(paths[i], F_OK))
			fail_msg("%s is left", paths[i]);
	}
	expect_no_line("/proc/devices", "synchmess");
	expect_no_line("/proc/modules", "synchmess");
	expect_no_line("/proc/misc", " mq\n");
}

/* ---- the test */

static bool is_over(unsigned long done, uint64_t started)
{
	if (duration)
		return clock_ms() - started >= duration * 1000;
	return done >= cycles;
}

static unsigned long cycle(uint64_t *random)
{
	unsigned long refused;

	load();
	usleep(random_below(random, 30000));
	refused = unload();
	expect_nothing_left();
	return refused;
}

static void nothing_is_left_while_everybody_uses_it(void **state)
{
	uint64_t random = random_seed(), started = clock_ms();
	unsigned long done = 0, refused = 0;
	pid_t users[USERS];

	(void)state;
	if (is_loaded())
		unload();
	*stop = false;
	start_users(users, &random);
	for (; !is_over(done, started); done++)
		refused += cycle(&random);
	stop_users(users);
	printf("# %lu cycles, unload refused %lu times, %" PRIu64 " ms\n", done, refused,
	       clock_ms() - started);
}

static const struct CMUnitTest tests[] = {
	TEST(nothing_is_left_while_everybody_uses_it),
};

/* Whoever comes next may want udev's work to be done, too. */
static void load_again(void)
{
	load();
	if (system("udevadm settle"))
		perror("udevadm settle");
}

int main(int argc, char *argv[])
{
	bool loaded = is_loaded();
	int failed;

	(void)argc;
	option_read(argv, options);
	stop = mmap(NULL, sizeof(*stop), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		    0);
	if (stop == MAP_FAILED)
		return EXIT_FAILURE;
	failed = RUN_SUITE("module: unload under traffic", tests);
	if (loaded && !is_loaded())
		load_again();
	return failed;
}
