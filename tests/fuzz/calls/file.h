/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The open files of a worker. File I has descriptor FIRST_DESCRIPTOR + I, so
 * that threads which close and open under each other's feet never hit a
 * descriptor that something else needs.
 */
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H

#include "fuzz/calls/errnos.h"
#include "fuzz/calls/program.h"

#define FILES 20
#define FIRST_DESCRIPTOR 64

/* Behind them some that no step chooses, for groups that nobody else uses. */
#define PRIVATE_FILES 2

/* Which of them are mailboxes. */
#define FIRST_MAILBOX 8
#define MAILBOX_FILES 5

/* So few groups that all workers meet in them. */
#define GROUPS 6
extern const unsigned int group_numbers[GROUPS];

struct opened;
struct stream;

/**
 * struct file - an open file
 * @kind: what it is
 * @dead: its group, or who a handle needs, is known to have been removed
 * @last_id: of a message that was sent through it
 * @opened: what is known of it, never NULL; one for all duplicates
 */
struct file {
	enum kind kind;
	bool dead;
	uint64_t last_id;
	struct opened *opened;
};

/* Which descriptor it has. */
int file_descriptor(const struct stream *stream, const struct file *file);

/* What may stand in a file's place; KIND_NONE stands for anything. */
enum kind file_place(const struct stream *stream, const struct file *file);

/* The file on which a step works: any, or, mostly, one of this kind. Opened if it is not. */
struct file *file_any(struct stream *stream, const struct step *step);
struct file *file_of(struct stream *stream, const struct step *step, enum kind kind);

/* Where one of this kind may stand, whatever stands there now. */
struct file *file_room(struct stream *stream, const struct step *step, enum kind kind);

/* Gives @descriptor, which is consumed, to @file. */
void file_put(struct stream *stream, struct file *file, int descriptor, enum kind kind);

/* Closes one, or all, unasked. */
void file_close(struct stream *stream, struct file *file);
void file_close_all(struct stream *stream);

#endif /* FUZZ_FILE_H */
