// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#include "output.h"
#include "report.h"

/* How many bytes at BYTES the terminal can show as they are; 0: none. */
static size_t printable(const char *bytes, size_t length)
{
	mbstate_t state = { 0 };
	wchar_t wide;
	size_t used = mbrtowc(&wide, bytes, length, &state);

	if (used == (size_t)-1 || used == (size_t)-2)
		return 0;
	return iswprint(wide) || wide == L'\t' ? used : 0;
}

static void write_escaped(const char *bytes, size_t length)
{
	while (length) {
		size_t used = printable(bytes, length);

		if (used) {
			fwrite(bytes, 1, used, stdout);
		} else {
			used = 1;
			printf("\\x%02x", (unsigned char)*bytes);
		}
		bytes += used;
		length -= used;
	}
}

void output_message(const char *bytes, size_t length, int end)
{
	if (end == '\n' && isatty(STDOUT_FILENO))
		write_escaped(bytes, length);
	else
		fwrite(bytes, 1, length, stdout);
	if (end != EOF)
		putchar(end);

	if (fflush(stdout) || ferror(stdout)) {
		report("standard output: %s", strerror(errno));
		exit(EXIT_FAILED);
	}
}
