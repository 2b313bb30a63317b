// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/flaws.h"

#include "fuzz/calls/file.h"
#include "fuzz/calls/stream.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void flaws_allow(struct flaws *flaws, int error)
{
	flaws->errnos |= 1ull << error;
}

void flaws_add(struct flaws *flaws, int error)
{
	flaws_allow(flaws, error);
	flaws->certain = true;
}

static bool has(const struct flaws *flaws, int error)
{
	return error < 64 && flaws->errnos >> error & 1;
}

static bool speaks_of_arguments(int error)
{
	return error == EINVAL || error == E2BIG || error == EFAULT || error == ENAMETOOLONG;
}

/* Asking is no call itself; and what a ring has begun may fail meanwhile. */
static bool is_remembered(const struct stream *stream, const struct question *question,
			  int error)
{
	if (stream->ring.expected || question->kind == KIND_NONE || error == ENOTTY)
		return false;
	switch (question->call) {
	case CALL_SEND:
	case CALL_RECEIVE:
	case CALL_REVOKE_ID:
	case CALL_REVOKE_SENDER:
	case CALL_REVOKE_ALL:
	case CALL_SET:
	case CALL_SETTLE:
	case CALL_RETRIES:
	case CALL_READING:
	case CALL_CREATE:
	case CALL_REMOVE_GROUP:
	case CALL_REGISTER:
	case CALL_UNREGISTER:
	case CALL_OPEN_MAILBOX:
	case CALL_LIST:
		return true;
	case CALL_STAT:
		return question->kind == KIND_MASTER || question->kind == KIND_MAILBOX;
	default:
		return false;
	}
}

static void judge_why(struct stream *stream, const struct question *question, int error)
{
	const char *name = call_names[question->call];
	struct synchmess_why why;

	if (ioctl(file_descriptor(stream, question->file), SYNCHMESS_WHY, &why))
		fail(stream, "after %s, WHY fails with %s", name, strerrorname_np(errno));
	if (why.error != error || why.tid != (unsigned int)gettid())
		fail(stream, "%s fails with %s, but WHY says %d, of thread %u", name,
		     strerrorname_np(error), why.error, why.tid);
	if (why.rule > SYNCHMESS_WHY_COMMAND_SIZE)
		fail(stream, "WHY tells of a rule %u", why.rule);
}

long judge_flawed(struct stream *stream, struct question *question, const struct flaws *flaws,
		  long result)
{
	const char *name = call_names[question->call];
	int error = result < 0 ? -result : 0;

	/* For judge() memory is good or bad; ours may also be bad where nobody looks. */
	question->length = error && has(flaws, EFAULT);
	question->valid = 0;
	judge(stream, question, result);
	if (stream->worker->shared_with != ALONE)
		return result;
	if (!error && flaws->certain)
		fail(stream, "%s succeeds with what it must refuse", name);
	if (speaks_of_arguments(error) && !has(flaws, error))
		fail(stream, "%s fails with %s, but nothing is wrong with its arguments", name,
		     strerrorname_np(error));
	if (error && is_remembered(stream, question, error))
		judge_why(stream, question, error);
	return result;
}
