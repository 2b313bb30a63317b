// SPDX-License-Identifier: GPL-2.0
/* What the commands mean: docs/interface-1.md, "Mailboxes", "Grammar", "Errors". */
#include "harness/mailbox.h"
#include "harness/memory.h"
#include "harness/parameters.h"
#include "harness/suite.h"

#include <linux/synchmess.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A string literal with NULs in it, without the last one. */
#define BYTES(literal) literal, sizeof(literal) - 1

static void each_command_returns_its_length(void **state)
{
	int a = mailbox_open(), b = mailbox_open();

	(void)state;
	assert_int_equal(write(a, "/reg a", 6), 6);
	assert_int_equal(write(b, "/reg b", 6), 6);
	assert_int_equal(write(a, "/msg b hello", 12), 12);
	assert_int_equal(write(a, "/all world", 10), 10);
	mailbox_expect(b, "hello");
	mailbox_expect(b, "world");
	mailbox_expect_empty(b);
	assert_int_equal(write(b, "/unr", 4), 4);
	close(a);
	close(b);
}

/* The length is that of what was written, not of what was understood. */
static void what_is_stripped_counts_as_written(void **state)
{
	int fd = mailbox_open();

	(void)state;
	mailbox_do_bytes(fd, BYTES("/reg me\n\0"));
	mailbox_do_bytes(fd, BYTES("/msg me hello\n\0\0\0"));
	mailbox_expect(fd, "hello");
	mailbox_do(fd, "/unr\n");
	close(fd);
}

static void malformed_commands_are_refused(void **state)
{
	static const char * const malformed[] = {
		"reg a", "/", "/r", "/re", "/regx a", "/rega", "/REG a", "/register a",
		"/msgx a text", "/ms a text", "/allx text", "/al text", "/unrx", "/un",
		"//reg a", "/reg/a", "/help", "/read", "/exit", "hello", " ", "\t", "\n",
		" /reg a", "\t/unr", "\n/unr", "/reg\na", "/unr\nx", "/all\ntext",
		"/msg\na text", "/msg a\ntext",
		"/reg", "/reg ", "/reg\t", "/reg \t ", "/reg\n", "/reg \n",
		"/reg a b", "/reg a\tb", "/reg a  b", "/reg a b c",
		"/unr a", "/unr\ta", "/unr  a",
		"/msg", "/msg ", "/msg  ", "/msg a", "/msg a ", "/msg a\t", "/msg  a ",
		"/msg a \n", "/msg a\n",
		"/all", "/all ", "/all\t", "/all\n", "/all \n",
	};
	int stranger = mailbox_open(), a = mailbox_register("a");
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(malformed); i++) {
		mailbox_refuses(stranger, malformed[i], EINVAL);
		mailbox_refuses(a, malformed[i], EINVAL);
	}
	/* They did nothing. */
	mailbox_expect_empty(a);
	assert_int_equal(mailbox_get(a, "sent"), 0);
	mailbox_refuses(stranger, "/unr", ENOENT);
	close(stranger);
	close(a);
}

static void nothing_is_no_command(void **state)
{
	static const char zeros[100];
	int fd = mailbox_open();

	(void)state;
	assert_fails(write(fd, "", 0), EINVAL);
	mailbox_refuses_bytes(fd, zeros, 1, EINVAL);
	mailbox_refuses_bytes(fd, zeros, sizeof(zeros), EINVAL);
	mailbox_refuses_bytes(fd, BYTES("\0/reg a"), EINVAL);
	mailbox_refuses_bytes(fd, BYTES("/reg\0a"), EINVAL);
	mailbox_refuses_bytes(fd, BYTES("/unr\0a"), EINVAL);
	mailbox_refuses_bytes(fd, BYTES("/all\0a"), EINVAL);
	mailbox_refuses_bytes(fd, BYTES("/all \0\0\n\0"), EINVAL);
	mailbox_refuses_bytes(fd, BYTES("/msg a \0\0\n\0"), EINVAL);
	close(fd);
}

