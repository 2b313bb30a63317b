// SPDX-License-Identifier: GPL-2.0
/* The master device and what it makes: docs/interface-1.md, "Install", "Who may what". */
#include "harness/clock.h"
#include "harness/group.h"
#include "harness/memory.h"
#include "harness/process.h"
#include "harness/suite.h"
#include "harness/sysfs.h"
#include "harness/task.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP 501
#define FIRST_OF_MANY 10001
#define MANY 1024
#define THREADS 8

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int master;

static int open_master(void **state)
{
	(void)state;
	master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);
	return master < 0 ? -1 : 0;
}

static int close_master(void **state)
{
	(void)state;
	return close(master);
}

static void attribute_path(unsigned int number, const char *attribute, char *path, size_t size)
{
	snprintf(path, size, "/sys/class/synchmess/synchmess%u/%s", number, attribute);
}

static bool is_installed(unsigned int number)
{
	char path[128];

	attribute_path(number, "", path, sizeof(path));
	return !access(path, F_OK);
}

static void make_sure_it_is_away(unsigned int number)
{
	if (is_installed(number))
		group_remove(number);
}

static void device_path(unsigned int number, char *path, size_t size)
{
	snprintf(path, size, "/dev/synch/synchmess%u", number);
}

static void install_returns_the_path(void **state)
{
	static const unsigned int numbers[] = { 1, 9, GROUP, 65535 };
	char expected[256];
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(numbers); i++) {
		struct {
			struct group_t group;
			char behind[8];
		} argument;

		make_sure_it_is_away(numbers[i]);
		memset(&argument, 'P', sizeof(argument));
		argument.group.descriptor = numbers[i];
		assert_int_equal(ioctl(master, IOCTL_INSTALL_GROUP, &argument.group), 0);
		assert_int_equal(argument.group.descriptor, numbers[i]);

		/* The path, and zeros behind it. */
		memset(expected, 0, sizeof(expected));
		device_path(numbers[i], expected, sizeof(expected));
		assert_memory_equal(argument.group.device_path, expected, sizeof(expected));
		for (j = 0; j < sizeof(argument.behind); j++)
			assert_int_equal(argument.behind[j], 'P');
		assert_true(is_installed(numbers[i]));
		group_remove(numbers[i]);
		assert_false(is_installed(numbers[i]));
	}
}

static void the_path_can_be_used(void **state)
{
	struct group_t group = { .descriptor = GROUP };
	uint64_t deadline = clock_ms() + PATIENCE_S * 1000;
	struct stat status;
	int fd;

	(void)state;
	make_sure_it_is_away(GROUP);
	assert_ok(ioctl(master, IOCTL_INSTALL_GROUP, &group));
	while (access(group.device_path, R_OK | W_OK) && clock_ms() < deadline)
		;
	assert_ok(stat(group.device_path, &status));
	assert_true(S_ISCHR(status.st_mode));
	fd = open(group.device_path, O_RDWR | O_CLOEXEC);
	assert_ok(fd);
	group_send(fd, "x");
	group_expect(fd, "x");
	close(fd);
}

static void installing_again_changes_nothing(void **state)
{
	struct group_t group = { .descriptor = GROUP };
	int fd;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	group_set(GROUP, "max_message_size", "1234");
	group_send(fd, "stays");
	group_set_delay(fd, 3600000);
	group_send(fd, "stays, too");
	assert_int_equal(ioctl(master, IOCTL_INSTALL_GROUP, &group), 0);
	assert_string_equal(group.device_path, "/dev/synch/synchmess501");
	assert_int_equal(group_get(GROUP, "max_message_size"), 1234);
	assert_int_equal(group_get(GROUP, "send_delay"), 3600000);
	assert_int_equal(group_get(GROUP, "statistics/queued"), 1);
	assert_int_equal(group_get(GROUP, "statistics/scheduled"), 1);
	group_expect(fd, "stays");
	close(fd);
}

static void a_master_opened_in_any_direction_installs(void **state)
{
	static const int flags[] = { O_RDONLY, O_WRONLY, O_RDWR };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(flags); i++) {
		struct group_t group = { .descriptor = GROUP };
		int fd = open(SYNCHMESS_MASTER_PATH, flags[i] | O_CLOEXEC);

		assert_ok(fd);
		make_sure_it_is_away(GROUP);
		assert_ok(ioctl(fd, IOCTL_INSTALL_GROUP, &group));
		assert_true(is_installed(GROUP));
		close(fd);
	}
}

