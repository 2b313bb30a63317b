// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/stamp.h"

#include "fuzz/calls/area.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/tag.h"
#include "harness/batch.h"

#include <string.h>

void stamp_judge_bytes(struct stream *stream, const struct synchmess_in *in,
		       const unsigned char *bytes, size_t size)
{
	size_t got = in->length < size ? in->length : size;

	if (!in->tag)
		return;
	if (!tag_is_of(in->tag, in->length) || memcmp(bytes, area_pattern(tag_first(in->tag)), got))
		fail(stream, "%u bytes with the tag %llx are not those that were sent with it",
		     in->length, (unsigned long long)in->tag);
}

void stamp_judge(struct stream *stream, const struct synchmess_in *in)
{
	if (!in->id || in->priority >= SYNCHMESS_PRIORITIES ||
	    in->flags & ~SYNCHMESS_DEAD_LETTER || in->deliveries > SYNCHMESS_MAX_DELIVERIES ||
	    in->reserved || (in->origin && !in->flags) ||
	    in->sent_at > in->published_at || in->published_at > now_ns() ||
	    in->mailbox[sizeof(in->mailbox) - 1])
		fail(stream, "a stamp is strange: id %llu, priority %u, flags %x, %llu to %llu",
		     (unsigned long long)in->id, in->priority, in->flags,
		     (unsigned long long)in->sent_at, (unsigned long long)in->published_at);
}
