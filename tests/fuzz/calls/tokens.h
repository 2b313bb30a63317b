/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tokens of leases that an open file has got lately: what is known of them says
 * what settling them must return.
 */
#ifndef FUZZ_TOKENS_H
#define FUZZ_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

#define TOKENS 16

/* No queue has given so many. */
#define IMPOSSIBLE_TOKEN 0x8000000000000000ull

/**
 * struct token - of one lease
 * @value: as the module gave it; 0 for none
 * @end: before this moment it does not end by itself; 0: a read may end it at any time
 * @settled: it is good for nothing any more
 */
struct token {
	uint64_t value, end;
	bool settled;
};

/**
 * struct tokens - the latest
 * @all: them
 * @next: which of them is the oldest
 */
struct tokens {
	struct token all[TOKENS];
	unsigned int next;
};

/* The moment at which what begins at @begin and lasts for @span ends; 0: never. */
uint64_t tokens_end(uint64_t begin, uint64_t span);

/* How long one may last: mostly not for long; 0: for ever. */
uint64_t tokens_span(uint64_t *random);

/* A new one, which must be known to nobody. */
void tokens_add(struct tokens *tokens, uint64_t value, uint64_t end);

/* NULL when nothing is known. */
struct token *tokens_find(struct tokens *tokens, uint64_t value);

/* Is its lease surely not over, if it is of the same queue still? */
bool tokens_is_good(const struct token *token);

/* One of them, mostly one that is good; 0 when there is none at this place. */
uint64_t tokens_pick(const struct tokens *tokens, uint64_t *random);

#endif /* FUZZ_TOKENS_H */
