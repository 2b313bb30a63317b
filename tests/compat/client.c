// SPDX-License-Identifier: GPL-2.0
/*
 * A client of the first interface as the first clients were: it brings its own
 * copy of the numbers, and uses nothing of ours. Built for 32 and for 64 bit,
 * where the two numbers that encode the size of a pointer differ.
 */
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define MAGIC 211

struct group_t {
	unsigned int descriptor;
	char device_path[256];
};

#define IOCTL_INSTALL_GROUP _IOWR(MAGIC, 1, struct group_t *)
#define IOCTL_SLEEP _IO(MAGIC, 2)
#define IOCTL_AWAKE _IO(MAGIC, 3)
#define IOCTL_SET_SEND_DELAY _IOW(MAGIC, 4, unsigned int *)
#define IOCTL_REVOKE_DELAYED_MESSAGES _IO(MAGIC, 5)

/* A group for each, so that both builds may run at once. */
#define GROUP (8000 + 8 * (unsigned int)sizeof(void *))

static int fd;

static long seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static int is_empty(void)
{
	char got[64];

	return read(fd, got, sizeof(got)) == 0;
}

static int reads(const char *text)
{
	char got[64] = "poison";
	ssize_t length = read(fd, got, sizeof(got));

	return length == (ssize_t)strlen(text) && !memcmp(got, text, length);
}

static int writes(const char *text)
{
	return write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

static int set_delay(unsigned int milliseconds)
{
	return !ioctl(fd, IOCTL_SET_SEND_DELAY, &milliseconds);
}

static void test_install(void)
{
	struct group_t group = { .descriptor = GROUP }, again = { .descriptor = GROUP };
	int master = open("/dev/synch/synchmess", O_RDONLY);
	long deadline = seconds() + 20;
	char path[256];

	check(master >= 0, "open the master");
	check(!ioctl(master, IOCTL_INSTALL_GROUP, &group), "install a group");
	snprintf(path, sizeof(path), "/dev/synch/synchmess%u", GROUP);
	check(!strcmp(group.device_path, path), "the path is the group's");
	check(!ioctl(master, IOCTL_INSTALL_GROUP, &again) && !strcmp(again.device_path, path),
	      "install it once more");
	while (access(group.device_path, R_OK | W_OK) && seconds() < deadline)
		;
	check(!access(group.device_path, R_OK | W_OK), "wait for the device");
	group.descriptor = 0;
	check(ioctl(master, IOCTL_INSTALL_GROUP, &group) == -1 && errno == EINVAL,
	      "descriptor 0 is refused");
	close(master);
	fd = open(path, O_RDWR);
	check(fd >= 0, "open the group");
}

static void test_messages(void)
{
	char got[4] = "___";

	check(is_empty(), "an empty group reads as 0");
	check(writes("hello") && writes("world"), "write two messages");
	check(reads("hello"), "read the first");
	check(read(fd, got, 3) == 3 && !memcmp(got, "wor", 3), "a short buffer cuts the second");
	check(is_empty(), "its rest is gone");
}

static void test_delay(void)
{
	check(set_delay(5000), "set a delay of five seconds");
	check(writes("revoked"), "write with the delay");
	check(is_empty(), "it is not readable");
	check(!ioctl(fd, IOCTL_REVOKE_DELAYED_MESSAGES), "revoke it");
	check(writes("flushed"), "write another");
	check(is_empty(), "it is not readable either");
	check(!fsync(fd), "fsync");
	check(reads("flushed"), "the other is readable now");
	check(is_empty(), "the revoked one never is");
	check(set_delay(0), "no delay any more");
	check(writes("at once") && reads("at once"), "write and read at once");
	check(ioctl(fd, IOCTL_SET_SEND_DELAY, NULL) == -1 && errno == EFAULT,
	      "no delay at no address");
}

static void *sleep_once(void *result)
{
	*(int *)result = ioctl(fd, IOCTL_SLEEP);
	return NULL;
}

static void test_barrier(void)
{
	long deadline = seconds() + 20;
	pthread_t thread;
	int slept = -2, woken = 0;

	check(ioctl(fd, IOCTL_AWAKE) == 0, "nobody to wake");
	check(!pthread_create(&thread, NULL, sleep_once, &slept), "start a thread that sleeps");
	while (!woken && seconds() < deadline)
		woken = ioctl(fd, IOCTL_AWAKE);
	check(woken == 1, "wake it");
	if (woken == 1)
		pthread_join(thread, NULL);
	check(slept == 0, "it woke up");
}

/* With the NUL, as the first client of the mailboxes wrote its lines. */
static int commands(int mailbox, const char *command)
{
	ssize_t size = strlen(command) + 1;

	return write(mailbox, command, size) == size;
}

static void test_mailbox(void)
{
	int mailbox = open("/dev/mq", O_RDWR);
	char name[9], command[64], got[64] = "poison";
	ssize_t length;

	snprintf(name, sizeof(name), "compat%u", 8 * (unsigned int)sizeof(void *));
	check(mailbox >= 0, "open the mailboxes");
	snprintf(command, sizeof(command), "/reg %s", name);
	check(commands(mailbox, command), "register");
	check(read(mailbox, got, sizeof(got)) == -1 && errno == EAGAIN, "nothing to read yet");
	snprintf(command, sizeof(command), "/msg %s hello mailbox", name);
	check(commands(mailbox, command), "send to oneself");
	length = read(mailbox, got, sizeof(got));
	check(length == 13 && !memcmp(got, "hello mailbox", 13), "read it, without the NUL");
	check(read(mailbox, got, sizeof(got)) == -1 && errno == EAGAIN, "nothing more to read");
	check(commands(mailbox, "/unr"), "unregister");
	check(read(mailbox, got, sizeof(got)) == -1 && errno == ENOENT, "not registered any more");
	close(mailbox);
}

int main(void)
{
	printf("1..36\n");
	test_install();
	test_messages();
	test_delay();
	test_barrier();
	test_mailbox();
	return failures != 0;
}
