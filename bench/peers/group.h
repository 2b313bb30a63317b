/* SPDX-License-Identifier: GPL-2.0 */
/* Groups and mailboxes of SynchMess, which go with their last descriptor. */
#ifndef BENCH_GROUP_H
#define BENCH_GROUP_H

#include <linux/synchmess.h>

#include <stddef.h>
#include <stdint.h>

#define NANOSECONDS	UINT64_C(1000000000)

/* Without a name, open for both directions; it blocks. */
int group_create(size_t message_size, size_t storage);

/* The group of that name, made unless it is there. */
int group_open_named(const char *name);

/* A registered /dev/mq, for so many messages; it blocks. */
int mailbox_register(const char *name, size_t depth);

void group_send(int fd, struct synchmess_out *messages, unsigned int count);

/* With flags of struct synchmess_batch. */
void group_receive(int fd, struct synchmess_in *messages, unsigned int count, uint32_t flags);

/* So many messages like this one. */
void group_fill(int fd, const struct synchmess_out *message, unsigned long count);

/* SYNCHMESS_REVOKE_*; returns how many. */
long group_revoke(int fd, uint32_t what, uint64_t id);

struct synchmess_stat group_stat(int fd);

static inline uint64_t user(const void *pointer)
{
	return (uintptr_t)pointer;
}

#endif /* BENCH_GROUP_H */
