/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other processes, and other users. A child cannot use cmocka's assertions: it
 * checks with CHILD_CHECK and tells by its exit status whether all was well.
 */
#ifndef TESTS_PROCESS_H
#define TESTS_PROCESS_H

#include <errno.h>
#include <stdio.h>
#include <sys/types.h>

/* In a child's body: says what is wrong and ends the body with status 1. */
#define CHILD_CHECK(condition) do { \
	errno = 0; \
	if (!(condition)) { \
		fprintf(stderr, "%s:%d: not so: %s (errno %d)\n", __FILE__, __LINE__, \
			#condition, errno); \
		return 1; \
	} \
} while (0)

/* The call fails with this errno and nothing else. */
#define CHILD_CHECK_FAILS(call, expected) \
	CHILD_CHECK((call) == -1 && errno == (expected))

typedef int (*process_body)(void *argument);

/* A child that dies with us; what BODY returns is its exit status. */
pid_t process_start(process_body body, void *argument);

/* The same, as USER with that user's groups and without root's capabilities. */
pid_t process_start_as(const char *user, process_body body, void *argument);

/* Waits for the end, thirty seconds at most: the exit status, or -SIGNAL. */
int process_wait(pid_t child);

/* From now on this process comes first wherever it wants to; its children do not. */
void process_go_first(void);

/* SIGKILL, and waits. */
void process_kill(pid_t child);

/* Runs BODY as USER to its end; the test fails unless it returns 0. */
void process_run_as(const char *user, process_body body, void *argument);

#endif /* TESTS_PROCESS_H */
