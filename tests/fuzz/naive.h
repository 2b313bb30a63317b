/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What docs/interface-1.md says about text commands, once more and without any
 * thought of speed: the twin of kernel/mailbox_text.c.
 */
#ifndef FUZZ_NAIVE_H
#define FUZZ_NAIVE_H

#include <stddef.h>

enum naive_verb { NAIVE_REG, NAIVE_UNR, NAIVE_MSG, NAIVE_ALL };

/* Where in the command the parts begin, and how many bytes they have. */
struct naive_command {
	enum naive_verb verb;
	size_t name, name_length;
	size_t text, text_length;
};

/* 0, EINVAL or ENAMETOOLONG. */
int naive_parse(const char *bytes, size_t length, struct naive_command *command);

#endif /* FUZZ_NAIVE_H */
