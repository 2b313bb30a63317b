/* SPDX-License-Identifier: GPL-2.0 */
/* Mailboxes, as tests use them: everything that cannot fail fails the test. */
#ifndef TESTS_MAILBOX_H
#define TESTS_MAILBOX_H

#include "harness/suite.h"

#include <sys/types.h>

/* A test that does not suffer from what a failed one before it left registered. */
#define MAILBOX_TEST(name) \
	cmocka_unit_test_setup_teardown(name, mailbox_before_test, suite_after_test)

int mailbox_before_test(void **state);

/* An open file that has not registered yet. */
int mailbox_open(void);

/* An open file that is registered under this name. */
int mailbox_register(const char *name);

/*
 * As another user, without root's capabilities: what is opened so is charged to
 * that user, whoever writes. For programs of one thread.
 */
int mailbox_open_as(uid_t user);
ssize_t mailbox_write_as(uid_t user, int fd, const char *command);

/* A command that works, and returns its length. */
void mailbox_do(int fd, const char *command);
void mailbox_do_bytes(int fd, const void *command, size_t length);

/* A command that fails with this errno. */
void mailbox_refuses(int fd, const char *command, int expected);
void mailbox_refuses_bytes(int fd, const void *command, size_t length, int expected);

/* The next message. */
void mailbox_expect(int fd, const char *text);
void mailbox_expect_bytes(int fd, const void *text, size_t length);
void mailbox_expect_empty(int fd);

/* A line of /proc/self/fdinfo/FD; the file must be registered. */
void mailbox_get_text(int fd, const char *field, char *text, size_t size);
long mailbox_get(int fd, const char *field);

/* sent = delivered + queued + scheduled + revoked + overwritten + dropped, at any moment */
void mailbox_expect_balance(int fd);

#endif /* TESTS_MAILBOX_H */
