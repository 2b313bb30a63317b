// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/program.h"

#include "harness/random.h"

#include <stdio.h>
#include <string.h>

static void generate_step(struct step *step, uint64_t *random)
{
	uint64_t words[2] = { random_next(random), random_next(random) };

	memcpy(step, words, sizeof(*step));
}

void program_generate(struct program *program, uint64_t *random)
{
	for (program->length = 0; program->length < PROGRAM_STEPS; program->length++)
		generate_step(&program->steps[program->length], random);
}

static void insert(struct program *program, unsigned int place, const struct step *step)
{
	struct step copy = *step;

	if (program->length == PROGRAM_STEPS)
		program->length--;
	memmove(&program->steps[place + 1], &program->steps[place],
		(program->length - place) * sizeof(*step));
	program->steps[place] = copy;
	program->length++;
}

static void delete(struct program *program, unsigned int place)
{
	if (program->length == 1)
		return;
	program->length--;
	memmove(&program->steps[place], &program->steps[place + 1],
		(program->length - place) * sizeof(program->steps[0]));
}

static void flip_byte(struct step *step, uint64_t *random)
{
	unsigned char *bytes = (unsigned char *)step;

	bytes[random_below(random, sizeof(*step))] ^= 1 << random_below(random, 8);
}

static void mutate_once(struct program *program, const struct program *other, uint64_t *random)
{
	unsigned int place = random_below(random, program->length);
	unsigned int from = random_below(random, other->length);

	switch (random_below(random, 6)) {
	case 0:
		generate_step(&program->steps[place], random);
		break;
	case 1:
		delete(program, place);
		break;
	case 2:
		insert(program, place, &program->steps[place]);
		break;
	case 3:
		insert(program, place, &other->steps[from]);
		break;
	default:
		flip_byte(&program->steps[place], random);
	}
}

void program_mutate(struct program *program, const struct program *other, uint64_t *random)
{
	unsigned int count = 1 + random_below(random, 8);

	while (count--)
		mutate_once(program, other, random);
}

void program_print(const struct program *program, unsigned int length, char text[PROGRAM_TEXT])
{
	const unsigned char *bytes = (const unsigned char *)program->steps;
	size_t i;

	text[0] = '\0';
	for (i = 0; i < length * sizeof(struct step); i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
}

bool program_parse(struct program *program, const char *text)
{
	unsigned char *bytes = (unsigned char *)program->steps;
	size_t size = strlen(text) / 2, i;

	if (!size || size > sizeof(program->steps) || size % sizeof(struct step))
		return false;
	for (i = 0; i < size; i++) {
		if (sscanf(text + 2 * i, "%2hhx", &bytes[i]) != 1)
			return false;
	}
	program->length = size / sizeof(struct step);
	return true;
}

/* The finish of splitmix64, once for each number. */
static uint64_t mix(uint64_t word)
{
	word += 0x9e3779b97f4a7c15ull;
	word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9ull;
	word = (word ^ word >> 27) * 0x94d049bb133111ebull;
	return word ^ word >> 31;
}

uint64_t program_seed(uint64_t seed, uint64_t worker, uint64_t round)
{
	/* xorshift never leaves 0 */
	return mix(mix(mix(seed) + worker) + round) | 1;
}
