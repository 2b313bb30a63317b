// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/settings.h"

#include "fuzz/calls/stream.h"
#include "fuzz/calls/structure.h"
#include "harness/random.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static void spoil(struct synchmess_settings *settings, uint64_t *random, struct flaws *flaws)
{
	flaws_add(flaws, EINVAL);
	switch (random_below(random, 5)) {
	case 0:
		settings->max_message_size = SYNCHMESS_MAX_MESSAGE_SIZE + 1 +
			random_below(random, 1ul << 60);
		break;
	case 1:
		settings->max_storage_size = LONG_MAX + 1ul + random_below(random, 1ul << 60);
		break;
	case 2:
		settings->max_messages = LONG_MAX + 1ul + random_below(random, 1ul << 60);
		break;
	case 3:
		settings->full = SYNCHMESS_FULL_DROP_OLDEST + 1 + random_below(random, 1u << 31);
		break;
	case 4:
		settings->empty = SYNCHMESS_EMPTY_BLOCK + 1 + random_below(random, 1u << 31);
		break;
	}
}

struct synchmess_settings settings_random(uint64_t *random, struct flaws *flaws)
{
	static const uint64_t sizes[] = { 0, 0, 0, 0, 1, 64, 4096, SYNCHMESS_MAX_MESSAGE_SIZE };
	static const uint64_t storages[] = { 0, 0, 0, 0, 64, 4096, 65536, LONG_MAX };
	static const uint64_t counts[] = { 0, 0, 0, 1, 2, 5, 100, LONG_MAX };
	struct synchmess_settings settings = {
		.max_message_size = sizes[random_below(random, 8)],
		.max_storage_size = storages[random_below(random, 8)],
		.max_messages = counts[random_below(random, 8)],
		.full = random_below(random, 4), .empty = random_below(random, 4),
	};

	if (structure_one_in(random, 12))
		spoil(&settings, random, flaws);
	return settings;
}

uint64_t settings_put(struct stream *stream, uint32_t *size, uint64_t *random,
		      struct flaws *flaws)
{
	struct synchmess_settings settings;
	struct flaws before = *flaws;
	struct structure structure;

	if (structure_one_in(random, 4))
		return 0;
	settings = settings_random(random, flaws);
	structure = structure_put(&stream->settings, SYNCHMESS_SET, &settings, TAKES,
				  random, flaws);
	*size = structure.size;
	/* Bad memory may begin at 0, which stands for none. */
	if (!structure.place.start)
		*flaws = before;
	return (uintptr_t)structure.place.start;
}
