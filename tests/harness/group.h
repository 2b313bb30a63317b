/* SPDX-License-Identifier: GPL-2.0 */
/* Groups, as tests use them: everything that cannot fail fails the test. */
#ifndef TESTS_GROUP_H
#define TESTS_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Installs a fresh group with an unused number: removed first if it exists. */
void group_fresh(unsigned int number);

void group_install(unsigned int number);
void group_remove(unsigned int number);

/* What other programs left would count against the bounds of the whole module. */
void group_remove_all(void);

/* Waits until udev has made the device usable, then opens it. */
int group_open(unsigned int number, int flags);

/* The same as a user with CAP_SYS_RESOURCE or without; for programs of one thread. */
int group_open_as(uid_t user, bool capable, unsigned int number, int flags);

/* One message, as a string. */
void group_send(int fd, const char *text);
void group_expect(int fd, const char *text);
void group_expect_empty(int fd);

/* Messages FROM to TO - 1, in order. */
void group_send_numbers(int fd, int from, int to);
void group_expect_numbers(int fd, int from, int to);

/* Longer than any test takes: such a message is never published by itself. */
#define NEVER 3600000

void group_set_delay(int fd, unsigned int milliseconds);
void group_send_after(int fd, unsigned int milliseconds, const char *text);

/* /sys/class/synchmess/synchmess<N>/ATTRIBUTE */
void group_set(unsigned int number, const char *attribute, const char *value);
int group_try_set(unsigned int number, const char *attribute, const char *value);
long group_get(unsigned int number, const char *attribute);
void group_get_text(unsigned int number, const char *attribute, char *text, size_t size);

/* sent = delivered + queued + scheduled + revoked + overwritten + dropped */
void group_expect_balance(unsigned int number);

/* These four of the books, and that the balance is right. */
void group_expect_books(unsigned int number, long queued, long scheduled, long revoked,
			long stored);

/* Waits until an attribute has a value; fails the test after ten seconds. */
void group_await(unsigned int number, const char *attribute, long value);

#endif /* TESTS_GROUP_H */
