/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Senders who may have to wait for room, each a thread of its own. A message is
 * one letter, repeated.
 */
#ifndef TESTS_SENDER_H
#define TESTS_SENDER_H

#include "harness/task.h"

#include <stddef.h>

#define LONGEST_LETTERS 4096

/* Static storage, please, as for a task. */
struct sender {
	struct task task;
	int fd;
	char letter;
	size_t size;
};

/* Starts to send; a sender who waits sleeps when the call returns. */
void sender_start(struct sender *sender, int fd, char letter, size_t size);
void sender_start_waiting(struct sender *sender, int fd, char letter, size_t size);

void sender_expect_waiting(struct sender *sender);

/* How the write ends. */
void sender_expect_sent(struct sender *sender);
void sender_expect_error(struct sender *sender, int error);

/* The same without a thread: what write(2) says. */
long letters_try_send(int fd, char letter, size_t size);
void letters_send(int fd, char letter, size_t size);

/* The next message. */
void letters_expect(int fd, char letter, size_t size);

#endif /* TESTS_SENDER_H */
