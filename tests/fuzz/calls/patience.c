// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/patience.h"

#include "fuzz/calls/stream.h"
#include "harness/batch.h"
#include "harness/random.h"

#include <errno.h>

#define LONGEST (2 * MS)

void patience_choose(__u64 *deadline, __u32 *flags, uint64_t *random)
{
	*deadline = now_ns();
	switch (random_below(random, 8)) {
	case 0:
		*deadline += random_below(random, LONGEST);
		break;
	case 1:
		*deadline = 1 + random_below(random, *deadline);
		break;
	default:
		*deadline = random_next(random);
		*flags |= SYNCHMESS_NOWAIT;
	}
}

void patience_judge(struct stream *stream, const struct question *question, uint64_t deadline,
		    uint32_t flags, long result)
{
	const char *name = call_names[question->call];

	if (stream->worker->shared_with != ALONE)
		return;
	if (flags & SYNCHMESS_NOWAIT && (result == -EINTR || result == -ETIMEDOUT))
		fail(stream, "%s waited in spite of NOWAIT", name);
	if (result == -ETIMEDOUT && now_ns() < deadline)
		fail(stream, "%s ends before its deadline", name);
}