/* All 256 bytes as a name of one byte, and in the middle of a name. */
static void names_have_no_blanks_and_control_characters(void **state)
{
	int fd = mailbox_open(), byte;

	(void)state;
	for (byte = 0; byte < 256; byte++) {
		char alone[] = { '/', 'r', 'e', 'g', ' ', byte };
		char inside[] = { '/', 'r', 'e', 'g', ' ', 'a', byte, 'b' };
		char destination[] = { '/', 'm', 's', 'g', ' ', 'a', byte, 'b', ' ', 'x' };

		if (byte <= ' ' || byte == 0x7f) {
			mailbox_refuses_bytes(fd, alone, sizeof(alone), EINVAL);
			mailbox_refuses_bytes(fd, inside, sizeof(inside), EINVAL);
			/* A blank ends the name, and what follows is the text. */
			mailbox_refuses_bytes(fd, destination, sizeof(destination),
					      byte == ' ' || byte == '\t' ? EACCES : EINVAL);
			continue;
		}
		mailbox_do_bytes(fd, alone, sizeof(alone));
		mailbox_do(fd, "/unr");
		mailbox_do_bytes(fd, inside, sizeof(inside));
		mailbox_do_bytes(fd, destination, sizeof(destination));
		mailbox_expect(fd, "x");
		mailbox_do(fd, "/unr");
	}
	close(fd);
}

static void names_have_one_to_eight_bytes(void **state)
{
	int one = mailbox_register("1"), eight = mailbox_register("12345678");
	int fd = mailbox_open();

	(void)state;
	mailbox_do(one, "/msg 12345678 long");
	mailbox_do(eight, "/msg 1 short");
	mailbox_expect(one, "short");
	mailbox_expect(eight, "long");

	mailbox_refuses(fd, "/reg 123456789", ENAMETOOLONG);
	mailbox_refuses(fd, "/reg 123456789\n", ENAMETOOLONG);
	mailbox_refuses(fd, "/reg   123456789", ENAMETOOLONG);
	mailbox_refuses(one, "/msg 123456789 text", ENAMETOOLONG);
	mailbox_refuses(one, "/msg 123456781234567812345678 text", ENAMETOOLONG);
	/* Nobody was cut down to eight bytes. */
	mailbox_expect_empty(eight);
	mailbox_refuses(fd, "/unr", ENOENT);
	close(one);
	close(eight);
	close(fd);
}

static void names_are_compared_whole(void **state)
{
	int a = mailbox_register("a"), ab = mailbox_register("ab"), upper = mailbox_register("A");

	(void)state;
	mailbox_do(a, "/msg ab for ab");
	mailbox_do(a, "/msg A for A");
	mailbox_do(ab, "/msg a for a");
	mailbox_refuses(a, "/msg abc x", ENOENT);
	mailbox_refuses(a, "/msg b x", ENOENT);
	mailbox_expect(ab, "for ab");
	mailbox_expect(upper, "for A");
	mailbox_expect(a, "for a");
	close(a);
	close(ab);
	close(upper);
}

static void blanks_around_names_are_ignored(void **state)
{
	int fd = mailbox_open();

	(void)state;
	mailbox_do(fd, "/reg  \t me");
	mailbox_do(fd, "/msg \t\t me x");
	mailbox_expect(fd, "x");
	mailbox_do(fd, "/unr  \t");
	mailbox_do(fd, "/reg\tme \t ");
	mailbox_do(fd, "/msg\tme\ty");
	mailbox_expect(fd, "y");
	mailbox_do(fd, "/unr \n");
	mailbox_do(fd, "/reg me \n");
	mailbox_do(fd, "/unr");
	close(fd);
}

static void one_blank_comes_before_the_text(void **state)
{
	int me = mailbox_register("me"), other = mailbox_register("other");

	(void)state;
	mailbox_do(me, "/msg other  two");
	mailbox_expect(other, " two");
	mailbox_do(me, "/msg other\t\ttabs");
	mailbox_expect(other, "\ttabs");
	mailbox_do(me, "/msg other  ");
	mailbox_expect(other, " ");
	mailbox_do(me, "/all  two");
	mailbox_expect(other, " two");
	mailbox_do(me, "/all\t \ttabs");
	mailbox_expect(other, " \ttabs");
	mailbox_do(me, "/all  ");
	mailbox_expect(other, " ");
	/* Here the blank is before the name, so "x" is one. */
	mailbox_refuses(me, "/msg  x text", ENOENT);
	close(me);
	close(other);
}

