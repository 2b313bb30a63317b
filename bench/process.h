/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that take part in a case. */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

/* From now on a child that fails is the end of the bench. */
void process_watch(void);

/* A child that lasts until it is killed, or we end. */
pid_t process_start(void (*body)(void *context), void *context);

void process_kill(pid_t child);

/* A child that does this, to its end: what it leaves behind in a process goes with it. */
void process_run(void (*body)(void *context), void *context);

/* From now on only on this processor, and so are children. */
void process_pin(unsigned int cpu);

/* On any that there is. */
void process_unpin(void);

/* Memory that children share; zeros. */
void *process_share(size_t size);
void process_unshare(void *memory, size_t size);

#endif /* BENCH_PROCESS_H */
