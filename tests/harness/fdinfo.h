/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/self/fdinfo/FD: what the module shows of an open file. It lives as long
 * as the descriptor, also when the group is gone.
 */
#ifndef TESTS_FDINFO_H
#define TESTS_FDINFO_H

#include <stdbool.h>
#include <stddef.h>

/* All fields, of one moment. */
struct fdinfo {
	char text[1024];
};

void fdinfo_read(int fd, struct fdinfo *info);

/* A field that is not there fails the test. */
long fdinfo_now(int fd, const char *field);
long fdinfo_number(const struct fdinfo *info, const char *field);
void fdinfo_text(const struct fdinfo *info, const char *field, char *text, size_t size);

/* sent = delivered + queued + scheduled + revoked + overwritten + dropped */
bool fdinfo_balances(const struct fdinfo *info);
void fdinfo_expect_balance(const struct fdinfo *info);

#endif /* TESTS_FDINFO_H */
