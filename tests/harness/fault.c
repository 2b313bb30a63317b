// SPDX-License-Identifier: GPL-2.0
#include "harness/fault.h"

#include "harness/suite.h"
#include "harness/sysfs.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int fail_nth = -1, make_it_fail;
static bool all_fail;

/* Writes VALUE to every file that matches: which there are depends on the kernel. */
static void set_all(const char *pattern, const char *value)
{
	glob_t files = { };
	size_t i;

	glob(pattern, 0, NULL, &files);
	for (i = 0; i < files.gl_pathc; i++)
		sysfs_write(files.gl_pathv[i], value);
	globfree(&files);
}

/* By default most allocations are spared, and each fault prints a call trace. */
static void prepare_kernel(void)
{
	set_all("/sys/kernel/debug/fail*/verbose", "0");
	set_all("/sys/kernel/debug/fail*/ignore-gfp-*", "N");
}

/* Every allocation, for ever, but only of threads that have asked for it. */
static void prepare_kernel_for_all(const char *kind)
{
	static const struct { const char *file, *value; } settings[] = {
		{ "task-filter", "Y" }, { "times", "-1" }, { "probability", "100" }
	};
	char path[64];
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kind, settings[i].file);
		set_all(path, settings[i].value);
	}
}

bool fault_is_possible(void)
{
	if (fail_nth >= 0)
		return true;
	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fail_nth < 0)
		return false;
	make_it_fail = open("/proc/thread-self/make-it-fail", O_RDWR | O_CLOEXEC);
	assert_ok(make_it_fail);
	prepare_kernel();
	prepare_kernel_for_all("failslab");
	prepare_kernel_for_all("fail_page_alloc");
	/* What the page faults of this program allocate is not to be counted. */
	assert_ok(mlockall(MCL_CURRENT | MCL_FUTURE));
	return true;
}

/* No cache passes the filter, and no piece of memory is so large. */
void fault_choose(bool objects, bool pages)
{
	set_all("/sys/kernel/debug/failslab/cache-filter", objects ? "N" : "Y");
	set_all("/sys/kernel/debug/fail_page_alloc/min-order", pages ? "0" : "99");
}

static void set_make_it_fail(const char *value)
{
	assert_int_equal(pwrite(make_it_fail, value, 1, 0), 1);
}

static void set_fail_nth(unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	assert_int_equal(pwrite(fail_nth, text, length, 0), length);
}

void fault_arm(unsigned int nth)
{
	all_fail = nth == FAULT_ALL;
	if (all_fail)
		set_make_it_fail("1");
	else
		set_fail_nth(nth);
}

/*
 * Reading and writing the number copy it themselves: the copy that should fail
 * may be one of these. Then nothing is left, and it was not the caller's.
 */
static unsigned int disarm_nth(void)
{
	char text[16] = "1";
	ssize_t length = pread(fail_nth, text, sizeof(text) - 1, 0);

	while (pwrite(fail_nth, "0", 1, 0) < 0 && errno == EFAULT)
		;
	text[length < 0 ? 1 : length] = '\0';
	return strtoul(text, NULL, 10);
}

unsigned int fault_disarm(void)
{
	unsigned int left = 0;
	int error = errno;

	if (all_fail)
		set_make_it_fail("0");
	else
		left = disarm_nth();
	errno = error;
	return left;
}

static bool is_worker(const char *comm)
{
	char name[32];

	return !sysfs_try_read(comm, name, sizeof(name)) &&
	       !strncmp(name, "kworker/", strlen("kworker/"));
}

/* A process may be gone before it is looked at. */
void fault_arm_workers(bool fail)
{
	glob_t files = { };
	char path[64];
	size_t i;

	glob("/proc/[0-9]*/comm", 0, NULL, &files);
	for (i = 0; i < files.gl_pathc; i++) {
		if (!is_worker(files.gl_pathv[i]))
			continue;
		snprintf(path, sizeof(path), "%.*s/make-it-fail",
			 (int)strlen(files.gl_pathv[i]) - (int)strlen("/comm"), files.gl_pathv[i]);
		sysfs_try_write(path, fail ? "1" : "0");
	}
	globfree(&files);
}
