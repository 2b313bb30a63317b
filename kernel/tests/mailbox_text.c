// SPDX-License-Identifier: GPL-2.0
#include "../mailbox_text.h"

#include "dice.h"
#include "suites.h"

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/synchmess.h>

#define LONGEST 64

/**
 * struct desk - the test's @priv
 * @room: LONGEST bytes; the command lies at their end, so that KASAN sees each
 *	byte that the parser reads beyond
 * @line: the twin's copy of the command
 */
struct desk {
	char *room;
	char line[LONGEST + 1];
};

static int make_desk(struct kunit *test)
{
	struct desk *desk = kunit_kzalloc(test, sizeof(*desk), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, desk);
	desk->room = kunit_kzalloc(test, LONGEST, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, desk->room);
	test->priv = desk;
	return 0;
}

/* What a command means, as places in it. Zero where there is nothing. */
struct meaning {
	int err;
	enum sm_verb verb;
	size_t name, name_length;
	size_t text, text_length;
};

static bool has_name(enum sm_verb verb)
{
	return verb == SM_REGISTER || verb == SM_SEND;
}

static bool has_text(enum sm_verb verb)
{
	return verb == SM_SEND || verb == SM_BROADCAST;
}

static struct meaning parse(struct kunit *test, const char *bytes, size_t length)
{
	const struct desk *desk = test->priv;
	char *copy = desk->room + LONGEST - length;
	struct meaning meaning = { };
	struct sm_command command;

	KUNIT_ASSERT_LE(test, length, LONGEST);
	memcpy(copy, bytes, length);
	meaning.err = sm_command_parse(copy, length, &command);
	if (!meaning.err) {
		meaning.verb = command.verb;
		if (has_name(command.verb)) {
			meaning.name = command.name.start - copy;
			meaning.name_length = command.name.length;
		}
		if (has_text(command.verb)) {
			meaning.text = command.text.start - copy;
			meaning.text_length = command.text.length;
		}
	}
	return meaning;
}

/* ---- examples of each sentence of the specification */

struct example {
	const char *bytes;
	size_t length;
	int err;
	enum sm_verb verb;
	const char *name;
	const char *text;
};

#define REFUSED(command, error)	{ command, sizeof(command) - 1, error }
#define TAKEN(command, verb, name, text) \
	{ command, sizeof(command) - 1, 0, verb, name, text }

static void expect_span(struct kunit *test, const struct example *example, size_t start,
			size_t length, const char *expected)
{
	KUNIT_ASSERT_EQ_MSG(test, length, strlen(expected), "\"%s\"", example->bytes);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(example->bytes + start, expected, length), 0, "\"%s\"",
			    example->bytes);
}

static void expect_example(struct kunit *test, const struct example *example)
{
	struct meaning meaning = parse(test, example->bytes, example->length);

	KUNIT_EXPECT_EQ_MSG(test, meaning.err, example->err, "\"%s\"", example->bytes);
	if (meaning.err || example->err)
		return;
	KUNIT_EXPECT_EQ_MSG(test, meaning.verb, example->verb, "\"%s\"", example->bytes);
	expect_span(test, example, meaning.name, meaning.name_length, example->name);
	expect_span(test, example, meaning.text, meaning.text_length, example->text);
}

static void expect_examples(struct kunit *test, const struct example *examples, size_t count)
{
	while (count--)
		expect_example(test, examples++);
}

static void the_four_commands(struct kunit *test)
{
	static const struct example examples[] = {
		TAKEN("/reg bob", SM_REGISTER, "bob", ""),
		TAKEN("/unr", SM_UNREGISTER, "", ""),
		TAKEN("/msg bob hi", SM_SEND, "bob", "hi"),
		TAKEN("/all noon", SM_BROADCAST, "", "noon"),
	};

	expect_examples(test, examples, ARRAY_SIZE(examples));
}

