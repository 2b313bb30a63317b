/* SPDX-License-Identifier: GPL-2.0 */
/* Whether the machine has nothing else to do. */
#ifndef BENCH_CALM_H
#define BENCH_CALM_H

/*
 * Waits until it has, for a minute at most: one that has just started works for itself for a
 * while. With one processor that would be counted.
 */
void calm_await(void);

#endif /* BENCH_CALM_H */