static void descriptors_out_of_range_are_refused(void **state)
{
	static const unsigned int numbers[] = { 0, 65536, 65537, INT_MAX, UINT_MAX };
	struct group_t poison, group;
	size_t i;

	(void)state;
	memset(&poison, 'P', sizeof(poison));
	for (i = 0; i < COUNT(numbers); i++) {
		poison.descriptor = numbers[i];
		group = poison;
		assert_fails(ioctl(master, IOCTL_INSTALL_GROUP, &group), EINVAL);
		assert_memory_equal(&group, &poison, sizeof(group));
		assert_false(numbers[i] && is_installed(numbers[i]));
	}
}

static void a_fault_installs_nothing(void **state)
{
	struct group_t *cut = (struct group_t *)(memory_edge() - sizeof(*cut) + 1);
	struct group_t *fixed = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int *number_only = (unsigned int *)memory_edge() - 1;

	(void)state;
	make_sure_it_is_away(GROUP);
	assert_fails(ioctl(master, IOCTL_INSTALL_GROUP, memory_bad()), EFAULT);
	assert_fails(ioctl(master, IOCTL_INSTALL_GROUP, NULL), EFAULT);
	assert_fails(ioctl(master, IOCTL_INSTALL_GROUP, memory_edge()), EFAULT);

	/* It can be read, in part or in whole, and not be written. */
	memcpy(&cut->descriptor, &(unsigned int){ GROUP }, sizeof(unsigned int));
	assert_fails(ioctl(master, IOCTL_INSTALL_GROUP, cut), EFAULT);
	*number_only = GROUP;
	assert_fails(ioctl(master, IOCTL_INSTALL_GROUP, number_only), EFAULT);
	assert_true(fixed != MAP_FAILED);
	fixed->descriptor = GROUP;
	assert_ok(mprotect(fixed, 4096, PROT_READ));
	assert_fails(ioctl(master, IOCTL_INSTALL_GROUP, fixed), EFAULT);
	assert_int_equal(fixed->descriptor, GROUP);
	assert_int_equal(fixed->device_path[0], 0);
	assert_false(is_installed(GROUP));
	munmap(fixed, 4096);
}

#define RACED 100

static pthread_barrier_t line;

static long install_with_others(void *unused)
{
	long failures = 0;
	unsigned int i;

	(void)unused;
	for (i = 0; i < RACED; i++) {
		struct group_t group = { .descriptor = FIRST_OF_MANY + i };
		char path[64];

		device_path(FIRST_OF_MANY + i, path, sizeof(path));
		pthread_barrier_wait(&line);
		if (ioctl(master, IOCTL_INSTALL_GROUP, &group) || strcmp(group.device_path, path))
			failures++;
	}
	return failures;
}

/* Removing it once removes it: had there been two, one would be left. */
static void many_who_install_one_number_make_one_group(void **state)
{
	static struct task tasks[THREADS];
	unsigned int i;

	(void)state;
	for (i = 0; i < RACED; i++)
		make_sure_it_is_away(FIRST_OF_MANY + i);
	assert_int_equal(pthread_barrier_init(&line, NULL, THREADS), 0);
	for (i = 0; i < THREADS; i++)
		task_start(&tasks[i], install_with_others, NULL);
	for (i = 0; i < THREADS; i++)
		task_expect(&tasks[i], 0, 0);
	for (i = 0; i < RACED; i++) {
		assert_true(is_installed(FIRST_OF_MANY + i));
		group_remove(FIRST_OF_MANY + i);
		assert_false(is_installed(FIRST_OF_MANY + i));
	}
}