static void a_command_is_known_by_its_whole_word(struct kunit *test)
{
	static const struct example examples[] = {
		REFUSED("", -EINVAL), REFUSED("/", -EINVAL), REFUSED("/re bob", -EINVAL),
		REFUSED("/regi bob", -EINVAL), REFUSED("/REG bob", -EINVAL),
		REFUSED("reg bob", -EINVAL), REFUSED(" /reg bob", -EINVAL),
		REFUSED("\t/unr", -EINVAL), REFUSED("/regbob", -EINVAL),
		REFUSED("/unr\nx", -EINVAL), REFUSED("/msg\nbob hi", -EINVAL),
		REFUSED("/all\0noon", -EINVAL), REFUSED("/read", -EINVAL),
		REFUSED("hello", -EINVAL),
	};

	expect_examples(test, examples, ARRAY_SIZE(examples));
}

static void nulls_and_newlines_at_the_end_do_not_count(struct kunit *test)
{
	static const struct example examples[] = {
		TAKEN("/reg bob\n", SM_REGISTER, "bob", ""),
		TAKEN("/reg bob\0", SM_REGISTER, "bob", ""),
		TAKEN("/unr\n\0\n\0\0", SM_UNREGISTER, "", ""),
		TAKEN("/msg bob hi\n", SM_SEND, "bob", "hi"),
		TAKEN("/all a\nb\n", SM_BROADCAST, "", "a\nb"),
		TAKEN("/all a \0", SM_BROADCAST, "", "a "),
		TAKEN("/all a\r\n", SM_BROADCAST, "", "a\r"),
		REFUSED("\n", -EINVAL), REFUSED("\0\0", -EINVAL), REFUSED("/all \0\n", -EINVAL),
	};

	expect_examples(test, examples, ARRAY_SIZE(examples));
}

static void blanks_around_names_do_not_count(struct kunit *test)
{
	static const struct example examples[] = {
		TAKEN("/reg  bob", SM_REGISTER, "bob", ""),
		TAKEN("/reg\tbob", SM_REGISTER, "bob", ""),
		TAKEN("/reg \t bob \t ", SM_REGISTER, "bob", ""),
		TAKEN("/unr \t", SM_UNREGISTER, "", ""),
		TAKEN("/msg \t bob hi", SM_SEND, "bob", "hi"),
		REFUSED("/reg bob x", -EINVAL), REFUSED("/unr x", -EINVAL),
		REFUSED("/unr \t x", -EINVAL),
	};

	expect_examples(test, examples, ARRAY_SIZE(examples));
}

static void all_behind_one_blank_is_the_text(struct kunit *test)
{
	static const struct example examples[] = {
		TAKEN("/msg bob  hi", SM_SEND, "bob", " hi"),
		TAKEN("/msg bob\thi", SM_SEND, "bob", "hi"),
		TAKEN("/msg bob \thi ", SM_SEND, "bob", "\thi "),
		TAKEN("/msg bob /msg bob hi", SM_SEND, "bob", "/msg bob hi"),
		TAKEN("/msg bob \x01\x7f\xff", SM_SEND, "bob", "\x01\x7f\xff"),
		TAKEN("/all  noon", SM_BROADCAST, "", " noon"),
		TAKEN("/all\tnoon", SM_BROADCAST, "", "noon"),
		TAKEN("/all  ", SM_BROADCAST, "", " "),
	};

	expect_examples(test, examples, ARRAY_SIZE(examples));
}

static void a_text_may_hold_nulls(struct kunit *test)
{
	const struct meaning meaning = parse(test, "/msg bob a\0b\0\nc\0", 16);

	KUNIT_EXPECT_EQ(test, meaning.err, 0);
	KUNIT_EXPECT_EQ(test, meaning.text, 9);
	KUNIT_EXPECT_EQ(test, meaning.text_length, 6);
}

