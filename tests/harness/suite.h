/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every test program has in common: cmocka, and a look at the kernel log
 * after each test. A test program is
 *
 *	static const struct CMUnitTest tests[] = { TEST(...), ... };
 *	int main(void) { return RUN_SUITE("groups: messages", tests); }
 */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

/* cmocka.h wants these before itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>

int suite_before_test(void **state);
int suite_after_test(void **state);

/* A test, and the kernel log is read after it. */
#define TEST(name) cmocka_unit_test_setup_teardown(name, suite_before_test, suite_after_test)

#define RUN_SUITE(title, tests) \
	cmocka_run_group_tests_name(title, tests, NULL, NULL)

/* The call fails with this errno and nothing else. */
#define assert_fails(call, expected) do { \
	errno = 0; \
	assert_int_equal((call), -1); \
	assert_int_equal(errno, (expected)); \
} while (0)

/* The call succeeds; failing tells the errno. */
#define assert_ok(call) do { \
	errno = 0; \
	if ((call) < 0) \
		fail_msg("%s: errno %d", #call, errno); \
} while (0)

#endif /* TESTS_SUITE_H */
