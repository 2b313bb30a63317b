// SPDX-License-Identifier: GPL-2.0
/* Mailboxes and handles come and go by the second interface. */
#include "fuzz/calls/file.h"
#include "fuzz/calls/name.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/settings.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "harness/random.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

/* Half of them a name that nobody else wants, so that there are always some. */
static void choose_name(struct stream *stream, const struct file *file, char *field,
			uint64_t *random, struct flaws *flaws)
{
	if (structure_one_in(random, 2))
		name_own(field, stream->worker->number, file - stream->worker->files, true);
	else
		name_mailbox(field, random, flaws);
}

void op_register(struct stream *stream, const struct step *step)
{
	struct file *file = file_of(stream, step, KIND_MAILBOX);
	struct question question = question_of(CALL_REGISTER, file);
	uint64_t random = structure_random(step);
	struct synchmess_mailbox mailbox = { };
	struct flaws flaws = { };
	struct structure structure;

	choose_name(stream, file, mailbox.name, &random, &flaws);
	mailbox.settings = settings_put(stream, &mailbox.settings_size, &random, &flaws);
	if (structure_one_in(&random, 24)) {
		mailbox.open_flags = 1u << random_below(&random, 32);
		flaws_add(&flaws, EINVAL);
	}
	structure = structure_put(&stream->structures, SYNCHMESS_REGISTER, &mailbox, TAKES, &random,
				  &flaws);
	if (judge_flawed(stream, &question, &flaws, structure_call(stream, file, &structure)) > 0)
		fail(stream, "REGISTER returns more than 0");
}

/* It has no structure, whatever is passed. */
void op_unregister(struct stream *stream, const struct step *step)
{
	struct file *file = file_of(stream, step, KIND_MAILBOX);
	struct question question = question_of(CALL_UNREGISTER, file);
	const struct flaws none = { };

	judge_flawed(stream, &question, &none,
		     outcome(ioctl(file_descriptor(stream, file), SYNCHMESS_UNREGISTER,
				   step->value)));
}

static void spoil(struct synchmess_mailbox *mailbox, uint64_t *random, struct flaws *flaws)
{
	flaws_add(flaws, EINVAL);
	switch (random_below(random, 3)) {
	case 0:
		mailbox->open_flags |= O_RDWR | O_APPEND;
		break;
	case 1:
		mailbox->settings = 1 + random_below(random, 1ul << 63);
		break;
	case 2:
		mailbox->settings_size = 1 + random_below(random, 1u << 31);
		break;
	}
}

static void choose_open_flags(struct synchmess_mailbox *mailbox, uint64_t *random)
{
	if (structure_one_in(random, 2))
		mailbox->open_flags |= O_NONBLOCK;
	if (structure_one_in(random, 2))
		mailbox->open_flags |= O_CLOEXEC;
}

/* Returns the new descriptor. */
static long open_mailbox(struct stream *stream, const struct step *step, bool bad)
{
	struct file *file = file_of(stream, step, KIND_MAILBOX);
	struct question question = question_of(CALL_OPEN_MAILBOX, file);
	uint64_t random = structure_random(step);
	struct synchmess_mailbox mailbox = { };
	struct flaws flaws = { };
	struct structure structure;

	name_mailbox(mailbox.name, &random, &flaws);
	choose_open_flags(&mailbox, &random);
	if (bad)
		spoil(&mailbox, &random, &flaws);
	structure = structure_put(&stream->structures, SYNCHMESS_OPEN_MAILBOX, &mailbox, TAKES,
				  &random, &flaws);
	return judge_flawed(stream, &question, &flaws, structure_call(stream, file, &structure));
}

void open_handle(struct stream *stream, const struct step *step, struct file *file)
{
	long fd = open_mailbox(stream, step, step->flags < 16);

	if (fd >= 0)
		file_put(stream, file, fd, KIND_HANDLE);
}

void op_open_mailbox(struct stream *stream, const struct step *step)
{
	open_handle(stream, step, file_room(stream, step, KIND_HANDLE));
}
