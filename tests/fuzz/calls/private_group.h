/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A group that nobody else uses: what its calls return can be foretold exactly. It is
 * open once for each of a worker's own files, and goes with the last.
 */
#ifndef FUZZ_PRIVATE_GROUP_H
#define FUZZ_PRIVATE_GROUP_H

#include <stdbool.h>

struct file;
struct stream;

/* Not everybody may make one. */
bool private_group_open(struct stream *stream);
void private_group_close(struct stream *stream);

struct file *private_file(struct stream *stream, unsigned int i);

/* One of its files anew. */
bool private_file_open(struct stream *stream, unsigned int i);
void private_file_close(struct stream *stream, unsigned int i);

/* A command with a structure in which nothing is wrong, or with none; as judge(). */
long private_call(struct stream *stream, unsigned int i, int call, unsigned int command,
		  void *structure);

/* A read of so many bytes, which are there if @bytes is not NULL; as judge(). */
long private_read(struct stream *stream, unsigned int i, void *bytes, unsigned int size);

/* Removes it, while it is open. */
bool private_group_remove(struct stream *stream);

#endif /* FUZZ_PRIVATE_GROUP_H */
