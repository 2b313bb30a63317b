/* SPDX-License-Identifier: GPL-2.0 */
/* Messages that are leased, and what becomes of them. */
#ifndef TESTS_LEASE_H
#define TESTS_LEASE_H

#include <linux/synchmess.h>

#include <stdint.h>
#include <sys/types.h>

/* As the system calls return it, with errno. Nobody waits. */
long lease_receive(int fd, struct synchmess_in *in, unsigned int count, uint64_t span);
long lease_settle(int fd, unsigned int what, const uint64_t *tokens, unsigned int count,
		  uint64_t time);
long lease_settle_one(int fd, unsigned int what, uint64_t token, uint64_t time);
long lease_set_retries(int fd, unsigned int max_deliveries, int dead_letters);

/* The next message is this text; it is leased. Returns its stamp. */
struct synchmess_in lease_expect(int fd, const char *text, uint64_t span);

/* Leases it, tells the token. */
uint64_t lease_token(int fd, const char *text);

/*
 * A process that has leased the next message of this group, through a file of its own, and
 * does nothing more until it is killed.
 */
pid_t lease_holder_start(int fd);

/* So many messages are queued, so many leased, with so many bytes; the ledger balances. */
void lease_expect_books(int fd, unsigned long queued, unsigned long leased,
			unsigned long stored);

/* Waits, ten seconds at most, until so many are leased, no more and no less. */
void lease_await(int fd, unsigned long leased);

#endif /* TESTS_LEASE_H */
