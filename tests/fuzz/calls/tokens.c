// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/tokens.h"

#include "harness/batch.h"
#include "harness/random.h"

#include <stddef.h>

uint64_t tokens_end(uint64_t begin, uint64_t span)
{
	return span ? begin + span : UINT64_MAX;
}

uint64_t tokens_span(uint64_t *random)
{
	switch (random_below(random, 4)) {
	case 0:
		return 0;
	case 1:
		return HOUR;
	default:
		return 1 + random_below(random, 3 * MS);
	}
}

void tokens_add(struct tokens *tokens, uint64_t value, uint64_t end)
{
	tokens->all[tokens->next++ % TOKENS] = (struct token){ .value = value, .end = end };
}

struct token *tokens_find(struct tokens *tokens, uint64_t value)
{
	unsigned int i;

	for (i = 0; i < TOKENS; i++) {
		if (value && tokens->all[i].value == value)
			return &tokens->all[i];
	}
	return NULL;
}

bool tokens_is_good(const struct token *token)
{
	return token && !token->settled && token->end > now_ns();
}

uint64_t tokens_pick(const struct tokens *tokens, uint64_t *random)
{
	unsigned int place = random_below(random, TOKENS), i;

	if (random_below(random, 8) == 0)
		return tokens->all[place].value;
	for (i = 0; i < TOKENS; i++, place++) {
		const struct token *token = &tokens->all[place % TOKENS];

		if (token->value && !token->settled)
			return token->value;
	}
	return tokens->all[place % TOKENS].value;
}
