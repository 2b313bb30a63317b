// SPDX-License-Identifier: GPL-2.0
/*
 * Text commands of the mailboxes: the grammar, mutated. The naive parser says
 * what is wrong with them.
 */
#include "fuzz/calls/area.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/stream.h"
#include "fuzz/naive.h"
#include "harness/random.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* CMD_BUF_SIZE, unless the module was loaded with another. */
#define LONGEST 1024
#define ROOM (2 * LONGEST)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct text {
	char bytes[ROOM];
	size_t length;
};

static void append(struct text *text, const void *bytes, size_t length)
{
	if (length > ROOM - text->length)
		length = ROOM - text->length;
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

static void append_word(struct text *text, const char *word)
{
	append(text, word, strlen(word));
}

/* Few names, so that workers meet; few verbs that end what they began. */
static void compose(struct text *text, const struct step *step)
{
	static const char * const verbs[] = {
		"/msg", "/msg", "/msg", "/msg", "/msg", "/all", "/reg", "/reg", "/reg", "/unr",
		"/msg", "/msg", "/msg", "/all", "/rea", "/",
	};
	static const char * const names[] = {
		"a", "b", "carol", "12345678", "a", "b", "carol", "12345678", "d", "e", "f", "g",
		"123456789", "\x01", "\xff\xfe", "",
	};
	static const char * const blanks[] = { " ", " ", " ", " ", "  ", "\t", " \t ", "" };
	unsigned int verb = step->extra % COUNT(verbs);
	size_t longest = step->size & 128 ? LONGEST + 400 : 80;

	text->length = 0;
	append_word(text, verbs[verb]);
	if (strcmp(verbs[verb], "/all") && strcmp(verbs[verb], "/unr")) {
		append_word(text, blanks[step->flags % COUNT(blanks)]);
		append_word(text, names[step->value % COUNT(names)]);
	}
	if (!strcmp(verbs[verb], "/msg") || !strcmp(verbs[verb], "/all")) {
		append_word(text, " ");
		append(text, area_pattern(step->pointer), step->size % longest);
	}
	if (step->flags & 64)
		append(text, "\n\0\0", 1 + step->flags % 3);
}

static void mutate(struct text *text, uint64_t random)
{
	size_t place = random_below(&random, text->length + 1);
	size_t rest = text->length - place;
	unsigned int kind = random_below(&random, 4);

	if (kind == 0 && rest) {
		text->bytes[place] = random_next(&random);
	} else if (kind == 1 && rest) {
		memmove(text->bytes + place, text->bytes + place + 1, rest - 1);
		text->length--;
	} else if (kind == 2 && text->length < ROOM) {
		memmove(text->bytes + place + 1, text->bytes + place, rest);
		text->bytes[place] = " \t\n\0/x\x7f\x80"[random_below(&random, 8)];
		text->length++;
	} else {
		text->length = place;
	}
}

static int expected_error(const struct text *text)
{
	struct naive_command command;

	if (text->length > LONGEST)
		return EMSGSIZE;
	return naive_parse(text->bytes, text->length, &command);
}

static void judge_answer(struct stream *stream, const struct text *text, long result)
{
	int expected = expected_error(text);

	if (expected && result != -expected)
		fail(stream, "the command \"%.*s\" returns %ld, not %s", (int)text->length,
		     text->bytes, result, strerrorname_np(expected));
	/* EMSGSIZE may be the recipient's, who has set what is too long for him. */
	if (!expected && (result == -EINVAL || result == -ENAMETOOLONG))
		fail(stream, "the command \"%.*s\" fails with %s", (int)text->length,
		     text->bytes, strerrorname_np(-result));
	if (result >= 0 && result != (long)text->length)
		fail(stream, "a command of %zu bytes returns %ld", text->length, result);
}

void op_command(struct stream *stream, const struct step *step)
{
	static __thread struct text text;
	struct file *file = file_of(stream, step, KIND_MAILBOX);
	const struct question question = question_of(CALL_WRITE, file);
	uint64_t random = step->value | 1;
	unsigned int i;
	long result;

	/* A group keeps what it gets, and it gets nothing but the pattern. */
	if (file_place(stream, file) != KIND_MAILBOX)
		return;
	compose(&text, step);
	for (i = 0; step->slot >= 192 && i < 1 + step->value % 3; i++)
		mutate(&text, random_next(&random) | 1);
	result = judge(stream, &question,
		       outcome(write(file_descriptor(stream, file), text.bytes, text.length)));
	if (result != -EBADF)
		judge_answer(stream, &text, result);
}
