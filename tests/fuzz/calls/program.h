/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program: steps, each of them one operation on one open file. A step is a
 * few random numbers, which the operation reads as it likes: any bytes at all
 * are a program, so mutating one always gives another.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRAM_STEPS 64

/* Two digits for each byte of each step, and the end. */
#define PROGRAM_TEXT (2 * PROGRAM_STEPS * sizeof(struct step) + 1)

/**
 * struct step - one operation
 * @operation: which; see operation.c
 * @slot: on which open file
 * @pointer: good or bad memory
 * @flags: of the call
 * @extra: whatever else it wants
 * @size: bytes
 * @value: whatever else it wants
 */
struct step {
	uint16_t operation;
	uint8_t slot;
	uint8_t pointer;
	uint8_t flags;
	uint8_t extra;
	uint16_t size;
	uint64_t value;
};

struct program {
	unsigned int length;
	struct step steps[PROGRAM_STEPS];
};

void program_generate(struct program *program, uint64_t *random);

/* Changes a few steps of @program; some may come from @other. */
void program_mutate(struct program *program, const struct program *other, uint64_t *random);

/* The first @length steps as hexadecimal digits, and back. */
void program_print(const struct program *program, unsigned int length, char text[PROGRAM_TEXT]);
bool program_parse(struct program *program, const char *text);

/* Another random number, which depends on all three. */
uint64_t program_seed(uint64_t seed, uint64_t worker, uint64_t round);

#endif /* FUZZ_PROGRAM_H */
