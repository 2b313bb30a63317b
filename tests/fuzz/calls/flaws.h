/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is wrong with the arguments of a call of the second interface, on purpose:
 * EINVAL, E2BIG, EFAULT and ENAMETOOLONG speak of nothing else.
 */
#ifndef FUZZ_FLAWS_H
#define FUZZ_FLAWS_H

#include "fuzz/calls/oracle.h"

#include <stdint.h>

/**
 * struct flaws - which of these errnos may come
 * @errnos: a bit for each
 * @certain: the call cannot succeed
 */
struct flaws {
	uint64_t errnos;
	bool certain;
};

/* Something that cannot be overlooked. */
void flaws_add(struct flaws *flaws, int error);

/* Something that shows only if the call gets that far. */
void flaws_allow(struct flaws *flaws, int error);

/*
 * As judge(); what cannot succeed must not, and an errno that speaks of the arguments
 * must have its reason. After a failure the file may be asked why.
 */
long judge_flawed(struct stream *stream, struct question *question, const struct flaws *flaws,
		  long result);

#endif /* FUZZ_FLAWS_H */
