// SPDX-License-Identifier: GPL-2.0
#include "mailbox_text.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/synchmess.h>

static const struct {
	const char *word;
	enum sm_verb verb;
} verbs[] = {
	{ "/reg", SM_REGISTER },
	{ "/unr", SM_UNREGISTER },
	{ "/msg", SM_SEND },
	{ "/all", SM_BROADCAST },
};

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

static bool is_control(char byte)
{
	return (unsigned char)byte < ' ' || byte == 0x7f;
}

static void advance(struct sm_span *rest, size_t count)
{
	rest->start += count;
	rest->length -= count;
}

static void skip_blanks(struct sm_span *rest)
{
	while (rest->length && is_blank(*rest->start))
		advance(rest, 1);
}

static struct sm_span take_word(struct sm_span *rest)
{
	struct sm_span word = { rest->start, 0 };

	while (word.length < rest->length && !is_blank(word.start[word.length]))
		word.length++;
	advance(rest, word.length);
	return word;
}

static void strip_end(struct sm_span *rest)
{
	while (rest->length) {
		char last = rest->start[rest->length - 1];

		if (last != '\0' && last != '\n')
			break;
		rest->length--;
	}
}

static int take_verb(struct sm_span *rest, enum sm_verb *verb)
{
	struct sm_span word = take_word(rest);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (word.length == strlen(verbs[i].word) &&
		    !memcmp(word.start, verbs[i].word, word.length)) {
			*verb = verbs[i].verb;
			return 0;
		}
	}
	return -EINVAL;
}

int sm_name_check(const struct sm_span *name)
{
	size_t i;

	if (!name->length)
		return -EINVAL;
	for (i = 0; i < name->length; i++) {
		if (is_control(name->start[i]) || is_blank(name->start[i]))
			return -EINVAL;
	}
	return name->length > SYNCHMESS_MAILBOX_NAME_MAX ? -ENAMETOOLONG : 0;
}

static int take_name(struct sm_span *rest, struct sm_span *name)
{
	skip_blanks(rest);
	*name = take_word(rest);
	return sm_name_check(name);
}

static int take_text(struct sm_span *rest, struct sm_span *text)
{
	if (rest->length < 2)
		return -EINVAL;
	advance(rest, 1);
	*text = *rest;
	return 0;
}

static int expect_end(struct sm_span *rest)
{
	skip_blanks(rest);
	return rest->length ? -EINVAL : 0;
}

int sm_command_parse(const char *bytes, size_t length, struct sm_command *command)
{
	struct sm_span rest = { bytes, length };
	int err;

	strip_end(&rest);
	err = take_verb(&rest, &command->verb);
	if (err)
		return err;

	switch (command->verb) {
	case SM_REGISTER:
		err = take_name(&rest, &command->name);
		return err ?: expect_end(&rest);
	case SM_UNREGISTER:
		return expect_end(&rest);
	case SM_SEND:
		err = take_name(&rest, &command->name);
		return err ?: take_text(&rest, &command->text);
	case SM_BROADCAST:
		return take_text(&rest, &command->text);
	}
	return -EINVAL;
}
