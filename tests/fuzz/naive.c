// SPDX-License-Identifier: GPL-2.0
#include "fuzz/naive.h"

#include <errno.h>
#include <string.h>

/* What stands at each place of a command, and behind its end. */
enum { BLANK, CONTROL, OTHER, NOTHING };

static int class_of(const char *bytes, size_t length, size_t place)
{
	unsigned char byte;

	if (place >= length)
		return NOTHING;
	byte = bytes[place];
	if (byte == ' ' || byte == '\t')
		return BLANK;
	return byte < 0x20 || byte == 0x7f ? CONTROL : OTHER;
}

static size_t without_end(const char *bytes, size_t length)
{
	size_t end = 0, place;

	for (place = 0; place < length; place++) {
		if (bytes[place] && bytes[place] != '\n')
			end = place + 1;
	}
	return end;
}

/* The first place at or after this one where no blank stands. */
static size_t behind_blanks(const char *bytes, size_t length, size_t place)
{
	while (class_of(bytes, length, place) == BLANK)
		place++;
	return place;
}

static int parse_name(const char *bytes, size_t length, struct naive_command *command)
{
	size_t place = behind_blanks(bytes, length, 4);
	int controls = 0, class;

	command->name = place;
	while ((class = class_of(bytes, length, place)) != BLANK && class != NOTHING) {
		controls += class == CONTROL;
		place++;
	}
	command->name_length = place - command->name;
	if (controls || !command->name_length)
		return EINVAL;
	return command->name_length > 8 ? ENAMETOOLONG : 0;
}

/* @place is that of the blank before the text. */
static int parse_text(size_t length, size_t place, struct naive_command *command)
{
	if (place + 1 >= length)
		return EINVAL;
	command->text = place + 1;
	command->text_length = length - command->text;
	return 0;
}

static int parse_end(const char *bytes, size_t length, size_t place)
{
	return behind_blanks(bytes, length, place) < length ? EINVAL : 0;
}

int naive_parse(const char *bytes, size_t length, struct naive_command *command)
{
	static const char verbs[] = "/reg/unr/msg/all";
	int class, err, verb = 0;

	length = without_end(bytes, length);
	class = class_of(bytes, length, 4);
	if (length < 4 || (class != BLANK && class != NOTHING))
		return EINVAL;
	while (verb < 4 && memcmp(bytes, verbs + 4 * verb, 4))
		verb++;
	if (verb == 4)
		return EINVAL;

	command->verb = verb;
	err = verb == NAIVE_REG || verb == NAIVE_MSG ? parse_name(bytes, length, command) : 0;
	if (err)
		return err;
	switch (command->verb) {
	case NAIVE_REG:
		return parse_end(bytes, length, command->name + command->name_length);
	case NAIVE_UNR:
		return parse_end(bytes, length, 4);
	case NAIVE_MSG:
		return parse_text(length, command->name + command->name_length, command);
	default:
		return parse_text(length, 4, command);
	}
}
