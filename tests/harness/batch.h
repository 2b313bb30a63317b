/* SPDX-License-Identifier: GPL-2.0 */
/* Messages of the second interface, and groups for them. */
#ifndef TESTS_BATCH_H
#define TESTS_BATCH_H

#include <linux/synchmess.h>

#include <stddef.h>
#include <stdint.h>

#define MS 1000000ull
#define SECOND 1000000000ull
#define HOUR (3600 * SECOND)
#define TEXT_MAX 64

/* What an ioctl wants. */
static inline uint64_t user(const void *pointer)
{
	return (uintptr_t)pointer;
}

/* Nanoseconds of CLOCK_MONOTONIC. */
uint64_t now_ns(void);

/* A group of its own, open for both; it goes with the last of its descriptors. */
int batch_group(const struct synchmess_settings *settings);

/* The same group once more. */
int batch_open(int fd, int flags);

/* As the system call returns it, with errno. */
long batch_send(int fd, struct synchmess_out *out, unsigned int count, unsigned int flags);
long batch_receive(int fd, struct synchmess_in *in, unsigned int count, unsigned int flags);
long batch_receive_until(int fd, struct synchmess_in *in, unsigned int flags,
			 uint64_t deadline);
long batch_revoke(int fd, unsigned int what, unsigned int pid, uint64_t id);

struct synchmess_out batch_text(const char *text);
struct synchmess_in batch_into(void *bytes, size_t size);

/* Sends a text with these terms; returns its number. */
uint64_t batch_send_text(int fd, const char *text, unsigned int priority, uint64_t delay,
			 uint64_t lifetime);

/* The next message is this text, and its stamp. */
struct synchmess_in batch_expect(int fd, const char *text);
void batch_expect_none(int fd);

struct synchmess_stat batch_stat(int fd);

/* Neither more nor less than the ledger says is in there, which balances. */
void batch_expect_books(int fd, unsigned long queued, unsigned long scheduled,
			unsigned long stored);

/* Waits, ten seconds at most, until so many have expired. */
void batch_await_expired(int fd, unsigned long expired);

#endif /* TESTS_BATCH_H */
