/* SPDX-License-Identifier: GPL-2.0 */
/* Starts workers, watches over them, and waits for them and all they leave behind. */
#ifndef FUZZ_SUPERVISOR_H
#define FUZZ_SUPERVISOR_H

struct job;

void supervisor_start(const struct job *job);

/*
 * Returns when all are gone; kills them when one has failed, or when nothing
 * moves any more, which is a failure, and then waits only for so long. Prints how
 * far they are.
 */
void supervisor_wait(void);

#endif /* FUZZ_SUPERVISOR_H */