static long send_to_the_one_group(void *argument)
{
	struct group_t group = { .descriptor = GROUP };
	int fd;

	(void)argument;
	pthread_barrier_wait(&line);
	if (ioctl(master, IOCTL_INSTALL_GROUP, &group))
		return -1;
	fd = open(group.device_path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	return write(fd, "x", 1) + close(fd);
}

static void all_of_them_get_the_same_group(void **state)
{
	static struct task tasks[THREADS];
	int round, i;

	(void)state;
	assert_int_equal(pthread_barrier_init(&line, NULL, THREADS), 0);
	for (round = 0; round < 20; round++) {
		make_sure_it_is_away(GROUP);
		for (i = 0; i < THREADS; i++)
			task_start(&tasks[i], send_to_the_one_group, NULL);
		for (i = 0; i < THREADS; i++)
			task_expect(&tasks[i], 1, 0);
		assert_int_equal(group_get(GROUP, "statistics/queued"), THREADS);
	}
}

static void other_commands_are_not_known(void **state)
{
	struct group_t poison = { .descriptor = GROUP }, argument;
	const unsigned int of_group[] = {
		IOCTL_SLEEP, IOCTL_AWAKE, IOCTL_SET_SEND_DELAY, IOCTL_REVOKE_DELAYED_MESSAGES,
	};
	const unsigned int of_nobody[] = {
		_IO(211, 0), _IO(211, 1), _IO(211, 6), _IO(211, 255),
		_IOWR(211, 1, struct group_t), _IOWR(211, 1, unsigned int), _IOW(211, 1, void *),
		_IOW(211, 4, unsigned int), _IOWR(211, 4, void *), _IO(211, 4),
		_IOWR(210, 1, void *), _IO(212, 2), 0x5401 /* TCGETS */, 0, 0xffffffff,
	};
	int fd;
	size_t i;

	(void)state;
	group_fresh(GROUP);
	fd = group_open(GROUP, O_RDWR);
	argument = poison;
	for (i = 0; i < COUNT(of_group); i++)
		assert_fails(ioctl(master, of_group[i], &argument), ENOTTY);
	assert_fails(ioctl(fd, IOCTL_INSTALL_GROUP, &argument), ENOTTY);
	for (i = 0; i < COUNT(of_nobody); i++) {
		assert_fails(ioctl(master, of_nobody[i], &argument), ENOTTY);
		assert_fails(ioctl(fd, of_nobody[i], &argument), ENOTTY);
	}
	assert_memory_equal(&argument, &poison, sizeof(argument));
	assert_int_equal(group_get(GROUP, "send_delay"), 0);
	close(fd);
}

static void the_master_has_nothing_to_read_or_write(void **state)
{
	int both = open(SYNCHMESS_MASTER_PATH, O_RDWR | O_CLOEXEC);
	char got[4] = "___";

	(void)state;
	assert_ok(both);
	assert_fails(read(both, got, sizeof(got)), EINVAL);
	assert_fails(write(both, got, sizeof(got)), EINVAL);
	assert_fails(read(master, got, sizeof(got)), EINVAL);
	assert_fails(write(master, got, sizeof(got)), EBADF);
	assert_string_equal(got, "___");
	close(both);
}

static void a_group_that_is_not_installed_has_no_node(void **state)
{
	(void)state;
	make_sure_it_is_away(GROUP);
	assert_fails(open("/dev/synch/synchmess501", O_RDWR), ENOENT);
}

/*
 * A node of one's own leads to a group as long as it is there. udev may be late: what
 * it was to do to the node of one that is gone must not happen to the next's.
 */
static void a_number_that_comes_again_has_another_device(void **state)
{
	struct stat status;

	(void)state;
	group_fresh(GROUP);
	assert_ok(stat("/dev/synch/synchmess501", &status));
	unlink("/tmp/own-node");
	assert_ok(mknod("/tmp/own-node", S_IFCHR | 0600, status.st_rdev));
	assert_ok(close(open("/tmp/own-node", O_RDWR)));
	group_remove(GROUP);
	assert_fails(open("/tmp/own-node", O_RDWR), ENXIO);
	group_install(GROUP);
	assert_fails(open("/tmp/own-node", O_RDWR), ENXIO);
	assert_ok(close(group_open(GROUP, O_RDWR)));
	unlink("/tmp/own-node");
}

static void await_owner(const char *path)
{
	const struct group *synch = getgrnam("synch");
	uint64_t deadline = clock_ms() + 20000;
	struct stat status;

	assert_non_null(synch);
	do {
		assert_ok(stat(path, &status));
		if (clock_ms() > deadline)
			fail_msg("%s: %u:%u %o", path, status.st_uid, status.st_gid,
				 status.st_mode);
	} while (status.st_gid != synch->gr_gid);
	assert_int_equal(status.st_uid, 0);
	assert_int_equal(status.st_mode & 07777, 0660);
}

static void the_devices_belong_to_the_group_synch(void **state)
{
	(void)state;
	group_fresh(GROUP);
	await_owner(SYNCHMESS_MASTER_PATH);
	await_owner(SYNCHMESS_MAILBOX_PATH);
	await_owner("/dev/synch/synchmess501");
}

static int be_let_in(void *unused)
{
	struct group_t group = { .descriptor = GROUP };
	int fd = open(SYNCHMESS_MASTER_PATH, O_RDWR);
	char got[4];

	(void)unused;
	CHILD_CHECK(fd >= 0);
	CHILD_CHECK(!ioctl(fd, IOCTL_INSTALL_GROUP, &group));
	fd = open("/dev/synch/synchmess501", O_RDWR);
	CHILD_CHECK(fd >= 0);
	CHILD_CHECK(write(fd, "abc", 3) == 3);
	CHILD_CHECK(read(fd, got, 4) == 3);
	CHILD_CHECK(open(SYNCHMESS_MAILBOX_PATH, O_RDWR) >= 0);
	return 0;
}

static int be_kept_out(void *unused)
{
	static const char * const paths[] = {
		SYNCHMESS_MASTER_PATH, "/dev/synch/synchmess501", SYNCHMESS_MAILBOX_PATH,
	};
	size_t i;

	(void)unused;
	for (i = 0; i < COUNT(paths); i++) {
		CHILD_CHECK_FAILS(open(paths[i], O_RDONLY), EACCES);
		CHILD_CHECK_FAILS(open(paths[i], O_WRONLY), EACCES);
		CHILD_CHECK_FAILS(open(paths[i], O_RDWR), EACCES);
	}
	return 0;
}

static void members_of_synch_get_in_and_others_do_not(void **state)
{
	(void)state;
	group_fresh(GROUP);
	await_owner("/dev/synch/synchmess501");
	process_run_as("alice", be_let_in, NULL);
	process_run_as("bob", be_let_in, NULL);
	process_run_as("mallory", be_kept_out, NULL);
}

static int change_settings(void *unused)
{
	static const char * const files[] = {
		"/sys/class/synchmess/synchmess/remove",
		"/sys/class/synchmess/synchmess501/max_message_size",
		"/sys/class/synchmess/synchmess501/max_storage_size",
		"/sys/class/synchmess/synchmess501/empty_read",
		"/sys/class/synchmess/synchmess501/send_delay",
		MODULE_PARAMETERS "max_total_size",
		MODULE_PARAMETERS "user_share",
	};
	size_t i;

	(void)unused;
	for (i = 0; i < COUNT(files); i++)
		CHILD_CHECK_FAILS(open(files[i], O_WRONLY), EACCES);
	return 0;
}

static void settings_are_roots_alone(void **state)
{
	(void)state;
	group_fresh(GROUP);
	process_run_as("alice", change_settings, NULL);
}

static void a_group_has_all_its_attributes(void **state)
{
	static const struct {
		const char *name;
		mode_t mode;
	} attributes[] = {
		{ "max_message_size", 0644 }, { "max_storage_size", 0644 },
		{ "empty_read", 0644 }, { "send_delay", 0644 }, { "sleepers", 0444 },
		{ "statistics/sent", 0444 }, { "statistics/delivered", 0444 },
		{ "statistics/queued", 0444 }, { "statistics/scheduled", 0444 },
		{ "statistics/revoked", 0444 }, { "statistics/overwritten", 0444 },
		{ "statistics/dropped", 0444 }, { "statistics/stored", 0444 },
	};
	struct stat status;
	char path[128];
	size_t i;

	(void)state;
	group_fresh(GROUP);
	for (i = 0; i < COUNT(attributes); i++) {
		attribute_path(GROUP, attributes[i].name, path, sizeof(path));
		assert_ok(stat(path, &status));
		assert_int_equal(status.st_mode & 07777, attributes[i].mode);
		if (attributes[i].mode == 0444)
			assert_int_equal(group_get(GROUP, attributes[i].name), 0);
	}
}

/* udev needs its time for two thousand events; the tests after this one have theirs. */
static void a_thousand_groups_at_once(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < MANY; i++)
		group_fresh(FIRST_OF_MANY + i);
	for (i = 0; i < MANY; i += 93) {
		char text[16];
		int fd = group_open(FIRST_OF_MANY + i, O_RDWR);

		snprintf(text, sizeof(text), "%u", i);
		group_send(fd, text);
		group_expect(fd, text);
		close(fd);
	}
	for (i = 0; i < MANY; i++)
		group_remove(FIRST_OF_MANY + i);
	for (i = 0; i < MANY; i++)
		assert_false(is_installed(FIRST_OF_MANY + i));
	assert_int_equal(system("udevadm settle"), 0);
}

static const struct CMUnitTest tests[] = {
	TEST(install_returns_the_path),
	TEST(the_path_can_be_used),
	TEST(installing_again_changes_nothing),
	TEST(a_master_opened_in_any_direction_installs),
	TEST(descriptors_out_of_range_are_refused),
	TEST(a_fault_installs_nothing),
	TEST(many_who_install_one_number_make_one_group),
	TEST(all_of_them_get_the_same_group),
	TEST(other_commands_are_not_known),
	TEST(the_master_has_nothing_to_read_or_write),
	TEST(a_group_that_is_not_installed_has_no_node),
	TEST(a_number_that_comes_again_has_another_device),
	TEST(the_devices_belong_to_the_group_synch),
	TEST(members_of_synch_get_in_and_others_do_not),
	TEST(settings_are_roots_alone),
	TEST(a_group_has_all_its_attributes),
	TEST(a_thousand_groups_at_once),
};

int main(void)
{
	return cmocka_run_group_tests_name("groups: install", tests, open_master, close_master);
}
