/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A setting: a parameter of the rooms, which is one of this module, too. It is
 * changed as sysfs would, and set back at the end of the test.
 */
#ifndef SM_SETTING_H
#define SM_SETTING_H

struct kernel_param;
struct kunit;

const struct kernel_param *sm_setting(struct kunit *test, const char *name);

unsigned long sm_setting_read(struct kunit *test, const char *name);

/* Returns what the parameter answers; what it was before comes back. */
int sm_setting_write(struct kunit *test, const char *name, const char *text);

/* A number that the parameter must take. */
void sm_setting_change(struct kunit *test, const char *name, unsigned long value);

#endif /* SM_SETTING_H */
