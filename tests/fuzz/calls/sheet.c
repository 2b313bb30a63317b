// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/sheet.h"

#include "fuzz/calls/area.h"
#include "harness/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* With a page behind it that nobody may touch. */
static unsigned char *map(int fd, size_t size, int protection)
{
	size_t page = sysconf(_SC_PAGESIZE);
	unsigned char *room = mmap(NULL, size + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
				   -1, 0);

	if (room == MAP_FAILED ||
	    mmap(room, size, protection, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED) {
		perror("mmap");
		exit(EXIT_FAILURE);
	}
	return room;
}

void sheet_make(struct sheet *sheet, size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);
	int fd = memfd_create("sheet", MFD_CLOEXEC);

	sheet->size = (size + page - 1) / page * page;
	if (fd < 0 || ftruncate(fd, sheet->size)) {
		perror("memfd_create");
		exit(EXIT_FAILURE);
	}
	sheet->writable = map(fd, sheet->size, PROT_READ | PROT_WRITE);
	sheet->constant = map(fd, sheet->size, PROT_READ);
	close(fd);
}

static struct place place_at(const struct sheet *sheet, size_t offset, bool constant)
{
	return (struct place){
		.start = (constant ? sheet->constant : sheet->writable) + offset,
		.copy = sheet->writable + offset,
		.valid = sheet->size - offset,
		.constant = constant,
	};
}

struct place sheet_place(const struct sheet *sheet, size_t size, uint64_t *random)
{
	size_t most = size < sheet->size ? size : sheet->size;
	const struct step step = { .pointer = random_below(random, 256) };

	switch (random_below(random, 64)) {
	case 0:
		return (struct place){ .start = area_bad(&step) };
	case 1:
		return place_at(sheet, 0, true);
	case 2:		/* too little room, or just enough */
		return place_at(sheet, sheet->size - random_below(random, most + 1), false);
	case 3:
		return place_at(sheet, sheet->size - most, false);
	case 4:		/* misaligned, where there is room for that */
		return place_at(sheet, random_below(random, sheet->size - most + 1) % 64, false);
	default:
		return place_at(sheet, 0, false);
	}
}
