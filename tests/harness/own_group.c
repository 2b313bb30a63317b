// SPDX-License-Identifier: GPL-2.0
#include "harness/own_group.h"

#include "harness/batch.h"

#include <unistd.h>

int fd;

int own_group_open(void **state)
{
	fd = batch_group(NULL);
	return suite_before_test(state);
}

int own_group_close(void **state)
{
	close(fd);
	return suite_after_test(state);
}
