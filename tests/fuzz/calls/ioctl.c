// SPDX-License-Identifier: GPL-2.0
/* All commands of the public header, and others. */
#include "fuzz/calls/area.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/opened.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/stream.h"

#include <linux/fs.h>
#include <linux/synchmess.h>

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

static long call_ioctl(struct stream *stream, const struct question *question,
		       unsigned int command, unsigned long argument)
{
	int fd = file_descriptor(stream, question->file);

	return judge(stream, question, outcome(ioctl(fd, command, argument)));
}

/* ---- install */

static void judge_path(struct stream *stream, const struct group_t *group, unsigned int number)
{
	struct group_t expected = { .descriptor = number };

	snprintf(expected.device_path, sizeof(expected.device_path), SYNCHMESS_MASTER_PATH "%u",
		 number);
	if (memcmp(group, &expected, sizeof(expected)))
		fail(stream, "INSTALL_GROUP of %u brings another path", number);
}

static void install(struct stream *stream, struct file *file, struct area area,
		    unsigned int number)
{
	struct question question = question_of(CALL_INSTALL, file);
	long result;

	question.length = sizeof(struct group_t);
	question.valid = area.valid;
	if (area.valid >= sizeof(number))
		memcpy(area.start, &number, sizeof(number));
	result = call_ioctl(stream, &question, IOCTL_INSTALL_GROUP, (unsigned long)area.start);
	if (!result)
		judge_path(stream, (struct group_t *)area.start, number);
	if (!result && (!number || number > SYNCHMESS_MAX_DESCRIPTOR))
		fail(stream, "INSTALL_GROUP of %u succeeds", number);
}

void op_install(struct stream *stream, const struct step *step)
{
	static const unsigned int impossible[] = { 0, 65536, 65537, 0x7fffffff, 0xffffffff };
	unsigned int number = group_numbers[step->size % GROUPS];
	struct file *file = file_of(stream, step, KIND_MASTER);

	if (step->extra >= 224)
		number = impossible[step->value % 5];
	/* What cannot be written cannot be told a number either. */
	install(stream, file, area_to(stream->room, step, sizeof(struct group_t)), number);
}

void install_group(struct stream *stream, unsigned int number)
{
	static const struct step any_master = { .slot = FILES };
	struct file *file = file_of(stream, &any_master, KIND_MASTER);

	install(stream, file, (struct area){ stream->room, sizeof(struct group_t) }, number);
}

/* ---- groups */

/* These take no argument, whatever is passed. */
static long without_argument(struct stream *stream, const struct step *step, enum call call,
			     unsigned int command)
{
	struct file *file = file_of(stream, step, KIND_GROUP);
	const struct question question = question_of(call, file);

	return call_ioctl(stream, &question, command, step->value);
}

void op_sleep(struct stream *stream, const struct step *step)
{
	if (without_argument(stream, step, CALL_SLEEP, IOCTL_SLEEP) > 0)
		fail(stream, "SLEEP returns more than 0");
}

void op_awake(struct stream *stream, const struct step *step)
{
	if (without_argument(stream, step, CALL_AWAKE, IOCTL_AWAKE) > 1000)
		fail(stream, "AWAKE has woken more than there are");
}

void op_revoke(struct stream *stream, const struct step *step)
{
	if (without_argument(stream, step, CALL_REVOKE, IOCTL_REVOKE_DELAYED_MESSAGES) > 0)
		fail(stream, "REVOKE returns more than 0");
}

static unsigned int delay_of(const struct step *step)
{
	switch (step->extra % 16) {
	case 0 ... 8:
		return 0;
	case 9 ... 13:
		return step->size % 16;
	case 14:
		return 1000;
	default:
		return step->value;
	}
}

void op_delay(struct stream *stream, const struct step *step)
{
	struct file *file = file_of(stream, step, KIND_GROUP);
	struct question question = question_of(CALL_SET_DELAY, file);
	struct area area = area_to(stream->room, step, sizeof(unsigned int));
	unsigned int delay = delay_of(step);

	/* Any memory that can be read will do. */
	if (area_is_bad(step))
		area = area_from(step, sizeof(unsigned int));
	else
		memcpy(area.start, &delay, area.valid);
	question.length = sizeof(unsigned int);
	question.valid = area.valid;
	if (call_ioctl(stream, &question, IOCTL_SET_SEND_DELAY, (unsigned long)area.start) > 0)
		fail(stream, "SET_SEND_DELAY returns more than 0");
}

/* ---- others */

static unsigned int strange_command(const struct step *step)
{
	static const unsigned int known[] = {
		IOCTL_INSTALL_GROUP, IOCTL_SLEEP, IOCTL_AWAKE, IOCTL_SET_SEND_DELAY,
		IOCTL_REVOKE_DELAYED_MESSAGES, SYNCHMESS_QUERY, SYNCHMESS_WHY, SYNCHMESS_SEND,
		SYNCHMESS_RECEIVE, SYNCHMESS_REVOKE, SYNCHMESS_SET, SYNCHMESS_STAT,
		SYNCHMESS_CREATE, SYNCHMESS_REMOVE, SYNCHMESS_LIST, SYNCHMESS_REGISTER,
		SYNCHMESS_UNREGISTER, SYNCHMESS_OPEN_MAILBOX, SYNCHMESS_SETTLE, SYNCHMESS_RETRIES,
		SYNCHMESS_SLEEP, SYNCHMESS_AWAKE, SYNCHMESS_WATCH, SYNCHMESS_BARRIER,
		SYNCHMESS_JOIN, SYNCHMESS_LEAVE, SYNCHMESS_MEET, SYNCHMESS_READING,
	};
	unsigned int near = known[step->value % (sizeof(known) / sizeof(known[0]))];

	switch (step->flags % 4) {
	case 0:	/* another size or direction */
		return near ^ 1u << (16 + step->extra % 16);
	case 1:	/* another number */
		return (near & ~0xffu) | step->extra;
	case 2:	/* as a 32-bit program has it */
		return (near & ~_IOC(0, 0, 0, _IOC_SIZEMASK)) | _IOC(0, 0, 0, 4);
	default:
		return _IOC(step->extra % 4, SYNCHMESS_IOC_MAGIC, step->size % 256,
			    step->value % (_IOC_SIZEMASK + 1));
	}
}

