/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all processes of the fuzzer share, and what outlives a killed one:
 * counters, the first failure, coverage and the corpus.
 */
#ifndef FUZZ_SHARED_H
#define FUZZ_SHARED_H

#include "fuzz/calls/errnos.h"
#include "fuzz/calls/program.h"

#include <stdatomic.h>

#define MOST_WORKERS 64
#define MOST_PROGRAMS 1024
#define COVERAGE_BITS 0x100000

/**
 * struct tally - what one worker has done
 * @calls: system calls that were judged
 * @outcomes: how often each call ended with each errno, 0 for success
 */
struct tally {
	_Alignas(64) atomic_ulong calls;
	atomic_uint outcomes[CALLS][ERRNOS];
};

/**
 * struct shared - the shared memory
 * @failing: set by the first who finds something
 * @failed: set when @failure says what
 * @failure: what was found
 * @guided: is there coverage to go by
 * @covered: how many places of the module were reached
 * @seen: which
 * @corpus_size: how many programs reached new ones
 * @corpus: these programs
 * @tallies: by worker
 */
struct shared {
	atomic_bool failing, failed;
	char failure[8192];
	bool guided;
	atomic_uint covered;
	atomic_ulong seen[COVERAGE_BITS / (8 * sizeof(long))];
	atomic_uint corpus_size;
	struct program corpus[MOST_PROGRAMS];
	struct tally tallies[MOST_WORKERS];
};

extern struct shared *shared;

void shared_make(void);

unsigned long shared_calls(void);

/* "# read: 12 done, 3 EAGAIN ..." for each call. */
void shared_print_outcomes(void);

#endif /* FUZZ_SHARED_H */
