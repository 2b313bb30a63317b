// SPDX-License-Identifier: GPL-2.0
#include "stress/death/role.h"

#include "stress/death/ledger.h"
#include "stress/death/letter.h"
#include "stress/death/post.h"

#include "harness/fdinfo.h"
#include "harness/group.h"
#include "harness/random.h"
#include "harness/sysfs.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <unistd.h>

static int any(uint64_t *random, int first, int bound)
{
	return first + (int)random_below(random, bound - first);
}

/* Most messages are short; some are longer than a page. */
static size_t any_size(uint64_t *random, int most)
{
	return any(random, LETTER_MIN, random_below(random, 8) ? 200 : most + 1);
}

/* Of a group that is removed now and then, everything may fail so. */
static void judge(int group, const char *what, bool succeeded)
{
	bool missing = errno == ENOENT || errno == ENXIO || errno == ENODEV;

	if (!succeeded && (place_is_kept(group) || !missing))
		ledger_fault("group %d: %s: errno %d", group, what, errno);
}

static int open_group(int group, int flags)
{
	int fd = place_open(group, flags);

	judge(group, "open", fd >= 0);
	return fd;
}

static void produce_some(int fd, int group, uint64_t *random)
{
	int left = any(random, 1, 16);

	while (left--)
		post_to_group(fd, group, any_size(random, LETTER_MAX));
}

static void produce(uint64_t *random)
{
	int group = any(random, 0, GROUPS);
	int fd = open_group(group, O_WRONLY);

	if (fd < 0)
		return;
	produce_some(fd, group, random);
	close(fd);
}

/* From a mailbox it is the file that all share. */
static int open_to_read(int place, uint64_t *random)
{
	if (place_is_mailbox(place))
		return place_kept_fd(place);
	return open_group(place, random_below(random, 2) ? O_RDONLY : O_RDONLY | O_NONBLOCK);
}

static void consume(uint64_t *random)
{
	int place = any(random, 0, FIRST_PASSING), left = any(random, 1, 32);
	int fd = open_to_read(place, random);

	if (fd < 0)
		return;
	while (left-- && post_receive(fd, place) > 0)
		;
	close(fd);
}

static bool is_ready(int fd, uint64_t *random)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };
	struct timeval soon = { .tv_usec = 1000 };
	fd_set set;

	if (random_below(random, 2))
		return poll(&one, 1, 1) == 1;
	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, &soon) == 1;
}

static void wait_until_ready(uint64_t *random)
{
	int place = any(random, 0, FIRST_PASSING);
	int fd = place_is_mailbox(place) ? place_kept_fd(place) :
					   open_group(place, O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		return;
	if (is_ready(fd, random))
		post_receive(fd, place);
	close(fd);
}

static void sleep_once(uint64_t *random)
{
	int group = any(random, 0, GROUPS);
	int fd = open_group(group, O_RDWR), result;

	if (fd < 0)
		return;
	result = ioctl(fd, IOCTL_SLEEP);
	judge(group, "SLEEP", !result);
	if (!result)
		ledger_barrier(group)->slept++;
	close(fd);
}

static void awake(uint64_t *random)
{
	int group = any(random, 0, GROUPS);
	int fd = open_group(group, O_RDWR), woken;

	if (fd < 0)
		return;
	ledger_barrier(group)->called++;
	woken = ioctl(fd, IOCTL_AWAKE);
	judge(group, "AWAKE", woken >= 0);
	if (woken > 0)
		ledger_barrier(group)->woken += woken;
	ledger_barrier(group)->answered++;
	close(fd);
}

static void install(int group)
{
	struct group_t wanted = { .descriptor = place_number(group) };
	int master = open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC);

	if (master < 0 || ioctl(master, IOCTL_INSTALL_GROUP, &wanted))
		ledger_fault("INSTALL_GROUP: errno %d", errno);
	close(master);
}

static void install_and_remove(uint64_t *random)
{
	int group = any(random, KEPT_GROUPS, GROUPS);
	char number[16];

	install(group);
	usleep(random_below(random, 20000));
	snprintf(number, sizeof(number), "%u", place_number(group));
	judge(group, "remove",
	      !sysfs_try_write("/sys/class/synchmess/synchmess/remove", number));
}

