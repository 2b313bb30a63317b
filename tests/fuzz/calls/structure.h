/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The structure that a command takes or fills, as programs pass it that were compiled
 * with an older or a newer header, or that are wrong.
 */
#ifndef FUZZ_STRUCTURE_H
#define FUZZ_STRUCTURE_H

#include "fuzz/calls/flaws.h"
#include "fuzz/calls/sheet.h"

#include <linux/synchmess.h>

#include <stddef.h>

struct step;

/* The largest that a command's number can tell. */
#define STRUCTURE_MOST 16383

/* Of those that have grown: how large they were when they were first published. */
#define FIRST_BATCH offsetof(struct synchmess_batch, lease)
#define FIRST_STAT offsetof(struct synchmess_stat, leased)
#define FIRST_IN offsetof(struct synchmess_in, token)

/* What is beyond is larger than any element of an array, and than the module takes. */
#define STRUCTURE_PAGE 4096

enum use {
	TAKES = 1,
	FILLS = 2,
};

/**
 * struct structure - one of them
 * @command: with its size
 * @size: the size
 * @place: where it is
 */
struct structure {
	unsigned int command;
	size_t size;
	struct place place;
};

/* The random numbers of a step. */
uint64_t structure_random(const struct step *step);

/* One in so many. */
bool structure_one_in(uint64_t *random, unsigned int many);

/* Lays out @bytes, which are as many as @command says; what is wrong goes to @flaws. */
struct structure structure_put(const struct sheet *sheet, unsigned int command, const void *bytes,
			       enum use use, uint64_t *random, struct flaws *flaws);

/* Leaves of @bytes, which are @size, what the module sees of them; the rest is zeros. */
void structure_see(const struct structure *structure, void *bytes, size_t size);

/* The ioctl itself; as outcome(). */
long structure_call(struct stream *stream, const struct file *file,
		    const struct structure *structure);

/*
 * What the module has filled in: @size bytes, zeros where the program's is smaller. What is
 * behind must be zeros, too.
 */
void structure_take(struct stream *stream, const struct structure *structure, void *bytes,
		    size_t size);

/* An array's element that is flawed in its size: how large it is, most are @known. */
size_t structure_element_size(size_t known, uint64_t *random);

#endif /* FUZZ_STRUCTURE_H */
