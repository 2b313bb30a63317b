// SPDX-License-Identifier: GPL-2.0
/* The queue of a mailbox: docs/interface-1.md, "Mailboxes", "Full queues". */
#include "harness/mailbox.h"
#include "harness/memory.h"
#include "harness/parameters.h"
#include "harness/random.h"
#include "harness/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void send_number(int fd, const char *destination, int number)
{
	char command[64];

	snprintf(command, sizeof(command), "/msg %s %d", destination, number);
	mailbox_do(fd, command);
}

static void expect_number(int fd, int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	mailbox_expect(fd, text);
}

static void messages_keep_their_order(void **state)
{
	int length = parameter_get("QUEUE_LEN"), i;
	int a = mailbox_register("a"), b = mailbox_register("b");

	(void)state;
	for (i = 0; i < length; i++)
		send_number(i % 3 ? a : b, "b", i);
	assert_int_equal(mailbox_get(b, "queued"), length);
	assert_int_equal(mailbox_get(b, "overwritten"), 0);
	for (i = 0; i < length; i++)
		expect_number(b, i);
	mailbox_expect_empty(b);
	mailbox_expect_balance(b);
	close(a);
	close(b);
}

static void a_full_queue_overwrites_the_oldest(void **state)
{
	int length = parameter_get("QUEUE_LEN"), more = 0, sent = 0;
	int a = mailbox_register("a"), b = mailbox_register("b");

	(void)state;
	while (sent < length)
		send_number(a, "b", sent++);
	for (more = 1; more <= 2 * length; more++) {
		send_number(a, "b", sent++);
		assert_int_equal(mailbox_get(b, "overwritten"), more);
		assert_int_equal(mailbox_get(b, "queued"), length);
	}
	assert_int_equal(mailbox_get(b, "sent"), sent);
	mailbox_expect_balance(b);

	for (int i = sent - length; i < sent; i++)
		expect_number(b, i);
	mailbox_expect_empty(b);
	assert_int_equal(mailbox_get(b, "delivered"), length);
	assert_int_equal(mailbox_get(b, "stored"), 0);
	mailbox_expect_balance(b);
	close(a);
	close(b);
}

static void what_was_read_makes_room(void **state)
{
	int length = parameter_get("QUEUE_LEN"), i;
	int fd = mailbox_register("me");

	(void)state;
	for (i = 0; i < length; i++)
		send_number(fd, "me", i);
	expect_number(fd, 0);
	send_number(fd, "me", length);
	assert_int_equal(mailbox_get(fd, "overwritten"), 0);
	send_number(fd, "me", length + 1);
	assert_int_equal(mailbox_get(fd, "overwritten"), 1);
	for (i = 2; i < length + 2; i++)
		expect_number(fd, i);
	mailbox_expect_empty(fd);
	close(fd);
}

static void a_short_buffer_cuts_the_message(void **state)
{
	char got[4] = "____";
	int fd = mailbox_register("me");

	(void)state;
	mailbox_do(fd, "/msg me hello");
	mailbox_do(fd, "/msg me world");
	assert_int_equal(read(fd, got, 3), 3);
	assert_memory_equal(got, "hel_", 4);
	mailbox_expect(fd, "world");
	mailbox_expect_empty(fd);
	assert_int_equal(mailbox_get(fd, "delivered"), 2);
	close(fd);
}

static void a_buffer_of_the_right_size_is_enough(void **state)
{
	char got[6] = "______";
	int fd = mailbox_register("me");

	(void)state;
	mailbox_do(fd, "/msg me hello");
	assert_int_equal(read(fd, got, 5), 5);
	assert_memory_equal(got, "hello_", 6);
	close(fd);
}

/* One message more than faults, or moving each to the end would go unseen. */
static void a_fault_in_the_read_buffer_leaves_the_message(void **state)
{
	int fd = mailbox_register("me");

	(void)state;
	mailbox_do(fd, "/msg me first message");
	mailbox_do(fd, "/msg me second message");
	mailbox_do(fd, "/msg me third message");
	assert_fails(read(fd, memory_bad(), 100), EFAULT);
	assert_fails(read(fd, memory_edge() - 5, 100), EFAULT);
	assert_int_equal(mailbox_get(fd, "delivered"), 0);
	assert_int_equal(mailbox_get(fd, "queued"), 3);
	assert_int_equal(mailbox_get(fd, "stored"), 13 + 14 + 13);
	mailbox_expect(fd, "first message");
	mailbox_expect(fd, "second message");
	mailbox_expect(fd, "third message");
	mailbox_expect_balance(fd);
	close(fd);
}

static void an_empty_read_never_blocks(void **state)
{
	char got[8] = "poison";
	int fd = mailbox_register("me");

	(void)state;
	assert_fails(read(fd, got, sizeof(got)), EAGAIN);
	assert_string_equal(got, "poison");
	mailbox_do(fd, "/msg me x");
	mailbox_expect(fd, "x");
	assert_fails(read(fd, got, sizeof(got)), EAGAIN);
	/* Nor does it look at the buffer. */
	assert_fails(read(fd, memory_bad(), 8), EAGAIN);
	close(fd);
}

