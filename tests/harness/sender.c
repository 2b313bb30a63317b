// SPDX-License-Identifier: GPL-2.0
#include "harness/sender.h"

#include "harness/suite.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

long letters_try_send(int fd, char letter, size_t size)
{
	char text[LONGEST_LETTERS];

	memset(text, letter, sizeof(text));
	return write(fd, text, size);
}

void letters_send(int fd, char letter, size_t size)
{
	assert_int_equal(letters_try_send(fd, letter, size), size);
}

void letters_expect(int fd, char letter, size_t size)
{
	char text[LONGEST_LETTERS], got[LONGEST_LETTERS];

	memset(text, letter, sizeof(text));
	assert_int_equal(read(fd, got, sizeof(got)), size);
	assert_memory_equal(got, text, size);
}

static long send_letters(void *argument)
{
	struct sender *sender = argument;

	return letters_try_send(sender->fd, sender->letter, sender->size);
}

void sender_start(struct sender *sender, int fd, char letter, size_t size)
{
	sender->fd = fd;
	sender->letter = letter;
	sender->size = size;
	task_start(&sender->task, send_letters, sender);
}

void sender_expect_waiting(struct sender *sender)
{
	task_await_asleep(&sender->task, SYS_write);
}

void sender_start_waiting(struct sender *sender, int fd, char letter, size_t size)
{
	sender_start(sender, fd, letter, size);
	sender_expect_waiting(sender);
}

void sender_expect_sent(struct sender *sender)
{
	task_expect(&sender->task, sender->size, 0);
}

void sender_expect_error(struct sender *sender, int error)
{
	task_expect(&sender->task, -1, error);
}