static void the_text_is_kept_byte_by_byte(void **state)
{
	char command[8 + 256 + 1] = "/msg me ";
	int fd = mailbox_register("me"), i;

	(void)state;
	mailbox_do(fd, "/msg me a  b\t c /reg d");
	mailbox_expect(fd, "a  b\t c /reg d");
	mailbox_do(fd, "/msg me trailing blanks \t ");
	mailbox_expect(fd, "trailing blanks \t ");
	mailbox_do(fd, "/msg me two\nlines");
	mailbox_expect(fd, "two\nlines");
	mailbox_do(fd, "/msg me \xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80");
	mailbox_expect(fd, "\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80");
	mailbox_do_bytes(fd, BYTES("/msg me \0leading\0and\0inner"));
	mailbox_expect_bytes(fd, BYTES("\0leading\0and\0inner"));
	mailbox_do_bytes(fd, BYTES("/msg me \n\n\0x"));
	mailbox_expect_bytes(fd, BYTES("\n\n\0x"));

	for (i = 0; i < 256; i++)
		command[8 + i] = i;
	command[8 + 256] = '.';
	mailbox_do_bytes(fd, command, sizeof(command));
	mailbox_expect_bytes(fd, command + 8, 257);
	close(fd);
}

static void names_may_be_utf8(void **state)
{
	int fd = mailbox_register("gr\xc3\xbcn");

	(void)state;
	mailbox_do(fd, "/msg gr\xc3\xbcn yes");
	mailbox_expect(fd, "yes");
	close(fd);
}

static void trailing_newlines_and_zeros_are_stripped(void **state)
{
	char command[500] = "/msg me many";
	int fd = mailbox_register("me");

	(void)state;
	mailbox_do_bytes(fd, BYTES("/msg me text\0"));
	mailbox_expect(fd, "text");
	mailbox_do_bytes(fd, BYTES("/msg me text\n"));
	mailbox_expect(fd, "text");
	mailbox_do_bytes(fd, BYTES("/msg me text\n\0"));
	mailbox_expect(fd, "text");
	mailbox_do_bytes(fd, BYTES("/msg me text\0\n\n\0\n"));
	mailbox_expect(fd, "text");
	mailbox_do_bytes(fd, BYTES("/msg me text \n"));
	mailbox_expect(fd, "text ");
	mailbox_do_bytes(fd, BYTES("/msg me text\n \n"));
	mailbox_expect(fd, "text\n ");
	mailbox_do_bytes(fd, command, sizeof(command));
	mailbox_expect(fd, "many");
	close(fd);
}

static void writev_makes_one_command(void **state)
{
	struct iovec parts[] = {
		{ "/m", 2 }, { "sg m", 4 }, { "", 0 }, { "e he", 4 }, { "llo\n", 4 },
	};
	char left[3], right[8] = "";
	struct iovec halves[] = { { left, 3 }, { right, sizeof(right) } };
	int fd = mailbox_register("me");

	(void)state;
	assert_int_equal(writev(fd, parts, COUNT(parts)), 14);
	assert_int_equal(mailbox_get(fd, "queued"), 1);
	assert_int_equal(readv(fd, halves, 2), 5);
	assert_memory_equal(left, "hel", 3);
	assert_string_equal(right, "lo");
	close(fd);
}

/* Two commands in one write are one, and that is not known. */
static void one_write_is_one_command(void **state)
{
	int fd = mailbox_open();

	(void)state;
	mailbox_refuses(fd, "/reg a\n/msg a b", EINVAL);
	mailbox_refuses(fd, "/unr", ENOENT);
	close(fd);
}

/* A command of so many bytes that sends the text behind the name to "me". */
static char *long_command(size_t length)
{
	char *command = malloc(length);
	size_t i;

	assert_non_null(command);
	for (i = 0; i < length; i++)
		command[i] = 'a' + i % 26;
	memcpy(command, "/msg me ", 8);
	return command;
}

static void the_longest_command_passes(void **state)
{
	size_t longest = parameter_get("CMD_BUF_SIZE");
	char *command = long_command(longest);
	int fd = mailbox_register("me");

	(void)state;
	mailbox_do_bytes(fd, command, longest);
	mailbox_expect_bytes(fd, command + 8, longest - 8);
	/* What is stripped counts, too. */
	command[longest - 1] = '\n';
	mailbox_do_bytes(fd, command, longest);
	mailbox_expect_bytes(fd, command + 8, longest - 9);
	free(command);
	close(fd);
}

