/* SPDX-License-Identifier: GPL-2.0 */
/* Settings of a queue: mostly those that let the others work. */
#ifndef FUZZ_SETTINGS_H
#define FUZZ_SETTINGS_H

#include "fuzz/calls/flaws.h"

#include <linux/synchmess.h>

struct synchmess_settings settings_random(uint64_t *random, struct flaws *flaws);

/*
 * Those to which another structure points: where they are, and how many bytes. Now and
 * then none.
 */
uint64_t settings_put(struct stream *stream, uint32_t *size, uint64_t *random,
		      struct flaws *flaws);

#endif /* FUZZ_SETTINGS_H */
