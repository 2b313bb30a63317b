// SPDX-License-Identifier: GPL-2.0
/* Groups come and go by SYNCHMESS_CREATE and SYNCHMESS_REMOVE. */
#include "fuzz/calls/file.h"
#include "fuzz/calls/name.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/settings.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "harness/random.h"
#include "harness/user.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

/* By number, by name, by both; by neither only one that goes by itself. */
static void choose(struct synchmess_create *create, uint64_t *random, struct flaws *flaws)
{
	unsigned int which = random_below(random, 16);

	if (which < 6 || which > 14)
		create->descriptor = group_numbers[random_below(random, GROUPS)];
	if (which > 5 && which != 14)
		name_group(create->name, random, flaws);
	if (which == 14 || structure_one_in(random, 4))
		create->flags |= SYNCHMESS_TRANSIENT;
	if (structure_one_in(random, 8))
		create->flags |= SYNCHMESS_EXCLUSIVE;
}

static void choose_owner(struct synchmess_create *create, uint64_t *random)
{
	static const unsigned int modes[] = { 0666, 0660, 0600, 0, 0222, 0444 };
	static const unsigned int owners[] = { 0, ALICE, BOB, 12345 };

	create->mode = modes[random_below(random, 3 + random_below(random, 4))];
	create->uid = -1;
	create->gid = -1;
	if (structure_one_in(random, 4))
		create->uid = owners[random_below(random, 4)];
	if (structure_one_in(random, 4))
		create->gid = owners[random_below(random, 4)];
}

static void choose_open_flags(struct synchmess_create *create, uint64_t *random)
{
	static const unsigned int modes[] = { O_RDWR, O_RDWR, O_RDWR, O_RDWR, O_RDONLY, O_WRONLY };

	create->open_flags = modes[random_below(random, 6)];
	if (structure_one_in(random, 2))
		create->open_flags |= O_NONBLOCK;
	if (structure_one_in(random, 2))
		create->open_flags |= O_CLOEXEC;
}

static void spoil(struct synchmess_create *create, uint64_t *random, struct flaws *flaws)
{
	static const unsigned int open_flags[] = {
		O_ACCMODE, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_DIRECTORY, O_PATH, 1u << 31,
	};

	flaws_add(flaws, EINVAL);
	switch (random_below(random, 5)) {
	case 0:
		create->flags |= 4u << random_below(random, 30);
		break;
	case 1:
		create->open_flags |= open_flags[random_below(random, 8)];
		break;
	case 2:
		create->mode |= 01000u << random_below(random, 23);
		break;
	case 3:
		create->reserved = 1u << random_below(random, 32);
		break;
	case 4:
		create->descriptor = SYNCHMESS_MAX_DESCRIPTOR + 1 + random_below(random, 1u << 31);
		break;
	}
}

/* EPERM, EEXIST and EACCES need a reason, too. */
static void judge_refusal(struct stream *stream, const struct synchmess_create *create,
			  long result)
{
	if (result == -EPERM && create->uid == -1u && create->gid == -1u)
		fail(stream, "CREATE fails with EPERM, but the owner is the caller");
	if (result == -EEXIST && !(create->flags & SYNCHMESS_EXCLUSIVE) &&
	    !(*create->name && create->descriptor))
		fail(stream, "CREATE fails with EEXIST, but may open what exists");
	if (result == -EACCES && create->flags & SYNCHMESS_EXCLUSIVE)
		fail(stream, "CREATE of a new group fails with EACCES");
}

static void judge_group(struct stream *stream, const struct synchmess_create *create,
			const struct structure *structure, int fd)
{
	struct synchmess_stat stat;
	struct synchmess_create told;

	structure_take(stream, structure, &told, sizeof(told));
	if (ioctl(fd, SYNCHMESS_STAT, &stat))
		fail(stream, "a group that was just made has no STAT: %s",
		     strerrorname_np(errno));
	if (stat.descriptor != told.descriptor ||
	    (create->descriptor && create->descriptor != told.descriptor) ||
	    (*create->name && memcmp(create->name, stat.name, sizeof(stat.name))))
		fail(stream, "CREATE of %u, \"%s\", opens %u, \"%.63s\", and says %u",
		     create->descriptor, create->name, stat.descriptor, stat.name,
		     told.descriptor);
}

void op_create(struct stream *stream, const struct step *step)
{
	struct file *file = file_of(stream, step, KIND_MASTER);
	struct question question = question_of(CALL_CREATE, file);
	uint64_t random = structure_random(step);
	struct synchmess_create create = { };
	struct flaws flaws = { };
	struct structure structure;
	long fd;

	choose(&create, &random, &flaws);
	choose_owner(&create, &random);
	choose_open_flags(&create, &random);
	create.settings = settings_put(stream, &create.settings_size, &random, &flaws);
	if (structure_one_in(&random, 12))
		spoil(&create, &random, &flaws);
	structure = structure_put(&stream->structures, SYNCHMESS_CREATE, &create, TAKES | FILLS,
				  &random, &flaws);
	fd = judge_flawed(stream, &question, &flaws, structure_call(stream, file, &structure));
	if (stream->worker->shared_with == ALONE && fd >= 0)
		judge_group(stream, &create, &structure, fd);
	if (stream->worker->shared_with == ALONE && !flaws.certain)
		judge_refusal(stream, &create, fd);
	if (fd >= 0)
		file_put(stream, file_room(stream, step, KIND_GROUP), fd, KIND_GROUP);
}

static void choose_target(struct synchmess_target *target, uint64_t *random, struct flaws *flaws)
{
	if (structure_one_in(random, 2))
		target->descriptor = random_below(random, 4) ?
			group_numbers[random_below(random, GROUPS)] : random_below(random, 40);
	if (target->descriptor ? structure_one_in(random, 16) : !structure_one_in(random, 16))
		name_group(target->name, random, flaws);
	if (structure_one_in(random, 24))
		target->reserved = 1u << random_below(random, 32);
	if (target->reserved || !*target->name == !target->descriptor)
		flaws_add(flaws, EINVAL);
}

void op_remove_group(struct stream *stream, const struct step *step)
{
	struct file *file = file_of(stream, step, KIND_MASTER);
	struct question question = question_of(CALL_REMOVE_GROUP, file);
	uint64_t random = structure_random(step);
	struct synchmess_target target = { };
	struct flaws flaws = { };
	struct structure structure;

	choose_target(&target, &random, &flaws);
	structure = structure_put(&stream->structures, SYNCHMESS_REMOVE, &target, TAKES, &random,
				  &flaws);
	if (judge_flawed(stream, &question, &flaws, structure_call(stream, file, &structure)) > 0)
		fail(stream, "REMOVE returns more than 0");
}