static void longer_commands_are_refused(void **state)
{
	size_t longest = parameter_get("CMD_BUF_SIZE");
	char *command = long_command(4 * longest);
	struct iovec parts[] = { { command, longest }, { "x", 1 } };
	int fd = mailbox_register("me");

	(void)state;
	mailbox_refuses_bytes(fd, command, longest + 1, EMSGSIZE);
	mailbox_refuses_bytes(fd, command, 4 * longest, EMSGSIZE);
	assert_fails(writev(fd, parts, 2), EMSGSIZE);
	memset(command + 10, 0, 4 * longest - 10);
	mailbox_refuses_bytes(fd, command, longest + 1, EMSGSIZE);
	command[longest] = '\n';
	mailbox_refuses_bytes(fd, command, longest + 1, EMSGSIZE);
	mailbox_expect_empty(fd);
	assert_int_equal(mailbox_get(fd, "sent"), 0);
	free(command);
	close(fd);
}

static void a_fault_in_the_buffer_does_nothing(void **state)
{
	char *edge = memory_edge();
	struct iovec parts[] = { { "/msg me ", 8 }, { memory_bad(), 3 } };
	int fd = mailbox_register("me"), other = mailbox_open();

	(void)state;
	assert_fails(write(fd, memory_bad(), 10), EFAULT);
	memcpy(edge - 12, "/msg me text", 12);
	assert_fails(write(fd, edge - 12, 13), EFAULT);
	assert_fails(writev(fd, parts, 2), EFAULT);
	memcpy(edge - 8, "/reg new", 8);
	assert_fails(write(other, edge - 8, 9), EFAULT);
	memcpy(edge - 4, "/unr", 4);
	assert_fails(write(fd, edge - 4, 5), EFAULT);

	assert_int_equal(mailbox_get(fd, "sent"), 0);
	mailbox_expect_empty(fd);
	mailbox_refuses(other, "/unr", ENOENT);
	close(fd);
	close(other);
}

static void a_name_is_taken_once(void **state)
{
	int first = mailbox_register("name"), second = mailbox_open();

	(void)state;
	mailbox_refuses(second, "/reg name", EEXIST);
	mailbox_refuses(second, "/unr", ENOENT);
	mailbox_do(second, "/reg name2");
	/* Whoever has it keeps it, with what is in its queue. */
	mailbox_do(second, "/msg name x");
	mailbox_refuses(second, "/reg name", EEXIST);
	mailbox_expect(first, "x");
	close(first);
	close(second);
}

static void a_file_is_registered_once(void **state)
{
	int fd = mailbox_register("first"), other = mailbox_register("other");

	(void)state;
	mailbox_refuses(fd, "/reg second", EEXIST);
	mailbox_refuses(fd, "/reg first", EEXIST);
	mailbox_refuses(fd, "/reg other", EEXIST);
	mailbox_refuses(other, "/msg second x", ENOENT);
	mailbox_do(other, "/msg first x");
	mailbox_expect(fd, "x");
	close(fd);
	close(other);
}

static void what_is_not_there_is_not_found(void **state)
{
	int fd = mailbox_open();
	char got[8];

	(void)state;
	mailbox_refuses(fd, "/unr", ENOENT);
	assert_fails(read(fd, got, sizeof(got)), ENOENT);
	mailbox_do(fd, "/reg me");
	mailbox_refuses(fd, "/msg nobody text", ENOENT);
	mailbox_do(fd, "/unr");
	mailbox_refuses(fd, "/unr", ENOENT);
	assert_fails(read(fd, got, sizeof(got)), ENOENT);
	close(fd);
}

static void only_the_registered_may_send(void **state)
{
	int receiver = mailbox_register("receiver"), fd = mailbox_open();

	(void)state;
	mailbox_refuses(fd, "/msg receiver text", EACCES);
	mailbox_refuses(fd, "/all text", EACCES);
	mailbox_do(fd, "/reg me");
	mailbox_do(fd, "/unr");
	mailbox_refuses(fd, "/msg receiver text", EACCES);
	mailbox_refuses(fd, "/all text", EACCES);
	mailbox_expect_empty(receiver);
	close(receiver);
	close(fd);
}

