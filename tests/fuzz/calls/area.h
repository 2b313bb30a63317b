/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for calls, good and bad. What is sent comes out of a pattern in which
 * each byte is one more than the byte before, so what is received can be told
 * from anything else.
 */
#ifndef FUZZ_AREA_H
#define FUZZ_AREA_H

#include "fuzz/calls/program.h"

#define AREA_SIZE (128 * 1024)

/**
 * struct area - where a call finds or puts its bytes
 * @start: the address
 * @valid: so many of the bytes asked for can be reached
 */
struct area {
	unsigned char *start;
	size_t valid;
};

/* Makes the pattern, once for all processes. */
void area_init(void);

/* AREA_SIZE bytes with nothing behind them. */
unsigned char *area_make_room(void);

/* The pattern, beginning with a certain byte; at least AREA_SIZE - 256 bytes. */
const unsigned char *area_pattern(unsigned char first);

/* Memory to send from. */
struct area area_from(const struct step *step, size_t length);

/* Memory to receive into, mostly in @room. */
struct area area_to(unsigned char *room, const struct step *step, size_t length);

/* Is the memory bad on purpose? */
bool area_is_bad(const struct step *step);
void *area_bad(const struct step *step);

/* How many bytes a step transfers: mostly few. */
size_t area_length(const struct step *step);

#endif /* FUZZ_AREA_H */
