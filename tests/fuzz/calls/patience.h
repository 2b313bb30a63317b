/* SPDX-License-Identifier: GPL-2.0 */
/* How long a call that may wait is ready to do so. */
#ifndef FUZZ_PATIENCE_H
#define FUZZ_PATIENCE_H

#include "fuzz/calls/oracle.h"

#include <linux/types.h>

#include <stdint.h>

/* Never for long: not at all, until soon, or until a moment that has passed. */
void patience_choose(__u64 *deadline, __u32 *flags, uint64_t *random);

/* Did it wait for as long as it was told? */
void patience_judge(struct stream *stream, const struct question *question, uint64_t deadline,
		    uint32_t flags, long result);

#endif /* FUZZ_PATIENCE_H */