static void reading_into_nothing_takes_nothing(void **state)
{
	char got[1];
	int fd = mailbox_register("me");

	(void)state;
	mailbox_do(fd, "/msg me stays");
	assert_int_equal(read(fd, got, 0), 0);
	mailbox_expect(fd, "stays");
	close(fd);
}

static void queues_are_private(void **state)
{
	int a = mailbox_register("a"), b = mailbox_register("b"), c = mailbox_register("c");

	(void)state;
	mailbox_do(a, "/msg b for b");
	mailbox_do(a, "/msg c for c");
	mailbox_expect_empty(a);
	mailbox_expect(c, "for c");
	mailbox_expect_empty(c);
	mailbox_expect(b, "for b");
	mailbox_expect_empty(b);
	close(a);
	close(b);
	close(c);
}

static void one_may_write_to_oneself(void **state)
{
	int fd = mailbox_register("me");

	(void)state;
	mailbox_do(fd, "/msg me hello");
	mailbox_expect(fd, "hello");
	mailbox_expect_empty(fd);
	close(fd);
}

/* The text, nothing added: neither a terminator nor who sent it. */
static void a_read_gives_the_text_alone(void **state)
{
	char got[16];
	int fd = mailbox_register("me");

	(void)state;
	memset(got, '_', sizeof(got));
	mailbox_do(fd, "/msg me hello\n");
	assert_int_equal(read(fd, got, sizeof(got)), 5);
	assert_memory_equal(got, "hello___________", 16);
	close(fd);
}

