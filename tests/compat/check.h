/* SPDX-License-Identifier: GPL-2.0 */
/* What the clients of 32 and 64 bit have in common: they know nothing of the harness. */
#ifndef COMPAT_CHECK_H
#define COMPAT_CHECK_H

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int number;
static int failures;

static void check(int passed, const char *what)
{
	printf("%sok %d - %s\n", passed ? "" : "not ", ++number, what);
	if (!passed) {
		printf("# errno %d: %s\n", errno, strerror(errno));
		failures++;
	}
	fflush(stdout);
	errno = 0;
}

#endif /* COMPAT_CHECK_H */