static void without_name_or_text_there_is_no_command(struct kunit *test)
{
	static const struct example examples[] = {
		REFUSED("/reg", -EINVAL), REFUSED("/reg ", -EINVAL), REFUSED("/reg \t\n", -EINVAL),
		REFUSED("/msg", -EINVAL), REFUSED("/msg ", -EINVAL), REFUSED("/msg bob", -EINVAL),
		REFUSED("/msg bob ", -EINVAL), REFUSED("/msg bob \0\n", -EINVAL),
		REFUSED("/all", -EINVAL), REFUSED("/all ", -EINVAL), REFUSED("/all\n", -EINVAL),
	};

	expect_examples(test, examples, ARRAY_SIZE(examples));
}

static void names_have_one_to_eight_bytes(struct kunit *test)
{
	static const struct example examples[] = {
		TAKEN("/reg b", SM_REGISTER, "b", ""),
		TAKEN("/reg 12345678", SM_REGISTER, "12345678", ""),
		REFUSED("/reg 123456789", -ENAMETOOLONG),
		TAKEN("/msg 12345678 x", SM_SEND, "12345678", "x"),
		REFUSED("/msg 123456789 x", -ENAMETOOLONG),
		REFUSED("/msg 123456789", -ENAMETOOLONG),
		REFUSED("/reg 123456789 x", -ENAMETOOLONG),
	};

	expect_examples(test, examples, ARRAY_SIZE(examples));
}

static void names_have_no_control_characters(struct kunit *test)
{
	char command[] = "/msg b?b x";
	int byte, expected;

	for (byte = 0; byte < 256; byte++) {
		command[6] = byte;
		expected = byte < ' ' || byte == 0x7f ? -EINVAL : 0;
		if (byte == '\t')
			expected = 0;	/* it ends the name: "b x" is the text */
		KUNIT_EXPECT_EQ_MSG(test, parse(test, command, sizeof(command) - 1).err, expected,
				    "byte %d", byte);
	}
}

/*
 * ---- the twin: the string functions of the library, on a terminated copy. A NUL
 * within is no end for the parser; to it that is one more control character.
 */

static size_t end_of(const char *bytes, size_t length)
{
	size_t end = 0, i;

	for (i = 0; i < length; i++) {
		if (bytes[i] != '\0' && bytes[i] != '\n')
			end = i + 1;
	}
	return end;
}

static void write_line(char *line, const char *bytes, size_t length)
{
	size_t end = end_of(bytes, length);

	memcpy(line, bytes, end);
	line[end] = '\0';
	while (strlen(line) < end)
		line[strlen(line)] = '\1';
}

static int name_error(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (iscntrl(name[i]))
			return -EINVAL;
	}
	if (!length)
		return -EINVAL;
	return length <= SYNCHMESS_MAILBOX_NAME_MAX ? 0 : -ENAMETOOLONG;
}

static struct meaning understand(const char *line)
{
	static const char blanks[] = " \t";
	size_t word = strcspn(line, blanks);
	size_t name = word + strspn(line + word, blanks);
	size_t behind = name + strcspn(line + name, blanks);
	int bad_name = name_error(line + name, behind - name);

	if (word != 4)
		return (struct meaning){ -EINVAL };
	if (str_has_prefix(line, "/unr"))
		return (struct meaning){ line[name] ? -EINVAL : 0, SM_UNREGISTER };
	if (str_has_prefix(line, "/all")) {
		if (!line[word] || !line[word + 1])
			return (struct meaning){ -EINVAL };
		return (struct meaning){ 0, SM_BROADCAST, 0, 0, word + 1, strlen(line + word + 1) };
	}
	if (str_has_prefix(line, "/reg")) {
		if (!bad_name && line[behind + strspn(line + behind, blanks)])
			bad_name = -EINVAL;
		return (struct meaning){ bad_name, SM_REGISTER, name, behind - name };
	}
	if (str_has_prefix(line, "/msg")) {
		if (!bad_name && (!line[behind] || !line[behind + 1]))
			bad_name = -EINVAL;
		return (struct meaning){ bad_name, SM_SEND, name, behind - name, behind + 1,
					 bad_name ? 0 : strlen(line + behind + 1) };
	}
	return (struct meaning){ -EINVAL };
}

