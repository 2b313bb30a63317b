// SPDX-License-Identifier: GPL-2.0
/*
 * The parser of text commands, kernel/mailbox_text.c, in user space under
 * libFuzzer: what it says of any bytes must be what the naive parser says, and
 * the parts it finds must lie where they can.
 */
#include "fuzz/naive.h"
#include "mailbox_text.h"

#include <linux/synchmess.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define EXPECT(condition) do { \
	if (!(condition)) { \
		fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
		abort(); \
	} \
} while (0)

/* The span is the part of the command that the naive parser found. */
static void expect_span(const struct sm_span *span, const char *bytes, size_t size,
			size_t place, size_t length)
{
	EXPECT(place + length <= size);
	EXPECT(span->start == bytes + place);
	EXPECT(span->length == length);
}

static void expect_name(const struct sm_span *name)
{
	size_t i;

	EXPECT(name->length >= 1 && name->length <= SYNCHMESS_MAILBOX_NAME_MAX);
	for (i = 0; i < name->length; i++) {
		unsigned char byte = name->start[i];

		EXPECT(byte > ' ' && byte != 0x7f);
	}
}

static void expect_verb(enum sm_verb verb, enum naive_verb naive)
{
	static const enum sm_verb verbs[] = {
		[NAIVE_REG] = SM_REGISTER,
		[NAIVE_UNR] = SM_UNREGISTER,
		[NAIVE_MSG] = SM_SEND,
		[NAIVE_ALL] = SM_BROADCAST,
	};

	EXPECT(verb == verbs[naive]);
}

static void compare(const char *bytes, size_t size)
{
	struct naive_command naive = { };
	struct sm_command command = { };
	int expected = naive_parse(bytes, size, &naive);

	EXPECT(sm_command_parse(bytes, size, &command) == -expected);
	if (expected)
		return;
	expect_verb(command.verb, naive.verb);
	if (naive.verb == NAIVE_REG || naive.verb == NAIVE_MSG) {
		expect_span(&command.name, bytes, size, naive.name, naive.name_length);
		expect_name(&command.name);
	}
	if (naive.verb == NAIVE_ALL || naive.verb == NAIVE_MSG) {
		expect_span(&command.text, bytes, size, naive.text, naive.text_length);
		EXPECT(command.text.length >= 1);
	}
}

/* In memory of just that size, so that the sanitizer sees each byte too many. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size), *before = malloc(size);

	if (size) {
		memcpy(bytes, data, size);
		memcpy(before, data, size);
	}
	compare(bytes, size);
	EXPECT(!size || !memcmp(bytes, before, size));
	free(before);
	free(bytes);
	return 0;
}
