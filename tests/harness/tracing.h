/* SPDX-License-Identifier: GPL-2.0 */
/* The events of the module, as tracefs tells them: in an instance of the test's own. */
#ifndef TESTS_TRACING_H
#define TESTS_TRACING_H

/* From now on what happens is recorded. */
void tracing_begin(void);
void tracing_end(void);

/* The next event, at most ten seconds away, is this: NAME: FIELDS. */
void tracing_expect(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* It was the last until now. */
void tracing_expect_none(void);

/* Whatever is there is not of interest. */
void tracing_skip(void);

#endif /* TESTS_TRACING_H */
