/* SPDX-License-Identifier: GPL-2.0 */
/* Mailboxes of the second interface. */
#ifndef TESTS_REGISTERED_H
#define TESTS_REGISTERED_H

#include <linux/synchmess.h>

#include <stddef.h>

/* An open /dev/mq with a mailbox of this name; settings or NULL. */
int registered_as(const char *name, const struct synchmess_settings *settings);

/* As the system calls return it, with errno. */
int registered_try(int fd, const char *name, const struct synchmess_settings *settings);
int registered_handle(int fd, const char *name, unsigned int open_flags);
long registered_send(int fd, const char *to, const char *text);
long registered_send_with(int fd, const char *to, const char *text, unsigned int flags);
long registered_send_out(int fd, const char *to, struct synchmess_out *out);

/* SYNCHMESS_ALL. */
long registered_broadcast(int fd, const char *text);
long registered_broadcast_out(int fd, struct synchmess_out *out);

/* All mailboxes, by LIST, @page at once; returns how many. */
size_t registered_list(int fd, struct synchmess_stat *stats, size_t room, unsigned int page);

#endif /* TESTS_REGISTERED_H */
