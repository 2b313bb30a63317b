/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_PAIR_H
#define BENCH_PAIR_H

#include "peers/channel.h"

/* One message in and out, at each size that this kind can do. */
void pair_measure(const struct channel_kind *kind);

#endif /* BENCH_PAIR_H */
