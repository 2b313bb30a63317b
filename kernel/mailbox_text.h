/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The text commands of /dev/mq: what the bytes of one write(2) mean. A pure
 * function: it allocates nothing, takes no lock and knows no mailbox.
 */
#ifndef SM_MAILBOX_TEXT_H
#define SM_MAILBOX_TEXT_H

#include <linux/types.h>

enum sm_verb {
	SM_REGISTER,	/* /reg NAME */
	SM_UNREGISTER,	/* /unr */
	SM_SEND,	/* /msg DEST TEXT */
	SM_BROADCAST,	/* /all TEXT */
};

/* Some bytes of the command, not terminated. */
struct sm_span {
	const char *start;
	size_t length;
};

/**
 * struct sm_command - a command that was understood
 * @verb: what to do
 * @name: for SM_REGISTER and SM_SEND: 1 to SYNCHMESS_MAILBOX_NAME_MAX bytes
 * @text: for SM_SEND and SM_BROADCAST: at least one byte, of any value
 */
struct sm_command {
	enum sm_verb verb;
	struct sm_span name;
	struct sm_span text;
};

/**
 * sm_command_parse() - understand a command
 * @bytes: what was written; @command refers into it
 * @length: how many bytes
 * @command: filled in on success
 *
 * Context: any.
 * Return: 0; -ENAMETOOLONG when a name has too many bytes; -EINVAL when malformed
 * otherwise.
 */
int sm_command_parse(const char *bytes, size_t length, struct sm_command *command);

/**
 * sm_name_check() - can this be the name of a mailbox
 * @name: the name
 *
 * Context: any.
 * Return: 0; -ENAMETOOLONG; -EINVAL when there is none, or it has blanks or control
 * characters.
 */
int sm_name_check(const struct sm_span *name);

#endif /* SM_MAILBOX_TEXT_H */
