// SPDX-License-Identifier: GPL-2.0
#include "peers/group.h"

#include "must.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int create(struct synchmess_create *plan)
{
	int master = must(open(SYNCHMESS_MASTER_PATH, O_RDONLY | O_CLOEXEC));
	int group = must(ioctl(master, SYNCHMESS_CREATE, plan));

	must(close(master));
	return group;
}

static struct synchmess_create plan_transient(void)
{
	return (struct synchmess_create){
		.flags = SYNCHMESS_TRANSIENT, .open_flags = O_RDWR | O_CLOEXEC, .mode = 0600,
		.uid = -1, .gid = -1,
	};
}

int group_create(size_t message_size, size_t storage)
{
	struct synchmess_settings settings = {
		.max_message_size = message_size, .max_storage_size = storage,
	};
	struct synchmess_create plan = plan_transient();

	plan.settings = user(&settings);
	plan.settings_size = sizeof(settings);
	return create(&plan);
}

int group_open_named(const char *name)
{
	struct synchmess_create plan = plan_transient();

	memcpy(plan.name, name, strlen(name));
	return create(&plan);
}

int mailbox_register(const char *name, size_t depth)
{
	struct synchmess_settings settings = {
		.max_messages = depth, .full = SYNCHMESS_FULL_BLOCK,
	};
	struct synchmess_mailbox plan = {
		.settings = user(&settings), .settings_size = sizeof(settings),
	};
	int fd = must(open(SYNCHMESS_MAILBOX_PATH, O_RDWR | O_CLOEXEC));

	memcpy(plan.name, name, strlen(name));
	must(ioctl(fd, SYNCHMESS_REGISTER, &plan));
	return fd;
}

void group_send(int fd, struct synchmess_out *messages, unsigned int count)
{
	struct synchmess_batch batch = {
		.count = count, .message_size = sizeof(*messages), .messages = user(messages),
	};

	must_be(count, ioctl(fd, SYNCHMESS_SEND, &batch));
}

void group_receive(int fd, struct synchmess_in *messages, unsigned int count, uint32_t flags)
{
	struct synchmess_batch batch = {
		.flags = flags, .count = count, .message_size = sizeof(*messages),
		.messages = user(messages),
	};

	must_be(count, ioctl(fd, SYNCHMESS_RECEIVE, &batch));
}

void group_fill(int fd, const struct synchmess_out *message, unsigned long count)
{
	struct synchmess_out messages[64];
	unsigned int i, portion;

	for (i = 0; i < 64; i++)
		messages[i] = *message;
	for (; count; count -= portion) {
		portion = count < 64 ? count : 64;
		group_send(fd, messages, portion);
	}
}

long group_revoke(int fd, uint32_t what, uint64_t id)
{
	struct synchmess_revoke revoke = { .what = what, .id = id };

	return must(ioctl(fd, SYNCHMESS_REVOKE, &revoke));
}

struct synchmess_stat group_stat(int fd)
{
	struct synchmess_stat stat = { };

	must(ioctl(fd, SYNCHMESS_STAT, &stat));
	return stat;
}