static void messages_outlive_their_sender(void **state)
{
	int receiver = mailbox_register("receiver"), sender = mailbox_register("sender"), status;
	pid_t child;

	(void)state;
	mailbox_do(sender, "/msg receiver by one who unregistered");
	mailbox_do(sender, "/unr");
	mailbox_do(sender, "/reg sender");
	mailbox_do(sender, "/msg receiver by one who closed");
	close(sender);

	sender = mailbox_open();
	child = fork();
	if (!child) {
		if (write(sender, "/reg child", 10) == 10 &&
		    write(sender, "/msg receiver by one who died", 29) == 29)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	close(sender);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	mailbox_expect(receiver, "by one who unregistered");
	mailbox_expect(receiver, "by one who closed");
	mailbox_expect(receiver, "by one who died");
	mailbox_expect_empty(receiver);
	close(receiver);
}

/*
 * The slow twin: a plain model of five mailboxes, and random operations on both.
 */
#define TWINS		5
#define STEPS		30000
#define MOST_TEXT	40

struct message {
	char text[MOST_TEXT];
	int length;
};

struct twin {
	int fd;
	bool registered;
	struct message *queue;	/* oldest first */
	int queued, sent, overwritten, delivered;
};

static struct twin twins[TWINS];
static int queue_length;
static int step;
static uint64_t randomness;

static int roll(int bound)
{
	return random_below(&randomness, bound);
}

/* Both must agree; what the model says comes first. */
static void agree(int expected, int expected_errno, ssize_t result, const char *what)
{
	if (result == expected && (expected >= 0 || errno == expected_errno))
		return;
	fail_msg("step %d: %s returns %zd, errno %d; the model says %d, errno %d", step, what,
		 result, errno, expected, expected_errno);
}

static void model_reset(struct twin *twin, bool registered)
{
	twin->registered = registered;
	twin->queued = 0;
	twin->sent = 0;
	twin->overwritten = 0;
	twin->delivered = 0;
}

static void model_drop_oldest(struct twin *twin)
{
	twin->queued--;
	memmove(twin->queue, twin->queue + 1, twin->queued * sizeof(*twin->queue));
}

static void model_receive(struct twin *twin, const struct message *message)
{
	if (twin->queued == queue_length) {
		model_drop_oldest(twin);
		twin->overwritten++;
	}
	twin->queue[twin->queued++] = *message;
	twin->sent++;
}

static struct message random_message(void)
{
	struct message message = { .length = 1 + roll(MOST_TEXT) };
	int i;

	for (i = 0; i < message.length; i++)
		message.text[i] = roll(256);
	/* These would be stripped. */
	if (!message.text[i - 1] || message.text[i - 1] == '\n')
		message.text[i - 1] = '.';
	return message;
}

static int format(char *command, const char *head, const struct message *message)
{
	int length = strlen(head);

	memcpy(command, head, length);
	memcpy(command + length, message->text, message->length);
	return length + message->length;
}

static void twin_send(struct twin *from)
{
	struct message message = random_message();
	int to = roll(TWINS), length;
	char head[16], command[128];

	snprintf(head, sizeof(head), "/msg twin%d ", to);
	length = format(command, head, &message);
	if (!from->registered) {
		agree(-1, EACCES, write(from->fd, command, length), "/msg");
	} else if (!twins[to].registered) {
		agree(-1, ENOENT, write(from->fd, command, length), "/msg");
	} else {
		agree(length, 0, write(from->fd, command, length), "/msg");
		model_receive(&twins[to], &message);
	}
}

static void twin_broadcast(struct twin *from)
{
	struct message message = random_message();
	char command[128];
	int length = format(command, "/all ", &message), i;

	if (!from->registered) {
		agree(-1, EACCES, write(from->fd, command, length), "/all");
		return;
	}
	agree(length, 0, write(from->fd, command, length), "/all");
	for (i = 0; i < TWINS; i++) {
		if (&twins[i] != from && twins[i].registered)
			model_receive(&twins[i], &message);
	}
}

static void twin_read(struct twin *twin)
{
	char got[2 * MOST_TEXT];
	int size = 1 + roll(2 * MOST_TEXT), length;

	memset(got, 'P', sizeof(got));
	if (!twin->registered) {
		agree(-1, ENOENT, read(twin->fd, got, size), "read");
		return;
	}
	if (!twin->queued) {
		agree(-1, EAGAIN, read(twin->fd, got, size), "read");
		return;
	}
	length = twin->queue[0].length < size ? twin->queue[0].length : size;
	agree(length, 0, read(twin->fd, got, size), "read");
	if (memcmp(got, twin->queue[0].text, length))
		fail_msg("step %d: another message than the model's", step);
	model_drop_oldest(twin);
	twin->delivered++;
}

static void twin_fault(struct twin *twin)
{
	int expected = !twin->registered ? ENOENT : twin->queued ? EFAULT : EAGAIN;

	agree(-1, expected, read(twin->fd, memory_bad(), 10), "read into nowhere");
}

static void twin_register(struct twin *twin)
{
	char command[16];
	int length = snprintf(command, sizeof(command), "/reg twin%d", (int)(twin - twins));

	if (twin->registered) {
		agree(-1, EEXIST, write(twin->fd, command, length), "/reg");
		return;
	}
	agree(length, 0, write(twin->fd, command, length), "/reg");
	model_reset(twin, true);
}

static void twin_unregister(struct twin *twin)
{
	if (twin->registered)
		agree(4, 0, write(twin->fd, "/unr", 4), "/unr");
	else
		agree(-1, ENOENT, write(twin->fd, "/unr", 4), "/unr");
	model_reset(twin, false);
}

static void compare_books(const struct twin *twin)
{
	if (!twin->registered)
		return;
	assert_int_equal(mailbox_get(twin->fd, "sent"), twin->sent);
	assert_int_equal(mailbox_get(twin->fd, "queued"), twin->queued);
	assert_int_equal(mailbox_get(twin->fd, "overwritten"), twin->overwritten);
	assert_int_equal(mailbox_get(twin->fd, "delivered"), twin->delivered);
	mailbox_expect_balance(twin->fd);
}

/* Much sending and few ends, so that queues get full. */
static void random_step(struct twin *twin)
{
	int choice = roll(1000);

	if (choice < 500)
		twin_send(twin);
	else if (choice < 600)
		twin_broadcast(twin);
	else if (choice < 900)
		twin_read(twin);
	else if (choice < 930)
		twin_fault(twin);
	else if (choice < 990)
		twin_register(twin);
	else if (choice < 992)
		twin_unregister(twin);
	else
		compare_books(twin);
}

static void mailboxes_agree_with_a_plain_model(void **state)
{
	int i;

	(void)state;
	randomness = random_seed();
	queue_length = parameter_get("QUEUE_LEN");
	for (i = 0; i < TWINS; i++) {
		twins[i].fd = mailbox_open();
		twins[i].queue = calloc(queue_length, sizeof(struct message));
		assert_non_null(twins[i].queue);
	}
	for (step = 0; step < STEPS; step++)
		random_step(&twins[roll(TWINS)]);
	for (i = 0; i < TWINS; i++) {
		compare_books(&twins[i]);
		while (twins[i].registered && twins[i].queued)
			twin_read(&twins[i]);
		close(twins[i].fd);
		free(twins[i].queue);
	}
}

static const struct CMUnitTest tests[] = {
	MAILBOX_TEST(messages_keep_their_order),
	MAILBOX_TEST(a_full_queue_overwrites_the_oldest),
	MAILBOX_TEST(what_was_read_makes_room),
	MAILBOX_TEST(a_short_buffer_cuts_the_message),
	MAILBOX_TEST(a_buffer_of_the_right_size_is_enough),
	MAILBOX_TEST(a_fault_in_the_read_buffer_leaves_the_message),
	MAILBOX_TEST(an_empty_read_never_blocks),
	MAILBOX_TEST(reading_into_nothing_takes_nothing),
	MAILBOX_TEST(queues_are_private),
	MAILBOX_TEST(one_may_write_to_oneself),
	MAILBOX_TEST(a_read_gives_the_text_alone),
	MAILBOX_TEST(messages_outlive_their_sender),
	MAILBOX_TEST(mailboxes_agree_with_a_plain_model),
};

int main(void)
{
	return RUN_SUITE("mailboxes: queues", tests);
}
