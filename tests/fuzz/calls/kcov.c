// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/kcov.h"

#include "fuzz/calls/shared.h"

#include <linux/kcov.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEVICE "/sys/kernel/debug/kcov"
#define MOST_PLACES (64 * 1024)
#define WORD_BITS (8 * sizeof(long))

static unsigned long text;	/* where the module's code begins */

bool kcov_init(void)
{
	FILE *file = fopen("/sys/module/synchmess/sections/.text", "r");
	bool known = file && fscanf(file, "%lx", &text) == 1;

	if (file)
		fclose(file);
	return known && !access(DEVICE, R_OK | W_OK);
}

void kcov_open(struct kcov *kcov)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	void *places;

	kcov->places = NULL;
	if (fd < 0 || ioctl(fd, KCOV_INIT_TRACE, MOST_PLACES))
		return;
	places = mmap(NULL, MOST_PLACES * sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (places == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC)) {
		perror("# kcov");
		return;
	}
	/* The descriptor must stay open. */
	kcov->places = places;
}

void kcov_clear(struct kcov *kcov)
{
	if (kcov->places)
		__atomic_store_n(&kcov->places[0], 0, __ATOMIC_RELAXED);
}

/* Places before the beginning, too: the module's code has several sections. */
static bool is_new(unsigned long place)
{
	unsigned long bit = (place - text + COVERAGE_BITS / 2) % COVERAGE_BITS;
	unsigned long mask = 1ul << bit % WORD_BITS;
	atomic_ulong *word = &shared->seen[bit / WORD_BITS];

	return !(*word & mask) && !(atomic_fetch_or(word, mask) & mask);
}

unsigned int kcov_collect(struct kcov *kcov)
{
	unsigned int fresh = 0;
	unsigned long count, i;

	if (!kcov->places)
		return 0;
	count = __atomic_load_n(&kcov->places[0], __ATOMIC_RELAXED);
	for (i = 1; i <= count; i++)
		fresh += is_new(kcov->places[i]);
	shared->covered += fresh;
	return fresh;
}
