/* SPDX-License-Identifier: GPL-2.0 */
/* Groups, as tests use them: everything that cannot fail fails the test. */
#ifndef TESTS_GROUP_H
#define TESTS_GROUP_H

#include <stddef.h>

/* Installs a fresh group with an unused number: removed first if it exists. */
void group_fresh(unsigned int number);

void group_install(unsigned int number);
void group_remove(unsigned int number);

/* Waits until udev has made the device usable, then opens it. */
int group_open(unsigned int number, int flags);

/* One message, as a string. */
void group_send(int fd, const char *text);
void group_expect(int fd, const char *text);
void group_expect_empty(int fd);

void group_set_delay(int fd, unsigned int milliseconds);

/* /sys/class/synchmess/synchmess<N>/ATTRIBUTE */
void group_set(unsigned int number, const char *attribute, const char *value);
int group_try_set(unsigned int number, const char *attribute, const char *value);
long group_get(unsigned int number, const char *attribute);
void group_get_text(unsigned int number, const char *attribute, char *text, size_t size);

/* sent = delivered + queued + scheduled + revoked + overwritten + dropped */
void group_expect_balance(unsigned int number);

/* Waits until an attribute has a value; fails the test after ten seconds. */
void group_await(unsigned int number, const char *attribute, long value);

#endif /* TESTS_GROUP_H */
