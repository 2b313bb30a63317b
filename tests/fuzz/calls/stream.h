/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A worker is a process with its own open files. It runs programs, one after
 * the other, as a stream of calls; a second stream, a thread or a child, may
 * run the rest of a program beside it on the same open files.
 */
#ifndef FUZZ_STREAM_H
#define FUZZ_STREAM_H

#include "fuzz/calls/file.h"
#include "fuzz/calls/kcov.h"
#include "fuzz/calls/opened.h"
#include "fuzz/calls/program.h"
#include "fuzz/calls/ring.h"
#include "fuzz/calls/sheet.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

#define MOST_PARTS 1025	/* one more than a vector may have */

/**
 * struct worker - a process
 * @number: 0, 1, 2 ...
 * @round: which round of the whole run
 * @ordinal: which program of this round
 * @interval: how often signals come, in milliseconds
 * @random: where the programs come from
 * @files: its open files
 * @opened: what is known of them
 * @shared_with: a thread or a child uses the same open files at the moment
 * @thread: the second stream's, if it is a thread
 * @child: the second stream's process, if it is one
 */
struct worker {
	unsigned int number, round, ordinal;
	unsigned int interval;
	uint64_t random;
	struct file files[FILES + PRIVATE_FILES];
	struct opened opened[OPENED];
	enum { ALONE, WITH_THREAD, WITH_CHILD } shared_with;
	pthread_t thread;
	pid_t child;
};

/**
 * struct stream - one who makes calls
 * @worker: the process
 * @second: it is the second stream
 * @program: what it runs
 * @position: the step at which it is
 * @room: memory to receive into
 * @structures: what commands of the second interface take and fill
 * @settings: to which these point
 * @elements: the arrays of batches and lists
 * @vectors: the parts of their messages
 * @parts: a vector
 * @interrupts: a timer whose signal ends a blocking call
 * @restarts: one whose signal lets it begin anew
 * @kcov: coverage
 * @ring: io_uring
 */
struct stream {
	struct worker *worker;
	bool second;
	const struct program *program;
	unsigned int position;
	unsigned char *room;
	struct sheet structures, settings, elements, vectors;
	struct iovec parts[MOST_PARTS];
	timer_t interrupts, restarts;
	struct kcov kcov;
	struct ring ring;
};

/* The memory of one that is new. */
void stream_make_memory(struct stream *stream);

/* From the step at which the stream is, to the program's end. */
void stream_run(struct stream *stream);

/* Signals come from now on, until stream_end_signals(). */
void stream_begin_signals(struct stream *stream);
void stream_end_signals(struct stream *stream);

/* Starts the second stream behind this step, unless there is one; waits for its end. */
void stream_start_thread(struct stream *stream);
void stream_start_child(struct stream *stream);
void stream_join(struct stream *stream);

#endif /* FUZZ_STREAM_H */
