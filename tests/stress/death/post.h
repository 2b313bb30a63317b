/* SPDX-License-Identifier: GPL-2.0 */
/* Sending and receiving, each noted in the ledger before and after. */
#ifndef DEATH_POST_H
#define DEATH_POST_H

#include <stddef.h>

/* A message of SIZE bytes through an open group. */
void post_to_group(int fd, int group, size_t size);

/* By a command of an open mailbox, whose own name is that of OWN. */
void post_to_mailbox(int fd, int own, int mailbox, size_t size);
void post_to_everybody(int fd, int own, size_t size);

/* Reads once. Returns what read(2) returned, or -1 when there is no receipt left. */
long post_receive(int fd, int place);

#endif /* DEATH_POST_H */