static void expect_twin(struct kunit *test, struct sm_dice *dice, const char *bytes, size_t length)
{
	struct meaning meaning = parse(test, bytes, length), expected;
	struct desk *desk = test->priv;

	write_line(desk->line, bytes, length);
	expected = understand(desk->line);
	SM_ASSERT_EQ(test, dice, meaning.err, expected.err);
	if (meaning.err)
		return;
	SM_ASSERT_EQ(test, dice, meaning.verb, expected.verb);
	SM_ASSERT_EQ(test, dice, meaning.name, expected.name);
	SM_ASSERT_EQ(test, dice, meaning.name_length, expected.name_length);
	SM_ASSERT_EQ(test, dice, meaning.text, expected.text);
	SM_ASSERT_EQ(test, dice, meaning.text_length, expected.text_length);
}

static const char * const words[] = { "/reg", "/unr", "/msg", "/all", "/rag", "/al", "" };

/* Each word with each tail of up to five bytes of six kinds. */
static void every_short_command_means_what_the_twin_says(struct kunit *test)
{
	static const char kinds[] = { ' ', '\t', 'a', '\n', '\0', '\x7f' };
	struct sm_dice dice = { };
	char command[4 + 5];
	unsigned int tail, rest, length, i;
	size_t word;

	for (word = 0; word < ARRAY_SIZE(words); word++) {
		length = strlen(words[word]);
		memcpy(command, words[word], length);
		/* Numbers in base seven, read until the first digit that stands for no kind. */
		for (tail = 0; tail < 7 * 7 * 7 * 7 * 7; tail++) {
			for (i = 0, rest = tail; i < 5 && rest % 7; i++, rest /= 7)
				command[length + i] = kinds[rest % 7 - 1];
			if (!rest) {
				dice.step = tail;
				expect_twin(test, &dice, command, length + i);
			}
		}
		cond_resched();
	}
}

/* Bytes that mean something come more often than others. */
static char random_byte(struct sm_dice *dice)
{
	static const char frequent[] = { ' ', ' ', '\t', '\n', '\0', '/', 'a', 'a', 'a', 'b' };
	u32 which = sm_dice_below(dice, ARRAY_SIZE(frequent) + 5);

	return which < ARRAY_SIZE(frequent) ? frequent[which] : sm_dice_below(dice, 256);
}

static void random_commands_mean_what_the_twin_says(struct kunit *test)
{
	struct sm_dice dice;
	size_t length, end;
	char command[LONGEST];

	sm_dice_init(&dice);
	for (; dice.step < 5 * sm_dice_steps(); dice.step++) {
		length = strscpy(command, words[sm_dice_below(&dice, ARRAY_SIZE(words))],
				 sizeof(command));
		if (sm_dice_below(&dice, 10))
			command[length++] = ' ';
		end = length + sm_dice_below(&dice, sm_dice_below(&dice, 2) ? 50 : 12);
		while (length < end)
			command[length++] = random_byte(&dice);
		expect_twin(test, &dice, command, length);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(the_four_commands),
	KUNIT_CASE(a_command_is_known_by_its_whole_word),
	KUNIT_CASE(nulls_and_newlines_at_the_end_do_not_count),
	KUNIT_CASE(blanks_around_names_do_not_count),
	KUNIT_CASE(all_behind_one_blank_is_the_text),
	KUNIT_CASE(a_text_may_hold_nulls),
	KUNIT_CASE(without_name_or_text_there_is_no_command),
	KUNIT_CASE(names_have_one_to_eight_bytes),
	KUNIT_CASE(names_have_no_control_characters),
	KUNIT_CASE(every_short_command_means_what_the_twin_says),
	KUNIT_CASE(random_commands_mean_what_the_twin_says),
	{}
};

struct kunit_suite sm_mailbox_text_suite = {
	.name = "mailbox_text",
	.init = make_desk,
	.test_cases = cases,
};
