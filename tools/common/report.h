/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program says about itself: complaints, its version, and that its
 * output could not be written.
 */
#ifndef TOOLS_COMMON_REPORT_H
#define TOOLS_COMMON_REPORT_H

/* Exit statuses of both programs. */
enum {
	EXIT_DONE,
	EXIT_FAILED,
	EXIT_USAGE,
};

/* One line on standard error, behind the program's name. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Why PATH, a device of the module, could not be opened: ERROR is the errno. */
void report_open(const char *path, int error);

void print_version(void);

#endif /* TOOLS_COMMON_REPORT_H */