static void use_mailbox(int fd, int own, uint64_t *random)
{
	switch (random_below(random, 4)) {
	case 0:
		post_to_everybody(fd, own, any_size(random, 900));
		break;
	case 1:
		post_to_mailbox(fd, own, any(random, FIRST_MAILBOX, PLACES),
				any_size(random, 900));
		break;
	default:
		post_receive(fd, own);
	}
}

static void register_mailbox(uint64_t *random)
{
	int own = any(random, FIRST_PASSING, PLACES), left = any(random, 1, 32);
	int fd = open(SYNCHMESS_MAILBOX_PATH, O_RDWR | O_CLOEXEC);
	char command[32];
	int length = snprintf(command, sizeof(command), "/reg %s", place_name(own));

	if (write(fd, command, length) == length) {
		while (left--)
			use_mailbox(fd, own, random);
		if (random_below(random, 2) && write(fd, "/unr", 4) != 4)
			ledger_fault("/unr: errno %d", errno);
	} else if (errno != EEXIST) {
		ledger_fault("/reg: errno %d", errno);
	}
	close(fd);
}

static void broadcast(uint64_t *random)
{
	int own = any(random, FIRST_MAILBOX, FIRST_PASSING), left = any(random, 1, 32);
	int fd = place_kept_fd(own);

	while (left--)
		use_mailbox(fd, own, random);
	close(fd);
}

static const struct setting {
	const char *attribute;
	const char *values[4];
} settings[] = {
	{ "empty_read", { "eof", "again", "block", "block" } },
	{ "send_delay", { "0", "0", "3", "20" } },
	{ "max_message_size", { "0", "100", "4096", "65536" } },
	{ "max_storage_size", { "0", "1000", "30000", "1048576" } },
};

#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

static void set(uint64_t *random)
{
	const struct setting *setting = &settings[random_below(random, SETTINGS)];
	const char *value = setting->values[random_below(random, 4)];
	int group = any(random, 0, GROUPS);

	judge(group, setting->attribute,
	      !group_try_set(place_number(group), setting->attribute, value));
	usleep(random_below(random, 2000));
}

static void look_at_file(const char *path)
{
	char text[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	while (read(fd, text, sizeof(text)) > 0)
		;
	close(fd);
}

static void look_at_books(int group)
{
	int fd = open_group(group, O_RDONLY);
	struct fdinfo info;

	if (fd < 0)
		return;
	fdinfo_read(fd, &info);
	if (!fdinfo_balances(&info))
		ledger_fault("group %d: the books do not balance: %s", group, info.text);
	close(fd);
}

static void look(uint64_t *random)
{
	static const char * const attributes[] = {
		"statistics/sent", "statistics/queued", "statistics/stored", "sleepers",
		"empty_read", "max_storage_size",
	};
	int group = any(random, 0, GROUPS);
	char path[128];

	look_at_books(group);
	snprintf(path, sizeof(path), "/sys/class/synchmess/synchmess%u/%s", place_number(group),
		 attributes[random_below(random, sizeof(attributes) / sizeof(attributes[0]))]);
	look_at_file(path);
	look_at_file("/sys/kernel/debug/synchmess/mailboxes");
}

static void delay(uint64_t *random)
{
	unsigned int milliseconds = random_below(random, 30);
	int group = any(random, 0, GROUPS);
	int fd = open_group(group, O_RDWR);

	if (fd < 0)
		return;
	judge(group, "SET_SEND_DELAY", !ioctl(fd, IOCTL_SET_SEND_DELAY, &milliseconds));
	produce_some(fd, group, random);
	if (random_below(random, 2))
		judge(group, "fsync", !fsync(fd));
	else if (group >= PLAIN_GROUPS)
		judge(group, "REVOKE", !ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES));
	close(fd);
}

const struct role roles[] = {
	{ "produce", 3, produce },
	{ "consume", 5, consume },
	{ "poll", 1, wait_until_ready },
	{ "sleep", 2, sleep_once },
	{ "awake", 1, awake },
	{ "install", 2, install_and_remove },
	{ "register", 3, register_mailbox },
	{ "broadcast", 1, broadcast },
	{ "set", 1, set },
	{ "look", 1, look },
	{ "delay", 2, delay },
	{ NULL, 0, NULL }
};