/* The second interface has its structures in many sizes. */
static enum call call_of_any_size(unsigned int command)
{
	static const struct {
		unsigned int command;
		enum call call;
	} calls[] = {
		{ SYNCHMESS_QUERY, CALL_QUERY }, { SYNCHMESS_WHY, CALL_WHY },
		{ SYNCHMESS_SEND, CALL_SEND }, { SYNCHMESS_RECEIVE, CALL_RECEIVE },
		{ SYNCHMESS_REVOKE, CALL_REVOKE_ALL }, { SYNCHMESS_SET, CALL_SET },
		{ SYNCHMESS_STAT, CALL_STAT }, { SYNCHMESS_CREATE, CALL_CREATE },
		{ SYNCHMESS_REMOVE, CALL_REMOVE_GROUP }, { SYNCHMESS_LIST, CALL_LIST },
		{ SYNCHMESS_REGISTER, CALL_REGISTER }, { SYNCHMESS_UNREGISTER, CALL_UNREGISTER },
		{ SYNCHMESS_OPEN_MAILBOX, CALL_OPEN_MAILBOX },
		{ SYNCHMESS_SETTLE, CALL_SETTLE }, { SYNCHMESS_RETRIES, CALL_RETRIES },
		{ SYNCHMESS_RING, CALL_MAKE_RING }, { SYNCHMESS_RING_WAIT, CALL_AWAIT_RING },
		{ SYNCHMESS_READING, CALL_READING },
		{ SYNCHMESS_SLEEP, CALL_SLEEP_UNTIL }, { SYNCHMESS_AWAKE, CALL_AWAKE_SOME },
		{ SYNCHMESS_WATCH, CALL_WATCH }, { SYNCHMESS_BARRIER, CALL_BARRIER },
		{ SYNCHMESS_JOIN, CALL_JOIN }, { SYNCHMESS_LEAVE, CALL_LEAVE },
		{ SYNCHMESS_MEET, CALL_MEET },
	};
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (!((calls[i].command ^ command) & ~IOCSIZE_MASK))
			return calls[i].call;
	}
	return CALL_UNKNOWN_IOCTL;
}

static enum call call_of(unsigned int command)
{
	switch (command) {
	case IOCTL_INSTALL_GROUP:
		return CALL_INSTALL;
	case IOCTL_SLEEP:
		return CALL_SLEEP;
	case IOCTL_AWAKE:
		return CALL_AWAKE;
	case IOCTL_SET_SEND_DELAY:
		return CALL_SET_DELAY;
	case IOCTL_REVOKE_DELAYED_MESSAGES:
		return CALL_REVOKE;
	default:
		return call_of_any_size(command);
	}
}

static bool needs_memory(enum call call)
{
	switch (call) {
	case CALL_SLEEP:
	case CALL_AWAKE:
	case CALL_REVOKE:
	case CALL_UNREGISTER:
	case CALL_JOIN:
	case CALL_LEAVE:
	case CALL_UNKNOWN_IOCTL:
		return false;
	default:
		return true;
	}
}

/* With bad memory, so that one that is known after all does nothing, if it takes any. */
void op_any_ioctl(struct stream *stream, const struct step *step)
{
	struct file *file = file_any(stream, step);
	unsigned int command = strange_command(step);
	struct question question = question_of(call_of(command), file);
	void *bad = area_bad(step);

	/* Who meets does without. */
	question.length = needs_memory(question.call) && (bad || question.call != CALL_MEET);
	call_ioctl(stream, &question, command, (unsigned long)bad);
	if (question.call == CALL_JOIN || question.call == CALL_LEAVE)
		file->opened->joined = PERHAPS;
}

void op_generic_ioctl(struct stream *stream, const struct step *step)
{
	static const unsigned int commands[] = {
		FIONBIO, FIONBIO, FIONBIO, FIOASYNC, FIONREAD, FIOQSIZE, TCGETS, TIOCGWINSZ,
	};
	struct file *file = file_any(stream, step);
	struct question question = question_of(CALL_GENERIC_IOCTL, file);
	struct area area = area_from(step, sizeof(int));
	unsigned int command = commands[step->extra % 8];
	int on = step->flags & 1;

	if (!area_is_bad(step))
		area = (struct area){ (unsigned char *)&on, sizeof(on) };
	question.length = sizeof(int);
	question.valid = area.valid;
	/* The others do not get as far as the memory. */
	if (command != FIONBIO && command != FIOASYNC)
		question.valid = question.length;
	call_ioctl(stream, &question, command, (unsigned long)area.start);
}
