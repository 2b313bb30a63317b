// SPDX-License-Identifier: GPL-2.0
/* What is done to a queue besides sending and receiving; and what any file answers. */
#include "fuzz/calls/file.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/settings.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "harness/random.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static struct file *queue(struct stream *stream, const struct step *step)
{
	static const enum kind kinds[] = {
		KIND_GROUP, KIND_GROUP, KIND_MAILBOX, KIND_HANDLE,
	};

	return file_of(stream, step, kinds[step->extra % 4]);
}

/* ---- revoke */

static const enum call calls_to_revoke[] = {
	CALL_REVOKE_ALL, CALL_REVOKE_ID, CALL_REVOKE_SENDER, CALL_REVOKE_ALL, CALL_REVOKE_ALL,
};

/* One's own process, one of the others, or nobody. */
static unsigned int process(uint64_t *random)
{
	switch (random_below(random, 4)) {
	case 0:
		return getpid();
	case 1:
		return getpid() + random_below(random, 16) - 8;
	case 2:
		return random_next(random);
	default:
		return 0;
	}
}

static struct synchmess_revoke revoke_random(const struct file *file, uint64_t *random,
					     struct flaws *flaws)
{
	struct synchmess_revoke revoke = { .what = 1 + random_below(random, 4) };

	if (revoke.what == SYNCHMESS_REVOKE_ID)
		revoke.id = structure_one_in(random, 4) ? random_next(random) :
			file->last_id - random_below(random, 3);
	if (revoke.what == SYNCHMESS_REVOKE_SENDER)
		revoke.pid = process(random);
	if (!structure_one_in(random, 16))
		return revoke;
	flaws_add(flaws, EINVAL);
	if (structure_one_in(random, 3))
		revoke.what = random_below(random, 2) ? 0 : 5 + random_below(random, 1u << 31);
	else if (revoke.what == SYNCHMESS_REVOKE_ID)
		revoke.pid = 1 + random_below(random, 1u << 31);
	else
		revoke.id = 1 + random_below(random, 1ul << 63);
	return revoke;
}

void op_revoke_messages(struct stream *stream, const struct step *step)
{
	struct file *file = queue(stream, step);
	uint64_t random = structure_random(step);
	struct flaws flaws = { };
	struct synchmess_revoke revoke = revoke_random(file, &random, &flaws);
	struct structure structure = structure_put(&stream->structures, SYNCHMESS_REVOKE, &revoke,
						   TAKES, &random, &flaws);
	struct question question =
		question_of(calls_to_revoke[revoke.what < 5 ? revoke.what : 0], file);
	long revoked = judge_flawed(stream, &question, &flaws,
				    structure_call(stream, file, &structure));

	if (question.call == CALL_REVOKE_ID && revoked >= 0 && revoked != 1)
		fail(stream, "REVOKE of one message returns %ld", revoked);
}

/* ---- settings */

void op_set(struct stream *stream, const struct step *step)
{
	struct file *file = queue(stream, step);
	struct question question = question_of(CALL_SET, file);
	uint64_t random = structure_random(step);
	struct flaws flaws = { };
	struct synchmess_settings settings = settings_random(&random, &flaws);
	struct structure structure = structure_put(&stream->structures, SYNCHMESS_SET, &settings,
						   TAKES, &random, &flaws);

	if (judge_flawed(stream, &question, &flaws, structure_call(stream, file, &structure)) > 0)
		fail(stream, "SET returns more than 0");
}

/* ---- query and why */

/* Has the call filled in @bytes? */
static bool ask(struct stream *stream, const struct step *step, enum call call,
		unsigned int command, void *bytes)
{
	struct file *file = file_any(stream, step);
	struct question question = question_of(call, file);
	uint64_t random = structure_random(step);
	struct flaws flaws = { };
	struct structure structure = structure_put(&stream->structures, command, NULL, FILLS,
						   &random, &flaws);
	long result = judge_flawed(stream, &question, &flaws,
				   structure_call(stream, file, &structure));

	if (result > 0)
		fail(stream, "%s returns more than 0", call_names[call]);
	if (!result && stream->worker->shared_with == ALONE)
		structure_take(stream, &structure, bytes, _IOC_SIZE(command));
	return !result && stream->worker->shared_with == ALONE;
}

void op_query(struct stream *stream, const struct step *step)
{
	static const struct synchmess_query expected = {
		.features = SYNCHMESS_FEATURE_MESSAGES | SYNCHMESS_FEATURE_BARRIER |
			    SYNCHMESS_FEATURE_LEASES | SYNCHMESS_FEATURE_FROM_KERNEL |
			    SYNCHMESS_FEATURE_ACKS | SYNCHMESS_FEATURE_URING |
			    SYNCHMESS_FEATURE_RING | SYNCHMESS_FEATURE_READING |
			    SYNCHMESS_FEATURE_MEMBERS,
		.max_message_size = SYNCHMESS_MAX_MESSAGE_SIZE,
		.max_descriptor = SYNCHMESS_MAX_DESCRIPTOR, .max_batch = SYNCHMESS_MAX_BATCH,
		.max_parts = MOST_PARTS - 1, .priorities = SYNCHMESS_PRIORITIES,
		.group_name_max = SYNCHMESS_GROUP_NAME_MAX,
		.mailbox_name_max = SYNCHMESS_MAILBOX_NAME_MAX,
	};
	struct synchmess_query query;

	if (ask(stream, step, CALL_QUERY, SYNCHMESS_QUERY, &query) &&
	    memcmp(&query, &expected, sizeof(query)))
		fail(stream, "QUERY answers what it never did");
}

void op_why(struct stream *stream, const struct step *step)
{
	struct synchmess_why why;

	if (ask(stream, step, CALL_WHY, SYNCHMESS_WHY, &why) &&
	    (why.rule > SYNCHMESS_WHY_COMMAND_SIZE || why.error < 0 || why.error >= ERRNOS ||
	     (why.rule && !why.error)))
		fail(stream, "WHY answers errno %d and rule %u", why.error, why.rule);
}