static void there_are_no_ioctls(void **state)
{
	static const unsigned long commands[] = {
		IOCTL_INSTALL_GROUP, IOCTL_SLEEP, IOCTL_AWAKE, IOCTL_SET_SEND_DELAY,
		IOCTL_REVOKE_DELAYED_MESSAGES, _IO('m', 1), 0x5401 /* TCGETS */, 0, ~0u,
	};
	char argument[512] = "";
	int fd = mailbox_register("me");
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(commands); i++)
		assert_fails(ioctl(fd, commands[i], argument), ENOTTY);
	close(fd);
}

/* EMSGSIZE, EFAULT, EINVAL and ENAMETOOLONG, EACCES, EEXIST, ENOENT; limits: lifetime.c. */
static void errors_come_in_their_order(void **state)
{
	size_t longest = parameter_get("CMD_BUF_SIZE");
	int stranger = mailbox_open(), a = mailbox_register("a"), b = mailbox_register("b");
	char *edge = memory_edge();

	(void)state;
	assert_fails(write(a, memory_bad(), longest + 1), EMSGSIZE);
	memcpy(edge - 4, "/xyz", 4);
	assert_fails(write(a, edge - 4, longest + 1), EMSGSIZE);
	assert_fails(write(a, edge - 4, 5), EFAULT);

	mailbox_refuses(stranger, "/msg nobody", EINVAL);
	mailbox_refuses(stranger, "/all", EINVAL);
	mailbox_refuses(stranger, "/msg 123456789 text", ENAMETOOLONG);
	mailbox_refuses(stranger, "/reg a b", EINVAL);
	mailbox_refuses(stranger, "/unr a", EINVAL);
	mailbox_refuses(a, "/reg a b", EINVAL);
	mailbox_refuses(a, "/reg 123456789", ENAMETOOLONG);

	mailbox_refuses(stranger, "/msg nobody text", EACCES);
	mailbox_refuses(b, "/reg a", EEXIST);
	close(stranger);
	close(a);
	close(b);
}

static void there_are_no_positions(void **state)
{
	int fd = mailbox_register("me");
	char got[8];

	(void)state;
	mailbox_do(fd, "/msg me x");
	assert_fails(lseek(fd, 0, SEEK_SET), ESPIPE);
	assert_fails(pread(fd, got, sizeof(got), 0), ESPIPE);
	mailbox_expect(fd, "x");
	close(fd);
}

static const struct CMUnitTest tests[] = {
	MAILBOX_TEST(each_command_returns_its_length),
	MAILBOX_TEST(what_is_stripped_counts_as_written),
	MAILBOX_TEST(malformed_commands_are_refused),
	MAILBOX_TEST(nothing_is_no_command),
	MAILBOX_TEST(names_have_no_blanks_and_control_characters),
	MAILBOX_TEST(names_have_one_to_eight_bytes),
	MAILBOX_TEST(names_are_compared_whole),
	MAILBOX_TEST(blanks_around_names_are_ignored),
	MAILBOX_TEST(one_blank_comes_before_the_text),
	MAILBOX_TEST(the_text_is_kept_byte_by_byte),
	MAILBOX_TEST(names_may_be_utf8),
	MAILBOX_TEST(trailing_newlines_and_zeros_are_stripped),
	MAILBOX_TEST(writev_makes_one_command),
	MAILBOX_TEST(one_write_is_one_command),
	MAILBOX_TEST(the_longest_command_passes),
	MAILBOX_TEST(longer_commands_are_refused),
	MAILBOX_TEST(a_fault_in_the_buffer_does_nothing),
	MAILBOX_TEST(a_name_is_taken_once),
	MAILBOX_TEST(a_file_is_registered_once),
	MAILBOX_TEST(what_is_not_there_is_not_found),
	MAILBOX_TEST(only_the_registered_may_send),
	MAILBOX_TEST(there_are_no_ioctls),
	MAILBOX_TEST(errors_come_in_their_order),
	MAILBOX_TEST(there_are_no_positions),
};

int main(void)
{
	return RUN_SUITE("mailboxes: commands", tests);
}
