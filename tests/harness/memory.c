// SPDX-License-Identifier: GPL-2.0
#include "harness/memory.h"

#include "harness/suite.h"

#include <sys/mman.h>
#include <unistd.h>

void *memory_bad(void)
{
	/* Volatile, or the compiler rightly warns of such an address. */
	static void *volatile bad = (void *)8;

	return bad;
}

char *memory_edge(void)
{
	static char *edge;
	size_t page = sysconf(_SC_PAGESIZE);
	char *pages;

	if (edge)
		return edge;
	pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(pages != MAP_FAILED);
	edge = pages + page;
	assert_ok(mprotect(edge, page, PROT_NONE));
	return edge;
}
