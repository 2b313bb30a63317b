// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "sysfs.h"

static bool coloured(void)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(STDERR_FILENO) && !(no_color && *no_color);
}

void report(const char *format, ...)
{
	bool colour = coloured();
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);

	fprintf(stderr, "%s%s:%s %s\n", colour ? "\033[1;31m" : "",
		program_invocation_short_name, colour ? "\033[0m" : "",
		text ? text : strerror(ENOMEM));
	free(text);
}

void report_open(const char *path, int error)
{
	const char *hint = "";

	switch (error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		if (!module_loaded())
			hint = ": the module is not loaded: modprobe synchmess";
		break;
	case EACCES:
	case EPERM:
		hint = ": join the group synch: usermod -aG synch USER";
		break;
	}
	report("%s: %s%s", path, strerror(error), hint);
}

void print_version(void)
{
	printf("%s (SynchMess) %s\n", program_invocation_short_name, VERSION);
}
