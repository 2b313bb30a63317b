// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/area.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* What a step's pointer is: good up to here, near the end, bad. */
#define GOOD 208
#define NEAR_THE_END 232

static unsigned char *pattern;

unsigned char *area_make_room(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	unsigned char *room = mmap(NULL, AREA_SIZE + page, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED || mprotect(room + AREA_SIZE, page, PROT_NONE)) {
		perror("mmap");
		exit(EXIT_FAILURE);
	}
	return room;
}

void area_init(void)
{
	size_t i;

	pattern = area_make_room();
	for (i = 0; i < AREA_SIZE; i++)
		pattern[i] = i;
	mprotect(pattern, AREA_SIZE, PROT_READ);
}

const unsigned char *area_pattern(unsigned char first)
{
	return pattern + first;
}

bool area_is_bad(const struct step *step)
{
	return step->pointer >= NEAR_THE_END;
}

void *area_bad(const struct step *step)
{
	void *const bad[] = {
		NULL, (void *)8, pattern + AREA_SIZE, (void *)-4096l,
		(void *)0xffff888000000000, (void *)0x8000000000000000, (void *)0x7ffffffff000,
	};

	return bad[step->pointer % (sizeof(bad) / sizeof(bad[0]))];
}

static struct area inside(unsigned char *room, const struct step *step, size_t length)
{
	size_t offset = step->pointer % 64;
	struct area area;

	if (step->pointer >= GOOD)
		offset = AREA_SIZE - step->value % 64;
	area.start = room + offset;
	area.valid = length < AREA_SIZE - offset ? length : AREA_SIZE - offset;
	return area;
}

struct area area_from(const struct step *step, size_t length)
{
	if (area_is_bad(step))
		return (struct area){ area_bad(step), 0 };
	return inside(pattern, step, length);
}

struct area area_to(unsigned char *room, const struct step *step, size_t length)
{
	if (area_is_bad(step) && step->pointer % 2)
		return (struct area){ pattern, 0 };
	if (area_is_bad(step))
		return (struct area){ area_bad(step), 0 };
	return inside(room, step, length);
}

size_t area_length(const struct step *step)
{
	size_t length = step->size * 2;

	if (step->extra < 200)
		length = step->size % 128;
	else if (step->extra < 248)
		length = step->size % 2048;
	/* Of nothing at all some calls look at the address, others do not. */
	return !length && area_is_bad(step) ? 1 : length;
}
