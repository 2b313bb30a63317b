// SPDX-License-Identifier: GPL-2.0
#include "harness/suite.h"

#include "harness/kernel_log.h"

int suite_before_test(void **state)
{
	(void)state;
	kernel_log_mark();
	return 0;
}

int suite_after_test(void **state)
{
	(void)state;
	return kernel_log_has_trouble() ? -1 : 0;
}
