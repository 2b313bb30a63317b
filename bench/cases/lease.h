/* SPDX-License-Identifier: GPL-2.0 */
/* Messages that are received with their stamps, and settled. */
#ifndef BENCH_LEASE_H
#define BENCH_LEASE_H

#include "peers/group.h"

#define LEASE_SIZE	64
#define LEASE_BATCH	64

/* Room for messages to be received. */
struct lease_room {
	char bytes[LEASE_SIZE];
	struct synchmess_in messages[LEASE_BATCH];
	uint64_t tokens[LEASE_BATCH];
};

/* Receives so many, stamps and all, with flags of struct synchmess_batch. */
void lease_receive(int group, struct lease_room *room, unsigned int count, uint32_t flags);

/* Leases one more, and acks so many with the same call: what was received just before. */
void lease_receive_next(int group, struct lease_room *room, unsigned int acks);

/* Acknowledges what was just received. */
void lease_settle(int group, struct lease_room *room, unsigned int count);

#endif /* BENCH_LEASE_H */
