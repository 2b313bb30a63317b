// SPDX-License-Identifier: GPL-2.0
/* SYNCHMESS_STAT and SYNCHMESS_LIST. */
#include "fuzz/calls/file.h"
#include "fuzz/calls/name.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "harness/random.h"

#include <linux/synchmess.h>

#include <errno.h>
#include <string.h>

#define MOST_LISTED 24

/* All of one moment, so the books balance whatever others do meanwhile. */
static void judge_stat(struct stream *stream, const struct synchmess_stat *stat, size_t size)
{
	/* Of an older structure something is missing. */
	bool all = size >= offsetof(struct synchmess_stat, max_deliveries);
	uint64_t fates = stat->delivered + stat->queued + stat->scheduled + stat->leased +
		stat->revoked + stat->expired + stat->overwritten + stat->dropped;

	if (all ? stat->sent != fates : stat->sent < fates - stat->leased)
		fail(stream, "%llu were sent to %.63s (%u), and %llu are in the books",
		     (unsigned long long)stat->sent, stat->name, stat->descriptor,
		     (unsigned long long)fates);
	if (stat->reserved || !memchr(stat->name, 0, sizeof(stat->name)) ||
	    stat->full - 1 > SYNCHMESS_FULL_DROP_OLDEST - 1u ||
	    stat->empty - 1 > SYNCHMESS_EMPTY_BLOCK - 1u ||
	    stat->flags & ~SYNCHMESS_TRANSIENT || stat->mode & ~0666)
		fail(stream, "what is said of %.63s (%u) is strange: full %u, empty %u, mode %o",
		     stat->name, stat->descriptor, stat->full, stat->empty, stat->mode);
}

/* One's own, if there is no name; the field is longer than those that name others. */
static void choose_mailbox(struct synchmess_stat *stat, uint64_t *random, struct flaws *flaws)
{
	if (!structure_one_in(random, 3))
		name_mailbox(stat->name, random, flaws);
	if (flaws->certain)
		flaws_allow(flaws, ENAMETOOLONG);
	if (!*stat->name)
		*flaws = (struct flaws){ };
}

/* Of whom: by number, by name, by both, by neither. */
static void choose(struct synchmess_stat *stat, enum kind kind, uint64_t *random,
		   struct flaws *flaws)
{
	if (kind == KIND_MAILBOX)
		choose_mailbox(stat, random, flaws);
	if (kind != KIND_MASTER)
		return;
	if (structure_one_in(random, 2))
		stat->descriptor = group_numbers[random_below(random, GROUPS)];
	if (structure_one_in(random, 8))
		stat->descriptor = random_below(random, 1u << 17);
	if (stat->descriptor ? structure_one_in(random, 16) : !structure_one_in(random, 16))
		name_group(stat->name, random, flaws);
	if (!*stat->name == !stat->descriptor)
		flaws_add(flaws, EINVAL);
}

static bool is_asked_for_by_what_it_takes(enum kind kind)
{
	return kind == KIND_MASTER || kind == KIND_MAILBOX;
}

void op_stat(struct stream *stream, const struct step *step)
{
	struct file *file = file_of(stream, step, KIND_GROUP + step->extra % 4);
	struct question question = question_of(CALL_STAT, file);
	enum use use = is_asked_for_by_what_it_takes(question.kind) ? TAKES | FILLS : FILLS;
	uint64_t random = structure_random(step);
	struct synchmess_stat stat = { };
	struct flaws flaws = { };
	struct structure structure;
	long result;

	choose(&stat, question.kind, &random, &flaws);
	structure = structure_put(&stream->structures, SYNCHMESS_STAT, &stat, use, &random,
				  &flaws);
	result = judge_flawed(stream, &question, &flaws, structure_call(stream, file, &structure));
	if (result > 0)
		fail(stream, "STAT returns more than 0");
	if (result || stream->worker->shared_with != ALONE)
		return;
	structure_take(stream, &structure, &stat, sizeof(stat));
	judge_stat(stream, &stat, structure.size);
}

/* ---- lists */

static uint64_t cursor_of(enum kind kind, uint64_t *random, struct flaws *flaws)
{
	uint64_t cursor = 0;

	if (structure_one_in(random, 3))
		cursor = random_next(random) >> random_below(random, 64);
	if (kind == KIND_MASTER && cursor > SYNCHMESS_MAX_DESCRIPTOR)
		flaws_add(flaws, EINVAL);
	return cursor;
}

/* Where the entries go; bad memory shows only when there is something to be put there. */
static struct place put_entries(struct stream *stream, struct synchmess_list *list,
				uint64_t *random, struct flaws *flaws)
{
	const size_t known = sizeof(struct synchmess_stat);
	size_t size = structure_element_size(known, random);
	unsigned int count = random_below(random, MOST_LISTED);
	struct place place = sheet_place(&stream->elements, size * count, random);

	if (structure_one_in(random, 32))
		count = random_next(random);
	if (place.constant || place.valid < size * (uint64_t)count)
		flaws_allow(flaws, EFAULT);
	if (size < FIRST_STAT || size > STRUCTURE_PAGE)
		flaws_add(flaws, EINVAL);
	list->entries = (uintptr_t)place.start;
	list->count = count;
	list->entry_size = size;
	return place;
}

static void judge_entries(struct stream *stream, const struct synchmess_list *list,
			  const struct place *place, bool groups, long count)
{
	struct synchmess_stat stat;
	uint64_t last = list->cursor;
	long i;

	if (count > list->count)
		fail(stream, "LIST puts %ld in the place of %u", count, list->count);
	for (i = 0; i < count; i++) {
		memset(&stat, 0, sizeof(stat));
		memcpy(&stat, place->copy + i * list->entry_size,
		       list->entry_size < sizeof(stat) ? list->entry_size : sizeof(stat));
		judge_stat(stream, &stat, list->entry_size);
		if (groups ? stat.descriptor <= last : stat.descriptor || !*stat.name)
			fail(stream, "LIST tells of group %u, \"%.63s\", behind %llu",
			     stat.descriptor, stat.name, (unsigned long long)last);
		last = stat.descriptor;
	}
}

void op_list(struct stream *stream, const struct step *step)
{
	struct file *file = file_of(stream, step, step->extra & 1 ? KIND_MASTER : KIND_MAILBOX);
	struct question question = question_of(CALL_LIST, file);
	uint64_t random = structure_random(step);
	struct synchmess_list list = { };
	struct flaws flaws = { };
	struct structure structure;
	struct place entries = put_entries(stream, &list, &random, &flaws);
	long count;

	list.cursor = cursor_of(question.kind, &random, &flaws);
	structure = structure_put(&stream->structures, SYNCHMESS_LIST, &list, TAKES | FILLS,
				  &random, &flaws);
	count = judge_flawed(stream, &question, &flaws, structure_call(stream, file, &structure));
	if (count >= 0 && stream->worker->shared_with == ALONE)
		judge_entries(stream, &list, &entries, question.kind == KIND_MASTER, count);
}
