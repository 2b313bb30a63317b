// SPDX-License-Identifier: GPL-2.0
/*
 * Loading the module, with each allocation and user copy failing once: either it
 * is loaded and works, or it is refused and nothing is left.
 */
#include "harness/fault.h"
#include "harness/group.h"
#include "harness/mailbox.h"
#include "harness/sweep.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GROUP 604
#define MODULE "/root/synchmess.ko"

/* More faults than our own part of a load has: with a leak detector, about 150. */
#define OURS 180

static int file;
static bool was_loaded;

static bool is_loaded(void)
{
	return !access("/sys/module/synchmess", F_OK);
}

static int unload(void)
{
	return syscall(SYS_delete_module, "synchmess", O_NONBLOCK);
}

static void begin(void)
{
	was_loaded = is_loaded();
	if (was_loaded)
		assert_ok(unload());
	file = open(MODULE, O_RDONLY | O_CLOEXEC);
	assert_ok(file);
}

static long load(void)
{
	return syscall(SYS_finit_module, file, "", 0);
}

static void use(void)
{
	int fd;

	group_install(GROUP);
	fd = group_open(GROUP, O_RDWR);
	group_send(fd, "hello");
	group_expect(fd, "hello");
	close(fd);
	group_remove(GROUP);
	fd = mailbox_register("alice");
	mailbox_do(fd, "/msg alice hello");
	mailbox_expect(fd, "hello");
	close(fd);
}

static void end(void)
{
	assert_ok(load());
	use();
	if (!was_loaded)
		assert_ok(unload());
	close(file);
}

static bool is_mentioned_in(const char *path)
{
	FILE *list = fopen(path, "re");
	char line[256];
	bool found = false;

	assert_non_null(list);
	while (!found && fgets(line, sizeof(line), list))
		found = strstr(line, "synchmess") || strstr(line, " mq\n");
	fclose(list);
	return found;
}

static void expect_nothing(void)
{
	static const char * const traces[] = {
		"/sys/module/synchmess", "/sys/class/synchmess", "/sys/kernel/debug/synchmess",
		"/sys/class/misc/mq", SYNCHMESS_MAILBOX_PATH, SYNCHMESS_MASTER_PATH
	};
	size_t i;

	for (i = 0; i < sizeof(traces) / sizeof(traces[0]); i++) {
		if (!access(traces[i], F_OK))
			fail_msg("%s is left", traces[i]);
	}
	assert_false(is_mentioned_in("/proc/modules"));
	assert_false(is_mentioned_in("/proc/devices"));
	assert_false(is_mentioned_in("/proc/misc"));
}

static void expect_loaded(void)
{
	assert_ok(access(SYNCHMESS_MASTER_PATH, R_OK | W_OK));
	assert_ok(access(SYNCHMESS_MAILBOX_PATH, R_OK | W_OK));
	assert_ok(unload());
	expect_nothing();
}

static unsigned int count_faults(const char *parameters)
{
	fault_arm(UINT_MAX);
	syscall(SYS_finit_module, file, parameters, 0);
	return UINT_MAX - fault_disarm();
}

/*
 * Before the module does anything, the kernel's loader takes memory for it. While
 * that is pages, which is until it reads the parameters, a failure shows as a trace
 * in the log. Then come hundreds of files in sysfs, many of which may fail unnoticed.
 */
static unsigned int where_ours_begin(void)
{
	unsigned int loader = count_faults("user_share=0"), total;

	/* The first load takes more than those after it. */
	assert_ok(load());
	expect_loaded();
	total = count_faults("");
	expect_loaded();
	return loader + OURS < total ? total - OURS : loader + 1;
}

static const struct CMUnitTest tests[] = {
	SWEEP("load", .errors = { ENOMEM, EFAULT }, .refusals = 20, .begin = begin, .end = end,
	      .first = where_ours_begin, .call = load, .undone = expect_nothing,
	      .done = expect_loaded, .slow = true),
};

int main(void)
{
	return RUN_SWEEPS("faults: load", tests);
}
