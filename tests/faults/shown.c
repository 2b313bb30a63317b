// SPDX-License-Identifier: GPL-2.0
/*
 * What the module shows and lets be set, in sysfs, fdinfo and debugfs, with each
 * allocation and user copy failing once.
 */
#include "harness/group.h"
#include "harness/mailbox.h"
#include "harness/sweep.h"
#include "harness/sysfs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GROUP 603
#define ATTRIBUTE(name) "/sys/class/synchmess/synchmess603/" name
#define MAILBOXES "/sys/kernel/debug/synchmess/mailboxes"

static char text[1024];

static void begin(void)
{
	group_fresh(GROUP);
}

static void end(void)
{
	group_remove(GROUP);
}

/* ---- reading: what has failed shows all the next time */

static long show(void)
{
	return sysfs_try_read(sweep_argument, text, sizeof(text));
}

static void expect_a_line(void)
{
	assert_non_null(strchr(text, '\n'));
}

/* ---- writing */

struct setting {
	const char *path, *before, *after;
};

static void expect_setting(const char *expected)
{
	const struct setting *setting = sweep_argument;

	sysfs_read(setting->path, text, sizeof(text));
	assert_string_equal(text, expected);
}

static long store(void)
{
	const struct setting *setting = sweep_argument;

	return sysfs_try_write(setting->path, setting->after);
}

static void begin_store(void)
{
	const struct setting *setting = sweep_argument;

	begin();
	sysfs_write(setting->path, setting->before);
}

static void expect_before(void)
{
	expect_setting(((const struct setting *)sweep_argument)->before);
}

static void expect_after(void)
{
	const struct setting *setting = sweep_argument;

	expect_setting(setting->after);
	sysfs_write(setting->path, setting->before);
}

/* ---- fdinfo and debugfs */

static int fd;
static char fdinfo[64];

static void name_fdinfo(void)
{
	assert_ok(fd);
	snprintf(fdinfo, sizeof(fdinfo), "/proc/self/fdinfo/%d", fd);
}

static void open_a_group(void)
{
	begin();
	fd = group_open(GROUP, O_RDWR);
	name_fdinfo();
}

static void close_the_group(void)
{
	close(fd);
	end();
}

static void open_a_mailbox(void)
{
	fd = mailbox_register("shown");
	name_fdinfo();
}

static void close_the_mailbox(void)
{
	close(fd);
}

static void expect_the_ledger(void)
{
	assert_non_null(strstr(text, "\nstored:\t0\n"));
}

static void expect_the_mailbox(void)
{
	assert_non_null(strstr(text, "\nshown "));
}

#define NO_MEMORY_OR_FAULT .errors = { ENOMEM, EFAULT }, .refusals = 3
/* For want of an inode, /proc says that there is no such file. */
#define OR_NOT_FOUND .errors = { ENOMEM, EFAULT, ENOENT }, .refusals = 3

#define SHOW(name) \
	SWEEP("read_" name, NO_MEMORY_OR_FAULT, .begin = begin, .end = end, \
	      .argument = ATTRIBUTE(name), .call = show, .done = expect_a_line)

#define STORE_IN(name, path, before, after) \
	SWEEP("write_" name, NO_MEMORY_OR_FAULT, .begin = begin_store, .end = end, \
	      .argument = &(const struct setting){ path, before, after }, \
	      .call = store, .undone = expect_before, .done = expect_after)
#define STORE(name, before, after) STORE_IN(name, ATTRIBUTE(name), before, after)
#define STORE_DEFAULT(name, before, after) \
	STORE_IN("default_" name, MODULE_PARAMETERS name, before, after)

static const struct CMUnitTest tests[] = {
	STORE("max_message_size", "65536", "1000"),
	STORE("max_storage_size", "1048576", "2000"),
	STORE("empty_read", "eof", "block"),
	STORE("send_delay", "0", "1000"),
	STORE_DEFAULT("max_message_size", "65536", "1000"),
	STORE_DEFAULT("max_storage_size", "1048576", "2000"),
	STORE_DEFAULT("max_groups", "8192", "8000"),
	STORE_DEFAULT("user_share", "75", "50"),
	SHOW("max_message_size"),
	SHOW("max_storage_size"),
	SHOW("empty_read"),
	SHOW("send_delay"),
	SHOW("sleepers"),
	SHOW("statistics/sent"),
	SHOW("statistics/delivered"),
	SHOW("statistics/queued"),
	SHOW("statistics/scheduled"),
	SHOW("statistics/revoked"),
	SHOW("statistics/overwritten"),
	SHOW("statistics/dropped"),
	SHOW("statistics/stored"),
	SWEEP("fdinfo_of_a_group", OR_NOT_FOUND, .begin = open_a_group, .end = close_the_group,
	      .argument = fdinfo, .call = show, .done = expect_the_ledger),
	SWEEP("fdinfo_of_a_mailbox", OR_NOT_FOUND, .begin = open_a_mailbox,
	      .end = close_the_mailbox, .argument = fdinfo, .call = show,
	      .done = expect_the_ledger),
	SWEEP("debugfs", NO_MEMORY_OR_FAULT, .begin = open_a_mailbox, .end = close_the_mailbox,
	      .argument = MAILBOXES, .call = show, .done = expect_the_mailbox),
};

int main(void)
{
	return RUN_SWEEPS("faults: shown", tests);
}
