/* SPDX-License-Identifier: GPL-2.0 */
/* A group of the second interface for each test of a suite, its own. */
#ifndef TESTS_OWN_GROUP_H
#define TESTS_OWN_GROUP_H

#include "suite.h"

/* The group of the test that runs, open for both. */
extern int fd;

/* For suites that prepare more than that. */
int own_group_open(void **state);
int own_group_close(void **state);

#define TEST_PREPARED(name, prepare) \
	cmocka_unit_test_setup_teardown(name, prepare, own_group_close)
#define TEST_WITH_GROUP(name) TEST_PREPARED(name, own_group_open)

#endif /* TESTS_OWN_GROUP_H */
