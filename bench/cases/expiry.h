/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_EXPIRY_H
#define BENCH_EXPIRY_H

/* What it takes until so many messages are gone whose time is up at once. */
void expiry_measure(unsigned long count);

#endif /* BENCH_EXPIRY_H */
