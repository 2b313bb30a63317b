/* SPDX-License-Identifier: GPL-2.0 */
/* The module's parameters, /sys/module/synchmess/parameters/. */
#ifndef TESTS_PARAMETERS_H
#define TESTS_PARAMETERS_H

long parameter_get(const char *name);
void parameter_set(const char *name, long value);

/* 0, or -1 with errno. */
int parameter_try_set(const char *name, const char *value);

/* For cmocka: all that can be written, as it was before the first test. */
int parameters_remember(void **state);
int parameters_restore(void **state);

#endif /* TESTS_PARAMETERS_H */
